#!/usr/bin/env bats
# What docs/production.md tells to run is run, in the state that its section is about, on a real Apache Kafka, with the
# programs as they are installed and Kafka's own tools; so are the examples of the scripts' man pages.

# Every test is a process of its own; root is from setup.bash. Quoted words are globs, or for another shell.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
load ../setup
load ../examples
bats_require_minimum_version 1.5.0

setup_file() {
  unset MAKEFLAGS MFLAGS MAKELEVEL CFLAGS
  export LOGINSTAMP_BROKER_DIR=$BATS_FILE_TMPDIR/broker
  make -s -C "$root" BUILD="$BUILD" DESTDIR="$BATS_FILE_TMPDIR" PREFIX=/usr install 3>&-
  "$BATS_TEST_DIRNAME/kafka-tools" "$BATS_FILE_TMPDIR/kafka-tools" 3>&-
  printf '%s\n' log.retention.check.interval.ms=200 log.initial.task.delay.ms=200 log.segment.delete.delay.ms=100 \
    transaction.max.timeout.ms=800000 >"$BATS_FILE_TMPDIR/config"
  servers=$("$root/scripts/broker" start --kafka --owner=$$ --topics=x --config="$BATS_FILE_TMPDIR/config" 3>&-)
  export servers
}

teardown_file() { "$root/scripts/broker" stop; }

# Each test has the topics of the guide, made anew.
setup() {
  cd "$BATS_TEST_TMPDIR" || return
  export "${servers?}" PATH=$BATS_FILE_TMPDIR/usr/bin:$BATS_FILE_TMPDIR/kafka-tools:$PATH
  export LOGINSTAMP_BROKER_DIR=$BATS_FILE_TMPDIR/broker
  eventually 20 removed
  loginstamp-topics create --partitions=3 --retention-ms=604800000 >/dev/null
  copies=()
}

# All topics but Kafka's own.
removed() {
  /usr/bin/python3 - "$BOOTSTRAP_SERVERS" <<'END'
import sys
from confluent_kafka.admin import AdminClient
admin = AdminClient({"bootstrap.servers": sys.argv[1], "log_level": 2})
def topics():
    return [t for t in admin.list_topics(timeout=10).topics if t[:2] != "__"]
if topics():
    for done in admin.delete_topics(topics(), operation_timeout=10).values():
        done.result()
sys.exit(bool(topics()))
END
}

teardown() {
  local pid
  for pid in "${copies[@]}"; do
    kill -KILL "$pid" 2>/dev/null || :
  done
}

# section ANCHOR: the commands under this heading are run one by one; what each says must be what stands beneath it.
section() {
  local line command='' want=''
  section_lines "$1" >commands
  [[ -s commands ]] || same "commands under #$1" none
  while IFS= read -r line; do
    if [[ $line == '$ '* ]]; then
      run_command
      command=${line#'$ '} want=''
    else
      want+=$line$'\n'
    fi
  done <commands
  run_command
}

# section_lines ANCHOR: the blocks that have commands.
section_lines() {
  awk -v anchor="$1" '
    /^#+ / { heading = tolower($0); sub(/^#+ /, "", heading); gsub(/ /, "-", heading); gsub(/[^a-z0-9_-]/, "", heading)
      here = heading == anchor; next }
    !/^    / { block = 0; next }
    /^    \$ / { block = 1 }
    here && block { print substr($0, 5) }' "$root/docs/production.md"
}

run_command() {
  local got
  [[ $command ]] || return 0
  echo "\$ $command"
  got=$(timeout 120 bash -c "$command" 2>&1 3>&- | sed 's/[[:space:]]*$//')
  # … stands for anything, also for several lines, or none.
  like "${want%$'\n'}" "$got"
}

# like WANT GOT
like() {
  local pattern=${1//\\/\\\\}
  pattern=${pattern//\[/\\[} pattern=${pattern//\*/\\*} pattern=${pattern//\?/\\?}
  pattern=${pattern//$'…\n'/…} pattern=${pattern//…/*}
  # shellcheck disable=SC2053 # a glob
  [[ $2 == $pattern ]] || { printf '%s\n' "$2" && same "$1" "$2"; }
}

# produce PARTITION [COUNT]: what is on stdin, or so many sample records.
produce() {
  { if [[ ${2-} ]]; then "$root/scripts/sample" --count="$2" --seed=$((${1#-} + 1)); else cat; fi; } |
    kcat -q -P -b "$BOOTSTRAP_SERVERS" -t user-login -p "$1"
}

produce_all() { for p in 0 1 2; do produce "$p" "$1"; done; }

# background COMMAND...: as long as the test runs; what it says is in said.
background() {
  "$@" >said 2>&1 3>&- &
  copies+=("$!")
}

setting() {
  kafka-configs.sh --bootstrap-server "$BOOTSTRAP_SERVERS" --alter --entity-type topics --entity-name "$1" --add-config "$2"
}

# empty TOPIC: by retention, and then it keeps again.
empty() {
  setting "$1" retention.ms=1
  eventually 60 is_empty "$1"
  setting "$1" retention.ms=604800000
}

is_empty() {
  same "$(kcat -q -Q -b "$BOOTSTRAP_SERVERS" -t "$1:0:-2")" "$(kcat -q -Q -b "$BOOTSTRAP_SERVERS" -t "$1:0:-1")" 2>/dev/null
}

@test "topics" { section topics; }

@test "by key" {
  produce_all 100
  section by-key
}

@test "adding partitions: what comes into them is stamped, and order is kept" {
  produce_all 100
  loginstamp-pipeline -e -- -q
  section adding-partitions
  for p in 3 4 5; do produce "$p" 50; done
  loginstamp-pipeline -e -- -q
  for p in 0 1 2 3 4 5; do
    kcat -q -C -e -b "$BOOTSTRAP_SERVERS" -t user-login -p "$p" | loginstamp -q 2>/dev/null |
      cmp - <(kcat -q -C -e -b "$BOOTSTRAP_SERVERS" -t login_record -p "$p")
  done
}

@test "adding partitions: in another order, pipeline says what is missing" {
  kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVERS" --alter --topic user-login --partitions 6
  run loginstamp-pipeline -e
  same 2 "$status"
  [[ $output == *'login_record: has 3 partitions, and user-login has 6: it needs as many'* ]]
}

@test "privacy: the null of a user is where the records of that user are" {
  produce 0 100
  section privacy
  kcat -q -C -e -b "$BOOTSTRAP_SERVERS" -t by_user -f '%k %p %S\n' | grep '^c45a09f0-a974-411b-81b5-0f34dd57a0e4 ' >user
  same 2 "$(wc -l <user)"
  same 1 "$(cut -d ' ' -f 2 user | uniq | wc -l)"
  same -1 "$(tail -n 1 user | cut -d ' ' -f 3)"
}

@test "upgrades" {
  produce_all 10
  loginstamp-pipeline -e -- -q
  section upgrades
}

@test "lag grows" {
  # Somebody was there, and is gone.
  background loginstamp-pipeline -g stampers -X session.timeout.ms=6000
  eventually 30 member_count 1
  kill -TERM "${copies[0]}"
  wait "${copies[0]}" || :
  eventually 30 member_count 0
  produce_all 100
  section lag-grows
}

# member_count N: so many members has the group, and all have found their places.
member_count() {
  kafka-consumer-groups.sh --bootstrap-server "$BOOTSTRAP_SERVERS" --describe --group stampers --state |
    grep -qE "(Stable|Empty) +$1 *$"
}

@test "no commits" {
  produce 0 10
  mkfifo hold
  { printf '%01024d\n%01024d\n' 0 0 && sleep 300; } >hold 3>&- &
  copies+=("$!")
  kcat -q -P -b "$BOOTSTRAP_SERVERS" -t login_record -p 0 -X transactional.id=foreign <hold 3>&- &
  copies+=("$!")
  eventually 20 is_open
  background loginstamp-pipeline
  eventually 30 grep -qxF "$(grep -o 'loginstamp-pipeline: .*waiting for the end.*' "$root/docs/production.md")" said
  kill -TERM "${copies[2]}"
  wait "${copies[2]}" || :
  section no-commits
}

is_open() { kcat -q -Q -b "$BOOTSTRAP_SERVERS" -t login_record:0:-1 -X isolation.level=read_uncommitted 2>/dev/null | grep -q 'offset [1-9]'; }

@test "many refused" {
  yes bad | head -n 1200 | produce 0
  section many-refused
}

@test "dead letters grow" {
  printf '%s\n' '{"timestamp":1}' '{"timestamp":"2/3"}' '{"timestamp":"4/5"}' | produce 0
  echo 'no JSON' | produce 1
  loginstamp-pipeline -e || :
  section dead-letters-grow
}

@test "broker down" {
  section broker-down
  # One that does not answer for a while: frozen.
  background loginstamp-pipeline
  produce 0 10
  eventually 30 lag_is_zero
  java=$(pgrep -P "$("$root/scripts/broker" status | awk '{ print $NF }')" -x java)
  kill -STOP "$java"
  sleep 12
  kill -CONT "$java"
  produce 0 10
  eventually 30 lag_is_zero
}

lag_is_zero() { loginstamp-lag >/dev/null; }

@test "output emptied" {
  produce 0 10
  loginstamp-pipeline -e -- -q
  loginstamp-lag --metrics=lag.prom
  empty login_record
  produce 0 5
  section output-emptied
  same 5 "$(kcat -q -C -e -b "$BOOTSTRAP_SERVERS" -t login_record -p 0 | wc -l)"
}

@test "retention was quicker" {
  produce 0 10
  loginstamp-pipeline -e -- -q
  produce 0 10
  empty user-login
  produce 0 3
  section retention-was-quicker
  same 13 "$(kcat -q -C -e -b "$BOOTSTRAP_SERVERS" -t login_record -p 0 | wc -l)"
}

@test "records too large" {
  setting login_record max.message.bytes=1000
  printf '{"timestamp":1,"a":"%1500s"}\n' '' | produce 0
  section records-too-large
  same 1 "$(kcat -q -C -e -b "$BOOTSTRAP_SERVERS" -t login_record -p 0 | wc -l)"
}

@test "transaction timeouts" {
  produce 0 10
  section transaction-timeouts
  lag_is_zero
}

@test "group rebalances" {
  for _ in 1 2; do
    background loginstamp-pipeline -g stampers
  done
  eventually 60 member_count 2
  section group-rebalances
}

@test "disk full" {
  unshare -rm true 2>/dev/null || skip 'no name spaces for a small disk'
  mkdir small
  export -f section section_lines run_command like same eventually lag_is_zero
  export root
  # Somebody else fills it while the pipeline is at work, and takes it away again.
  unshare -rm bash -ec '
    mount -t tmpfs -o size=2m none small
    TMPDIR=$PWD/small loginstamp-pipeline 2>said 3>&- &
    trap "kill $!" EXIT
    at_work() { compgen -G 'small/*/0.*/' >/dev/null; }
    eventually 30 at_work
    eventually 30 lag_is_zero
    dd if=/dev/zero of=small/other bs=64k 2>/dev/null || :
    "$root/scripts/sample" --count=3000 | kcat -q -P -b "$BOOTSTRAP_SERVERS" -t user-login -p 0
    TMPDIR=$PWD/small section disk-full
    rm small/other
    "$root/scripts/sample" --count=10 | kcat -q -P -b "$BOOTSTRAP_SERVERS" -t user-login -p 0
    eventually 60 lag_is_zero'
  "$root/scripts/sample" --count=3000 >want
  "$root/scripts/sample" --count=10 >>want
  loginstamp -q want 2>/dev/null | cmp - <(kcat -q -C -e -b "$BOOTSTRAP_SERVERS" -t login_record -p 0)
}

@test "clock insights" {
  { "$root/scripts/sample" --count=10 && "$root/scripts/sample" --count=10 --start=2000000000; } | produce 0
  loginstamp-pipeline -e -- -q
  section clock-insights
}

@test "watch state" {
  produce 0 100
  loginstamp-pipeline -e -- -q
  loginstamp-watch -e --offset=beginning --state=used.state -- --insights=none
  cp used.state damaged.state
  printf 'x' | dd of=damaged.state bs=1 seek=100 conv=notrunc status=none
  background loginstamp-watch --state=used.state -- --insights=json --every=0.1
  eventually 20 grep -q summary said
  section watch-state
}

@test "metrics stale" {
  loginstamp-lag --metrics=lag.prom >/dev/null
  sed -i 's/^\(loginstamp_lag_last_write_timestamp_seconds[^ ]*\) .*/\1 1694479551.000/' lag.prom
  section metrics-stale
}

@test "the examples of the scripts' man pages" {
  eventually 20 removed
  examples loginstamp-topics 2
  produce_all 20
  for name in lag:2 stream:3 watch:2 sample:2; do
    [[ $name != stream:* ]] || loginstamp-topics create -t by_user
    examples "loginstamp-${name%:*}" "${name#*:}"
  done
  same 120 "$(loginstamp-watch -e --offset=beginning -t login_record -- --insights=json 2>/dev/null | tail -n 1 | jq .records)"
  LOGINSTAMP_BROKER_DIR=$PWD/broker examples loginstamp-broker 3
}

@test "every section that has commands is run here" {
  awk '/^#+ / { heading = tolower($0); sub(/^#+ /, "", heading); gsub(/ /, "-", heading); gsub(/[^a-z0-9_-]/, "", heading) }
    /^    \$ / { print heading }' "$root/docs/production.md" | uniq | sort >want
  sed -nE "s/^ *(@test .* \{ |TMPDIR=.* )?section ([a-z-]+)('|; \})?\$/\2/p" "$BATS_TEST_FILENAME" | sort >got
  diff want got
}
