#!/usr/bin/env bats
# What of the filter is no table: signals, closed and full outputs, files, latency, memory.

# root is from setup.bash, and every test is a process of its own.
# shellcheck disable=SC2030,SC2031,SC2154
load setup

line='{"timestamp": "1694479551"}'
stamped='{"timestamp": "1694479551", "datetime": "2023-09-12 00:45:51"}'

# start_idle ARGUMENT...: loginstamp on a FIFO, which stays open as descriptor 7; its output in out, its pid in $pid.
start_idle() {
  mkfifo in
  loginstamp "$@" <in >out 2>err 3>&- &
  pid=$!
  exec 7>in
}

has_line() { grep -qxF -- "$1" "$2"; }

# stderr_changes_nothing REDIRECTION: what a run with an insight and a refused record gives.
stderr_changes_nothing() {
  printf '%s\n%s\nbad\n' "$line" '{"device_type":"login"}' >input
  run bash -c "loginstamp input $1"
  same 1 "$status"
  same "$stamped"$'\n''{"device_type":"login"}' "$output"
}

# ended: wait for $pid and set $status.
ended() {
  status=0
  wait "$pid" || status=$?
}

not_instrumented() {
  [[ ! ${INSTRUMENTED-} ]] || skip "memory and time are not the program's own under $INSTRUMENTED"
  ! grep -q __asan_init "$BUILD/loginstamp" || skip "memory and time are not the program's own under the sanitizers"
}

@test "a line on an idle pipe comes out at once" {
  start_idle
  echo "$line" >&7
  eventually 5 has_line "$stamped" out
  printf '%s\n%s\n' "$line" '{"a":1}' >&7
  eventually 5 has_line '{"a":1}' out
  exec 7>&-
  ended
  same '0:' "$status:$(messages err)"
}

@test "--pad fills up with delimiters before it waits, and not at the end" {
  start_idle --pad=100
  echo "$line" >&7
  eventually 5 test -s out
  same 100 "$(wc -c <out)"
  printf '%s\n' "$line" >&7
  exec 7>&-
  ended
  same "$stamped"$'\n'"$stamped" "$(grep . out)"
  (($(wc -c <out) == 200 || $(wc -c <out) == 163))
}

@test "SIGTERM, SIGINT and SIGHUP end it as these signals, after what was read is written" {
  for signal in TERM INT HUP; do
    rm -f in
    # What is ignored stays so: a shell's background jobs ignore SIGINT, and nohup(1) SIGHUP.
    mkfifo in
    python3 -c '
import os, signal, sys
for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
    signal.signal(number, signal.SIG_DFL)
os.execvp("loginstamp", ["loginstamp", "--dead-letters=dead"])' <in >out 2>err 3>&- 7>&- &
    pid=$!
    exec 7>in
    printf '%s\nbad\n' "$line" >&7
    eventually 5 has_line "$stamped" out
    eventually 5 test -s dead
    kill -s "$signal" "$pid"
    ended
    exec 7>&-
    same $((128 + $(kill -l "$signal"))) "$status"
    has_line 'loginstamp: 1 records refused' err
    rm -f dead
  done
}

@test "an ignored SIGHUP stays ignored" {
  mkfifo in
  (trap '' HUP && exec loginstamp <in >out 3>&-) &
  pid=$!
  exec 7>in
  echo "$line" >&7
  eventually 5 has_line "$stamped" out
  kill -HUP "$pid"
  echo '{"a":1}' >&7
  eventually 5 has_line '{"a":1}' out
  exec 7>&-
  ended
  [[ $status == 0 ]]
}

# It sleeps, and that can only be because nobody reads: its input is a file.
blocked() { [[ $(cut -d ' ' -f 3 "/proc/$pid/stat") == S ]]; }

@test "a second signal ends it at once, even where its output is blocked" {
  mkfifo in out
  # More than a FIFO holds.
  yes "$line" | head -n 100000 >many
  loginstamp <many >out 2>err 3>&- &
  pid=$!
  exec 8<out
  read -r -u 8 first
  same "$stamped" "$first"
  eventually 5 blocked
  kill -TERM "$pid"
  sleep 0.3
  kill -0 "$pid"
  kill -TERM "$pid"
  ended
  exec 8<&-
  same 143 "$status"
}

@test "a closed output ends it quietly, by SIGPIPE" {
  yes "$line" | head -n 20000 >many
  run bash -c 'loginstamp many 2>err | head -n 1; exit "${PIPESTATUS[0]}"'
  same 141 "$status"
  same '' "$(messages err)"
}

@test "a full stdout is trouble" {
  run bash -c 'loginstamp -q <<<"{}" 2>&1 >/dev/full'
  same 2 "$status"
  same 'loginstamp: stdout: No space left on device' "$output"
  run bash -c 'loginstamp --help 2>&1 >/dev/full'
  same 2 "$status"
  same 'loginstamp: stdout: No space left on device' "$output"
}

@test "a full stderr changes nothing" {
  stderr_changes_nothing '2>/dev/full'
}

@test "a closed stdout is trouble, a closed stderr changes nothing" {
  [[ ! ${INSTRUMENTED-} ]] || skip "$INSTRUMENTED takes a closed descriptor for itself"
  run bash -c 'loginstamp -q <<<"{}" 2>&1 >&-'
  same 2 "$status"
  same 'loginstamp: stdout: Bad file descriptor' "$output"
  stderr_changes_nothing '2>&-'
}

@test "dead letters that cannot be written are trouble" {
  run bash -c 'echo bad | loginstamp --dead-letters=/dev/full 2>&1'
  same 2 "$status"
  [[ $output == *'loginstamp: /dev/full: No space left on device'* ]]
  run loginstamp --dead-letters=no/such/file
  same 2 "$status"
  same 'loginstamp: no/such/file: No such file or directory' "$output"
}

@test "dead letters are private, appended to, and begin on a line of their own" {
  printf bad | loginstamp --dead-letters=dead || :
  same 600 "$(stat -c %a dead)"
  printf '{"cut' >>dead
  printf bad | loginstamp --dead-letters=dead || :
  same 3 "$(wc -l <dead)"
  same bad "$(tail -n 1 dead | jq -j .data)"
}

@test "a dead letter is written by one write" {
  type strace >/dev/null || skip 'no strace'
  head -c 3000000 /dev/zero | tr '\0' x >bad
  strace -qq -e trace=write -P "$PWD/dead" -o trace loginstamp --dead-letters=dead bad 2>/dev/null || :
  same 1 "$(grep -c '^write' trace)"
}

@test "a file that cannot be read is trouble, and the others are still done" {
  echo "$line" >a
  mkdir folder
  run loginstamp -q none a folder - <<<'{"a":1}'
  same 2 "$status"
  same "loginstamp: none: No such file or directory
$stamped
loginstamp: folder: Is a directory
{\"a\":1}" "$output"
}

@test "it does not read what it writes" {
  echo "$line" >a
  run bash -c 'loginstamp -q a >>a'
  same 2 "$status"
  same 'loginstamp: a: is also where the output goes' "$output"
  same "$line" "$(<a)"
  run loginstamp --dead-letters=a a
  same 2 "$status"
}

@test "too many refused of the last thousand end it" {
  { yes "$line" | head -n 2000; yes bad | head -n 600; yes "$line" | head -n 1000; } >input
  run bash -c 'loginstamp --max-refused=50 input 2>err'
  same 2 "$status"
  same 2000 "${#lines[@]}"
  has_line 'loginstamp: --max-refused: too many of the last 1000 records were refused; stopped' err
  has_line 'loginstamp: 501 records refused; --dead-letters=FILE would have kept them' err
}

@test "the environment changes nothing" {
  echo '{"timestamp":1694479551}' >a
  run env TZ=Asia/Tokyo TZDIR=/nowhere LC_ALL=de_DE.UTF-8 POSIXLY_CORRECT=1 loginstamp -q a -z Europe/Berlin -f '%A %c %Z'
  same '{"timestamp":1694479551,"datetime":"Tuesday Tue Sep 12 02:45:51 2023 CEST"}' "$output"
}

@test "the caret stands under the byte, on a terminal only" {
  echo '{"a":nul}' >a
  run python3 -c 'import pty; pty.spawn(["loginstamp", "a"])'
  [[ $output == *'{"a":nul}'*$'\n        ^'* ]]
  run loginstamp a
  [[ $output != *^* ]]
}

@test "it writes what Python's json.loads, a member more, json.dumps write" {
  "$root/scripts/sample" --count=5000 --seed=7 >logins
  python3 -c '
import datetime, json, sys
for line in sys.stdin:
    record = json.loads(line)
    when = datetime.datetime.fromtimestamp(int(record["timestamp"]), datetime.timezone.utc)
    record["datetime"] = when.strftime("%Y-%m-%d %H:%M:%S")
    print(json.dumps(record))' <logins >want
  loginstamp -q logins | cmp - want
}

@test "two files, and twice, give the same" {
  "$root/scripts/sample" --count=50 --seed=1 | head -c -1 >a
  "$root/scripts/sample" --count=50 --seed=2 >b
  loginstamp -q a b >once
  loginstamp -q a b | loginstamp -q | cmp - once
  same 100 "$(wc -l <once)"
}

@test "records of any length come whole, however they lie in what is read" {
  local out='"datetime": "1970-01-01 00:00:01"'
  for len in 4000 131000 258000 262100 262144 266240 390000 403400 900000 16777190; do
    for at in 0 1 4096 262000; do
      python3 -c "print('\n' * $at + '{\"timestamp\": 1, \"a\": \"' + 'x' * $len + '\"}\n{\"timestamp\": 1}')" >in
      loginstamp -q in >got || same "$len at $at: status 0" "status $?"
      sed "s/}/, $out}/" in | cmp - got || same "$len at $at" ''
    done
  done
}

# room_of: what fits in the pipe on stdin, once something is there: then whoever writes has begun.
room_of() { python3 -c 'import fcntl, sys; sys.stdin.buffer.read(1); print(fcntl.fcntl(0, fcntl.F_GETPIPE_SZ))'; }

@test "pipes and FIFOs get room for a megabyte" {
  (($(cat /proc/sys/fs/pipe-max-size) >= 1048576)) || skip "/proc/sys/fs/pipe-max-size is less than that"
  same 1048576 "$(loginstamp -q <<<'{"timestamp":1}' | room_of)"
  mkfifo out
  loginstamp -q <<<'{"timestamp":1}' >out &
  same 1048576 "$(room_of <out)"
  wait
}

@test "memory does not grow with the file" {
  not_instrumented
  "$root/scripts/sample" --count=5000 >small
  for _ in {1..20}; do cat small; done >large
  small=$(peak loginstamp -q small)
  large=$(peak loginstamp -q large)
  ((large <= small + 512)) || same "$small KiB" "$large KiB"
}

@test "memory stays within four of the largest record and 8 MiB" {
  not_instrumented
  {
    python3 -c 'print("{\"timestamp\":1,\"a\":\"" + "\\u00e9" * 2700000 + "\"}")' >escapes.json
    python3 -c 'print("{\"timestamp\":\"" + "\\u0031" * 2700000 + "\"}")' >time.json
    python3 -c 'print("{\"a\":" + "[" * 8000000 + "]" * 8000000 + "}")' >nested.json
    head -c 16000000 /dev/zero >zeros.json
    head -c 64000000 /dev/zero | tr '\0' '"' >quotes.json
  }
  for kind in escapes time nested zeros quotes; do
    for more in -q --dead-letters=/dev/null --pass-invalid; do
      kib=$(peak loginstamp "$more" "$kind.json")
      ((kib <= 4 * 16384 + 8192)) || same "$kind $more: 72 MiB at most" "$((kib / 1024)) MiB"
    done
  done
}
