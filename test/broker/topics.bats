#!/usr/bin/env bats
# topics and lag, on one Apache Kafka for all tests.

# Every test is a process of its own; root is from setup.bash.
# shellcheck disable=SC2030,SC2031,SC2154
load ../setup

setup_file() {
  export LOGINSTAMP_BROKER_DIR=$BATS_FILE_TMPDIR/broker
  # Retention that takes effect at once, and no topic that nobody has created.
  printf '%s\n' log.retention.check.interval.ms=200 log.initial.task.delay.ms=200 auto.create.topics.enable=false \
    >"$BATS_FILE_TMPDIR/config"
  servers=$("$root/scripts/broker" start --kafka --owner=$$ --topics=user-login,login_record \
    --config="$BATS_FILE_TMPDIR/config" 3>&-)
  export servers
}

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  export "${servers?}"
}

teardown() {
  [[ ! ${java-} ]] || kill -CONT "$java" 2>/dev/null || :
  [[ ! ${pid-} ]] || kill -KILL "$pid" 2>/dev/null || :
}

teardown_file() { "$root/scripts/broker" stop; }

topics() { "$root/scripts/topics" "$@"; }
lag() { "$root/scripts/lag" "$@"; }

# says STATUS OUTPUT COMMAND...: stdout and stderr together, in their order.
says() {
  run "${@:3}"
  same "$2" "$output"
  same "$1" "$status"
}

# produce TOPIC PARTITION [OPTION...]: what is on stdin.
produce() { kcat -q -P -b "$BOOTSTRAP_SERVERS" -t "$1" -p "$2" "${@:3}"; }

# A batch as pipeline commits it, with the offset that comes next.
batch() {
  printf '{"n":1}\n{"n":2}\n' | produce "$1" "$2" -H "loginstamp-next=$3" -X "transactional.id=$1-$2" -X log_level=3
}

@test "topics create makes a topic with all that is asked, and again it is there" {
  # shellcheck disable=SC2054
  asked=(-t made --partitions=4 --replication=1 --retention-ms=60000 --cleanup=compact,delete --min-insync=1
    -c max.message.bytes=2000000)
  says 0 'made: created' topics create "${asked[@]}"
  says 0 'made: exists' topics create "${asked[@]}"
  says 0 'made: exists' topics create -t made -t made
  says 0 'made partitions=4 replication=1 retention.ms=60000 cleanup.policy=compact,delete min.insync.replicas=1 max.message.bytes=2000000' \
    topics show -t made
  kcat -q -L -b "$BOOTSTRAP_SERVERS" -t made | grep -q 'with 4 partitions'
}

@test "topics create: what is there otherwise than asked is said, and stays" {
  topics create -t other -p 2 --retention-ms=-1
  says 2 'topics: other: exists with partitions=2, not 3' topics create -t other -p 3
  says 2 'topics: other: exists with replication=1, not 2; retention.ms=-1, not 5; cleanup.policy=delete, not compact' \
    topics create -t other -r 2 --retention-ms=5 --cleanup=compact
  [[ $(topics show -t other) == 'other partitions=2 replication=1 retention.ms=-1 cleanup.policy=delete '* ]]
}

@test "topics without a name are those that stream and pipeline use" {
  same 2 "$(topics show 2>/dev/null | grep -c partitions=)"
  says 0 $'user-login: exists\nlogin_record: exists\nlogin_record.lease: created\nuser-login.dead-letters: created' topics create
  says 0 $'a: created\nb: created\nb.lease: created\na.dead-letters: created' topics create --from=a -o b
  same 4 "$(topics show --from=a -o b | grep -c partitions=)"
}

@test "topics show: the lease is missed by nobody, and the others are" {
  topics create -t here
  run topics show --from=here -o gone
  same 2 "$status"
  same 'topics: gone: no such topic, or no right to it|topics: here.dead-letters: no such topic, or no right to it' \
    "$(grep -v partitions= <<<"$output" | paste -sd '|')"
}

@test "where brokers make no topics, create makes all that pipeline -g needs, as wide as the input" {
  topics create -t wide -p 5
  echo '{"timestamp":1}' | produce wide 4
  pipeline=("$root/scripts/pipeline" -t wide -o out-of-wide -g wide -e)
  says 2 "pipeline: out-of-wide: no such topic at $BOOTSTRAP_SERVERS, or no right to it (scripts/topics create makes it)" \
    "${pipeline[@]}"
  says 0 $'wide: exists\nout-of-wide: created\nout-of-wide.lease: created\nwide.dead-letters: created' \
    topics create --from=wide -o out-of-wide
  same '5 5 5 5' "$(topics show --from=wide -o out-of-wide | sed 's/.*partitions=\([0-9]*\).*/\1/' | xargs)"
  says 0 '' "${pipeline[@]}"
  same '{"timestamp":1,"datetime":"1970-01-01 00:00:01"}' \
    "$(kcat -q -C -e -b "$BOOTSTRAP_SERVERS" -t out-of-wide -p 4 -X fetch.wait.max.ms=10)"
}

@test "topics: what Kafka refuses is said, and the others are done" {
  run topics create -t many -t few -r 3
  same 2 "$status"
  [[ $output == *'topics: many: '*'replication factor of 3'*'topics: few: '* ]]
  run topics create -t unset -c no.such.setting=1
  same 2 "$status"
  [[ $output == 'topics: unset: Unknown topic config name: no.such.setting' ]]
  run topics show -t nowhere -t user-login
  same 2 "$status"
  same 'topics: nowhere: no such topic, or no right to it' "${lines[0]}"
  [[ ${lines[1]} == 'user-login partitions='* ]]
}

@test "lag by a group: what it has committed, and what is left" {
  topics create -t grouped -p 2
  seq -f '{"timestamp":%g}' 5 | produce grouped 1
  says 1 $'grouped [0] end=0 done=0 lag=0\ngrouped [1] end=5 done=0 lag=5' lag -t grouped -g readers
  "$root/scripts/stream" -t grouped -g readers -e
  says 0 $'grouped [0] end=0 done=0 lag=0\ngrouped [1] end=5 done=5 lag=0' lag -t grouped -g readers
  echo '{"timestamp":6}' | produce grouped 0
  says 1 $'grouped [0] end=1 done=0 lag=1\ngrouped [1] end=5 done=5 lag=0' lag -t grouped -g readers --metrics=metrics
  same 644 "$(stat -c %a metrics)"
  same 'loginstamp_lag_records{topic="grouped",group="readers",partition="0"} 1
loginstamp_lag_records{topic="grouped",group="readers",partition="1"} 0' "$(grep ^loginstamp_lag_records metrics)"
  same 'loginstamp_lag_done_offset{topic="grouped",group="readers",partition="1"} 5' \
    "$(grep '^loginstamp_lag_done.*"1"' metrics)"
  same 'loginstamp_lag_end_offset{topic="grouped",group="readers",partition="1"} 5' \
    "$(grep '^loginstamp_lag_end.*"1"' metrics)"
  seconds=$(sed -n 's/^loginstamp_lag_last_write_timestamp_seconds{topic="grouped",group="readers"} \([0-9]*\)\.[0-9]*$/\1/p' metrics)
  (($(date +%s) - seconds < 60))
  # A form that Prometheus takes: each family with its type, each line a sample or a comment, a newline at the end.
  same '' "$(grep -vE '^(# (HELP|TYPE) loginstamp_lag_[a-z_]+ .+|loginstamp_lag_[a-z_]+(\{([a-z]+="[^"]*",?)+\})? [0-9.]+)$' metrics)"
  age=$(sed -n 's/^loginstamp_lag_oldest_seconds{topic="grouped",group="readers",partition="0"} \([0-9]*\)[.0-9]*$/\1/p' metrics)
  ((age >= 0 && age < 60))
  same 'loginstamp_lag_oldest_seconds{topic="grouped",group="readers",partition="1"} 0' "$(grep '^loginstamp_lag_oldest.*"1"' metrics)"
  same 5 "$(grep -c '^# TYPE loginstamp_lag_.* gauge$' metrics)"
  same '' "$(tail -c 1 metrics)"
  same metrics "$(ls)"
}

# open_transaction TOPIC PARTITION: is more there than a reader of what is committed is shown?
open_transaction() {
  local of='' shown
  for level in read_committed read_uncommitted; do
    shown=$(kcat -q -Q -b "$BOOTSTRAP_SERVERS" -t "$1:$2:-1" -X isolation.level=$level -X log_level=3)
    of+=" ${shown##* }"
  done
  read -r committed all <<<"$of"
  ((all > committed + 1500))
}

@test "lag by the output's last committed header, wherever it is" {
  topics create -t in -t out -p 2
  seq 9 | produce in 0
  seq 4 | produce in 1
  says 1 $'in [0] end=9 done=0 lag=9\nin [1] end=4 done=0 lag=4' lag -t in -o out
  batch out 0 3
  batch out 0 7
  says 1 $'in [0] end=9 done=7 lag=2\nin [1] end=4 done=0 lag=4' lag -t in -o out
  # An aborted one does not count, and hides the last committed one.
  mkfifo pipe
  exec {to}<>pipe
  kcat -q -P -b "$BOOTSTRAP_SERVERS" -t out -p 0 -H loginstamp-next=9 -X transactional.id=out-0 <pipe {to}>&- 3>&- &
  yes '{}' | head -n 2000 >&"$to"
  eventually 10 open_transaction out 0
  kill -TERM "$!"
  exec {to}>&-
  wait "$!" || :
  says 1 $'in [0] end=9 done=7 lag=2\nin [1] end=4 done=0 lag=4' lag -t in -o out
  batch out 0 9
  batch out 1 4
  says 0 $'in [0] end=9 done=9 lag=0\nin [1] end=4 done=4 lag=0' lag -t in -o out
  # Nor does a gap, like a transaction's mark at the end of the input.
  echo 10 | produce in 0 -X transactional.id=in -X log_level=3
  says 1 $'in [0] end=11 done=9 lag=2\nin [1] end=4 done=4 lag=0' lag -t in -o out
  batch out 0 10
  says 0 $'in [0] end=11 done=10 lag=0\nin [1] end=4 done=4 lag=0' lag -t in -o out
}

# expired TOPIC: does its only partition begin where it ends, after the start?
expired() {
  local begins ends
  begins=$(kcat -q -Q -b "$BOOTSTRAP_SERVERS" -t "$1:0:-2")
  ends=$(kcat -q -Q -b "$BOOTSTRAP_SERVERS" -t "$1:0:-1")
  [[ $begins == "$ends" && $ends != *' 0' ]]
}

@test "lag: what retention took before it was done is said, and if it took what was known" {
  topics create -t short -p 1 --retention-ms=1 -c file.delete.delay.ms=0
  topics create -t known -p 1
  seq 9 | produce short 0
  batch known 0 4
  eventually 20 expired short
  says 0 $'lag: short [0]: 4 to 8 were deleted before they were done\nshort [0] end=9 done=4 lag=0' lag -t short -o known
  says 2 'lag: short [0]: retention has taken the records that said what is done' lag -t known -o short
}

@test "lag: what cannot be is said" {
  says 2 'lag: nowhere: no such topic, or no right to it' lag -t nowhere
  says 2 'lag: nowhere: no such topic, or no right to it' lag -o nowhere
  topics create -t narrow -p 1
  says 2 'lag: narrow: has fewer partitions than user-login' lag -o narrow
  batch login_record 2 77
  says 2 'lag: user-login [2]: done is 77, but it ends at 0: it is not the topic that was read' lag
  echo 1 | produce narrow 0 -H loginstamp-next=x
  says 2 'lag: narrow [0]: loginstamp-next is no offset' lag -t narrow -o narrow
  says 2 $'narrow [0] end=1 done=0 lag=1\nlag: no/where: No such file or directory' lag -t narrow -g g --metrics=no/where
}

# last_line FILE TEXT: is this its last line?
last_line() { [[ $(tail -n 1 "$1") == "$2" ]]; }

# lag may make it anew meanwhile.
block_metrics() { rm -f metrics && mkdir metrics; }

@test "topics create by several at once: each of them is well" {
  local i k
  for i in 1 2 3; do
    creators=()
    for k in 1 2 3; do
      topics create -t "several-$i" -p 2 >"$k.out" 2>"$k.err" 3>&- &
      creators+=("$!")
    done
    for k in "${creators[@]}"; do
      wait "$k"
    done
    same '' "$(cat ./*.err)"
    same 1 "$(grep -lx "several-$i: created" ./*.out | wc -l)"
    same 2 "$(grep -lx "several-$i: exists" ./*.out | wc -l)"
  done
}

@test "lag --every looks again, says once what goes wrong, and ends with a signal" {
  topics create -t again -p 1
  seq 3 | produce again 0
  "$root/scripts/lag" -t again -g again --every=1 --metrics=metrics >out 2>err 3>&- &
  pid=$!
  eventually 10 last_line out 'again [0] end=3 done=0 lag=3'
  eventually 10 grep -qs ' 3$' metrics
  echo 4 | produce again 0
  eventually 10 last_line out 'again [0] end=4 done=0 lag=4'
  eventually 10 grep -q '^loginstamp_lag_records{topic="again",group="again",partition="0"} 4$' metrics
  # What goes wrong is said once.
  eventually 5 block_metrics
  eventually 10 last_line err 'lag: metrics: Is a directory; trying again'
  sleep 2.5
  rmdir metrics
  eventually 10 last_line err 'lag: goes on'
  same 2 "$(wc -l <err)"
  kill -TERM "$pid"
  status=0
  wait "$pid" || status=$?
  same 0 "$status"
  says 2 'lag: nowhere: no such topic, or no right to it' lag -t nowhere --every=1
}

@test "lag --every ends at once, also while no broker answers" {
  topics create -t lonely -p 1
  "$root/scripts/lag" -t lonely -g lonely --every=1 >out 2>err 3>&- &
  pid=$!
  eventually 10 last_line out 'lonely [0] end=0 done=0 lag=0'
  read -r _ _ _ broker <<<"$(LOGINSTAMP_BROKER_DIR=$BATS_FILE_TMPDIR/broker "$root/scripts/broker" status)"
  java=$(pgrep -P "$broker" java)
  kill -STOP "$java"
  sleep 2
  began=$EPOCHSECONDS
  kill -TERM "$pid"
  status=0
  wait "$pid" || status=$?
  kill -CONT "$java"
  same 0 "$status"
  ((EPOCHSECONDS - began < 3))
}
