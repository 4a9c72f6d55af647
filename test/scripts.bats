#!/usr/bin/env bats
# The scripts without Kafka: their options, sample's records, the embedded broker, and stream between two stand-ins.

# Quoted expressions are for the stand-ins' eval, and every test is a process of its own.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
load setup
bats_require_minimum_version 1.5.0

# Two programs called kcat in one: what it reads, what it writes, and how each ends, is said by $READER and $WRITER.
fake_kcat() {
  mkdir -p bin
  cat >bin/kcat <<'KCAT'
#!/usr/bin/env bash
printf '%s\n' "$(printf '%q ' "$@")" >>"$KCAT_LOG"
case " $* " in
*' -L '*) printf '  topic "%s" with 1 partitions:\n' user-login login_record my.topic -x ;;
*' -P '*) eval "${WRITER:-cat >>written}" ;;
*)
  eval "$READER"
  [[ " $* " != *' -e '* ]] || echo '% Reached end of topic user-login [0] at offset 1: exiting' >&2
  ;;
esac
KCAT
  chmod +x bin/kcat
  PATH=$PWD/bin:$PATH
  export BOOTSTRAP_SERVERS=nowhere:1 KCAT_LOG=$PWD/kcat.log WRITER=''
  export READER='printf "0 -1 15\n{\"timestamp\":1}\n"'
}

stream() { "$root/scripts/stream" "$@"; }

# ends STATUS STDERR COMMAND...: what a command says, by a glob, and its status.
ends() {
  local want=$1 says=$2
  shift 2
  run --separate-stderr "$@"
  stderr=$(messages <<<"$stderr")
  same "$want" "$status"
  # shellcheck disable=SC2053 # a glob
  [[ $stderr == $says ]] || same "$says" "$stderr"
}

nothing_left() { ! left "KCAT_LOG=$KCAT_LOG" 'kcat|loginstamp|sleep'; }

teardown() {
  [[ ! ${LOGINSTAMP_BROKER_DIR-} ]] || "$root/scripts/broker" stop
}

@test "what is wrong with an option is said, and nothing is started" {
  fake_kcat
  while IFS='|' read -r arguments says; do
    read -ra words <<<"$arguments"
    echo "stream $arguments"
    ends 2 "stream: $says" stream "${words[@]}"
    [[ ! -e kcat.log ]]
  done <<'TABLE'
-z|-z: no such option*
--nothing|--nothing: no such option*
--nothing=1|--nothing: no such option with a value*
--end=1|--end: no such option with a value*
-b|-b: needs a value*
--from|--from: needs a value*
-t|-t: needs a value*
operand|operand: no such option*
-F /nonexistent|/nonexistent: no readable file
-X sasl.password=x|-X: sasl.password: a secret * for -F*
-Xssl.key.password=x|-X: ssl.key.password: a secret *
-X ssl.keystore.password=x|-X: ssl.keystore.password: a secret *
-X ssl.key.pem=x|-X: ssl.key.pem: a secret *
-X sasl.oauthbearer.client.secret=x|-X: sasl.oauthbearer.client.secret: a secret *
-X topic.sasl.password=x|-X: topic.sasl.password: a secret *
-X linger.ms|-X: linger.ms: not PROPERTY=VALUE*
--from=a/b|--from: a/b: not a topic's name*
--to=..|--to: ..: not a topic's name*
-t x -o x|--to: x: is the topic that is read*
--group=|--group: is empty*
-g g --offset end|--offset: a group knows where it stopped*
--offset=1.5|--offset: 1.5: not an offset*
--deadline=0|--deadline: 0: not a whole number*
TABLE
}

@test "what is wrong with an option of pipeline is said, and nothing is started" {
  fake_kcat
  while IFS='|' read -r arguments says; do
    read -ra words <<<"$arguments"
    echo "pipeline $arguments"
    ends 2 "pipeline: $says" "$root/scripts/pipeline" "${words[@]}"
    [[ ! -e kcat.log ]]
  done <<'TABLE'
-z|-z: no such option*
operand|operand: no such option*
-X ssl.key.password=x|-X: ssl.key.password: a secret * for -F*
-t x -o x|--to: x: is the topic that is read*
--group=|--group: is empty*
--batch=0|--batch: 0: not a whole number from 1 to *
--linger=-1|--linger: -1: not a whole number*
--max-refused=101|--max-refused: 101: not a whole number from 0 to 100*
--max-message=10|--max-message: 10: not a whole number*
--transaction-timeout=1|--transaction-timeout: 1: not a whole number from 2 to 900*
--start=x|--start: x: not an offset*
--start=0:-1|--start: 0:-1: not an offset*
--start=08|--start: 08: not an offset*
--start=01:5|--start: 01:5: not an offset*
--group=-x|--group: -x: not a group's name*
--metrics=a"b.prom|--metrics: a"b.prom: a name is made of letters, digits, '.', '_' and '-'*
--metrics=/dev/null|--metrics: /dev/null: not a regular file*
-- --met=x|-- --met=x: pipeline has one of its own, which stands before the --*
TABLE
}

@test "what stands behind -- is tried at the start" {
  fake_kcat
  for script in pipeline stream; do
    while IFS='|' read -r options says; do
      read -ra words <<<"$options"
      ends 2 "$script: $says" "$root/scripts/$script" -e -- "${words[@]}"
    done <<'TABLE'
--nonsense|loginstamp: --nonsense: no such option; see loginstamp --help
/nonexistent|loginstamp: /nonexistent: No such file or directory
/dev/null|-- /dev/null: with these loginstamp does not let through what it reads*
--help|-- --help: with these loginstamp does not let through what it reads*
-q --version|-- -q --version: with these loginstamp does not let through what it reads*
TABLE
  done
  [[ ! -e kcat.log ]]
}

@test "stream: dead letters may go into a FIFO" {
  fake_kcat
  mkfifo dead
  cat dead >letters 3>&- &
  READER='printf "0 -1 3\nbad\n"' ends 1 '*' timeout 20 "$root/scripts/stream" -e -- --dead-letters=dead
  wait "$!"
  same bad "$(jq -r .data letters)"
}

@test "stdin, stdout and stderr that are closed or full change no status" {
  fake_kcat
  for script in pipeline stream watch lag topics; do
    for where in '2>/dev/full' '2>&-' '<&- >&- 2>&-'; do
      run bash -c "'$root/scripts/$script' --bogus $where"
      same 2 "$status"
    done
  done
  for where in '2>/dev/full' '2>&-' '<&- >&- 2>&-'; do
    rm -f written
    run bash -c "'$root/scripts/stream' -e $where"
    same 0 "$status"
    [[ $(<written) == *datetime* ]]
  done
}

@test "asked to end before anything has begun, it ends at once" {
  fake_kcat
  sed -i "s/^\*' -L '.*/*' -L '*) touch asked; exec sleep 60 ;;/" bin/kcat
  for script in pipeline stream watch; do
    for signal in TERM INT HUP; do
      rm -f asked
      env --default-signal "$root/scripts/$script" 2>err 3>&- &
      eventually 10 test -e asked
      kill -"$signal" "$!"
      status=0
      wait "$!" || status=$?
      same "0 " "$status $(<err)"
    done
  done
  eventually 5 nothing_left
}

@test "TMPDIR that is not there is said" {
  fake_kcat
  for script in pipeline stream watch; do
    TMPDIR=/nonexistent ends 2 "$script: /nonexistent: no directory can be made there (TMPDIR says where)" "$root/scripts/$script"
  done
}

@test "a secret's value is not repeated" {
  fake_kcat
  run stream -X sasl.password=swordfish
  same 2 "$status"
  [[ $output != *swordfish* ]]
}

@test "no broker named: scripts/broker is" {
  HOME=$PWD ends 2 '*BOOTSTRAP_SERVERS*scripts/broker start*' stream
}

@test "a configuration that names the brokers is enough" {
  fake_kcat
  unset BOOTSTRAP_SERVERS
  echo 'bootstrap.servers=nowhere:2' >config
  stream -F config -e
  grep -q -- '-F config' kcat.log
  run ! grep -q -- '-b' kcat.log
  rm kcat.log
  KCAT_CONFIG=config stream -e
  grep -q -- '-F config' kcat.log
}

@test "options are taken in every form, and the last one holds" {
  fake_kcat
  for form in '-t my.topic -b here:1' '-tmy.topic -bhere:1' '--from my.topic -b here:1' '-t no -bno --from=my.topic -bhere:1' \
    '-etmy.topic -bhere:1'; do
    rm -f kcat.log
    read -ra words <<<"$form"
    stream -e "${words[@]}"
    grep -q -- '-C .*my.topic' kcat.log
    same 3 "$(grep -c -- '-b here:1' kcat.log)"
  done
}

@test "a topic's name that begins like an option is none" {
  fake_kcat
  stream -e -g group --from=-x
  grep -q -- '-G group -- -x' kcat.log
}

@test "the topics' names come from the environment, and options have the last word" {
  fake_kcat
  INPUT_TOPIC=my.topic OUTPUT_TOPIC=user-login stream -e
  grep -q -- '-C .*-t my.topic' kcat.log
  grep -q -- '-P .*-t user-login' kcat.log
  INPUT_TOPIC=nothing stream -t my.topic -e
}

@test "a property goes to the kcat that knows it" {
  fake_kcat
  stream -e -X fetch.min.bytes=7 -X compression.type=lz4 -X client.id=me
  same 1 "$(grep -c 'fetch.min.bytes=7' kcat.log)"
  grep -q -- ' -C .*' <(grep 'fetch.min.bytes=7' kcat.log)
  grep -q -- ' -P ' <(grep 'compression.type=lz4' kcat.log)
  same 1 "$(grep -c 'compression.type=lz4' kcat.log)"
  same 3 "$(grep -c 'client.id=me' kcat.log)"
}

@test "every script shows its head comment with -h and --help" {
  for script in "$root"/scripts/*; do
    [[ -x $script ]] || continue
    run --separate-stderr "$script" -h
    same 0 "$status"
    same "$(sed -n '2s/^# //p' "$script")" "${lines[0]}"
    same "$output" "$("$script" --help)"
  done
}

@test "installed, and by a symbolic link, a script finds its library and the programs" {
  mkdir -p p/bin p/share/loginstamp elsewhere
  cp "$root/scripts/stream" p/bin/loginstamp-stream
  cp "$root/scripts/sample" p/bin/loginstamp-sample
  cp "$root/scripts/lib.sh" p/share/loginstamp/
  printf '#!/bin/sh\necho installed >&2\nexec "%s/loginstamp" -q "$@"\n' "$BUILD" >p/bin/loginstamp
  chmod +x p/bin/loginstamp
  ln -s ../p/bin/loginstamp-sample elsewhere/sample
  ln -s "$root/scripts/sample" elsewhere/from-tree
  same "$("$root/scripts/sample")" "$(p/bin/loginstamp-sample)"
  same "$("$root/scripts/sample")" "$(elsewhere/sample)"
  same "$("$root/scripts/sample")" "$(elsewhere/from-tree)"
  HOME=$PWD ends 2 'loginstamp-stream: *loginstamp-broker start*' p/bin/loginstamp-stream
  fake_kcat
  ends 0 installed p/bin/loginstamp-stream -e
}

@test "sample: the records have the generator's form" {
  "$root/scripts/sample" --count=3000 >logins
  same 3000 "$(wc -l <logins)"
  same '' "$(grep -vE '^\{"user_id": "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", "app_version": "2\.3\.0", ("device_type": "(android|iOS|login)", )?"ip": "[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}", "locale": "[A-Z]{2}", "device_id": "[0-9]{3}-[0-9]{2}-[0-9]{4}", "timestamp": "[0-9]{10}"\}$' logins)"
  same '' "$(jq -r '.ip | split(".")[] | tonumber | select(. > 255)' logins)"
  same "$(<logins)" "$(python3 -c 'import json, sys
for line in sys.stdin: print(json.dumps(json.loads(line)))' <logins)"
}

@test "sample: time goes on, 2 % have no device_type, 1 % have login there" {
  "$root/scripts/sample" --count=20000 --start=1000 >logins
  jq -r .timestamp logins >seconds
  same 1000 "$(($(head -n 1 seconds) / 10 * 10))"
  sort -nu seconds | cmp - seconds
  none=$(grep -vc device_type logins)
  login=$(grep -c '"device_type": "login"' logins)
  ((none > 300 && none < 500 && login > 140 && login < 260)) || same '400 200' "$none $login"
}

@test "sample: the same seed gives the same bytes under every awk, another seed other ones" {
  mkdir awks
  for awk in mawk gawk original-awk 'busybox awk'; do
    ${awk% awk} --help >/dev/null 2>&1 || type -P "${awk% awk}" >/dev/null || continue
    printf '#!/bin/sh\nexec %s "$@"\n' "$awk" >awks/awk
    chmod +x awks/awk
    PATH=$PWD/awks:$PATH "$root/scripts/sample" --count=2000 --seed=7 --faults=10 >"with ${awk%% *}"
  done
  md5sum with* >sums
  cat sums
  same 1 "$(cut -d' ' -f1 sums | sort -u | wc -l)"
  (($(wc -l <sums) > 1)) || skip 'only one awk is installed'
  [[ $("$root/scripts/sample" --seed=8) != "$("$root/scripts/sample" --seed=7)" ]]
}

@test "sample: a faulty record is one that the filter refuses, and the others stay as they were" {
  "$root/scripts/sample" --count=1000 >good
  "$root/scripts/sample" --count=1000 --faults=100 >bad
  "$root/scripts/sample" --count=1000 --faults=30 >mixed
  run --separate-stderr loginstamp -q bad
  same 1 "$status"
  same '' "$output"
  [[ $stderr == *'1000 records refused'* ]]
  loginstamp -q good >stamped
  same 1000 "$(wc -l <stamped)"
  same '' "$(loginstamp -q mixed 2>/dev/null | grep -vxFf stamped)"
  loginstamp -q --dead-letters=dead bad 2>/dev/null || :
  (($(jq -r .reason dead | sort -u | wc -l) >= 5))
}

@test "sample: --rate gives records as they fall due" {
  "$root/scripts/sample" --rate=10 --count=0 >got 3>&- &
  pid=$!
  eventually 5 test -s got
  (($(wc -l <got) <= 3))
  sleep 1
  kill "$pid"
  count=$(wc -l <got)
  ((count >= 8 && count <= 16)) || same 'about 12' "$count"
}

@test "sample: its numbers are checked" {
  for arguments in '--count=-1' '--count=1e3' '--seed=x' '--rate=0.5' '--faults=101' '--start=999999999999999' 'operand' '-c'; do
    ends 2 "sample: *" "$root/scripts/sample" "$arguments"
  done
}

@test "stream: what is read is stamped and written" {
  fake_kcat
  ends 0 '' stream -e
  same $'{"timestamp":1,"datetime":"1970-01-01 00:00:01"}\x1e' "$(<written)"
}

@test "stream: refused records are status 1" {
  fake_kcat
  READER='printf "0 -1 1\nx\n"' ends 1 '*1 records refused*' stream -e
}

@test "stream: options after -- go to the filter" {
  fake_kcat
  READER='printf "4 -1 1\nx\n"' ends 1 '*' stream -e -- --dead-letters=dead
  same 4 "$(jq .offset dead)"
}

@test "stream: --key-by gives keys" {
  fake_kcat
  READER='printf "0 -1 21\n{\"u\":9,\"timestamp\":1}\n"' ends 0 '' stream -e --key-by=u
  [[ $(<written) == $'9\x1f{"u"'* ]]
}

@test "stream: a payload that looks like records is one record" {
  fake_kcat
  printf '{"timestamp":1}\x1e\n9 -1 15\n{"timestamp":2}' >payload
  READER='printf "0 -1 %d\n" "$(wc -c <payload)"; cat payload; echo' ends 1 '*-:1:*(offset 0)*' stream -e
  same '' "$(cat written)"
}

@test "stream: each failed stage is named with its status" {
  fake_kcat
  READER='exit 3' ends 2 'stream: kcat -C: status 3' stream -e
  READER='exit 3' ends 2 'stream: kcat -G: status 3' stream -g group
  READER='exit 0' ends 2 'stream: its stages have ended, and it was not asked to' stream
  READER='exit 0' ends 2 'stream: its stages have ended, and it was not asked to' stream -e
  READER='kill -KILL $$' ends 2 'stream: kcat -C: status 137' stream
  READER='kill -KILL $$' ends 2 'stream: kcat -C: status 137' stream -e
  # The others have ended, and it was told to, before it is killed by somebody else.
  READER='trap "" TERM; exec >&-; sleep 0.3; kill -KILL $$' ends 2 'stream: kcat -C: status 137' stream -e
  WRITER='exit 4' READER='while echo "0 -1 0"; do echo; done' ends 2 'stream: kcat -P: status 4*' stream
  READER='printf "0 -1 99\nx"' ends 2 '*stream: loginstamp: status 2' stream -e
  WRITER='cat; exit 1' ends 2 'stream: kcat -P: status 1' stream -e
  eventually 5 nothing_left
}

@test "stream: after a fatal error, kcat -P's status 0 is not believed, and what it said is shown" {
  fake_kcat
  WRITER='cat >written; echo "%0|1.2|FATAL|rdkafka: no right" >&2' ends 2 \
    '*FATAL*no right*stream: kcat -P: status 0, but an error was fatal' stream -e
  WRITER='cat >written; echo "% ERROR: all brokers are down" >&2' ends 0 '*all brokers are down' stream -e
}

@test "stream: kcat -P that ends while nothing comes ends everything" {
  fake_kcat
  READER='exec sleep 60' WRITER='exit 1' ends 2 'stream: kcat -P: status 1' stream
  eventually 5 nothing_left
}

@test "stream: on SIGTERM and SIGINT, what was read is delivered" {
  fake_kcat
  export READER='trap "printf \"1 -1 15\n{\\\"timestamp\\\":2}\n\"; exit" TERM; printf "0 -1 15\n{\"timestamp\":1}\n"; while :; do sleep 0.05; done'
  export WRITER='cat >written; sleep 0.3; echo whole >>written'
  for signal in TERM INT; do
    rm -f written
    # A background job of a script ignores SIGINT from the start, and could not trap it.
    env --default-signal=INT "$root/scripts/stream" 2>err 3>&- &
    pid=$!
    eventually 10 grep -qs 00:01 written
    kill -s "$signal" "$pid"
    status=0
    wait "$pid" || status=$?
    same '' "$(messages err)"
    same 0 "$status"
    grep -q 00:02 written
    grep -q whole written
    eventually 5 nothing_left
  done
}

@test "stream: a reader that ignores SIGTERM is killed at the deadline, and the rest is delivered" {
  fake_kcat
  export READER='trap "" TERM; printf "0 -1 15\n{\"timestamp\":1}\n"; while :; do sleep 0.05; done'
  "$root/scripts/stream" --deadline=1 2>err 3>&- &
  pid=$!
  eventually 10 grep -qs 00:01 written
  kill "$pid"
  status=0
  wait "$pid" || status=$?
  same 0 "$status"
  same 'stream: kcat -C: killed, it had not ended after 1 s' "$(messages err)"
  eventually 5 nothing_left
}

@test "stream: a writer that does not end is killed at the deadline, and named" {
  fake_kcat
  export READER='printf "0 -1 15\n{\"timestamp\":1}\n"; exec sleep 60' WRITER='trap "" TERM; cat >written; while :; do sleep 0.05; done'
  "$root/scripts/stream" --deadline=1 2>err 3>&- &
  pid=$!
  eventually 10 grep -qs 00:01 written
  kill "$pid"
  status=0
  wait "$pid" || status=$?
  same 2 "$status"
  same $'stream: kcat -P: killed, it had not ended after 1 s\nstream: kcat -P: status 137' "$(messages err)"
  eventually 5 nothing_left
}

@test "stream: killed, it leaves nothing behind" {
  fake_kcat
  export READER='printf "0 -1 15\n{\"timestamp\":1}\n"; exec sleep 60'
  "$root/scripts/stream" 3>&- &
  pid=$!
  eventually 10 grep -qs 00:01 written
  kill -KILL "$pid"
  wait "$pid" || :
  eventually 5 nothing_left
}

begin() {
  [[ -x $root/build/embedded-broker ]] || skip 'built without librdkafka, there is no embedded broker'
  export LOGINSTAMP_BROKER_DIR=$PWD/broker
  "$root/scripts/broker" start --owner=$$ "$@" 3>&-
}

@test "watch waits for a partition that has no leader yet, and for nothing else" {
  fake_kcat
  READER='case "$*" in
    *" -Q "*)
      echo >>queries
      case $(wc -l <queries) in
      1) echo "my.topic [0] offset -1: Broker: Not leader for partition" ;;
      2) echo "% ERROR: offsets_for_times failed: Broker: Leader not available" >&2 && exit 1 ;;
      *) echo "my.topic [0] offset ${LAST-0}" ;;
      esac
      ;;
    esac'
  ends 0 '' "$root/scripts/watch" -t my.topic -e -- --insights=none
  same 4 "$(wc -l <queries)"
  LAST='-1: Broker: Offset not available' \
    ends 2 'watch: my.topic: kcat -Q: [[]0]: Broker: Offset not available' "$root/scripts/watch" -t my.topic -e
  same 5 "$(wc -l <queries)"
}

@test "broker: start prints where it listens, twice the same, and makes the topics" {
  export LOGINSTAMP_BROKER_DIR=$PWD/broker
  first=$(begin --topics=a,b.c --partitions=2)
  [[ $first =~ ^BOOTSTRAP_SERVERS=127\.0\.0\.1:[0-9]+$ ]]
  same "$first" "$(begin)"
  same "embedded ${first#*=}" "$("$root/scripts/broker" status | cut -d' ' -f1,2)"
  same $'  topic "a" with 2 partitions:\n  topic "b.c" with 2 partitions:' "$(kcat -L -b "${first#*=}" | grep topic\ \" | sort)"
}

@test "broker: stop and status, running and not" {
  begin
  "$root/scripts/broker" status
  ends 2 '*another kind*' "$root/scripts/broker" start --kafka
  "$root/scripts/broker" stop
  eventually 5 no_broker_left
  ends 1 'broker: no broker runs' "$root/scripts/broker" status
  "$root/scripts/broker" stop
}

@test "broker: it ends with its owner" {
  [[ -x $root/build/embedded-broker ]] || skip 'built without librdkafka, there is no embedded broker'
  export LOGINSTAMP_BROKER_DIR=$PWD/broker
  sleep 60 3>&- &
  owner=$!
  "$root/scripts/broker" start --owner="$owner" 3>&-
  broker_left
  kill "$owner"
  eventually 5 no_broker_left
}

@test "broker: the kernel ends it with its supervisor" {
  begin
  kill -KILL "$(cut -d' ' -f1 broker/supervisor)"
  eventually 5 no_broker_left
  ends 1 'broker: no broker runs' "$root/scripts/broker" status
  begin
}

@test "broker: a directory that is not one's own is refused" {
  mkdir other
  ln -s other link
  LOGINSTAMP_BROKER_DIR=$PWD/link ends 2 '*: not a directory of yours' "$root/scripts/broker" start
  if ((EUID == 0)); then
    chown 12345 other
    LOGINSTAMP_BROKER_DIR=$PWD/other ends 2 '*: not a directory of yours' "$root/scripts/broker" start
    rm -r other
  fi
}

@test "broker: its options are checked" {
  while IFS='|' read -r arguments says; do
    read -ra words <<<"$arguments"
    ends 2 "broker: $says" "$root/scripts/broker" "${words[@]}"
  done <<'TABLE'
|start, stop or status?*
go|go: no such option or command*
start stop|stop: one command at a time*
start --embedded --kafka|--kafka: and --embedded: one of them*
start --partitions=0|--partitions: 0: not a whole number*
start --topics=a/b|--topics: a/b: not a topic's name*
start --port=9092|--port: the embedded broker takes a free one*
start --config=x|--config and --listeners: the embedded broker has no settings*
start --listeners=x --embedded|--config and --listeners: the embedded broker has no settings*
start --kafka --config=/nonexistent|/nonexistent: no readable file*
start --kafka --port=70000|--port: 70000: not a whole number*
TABLE
}

@test "test/run tells how many passed, in one job and in more, and a run without a test has failed" {
  mkdir suite
  printf '@test "%s" { %s; }\n' well true >suite/well.bats
  printf '@test "%s" { %s; }\n' ill false >suite/ill.bats
  printf '@test "%s" { %s; }\n' left 'skip "for a reason"' >suite/left.bats
  : >suite/none.bats
  while IFS='|' read -r jobs files want last; do
    read -ra names <<<"$files"
    echo "JOBS=$jobs $files"
    # Of this run's bats it shall see nothing.
    run env -i PATH="${PATH//"$BATS_LIBEXEC:"/}" TMPDIR="$PWD" JOBS="$jobs" "$root/test/run" "${names[@]}"
    printf '%s\n' "$output"
    same "$want $last" "$status ${lines[-1]}"
    ((${last%% *} > 0)) || [[ $last == *' 1 failed'* || ${lines[-2]} == 'no test was run' ]]
  done <<TABLE
|suite/well.bats|0|1 passed, 0 failed, 0 skipped
1|suite/well.bats|0|1 passed, 0 failed, 0 skipped
1|$PWD/suite/well.bats suite/left.bats|0|1 passed, 0 failed, 1 skipped
2|suite/well.bats suite/ill.bats|1|1 passed, 1 failed, 0 skipped
1|suite/left.bats|1|0 passed, 0 failed, 1 skipped
1|suite/none.bats|1|0 passed, 0 failed, 0 skipped
x|suite/well.bats|1|0 passed, 0 failed, 0 skipped
1|suite/gone.bats|1|0 passed, 0 failed, 0 skipped
TABLE
}

@test "no function of the scripts has the name of a program of the coreutils, which it would hide" {
  grep -ho '^[a-z_]*()' "$root"/scripts/* | tr -d '()' | sort -u >functions
  [[ $(wc -l <functions) -gt 50 ]]
  dpkg -L coreutils | sed -nE 's|^(/usr)?/bin/||p' | sort -u >programs
  [[ $(wc -l <programs) -gt 50 ]]
  same '' "$(comm -12 functions programs)"
}
