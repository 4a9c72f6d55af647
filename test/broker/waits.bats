#!/usr/bin/env bats
# What pipeline waits for, on a real Apache Kafka: it is said once, and nothing is lost.

# shellcheck disable=SC2030,SC2031,SC2154 # root is from setup.bash; every test is a process of its own
load ../setup
load pipeline
bats_require_minimum_version 1.5.0

@test "a commit that fails again and again is told of once" {
  # A batch with its header is larger than a segment may be, and the mark of an abort is not.
  "$root/scripts/topics" create -p 3 -t "$out" -c segment.bytes=100 >/dev/null
  start 1
  echo '{"timestamp":1}' | lines
  eventually 30 grep -q 'could not be committed, twice: kcat -P: status 1: .*segment size.*; trying again' 1.err
  aborts=$(end_of_all)
  eventually 30 aborted_since "$aborts" 4
  same 1 "$(grep -c 'could not be committed' 1.err)"
  same 0 "$(count)"
}

aborted_since() { (($(end_of_all) >= $1 + $2)); }

# out_of_two MIN-INSYNC: make the output, on two brokers of which one is not there; or change that setting of it.
out_of_two() {
  /usr/bin/python3 - "$BOOTSTRAP_SERVERS" "$out" "$1" <<'EOF'
import sys
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic
servers, topic, least = sys.argv[1:]
settings = {"min.insync.replicas": least}
admin = AdminClient({"bootstrap.servers": servers})
if topic in admin.list_topics().topics:
    done = admin.alter_configs([ConfigResource("topic", topic, set_config=settings)])
else:
    done = admin.create_topics([NewTopic(topic, 3, replica_assignment=[[1, 2]] * 3, config=settings)])
for future in done.values():
    future.result()
EOF
}

@test "a commit and a fence that the broker does not answer are told of once, and it goes on when it does" {
  out_of_two 2
  echo '{"timestamp":1}' | lines
  start 1
  eventually 30 test -s 1.err
  sleep 3
  same "pipeline: $in [0]: kcat -P: no answer to its commit within 10 s; waiting" "$(<1.err)"
  kill -KILL "${copies[1]}"
  start 1
  eventually 30 test -s 1.err
  sleep 3
  same "pipeline: $in [0]: kcat -P: no answer to its start within 10 s: the broker is still about the last transaction of $out-0; waiting" \
    "$(<1.err)"
  out_of_two 1
  eventually 30 has_count 1
  same "pipeline: $in [0]: goes on" "$(tail -n +2 1.err)"
  stop 1 0
}

@test "somebody else's open transaction in the output is waited for, however long it is, and that is said once" {
  local records
  "$root/scripts/topics" create -p 3 -t "$out" >/dev/null
  echo '{"timestamp":1}' | lines
  pipeline -e
  foreign=(kcat -q -P -b "$BOOTSTRAP_SERVERS" -t "$out" -p 0 -X "transactional.id=foreign-$out" -X log_level=0)
  # What is looked at is before the first of them, or behind it. kcat -P keeps the last one back.
  for records in 1 9; do
    echo "$records records"
    echo '{"timestamp":1}' | lines
    end=$(end_of_all)
    mkfifo "hold.$records"
    { seq -f %01024g 0 "$records" && exec sleep 60; } >"hold.$records" 3>&- &
    copies[8]=$!
    "${foreign[@]}" <"hold.$records" 3>&- &
    copies[9]=$!
    eventually 20 aborted_since "$end" "$records"
    start 1 -e
    eventually 20 grep -q "waiting" 1.err
    sleep 3
    before=$(count)
    same "$((end + records))" "$(end_of_all)"
    kill -KILL "${copies[@]:8}"
    # A new producer of that name aborts what the other left.
    : | "${foreign[@]}"
    wait "${copies[1]}"
    same "pipeline: $in [0]: $out [0]: waiting for the end of somebody else's transaction, open from offset $end:\
 the broker ends it after its transaction.timeout.ms|pipeline: $in [0]: goes on|" "$(tr '\n' '|' <1.err)"
    same $((before + 1)) "$(count)"
  done
}

@test "what came after --start=end is read again, whatever becomes of its first commit" {
  export TMPDIR=$BATS_TEST_TMPDIR
  out_of_two 2
  echo '{"timestamp":1}' | lines
  start 1 --start=end
  eventually 30 pgrep -f -- "-C -t $in -p 0 .* -o 1 "
  echo '{"timestamp":2}' | lines
  eventually 20 has_fed 0
  pkill -KILL -f -- "--worker=0:.* -t $in "
  out_of_two 1
  eventually 60 has_count 1
  [[ $(got %s) == *:02* ]]
  stop 1 0
}

@test "a member that loses its lease in an outage, with batches in flight, goes on after it" {
  local broker p
  export TMPDIR=$BATS_TEST_TMPDIR
  broker=$(pgrep -f "kafka\.Kafka .*$LOGINSTAMP_BROKER_DIR")
  out_of_two 2
  start 1 -g "$in" -X session.timeout.ms=6000
  for p in 0 1; do
    echo '{"timestamp":1}' | lines "$p"
    eventually 30 has_fed "$p"
  done
  kill -STOP "$broker"
  pkill -KILL -f -- "-P -t $out -p 0 "
  eventually 40 grep -Fq "[0]: whether the last batch was committed is not known here: whoever goes on looks" 1.err
  eventually 40 grep -Fq "[1]: killed, it had not ended after 4 s" 1.err
  kill -CONT "$broker"
  out_of_two 1
  for p in 0 1; do
    eventually 60 has_count 1 "$p"
  done
  stop 1 0
}

may_have_disk() { unshare -rm true 2>/dev/null || skip 'no name spaces for a small disk'; }

# with_disk SIZE COMMAND...: with a small disk in $TMPDIR, and what are functions here.
with_disk() {
  export in out root TMPDIR=$PWD/small
  mkdir small
  # shellcheck disable=SC2046 # their names
  export -f $(compgen -A function)
  # shellcheck disable=SC2016 # the other shell's
  unshare -rm bash -euc 'mount -t tmpfs -o "size=$0" none small && "$@"' "$@"
}

# Somebody else's file takes all the room that there is.
fill() { dd if=/dev/zero of=small/other bs=4k 2>/dev/null || :; }

no_room_for_a_while() {
  local records before
  start 1 -- -q
  trap 'kill -KILL "${copies[1]}" 2>/dev/null || :' EXIT
  echo '{"timestamp":1}' | lines
  eventually 20 has_count 1
  # One finds room in a file that is there already, and its figures do not.
  for records in 1 3000; do
    before=$(count)
    fill
    "$root/scripts/sample" --count="$records" | lines
    eventually 30 ends_with 'trying again'
    sleep 3
    ends_with 'trying again'
    same "$before" "$(count)"
    rm small/other
    eventually 30 has_count $((before + records))
    eventually 30 ends_with 'goes on'
  done
  cat 1.err
  same 4 "$(said | wc -l)"
  stop 1 0
}

# Of partition 0, as there is no room for the others either.
said() { grep -F "$in [0]: " 1.err; }
ends_with() { [[ $(said | tail -n 1) == *"$1" ]]; }

@test "no room where its batches lie: it says so once, loses nothing, and goes on when there is room" {
  may_have_disk
  with_disk 2m no_room_for_a_while
  same "pipeline: $in [0]: $PWD/small/loginstamp-pipeline.*: no room for records: No space left on device\
 (make some, or set TMPDIR); trying again" "$(said | sed '1!d; s/pipeline\.[a-zA-Z0-9]*:/pipeline.*:/')"
  { echo '{"timestamp":1}' && "$root/scripts/sample" --count=1 && "$root/scripts/sample" --count=3000; } >logins
  loginstamp -q logins | cmp - <(got '%s\n')
}

no_room_to_hear() {
  out_of_two 2
  echo '{"timestamp":1}' | lines
  start 1
  trap 'kill -KILL "${copies[1]}" 2>/dev/null || :' EXIT
  eventually 20 has_fed 0
  fill
  eventually 30 ends_with 'trying again'
  [[ $(said) == *': no room for records: No space left on device (make some, or set TMPDIR); trying again' ]]
  rm small/other
  out_of_two 1
  eventually 30 has_count 1
  eventually 10 ends_with 'goes on'
  cat 1.err
  same 2 "$(said | wc -l)"
  stop 1 0
}

# has_fed PARTITION: has kcat -P begun to commit the batch that it was fed?
has_fed() { grep -qs 'Transactional API called: commit_transaction' "$TMPDIR"/*/"$1".*/log.*; }

@test "no room to hear what the broker answers: that is said, and not that it does not answer" {
  may_have_disk
  with_disk 2m no_room_to_hear
}

no_room_at_the_start() {
  fill
  pipeline -e
}

@test "no room at the start is an error" {
  may_have_disk
  run --separate-stderr with_disk 1m no_room_at_the_start
  same 2 "$status"
  [[ $stderr == "pipeline: $PWD/small/loginstamp-pipeline."*': no room for records: No space left on device (make some, or set TMPDIR)' ]]
}

@test "a batch too large for the disk is done in smaller ones" {
  "$root/scripts/sample" --count=6000 >logins
  lines <logins
  # No file may be longer than 200 KiB; all records together are a megabyte and more.
  run --separate-stderr bash -c "ulimit -f 200; exec '$root/scripts/pipeline' -t '$in' -o '$out' -e -- -q" 3>&-
  same '0 ' "$status $stderr"
  loginstamp -q logins | cmp - <(got '%s\n')
}
