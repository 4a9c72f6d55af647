#!/usr/bin/env bats
# loginwatch over a topic, on each kind of broker.

# shellcheck disable=SC2154 # root is from setup.bash
bats_require_minimum_version 1.5.0
load ../setup

teardown() {
  [[ ! ${watch_pid-} ]] || kill -KILL "$watch_pid" 2>/dev/null || :
  "$root/scripts/broker" stop
}

# begin KIND [PARTITIONS]: a broker of that kind with login_record, in $BOOTSTRAP_SERVERS.
begin() {
  export LOGINSTAMP_BROKER_DIR=$BATS_TEST_TMPDIR/broker
  watched=watched
  printf '%s\n' log.retention.check.interval.ms=200 log.initial.task.delay.ms=200 >config
  local option=()
  [[ $1 == embedded ]] || option=(--config="$PWD/config")
  servers=$("$root/scripts/broker" start "--$1" --owner=$$ "--topics=$watched" "--partitions=${2-1}" \
    ${option[@]+"${option[@]}"} 3>&-)
  export "${servers?}"
}

# produce PARTITION: the lines of stdin.
produce() { kcat -q -P -b "$BOOTSTRAP_SERVERS" -t "$watched" -p "$1"; }

logins() { "$root/scripts/sample" --count="$1" --seed="${2-1}" --faults=2; }

watch() { "$root/scripts/watch" -t "$watched" "$@"; }

# start OPTION...: watch in the background; its insights go to out.
start() {
  "$root/scripts/watch" -t "$watched" "$@" >out 2>err 3>&- &
  watch_pid=$!
}

# stop_watch SIGNAL WANT: and see the status.
stop_watch() {
  local status=0
  kill "-$1" "$watch_pid"
  wait "$watch_pid" || status=$?
  watch_pid=
  cat err
  same "$2" "$status"
}

records() { tail -n 1 out | jq .records; }

# told NUMBER: has it told of so many records?
told() { [[ $(records) == "$1" ]]; }

same_as_file() {
  logins 5000 >all
  produce 0 <all
  run -1 loginwatch --insights=json --window=60 --alert=default all
  watch -e --offset=beginning -- --insights=json --window=60 --alert=default >got 2>err || status=$?
  cat err
  same 1 "$status"
  [[ $(wc -l <got) -gt 20 ]]
  loginwatch --insights=json --window=60 --alert=default all 2>/dev/null | cmp - got
}

goes_on() {
  logins 3000 >all
  loginwatch --insights=json all >want 2>/dev/null || :
  head -n 1000 all | produce 0
  start --state=s --offset=beginning -- --insights=json --every=0.1
  eventually 30 told 1000
  sed -n 1001,1700p all | produce 0
  eventually 30 told 1700
  sleep 0.3
  # The script alone: its stages end with it.
  stop_watch KILL 137
  eventually 10 free
  sed -n 1701,2000p all | produce 0
  start --state=s -- --insights=json --every=0.1
  eventually 30 told 2000
  sed -n 2001,2500p all | produce 0
  eventually 30 told 2500
  stop_watch TERM 1
  tail -n +2501 all | produce 0
  watch -e --state=s -- --insights=json >got 2>err || :
  cat err
  same "$(tail -n 1 want)" "$(tail -n 1 got)"
  # Nothing is new: nothing counts twice.
  watch -e --state=s -- --insights=json >again 2>err || :
  same "$(tail -n 1 want)" "$(tail -n 1 again)"
}

free() { loginwatch --state=s --insights=none </dev/null 2>/dev/null; }

@test "embedded broker: a topic gives what a file gives, byte for byte" { begin embedded && same_as_file; }
@test "embedded broker: killed with -9 and gone on, each record counts once" { begin embedded && goes_on; }

@test "Apache Kafka with ZooKeeper: a topic gives what a file gives, byte for byte" { begin kafka-zookeeper && same_as_file; }
@test "Apache Kafka with ZooKeeper: killed with -9 and gone on, each record counts once" { begin kafka-zookeeper && goes_on; }

@test "partitions are merged by time" {
  begin embedded 3
  logins 5000 >all
  # Partition 2 stays empty.
  awk '{ print > ("part" (NR % 5 < 2)) }' all
  produce 0 <part0
  produce 1 <part1
  watch -e --offset=beginning -- --insights=json --window=60 >got 2>/dev/null || :
  [[ $(wc -l <got) -gt 20 ]]
  loginwatch --insights=json --window=60 all 2>/dev/null | cmp - got
}

@test "without a state it tells of what comes from now on; an idle partition holds nothing up" {
  begin embedded 2
  echo '{"timestamp":1}' | produce 0
  start --merge=0.2 -- --insights=json --every=0.1
  eventually 20 told 0
  # The reader's beginning was settled before that.
  echo '{"timestamp":2}' | produce 0
  echo '{"timestamp":3}' | produce 0
  eventually 20 told 2
  stop_watch TERM 0
  same '"1970-01-01T00:00:02.000Z"' "$(tail -n 1 out | jq '.["event.start"]')"
}

@test "a partition that nothing came from goes on from where it stood" {
  begin embedded 2
  echo '{"timestamp":1}' | produce 0
  echo '{"timestamp":1}' | produce 1
  watch -e --state=s -- --insights=json >out
  told 0
  same $'1 watched:0\n1 watched:1' "$(loginwatch --offsets s)"
  printf '{"timestamp":2}\n{"timestamp":3}\n' | produce 1
  watch -e --state=s -- --insights=json >out
  told 2
}

@test "where to begin: an offset, so many before the end, beyond the end" {
  begin embedded 1
  logins 10 | produce 0
  for pair in 0:10 4:6 -3:3 -20:10 10:0 11:0 end:0 beginning:10; do
    watch -e "--offset=${pair%:*}" -- --insights=json >out 2>/dev/null || :
    same "$pair" "${pair%:*}:$(records)"
  done
}

@test "Apache Kafka with ZooKeeper: where to begin by time; beyond the end" {
  begin kafka-zookeeper 1
  logins 10 | produce 0
  sleep 1.5
  now=$((${EPOCHREALTIME/./} / 1000))
  logins 4 | produce 0
  watch -e "--offset=s@$((now - 500))" -- --insights=json >out 2>/dev/null || :
  told 4
  watch -e --offset=s@99999999999999 -- --insights=json >out 2>/dev/null || :
  told 0
  watch -e --offset=2 --state=s -- --insights=json >out 2>/dev/null || :
  told 12
}

@test "what retention took before it was read is named, and it goes on behind that" {
  begin embedded 1
  echo '{"timestamp":1}' | produce 0
  watch -e --offset=beginning --state=s -- --insights=json >out
  # This broker keeps 5 MB.
  "$root/scripts/sample" --count=40000 | produce 0
  run -0 kcat -q -Q -b "$BOOTSTRAP_SERVERS" -t "$watched:0:-2"
  low=${output##* }
  ((low > 1))
  watch -e --state=s -- --insights=json >out 2>err
  same "watch: watched [0]: records 1 to $((low - 1)) are gone: retention was quicker" "$(<err)"
  told $((40001 - low + 1))
}

@test "a state that is ahead of its topic is an error, and so is one in use" {
  begin embedded 1
  logins 10 | produce 0
  printf '99 -1 2\n{}\n' >watched:0
  loginwatch --kcat --merge=2 --state=s --insights=none watched:0
  run watch -e --state=s
  same '2:watch: s: is ahead of watched [0]: if that was made anew, begin with another state' "$status:$output"
  start --state=t -- --insights=json --every=0.1
  eventually 20 told 0
  run watch -e --state=t
  same 2 "$status"
  same $'loginwatch: t: another process is using it\nwatch: loginwatch: status 2' "$output"
  stop_watch TERM 0
}

@test "a property that is wrong, an option that is, and a reader that fails are named" {
  begin embedded 1
  run watch -e -X security.protocol=none
  same 2 "$status"
  [[ $output == *'security.protocol'* ]]
  run watch -e -- --no-such-option
  same 2 "$status"
  [[ ${lines[-1]} == 'watch: loginwatch: status 2' ]]
  start -- --insights=json --every=0.1
  eventually 20 told 0
  eventually 10 pkill -KILL -P "$watch_pid" -x kcat
  status=0
  wait "$watch_pid" || status=$?
  watch_pid=
  same '2:watch: watched [0]: kcat -C: status 137' "$status:$(<err)"
}

@test "no broker, no topic, options that make no sense: a clear error" {
  while IFS='|' read -r arguments want; do
    eval "run \"\$root/scripts/watch\" $arguments"
    same "2:watch: $want" "$status:$output"
  done <<'END'
--offset=x|--offset: x: not an offset (-h shows the usage)
--merge=x|--merge: x: not a number of seconds (-h shows the usage)
--deadline=0|--deadline: 0: not a whole number from 1 to 86400 (-h shows the usage)
-o x|-o: nothing is written (-h shows the usage)
--nothing=1|--nothing: no such option with a value (-h shows the usage)
-b 127.0.0.1:1 -X sasl.password=x|-X: sasl.password: a secret would be seen by everyone in the list of processes, write it into a file for -F (-h shows the usage)
END
  run "$root/scripts/watch"
  same 2 "$status"
  [[ $output == *'scripts/broker'* ]]
  begin embedded
  run "$root/scripts/watch" -e -t nothing-here
  same "2:watch: nothing-here: no such topic at $BOOTSTRAP_SERVERS, or no right to it" "$status:$output"
}
