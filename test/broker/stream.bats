#!/usr/bin/env bats
# The plain pipe between two topics, on each kind of broker.

# shellcheck disable=SC2154 # root is from setup.bash
load ../setup

setup_file() {
  export LOGINSTAMP_BROKER_DIR=$BATS_FILE_TMPDIR/broker
}

teardown() {
  [[ ! ${stream_pid-} ]] || kill -KILL "$stream_pid" 2>/dev/null || :
  "$root/scripts/broker" stop
}

# begin KIND: a broker of that kind, in $BOOTSTRAP_SERVERS.
begin() {
  export LOGINSTAMP_BROKER_DIR=$BATS_TEST_TMPDIR/broker
  servers=$("$root/scripts/broker" start "--$1" --owner=$$ 3>&-)
  export "${servers?}"
}

read_back() {
  kcat -q -C -e -b "$BOOTSTRAP_SERVERS" -t login_record -o beginning -X fetch.wait.max.ms=10 -f "${1:-%s\n}"
}

# what_goes_through: sample logins through stream -e, and what the filter alone makes of them.
what_goes_through() {
  "$root/scripts/sample" --count=2000 --faults=2 >logins
  kcat -q -P -b "$BOOTSTRAP_SERVERS" -t user-login <logins
  run "$root/scripts/stream" -e
  same 1 "$status"
  read_back | sort >got
  loginstamp -q logins 2>/dev/null | sort | cmp - got
}

# what_is_kept: keys, null keys, tombstones and raw newlines, by lengths.
what_is_kept() {
  printf 'k\x1f{"timestamp":\n1}\x1e\x1f{"timestamp":2}\x1ek\x1f\x1e' |
    kcat -q -P -b "$BOOTSTRAP_SERVERS" -t user-login -p 0 -D '\x1e' -K '\x1f' -Z
  "$root/scripts/stream" -e
  read_back '%K %S %k %s\n' | sort >got
  printf '%s\n' '-1 49  {"timestamp":2,"datetime":"1970-01-01 00:00:02"}' '1 -1 k ' \
    $'1 50 k {"timestamp":\n1,"datetime":"1970-01-01 00:00:01"}' | sort >want
  sed -i 's/^-1 49 /-1 48 /; s/^1 50 k/1 49 k/' want
  diff want got
}

comes_at_once() {
  "$root/scripts/stream" >out 2>err 3>&- &
  stream_pid=$!
  echo '{"timestamp":1}' | kcat -q -P -b "$BOOTSTRAP_SERVERS" -t user-login
  eventually 20 grep_back '{"timestamp":1,"datetime":"1970-01-01 00:00:01"}'
  echo '{"timestamp":2}' | kcat -q -P -b "$BOOTSTRAP_SERVERS" -t user-login
  eventually 10 grep_back '{"timestamp":2,"datetime":"1970-01-01 00:00:02"}'
  kill -TERM "$stream_pid"
  status=0
  wait "$stream_pid" || status=$?
  stream_pid=
  cat err
  same 0 "$status"
}

grep_back() { read_back | grep -qxF -- "$1"; }

@test "embedded broker: stream -e gives what the filter gives" { begin embedded && what_goes_through; }
@test "embedded broker: keys, null keys, tombstones and newlines come through" { begin embedded && what_is_kept; }
@test "embedded broker: a record on an idle topic comes out at once, and SIGTERM ends it" { begin embedded && comes_at_once; }

@test "Apache Kafka with ZooKeeper: all of that" {
  begin kafka-zookeeper
  what_is_kept
}

@test "Apache Kafka with ZooKeeper: stream -e gives what the filter gives" {
  begin kafka-zookeeper
  what_goes_through
}

@test "Apache Kafka with ZooKeeper: a record on an idle topic comes out at once, and SIGTERM ends it" {
  begin kafka-zookeeper
  comes_at_once
}

@test "no broker, no topic, a secret in -X: a clear error" {
  run "$root/scripts/stream" -e
  same 2 "$status"
  [[ $output == *'scripts/broker'* ]]
  run "$root/scripts/stream" -b 127.0.0.1:1 -X sasl.password=x
  same 2 "$status"
  [[ $output == *'for -F'* ]]
  begin embedded
  run "$root/scripts/stream" -e -t nothing-here
  same 2 "$status"
  [[ $output == *'nothing-here: no such topic'* ]]
}

@test "nothing is left when the broker stops" {
  begin embedded
  "$root/scripts/broker" status
  broker_left
  "$root/scripts/broker" stop
  run "$root/scripts/broker" status
  same 1 "$status"
  eventually 5 no_broker_left
}
