#!/usr/bin/env bats
# Exactly once, on a real Apache Kafka: what comes out, what ends it, and how several share the work. That it holds when
# things are killed and frozen is shown by test/faults, of which a short run is here. test/outer/saboteurs.bats shows that
# it would find a fault.

# shellcheck disable=SC2030,SC2031,SC2154 # root is from setup.bash; every test is a process of its own
load ../setup
load pipeline
bats_require_minimum_version 1.5.0

@test "pipeline -e gives what the filter gives, each partition in its order" {
  for p in 0 1 2; do
    "$root/scripts/sample" --count=1000 --seed=$((p + 1)) --faults=2 >"logins.$p"
    lines "$p" <"logins.$p"
  done
  # A directory with the name of a list.
  mkdir a:b
  TMPDIR=$PWD/a:b run --separate-stderr pipeline -e --batch=300
  same 1 "$status"
  [[ $stderr == *"records refused, they are in $in.dead-letters" ]]
  for p in 0 1 2; do
    loginstamp -q "logins.$p" 2>told.all | cmp - <(got '%s\n' "$out" "$p")
    same "loginstamp-next=1000" "$(got '%h\n' "$out" "$p" | tail -n 1)"
  done
  # A second run finds nothing left.
  run --separate-stderr pipeline -e
  same '0 ' "$status $stderr"
  loginstamp -q logins.0 2>/dev/null | cmp - <(got '%s\n')
}

@test "keys, null keys, tombstones, raw newlines and what looks like a record come through" {
  printf 'k\x1f{"timestamp":\n1}\x1e\x1f{"timestamp":2}\x1ek\x1f\x1e7 1 2\nk\x1f{"timestamp":3,"a":"\n9 -1 2\\n{}"}\x1e' >raw
  printf '\x1f{"a":"9 -1 2\\n{}","timestamp":4}\x1e' >>raw
  put <raw
  run --separate-stderr pipeline -e
  same 1 "$status"
  got '%K %S %k %s|' >records
  printf '%s|' $'1 49 k {"timestamp":\n1,"datetime":"1970-01-01 00:00:01"}' \
    '-1 48  {"timestamp":2,"datetime":"1970-01-01 00:00:02"}' '1 -1 k ' \
    '-1 65  {"a":"9 -1 2\n{}","timestamp":4,"datetime":"1970-01-01 00:00:04"}' | cmp - records
}

@test "keys that hold a delimiter are dead letters" {
  printf '%s\n' 'a' | kcat -q -P -b "$BOOTSTRAP_SERVERS" -t "$in" -p 0 -k $'forged\x1e5\x1f{}'
  run --separate-stderr pipeline -e --max-refused=100
  same 1 "$status"
  same 0 "$(count)"
  same '["key holds a delimiter",0]' "$(dead_letters | jq -c '[.reason,.offset]')"
}

@test "refused records are in the dead letters with topic, partition and offset" {
  printf '%s\n' '{"timestamp":1}' 'no JSON' | lines 1
  run --separate-stderr pipeline -e
  same 1 "$status"
  [[ $stderr == *"pipeline: $in [1]:"*": invalid JSON"*"(offset 1)"* ]]
  dead_letters >dead
  same "[\"$in\",1,1,\"no JSON\"]" "$(jq -c '[.topic,.partition,.offset,.data]' dead)"
}

@test "insights are told once, of what is committed" {
  printf '%s\n' '{"timestamp":1,"device_type":"login"}' | lines
  run --separate-stderr pipeline -e
  same '0 Insight: Login from login device' "$status $stderr"
}

@test "what records say cannot hide what is told" {
  printf '{"timestamp":%d,"app_version":"%s"}\n' 1 'Summary of nothing' 2 'Summary after all' 3 4 | lines
  run pipeline -e -- -i timestamp=1 -i timestamp=2 -i timestamp=3 --insight-text='{app_version}'
  same 'Insight: Summary of nothing
Insight: Summary after all
Insight: 4' "$output"
}

@test "records at the last sizes below the limit pass, and larger ones are dead letters" {
  local size
  for size in 1046500 1047530 1047531 1047532 1048000 1048500; do
    printf '{"timestamp":1,"a":"%*s"}\x1e' $((size - 22)) '' | tr ' ' x
  done >large
  put <large
  printf '{"timestamp":2}\x1e' | put
  run --separate-stderr pipeline -e --max-refused=100
  same 1 "$status"
  # 33 bytes are added, and 1,047,564 are the most.
  same '1046533 1047563 1047564 48' "$(got '%S\n' | xargs)"
}

@test "each of the last 2,048 sizes below the limit passes or is a dead letter" {
  local most=16384 size
  "$root/scripts/topics" create -p 3 -c "max.message.bytes=$most" -t "$out" -t "$in.dead-letters" >/dev/null
  # 33 bytes are added, and all but the last 1,024 sizes pass.
  for ((size = most - 2047 - 33; size <= most - 33; size++)); do
    printf '{"timestamp":1,"a":"%*s"}\n' $((size - 22)) ''
  done | tr ' ' x >large
  lines <large
  run --separate-stderr pipeline -e --batch=100 --max-message="$most" --max-refused=100
  same 1 "$status"
  loginstamp -q large 2>/dev/null | head -n 1024 | cmp - <(got '%s\n')
  dead_offsets | cmp - <(seq 1024 2047)
}

# Of the dead letters, in all their partitions.
dead_offsets() { dead_letters | jq .offset | sort -n; }

@test "batches in which nothing passes make progress, and go on" {
  { echo '{"timestamp":1}' && yes bad | head -n 2000 && echo '{"timestamp":2}'; } | lines
  run --separate-stderr pipeline -e --batch=100 --max-refused=100
  same 1 "$status"
  [[ $stderr == *'2000 records refused'* ]]
  same 2 "$(count)"
}

@test "a partition whose last 10,000 records are all refused is done to its end" {
  { echo '{"timestamp":1}' && yes bad | head -n 10000; } | lines
  run --separate-stderr pipeline -e --max-refused=100
  same 1 "$status"
  [[ $stderr == *'10000 records refused'* ]]
  same 1 "$(count)"
  dead_offsets | cmp - <(seq 1 10000)
}

@test "more refused than --max-refused: it stops before them" {
  yes bad | head -n 1200 | lines
  run --separate-stderr pipeline -e
  same 2 "$status"
  [[ $stderr == "pipeline: $in [0]: stopped before offset 0: more than 50 % of the last 1000 records were refused\
 (--max-refused); one of them: invalid JSON: "* ]]
}

@test "more refused than --max-refused of all, though not of any last 1,000: it is said at the end" {
  { yes bad | head -n 500 && yes '{"timestamp":1}' | head -n 500 && yes bad | head -n 500; } | lines
  run --separate-stderr pipeline -e --batch=500
  same 2 "$status"
  [[ $stderr == *"$in [0]: more than 50 % of all records were refused (--max-refused)"* ]]
}

@test "more refused in the middle of a large batch: it stops there too" {
  { yes '{"timestamp":1}' | head -n 3000 && yes bad | head -n 700 && yes '{"timestamp":1}' | head -n 3000; } | lines
  run --separate-stderr pipeline -e
  same 2 "$status"
  [[ $stderr == *'--max-refused'* ]]
}

@test "it goes on as records come, and ends within five seconds of SIGTERM" {
  start 1
  echo '{"timestamp":1}' | lines
  eventually 20 has_count 1
  echo '{"timestamp":2}' | lines
  eventually 20 has_count 2
  stop 1 0
  same '' "$(pgrep -f -- "--worker=.*-t $in " || :)"
}

# feeding: does the first copy's worker for partition 0 feed a kcat -P, with more than primes it? It leads a session.
feeding() {
  worker=$(pgrep -P "${copies[1]}" -f -- --worker=0:) && pgrep -s "$worker" -f '^dd .* count=[0-9]{8}' >/dev/null
}

@test "asked to stop when a commit comes to nothing, it looks what has become of it" {
  yes "{\"timestamp\":1,\"a\":\"$(printf '%1500s' '')\"}" | head -n 50000 | lines
  start 1 -- -q
  eventually 30 feeding
  writer=$(pgrep -P "$worker" -f -- '-d eos -P ')
  kill -STOP "$writer"
  (sleep 0.3 && kill -KILL "$writer") 3>&- &
  stop 1 0
  same 0 "$(count)"
}

@test "a worker, or all, killed in the middle: nothing is lost or twice" {
  "$root/scripts/sample" --count=6000 >logins
  lines <logins
  start 1 --batch=200 -- -q
  eventually 30 has_some
  pkill -KILL -f -- "--worker=0:.* -t $in "
  sleep 0.5
  kill -KILL "${copies[1]}"
  eventually 10 nothing_runs
  pipeline -e -- -q
  loginstamp -q logins | cmp - <(got '%s\n')
}

@test "its directory is held while it lives; if it is removed all the same, that ends it, and nothing is lost" {
  "$root/scripts/sample" --count=6000 >logins
  lines <logins
  mkdir tmp
  TMPDIR=$PWD/tmp start 1 --batch=200 -- -q
  eventually 30 has_some
  run ! flock --nonblock tmp/* true
  eventually 10 rm -rf tmp/*
  status=0
  wait "${copies[1]}" || status=$?
  same 2 "$status"
  grep -x "pipeline: $PWD/tmp/loginstamp-pipeline\..*: is gone, somebody has removed it; nothing is lost, start again" 1.err || { cat 1.err; false; }
  pipeline -e -- -q
  loginstamp -q logins | cmp - <(got '%s\n')
}

has_begun() { compgen -G "tmp/*/$1.*/fifo.0" >/dev/null; }

# A worker that has no file for what bash says of it ends at once. One that begins may make it anew meanwhile.
block_trace() { (cd tmp/* && rm -rf 0.trace && mkdir 0.trace); }

@test "a worker that ends again and again does not fill the log" {
  mkdir tmp
  TMPDIR=$PWD/tmp start 1
  eventually 30 has_begun 0
  eventually 5 block_trace
  pkill -KILL -f -- "--worker=0:.* -t $in "
  sleep 6
  rmdir tmp/*/0.trace
  # Some, as that was seen; and seldom.
  (($(grep -c ' \[0]: the worker.s status was 1: starting it again' 1.err) >= 1))
  (($(grep -c ' \[0]: the worker' 1.err) <= 5))
  echo '{"timestamp":1}' | lines
  eventually 30 has_count 1
  stop 1 0
}

# What is of a run is known by its environment, whatever it is.
of_run() { grep -lsz "^MARK=$1\$" /proc/[0-9]*/environ | grep -v -e /self/ -e "/$BASHPID/"; }
none_of_run() { ! of_run "$1" >running; }

@test "whatever of it is killed, and when, leaves no process behind" {
  local i victims hit=0
  "$root/scripts/sample" --count=20000 >logins
  for p in 0 1 2; do
    lines "$p" <logins
  done
  for i in {1..20}; do
    MARK=$in-$i start 1 --batch=20 -- -q
    ((i % 3 == 0)) || eventually 10 has_workers 1
    sleep "0.$((RANDOM % 4))$((RANDOM % 10))"
    mapfile -t victims < <(pgrep -P "${copies[1]}" -f -- --worker=)
    ((${#victims[@]} == 0)) || hit=$((hit + 1))
    # One after the other, or at once; workers only if they are to be started again.
    if ((i % 2)); then
      kill -KILL "${copies[1]}" "${victims[@]}"
    else
      kill -KILL "${victims[@]}" 2>/dev/null || :
      sleep 0.3
      kill -KILL "${copies[1]}"
    fi
    eventually 10 none_of_run "$in-$i"
  done
  ((hit >= 10))
}

nothing_runs() { ! pgrep -f -- "-t $in |$out-[0-9]" >running; }

@test "members of a group share the partitions, and take over from one that is killed" {
  local p
  "$root/scripts/sample" --count=3000 >logins
  # A strategy that takes a partition at a time would not tell of all.
  start 1 -g "$in" -X session.timeout.ms=6000 -X partition.assignment.strategy=cooperative-sticky -- -q
  eventually 20 works_on 3 1
  start 2 -g "$in" -X session.timeout.ms=6000 -- -q
  eventually 20 all_shared
  for p in 0 1 2; do
    lines "$p" <logins
  done
  kill -KILL "${copies[2]}"
  eventually 30 works_on 3 1
  eventually 30 done_all 3 3000
  for p in 0 1 2; do
    loginstamp -q logins | cmp - <(got '%s\n' "$out" "$p")
  done
  stop 1 0
}

# A message of the lease, with more time between its pieces than pipeline waits for one.
say_in_pieces() {
  printf 'lease assi' >loginstamp-pipeline.*/events
  sleep 1
  printf 'gned 1\n' >loginstamp-pipeline.*/events
  eventually 5 works_on 1 1
}

@test "what the lease says is heard whole, also where the wait for it ends in the middle" {
  export TMPDIR=$BATS_TEST_TMPDIR
  start 1 -g "$in"
  eventually 20 works_on 3 1
  # What kcat says by itself may come between the pieces.
  say_in_pieces || say_in_pieces || say_in_pieces
  # What makes no sense is asked for again.
  echo "lease assigned: $out.lease [0]," >loginstamp-pipeline.*/events
  eventually 30 works_on 3 1
  stop 1 0
}

@test "one, two and three members share six partitions as they come and go" {
  local p
  "$root/scripts/topics" create -p 6 -t "$in-6" -t "$out-6" -t "$in-6.dead-letters" -t "$out-6.lease" >/dev/null
  in=$in-6 out=$out-6
  "$root/scripts/sample" --count=4000 >logins
  # A record every millisecond or so, while they come and go.
  for p in {0..5}; do
    { split -n l/20 --filter='cat && sleep 1' logins | lines "$p"; } 3>&- &
  done
  local member=(-g "$in" -X session.timeout.ms=6000 -- -q)
  start 1 "${member[@]}"
  eventually 20 works_on 6 1
  start 2 "${member[@]}"
  eventually 20 works_on 3 2
  start 3 "${member[@]}"
  eventually 20 works_on 2 3
  eventually 20 works_on 2 1
  stop 2 0
  eventually 20 works_on 3 3
  kill -KILL "${copies[3]}"
  eventually 30 works_on 6 1
  eventually 60 done_all 6 4000
  stop 1 0
  for p in {0..5}; do
    loginstamp -q logins | cmp - <(got '%s\n' "$out" "$p")
  done
}

has_workers() { (($(workers_of "$1") > 0)); }
workers_of() { pgrep -P "${copies[$1]}" -f -- --worker= | wc -l; }
works_on() { (($(workers_of "$2") == $1)); }
all_shared() { (($(workers_of 1) + $(workers_of 2) == 3 && $(workers_of 2) > 0 && $(workers_of 1) > 0)); }

# done_all PARTITIONS RECORDS: so many records are in each.
done_all() {
  local p
  for ((p = 0; p < $1; p++)); do
    has_count "$2" "$p" || return 1
  done
}

@test "an output that says more than the input has is an error that names --start" {
  eventually 30 is_there "$out"
  printf '{}\x1e' | kcat -q -P -b "$BOOTSTRAP_SERVERS" -t "$out" -p 0 -D '\x1e' -H loginstamp-next=7
  echo '{"timestamp":1}' | lines
  run --separate-stderr pipeline -e
  same 2 "$status"
  [[ $stderr == *"$in [0]: offset 7 comes next, but there are only those from 0 to 1; say where to go on by --start=0:OFFSET"* ]]
  run --separate-stderr pipeline -e --start=0:beginning
  same "0 pipeline: $in [0]: offset 7 comes next, but there are only those from 0 to 1: going on as --start says" \
    "$status $stderr"
  same 2 "$(count)"
}

@test "what retention, compaction and small limits do to a topic is an error that says what to do" {
  "$root/test/faults/settings.py" 3>&-
}

@test "--linger gathers what comes one after the other" {
  mkdir tmp
  TMPDIR=$PWD/tmp start 1 --linger=4000
  eventually 20 pgrep -f "^tail -f .*$PWD/tmp/.*/0[.]" >/dev/null
  for i in 1 2 3; do
    echo "{\"timestamp\":$i}" | lines
  done
  eventually 20 has_count 3
  # One transaction: three records and its end.
  kcat -q -Q -b "$BOOTSTRAP_SERVERS" -t "$out:0:-1" -X isolation.level=read_uncommitted | grep 'offset 4$'
  stop 1 0
}

@test "fewer output partitions than input ones, and what is not there, are errors at the start" {
  run --separate-stderr pipeline -e -t nothing-here
  same "2 pipeline: nothing-here: no such topic at $BOOTSTRAP_SERVERS, or no right to it" "$status $stderr"
  "$root/scripts/topics" create -p 2 -t "$out" >/dev/null
  run --separate-stderr pipeline -e
  same "2 pipeline: $out: has 2 partitions, and $in has 3: it needs as many (scripts/topics create makes it)" "$status $stderr"
}

@test "a property that kcat cannot take ends it, whoever it is for" {
  for property in queue.buffering.backpressure.threshold=2 linger.ms=some batch.size=0 fetch.wait.max.ms=-5 max.poll.interval.ms=1; do
    run --separate-stderr timeout 20 "$root/scripts/pipeline" -t "$in" -o "$out" -X "$property" 3>&-
    same 2 "$status"
    echo "$property: $stderr"
    [[ $stderr == "pipeline: $in ["*"]: kcat"*': % ERROR: '* && $stderr != *'trying again'* ]]
  done
  # The broker does not take the last one.
  for property in session.timeout.ms=some session.timeout.ms=7000000 session.timeout.ms=1; do
    run --separate-stderr timeout 20 "$root/scripts/pipeline" -t "$in" -o "$out" -g "$in" -X "$property" 3>&-
    same 2 "$status"
    echo "$property: $stderr"
    [[ $stderr == *'pipeline: kcat -G: '*session*timeout* ]]
  done
}

@test "a property that kcat takes no more is waited for" {
  echo linger.ms=1 >config
  start 1 -F config
  echo '{"timestamp":1}' | lines
  eventually 20 has_count 1
  echo ssl.ca.location=nowhere >>config
  echo security.protocol=ssl >>config
  echo '{"timestamp":2}' | lines
  eventually 20 grep -q 'Failed to create .*; trying again' 1.err
  echo linger.ms=1 >config
  eventually 20 grep -q 'goes on' 1.err
  eventually 20 has_count 2
  stop 1 0
}

@test "faults in every phase: nothing lost, nothing twice, order kept" {
  timeout 480 "$root/test/faults/faults.py" --records=6000 --minutes=7 --reading=3 --fence=4 --feeding=5 --broker=1 3>&-
}
