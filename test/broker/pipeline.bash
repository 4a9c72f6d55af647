# shellcheck shell=bash
# What tests of pipeline on a real Apache Kafka share: sourced by them, after setup.bash.

# shellcheck disable=SC2030,SC2031,SC2154 # root is from setup.bash; every test is a process of its own
setup_file() {
  export LOGINSTAMP_BROKER_DIR=$BATS_FILE_TMPDIR/broker
  servers=$("$root/scripts/broker" start --kafka-zookeeper --owner=$$ --topics=warm 3>&-)
  export "${servers?}"
}

teardown_file() { "$root/scripts/broker" stop; }

# Each test has topics of its own.
setup() {
  cd "$BATS_TEST_TMPDIR" || return
  in=in-$BATS_TEST_NUMBER
  out=out-$BATS_TEST_NUMBER
  # The variables are unset by setup.bash for every test.
  export LOGINSTAMP_BROKER_DIR=$BATS_FILE_TMPDIR/broker
  servers=$("$root/scripts/broker" start 3>&-)
  export "${servers?}"
  eventually 30 is_there "$in"
  copies=()
}

# To ask for a topic creates it.
is_there() { kcat -q -L -b "$BOOTSTRAP_SERVERS" -t "$1" | grep -q 'with [1-9]'; }

teardown() {
  local pid
  [[ ${BATS_TEST_COMPLETED-} ]] || tail -n +1 -- *.err >&2 2>/dev/null || :
  for pid in "${copies[@]}"; do
    kill -KILL "$pid" 2>/dev/null || :
  done
}

pipeline() { "$root/scripts/pipeline" -t "$in" -o "$out" "$@" 3>&-; }

# start NUMBER OPTION...: a copy that goes on; what it says is in NUMBER.err.
start() {
  local number=$1
  shift
  # What an earlier one said is not to be seen before it is started.
  : >"$number.err"
  "$root/scripts/pipeline" -t "$in" -o "$out" "$@" 2>"$number.err" 3>&- &
  copies[number]=$!
}

# stop NUMBER STATUS: by SIGTERM, within five seconds.
stop() {
  local status=0 begin=$SECONDS
  kill -TERM "${copies[$1]}"
  wait "${copies[$1]}" || status=$?
  cat "$1.err"
  same "$2" "$status"
  ((SECONDS - begin <= 5))
}

# Records from stdin, RS at the end and US after the key. Where a partition is new, a request may fail and be repeated: an
# idempotent producer keeps the order then.
put() { produce 0 -D '\x1e' -K '\x1f' -Z -X message.max.bytes=1052684; }
lines() { produce "${1-0}"; }
produce() { kcat -q -P -b "$BOOTSTRAP_SERVERS" -t "$in" -X enable.idempotence=true -p "$@"; }

# got FORMAT [TOPIC] [PARTITION]
got() { kcat -q -C -e -b "$BOOTSTRAP_SERVERS" -t "${2-$out}" -p "${3-0}" -f "$1" -X fetch.wait.max.ms=10; }

dead_letters() { kcat -q -C -e -b "$BOOTSTRAP_SERVERS" -t "$in.dead-letters" -X fetch.wait.max.ms=10; }

# The end of the output's partition 0, with what is not committed.
end_of_all() {
  local answer
  answer=$(kcat -q -Q -b "$BOOTSTRAP_SERVERS" -t "$out:0:-1" -X isolation.level=read_uncommitted -X log_level=3)
  echo "${answer##* }"
}

# Of partition 0, or another one.
count() { got 'x' "$out" "${1-0}" | wc -c; }
has_some() { (($(count) > 200)); }
has_count() { (($(count "${2-0}") == $1)); }
