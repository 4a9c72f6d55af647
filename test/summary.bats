#!/usr/bin/env bats
# When the summary and the metrics are told, and how they look to others: time, signals, terminals, Prometheus.

# root is from setup.bash, and every test is a process of its own.
# shellcheck disable=SC2030,SC2031,SC2154
load setup

line='{"device_type":"ios","timestamp":"1694479551"}'

start_idle() { idle loginstamp "$@"; }

# summaries N: have so many come, or more?
summaries() { (($(grep -c '^Summary ' err) >= $1)); }

figure() { sed -n "s/^loginstamp_$2 //p" "$1"; }

@test "--every tells also while no input comes, and each line says how far it is" {
  start_idle --every=0.1
  echo "$line" >&7
  eventually 5 summaries 3
  echo "$line" >&7
  eventually 5 grep -qE '^  records +2 ' err
  ended
  same 0 "$status"
  same 1 "$(grep -c '^Summary of ' err)"
  same 2 "$(wc -l <out)"
  # Not sooner than asked for.
  (($(grep -c '^Summary after ' err) <= 10#$(sed -nE 's/^Summary of ([0-9]+)\.([0-9]).*/\1\2/p' err) + 1))
}

@test "SIGUSR1 tells at once, again and again, and ends nothing" {
  start_idle --insights=json -c none
  for ((i = 1; i <= 3; i++)); do
    echo "$line" >&7
    eventually 5 has_lines out "$i"
    kill -USR1 "$pid"
    eventually 5 grep -q "\"final\":false.*\"records\":$i" err
  done
  ended
  same 0 "$status"
  same 4 "$(jq -c .final err | wc -l)"
}

@test "SIGUSR1 is heeded while a FIFO that is named has no writer" {
  mkfifo in
  loginstamp in >out 2>err 3>&- &
  pid=$!
  eventually 5 catches "$pid" 10
  kill -USR1 "$pid"
  eventually 5 summaries 1
  echo "$line" >in
  ended
  same 1 "$(wc -l <out)"
}

@test "SIGUSR1 says nothing where nothing is to be said" {
  start_idle -q
  echo "$line" >&7
  eventually 5 test -s out
  kill -USR1 "$pid"
  sleep 0.2
  echo "$line" >&7
  ended
  same '0:' "$status:$(<err)"
  same 2 "$(wc -l <out)"
}

@test "signals in a storm lose no byte and no summary" {
  "$root/scripts/sample" --count=2000 >logins
  loginstamp -q logins >want
  start_idle --every=0.01
  head -n 1 logins >&7
  eventually 5 test -s out
  (while kill -USR1 "$pid"; do :; done) 2>/dev/null 3>&- 7>&- &
  storm=$!
  while IFS= read -r record; do printf '%s\n' "$record"; done < <(tail -n +2 logins) >&7
  ended
  wait "$storm" || :
  same 0 "$status"
  cmp out want
  grep -qE '^  records +2,000 ' err
}

@test "on SIGTERM the summary is complete" {
  start_idle
  echo "$line" >&7
  eventually 5 test -s out
  kill -TERM "$pid"
  ended
  same 143 "$status"
  grep -qE '^  passed +1 ' err
}

@test "a summary that cannot be written changes nothing" {
  run bash -c 'loginstamp --every=0.001 <<<"{}" 2>/dev/full'
  same '0:{}' "$status:$output"
}

@test "metrics are there from the start, renewed by time, and whole whenever they are read" {
  start_idle -q --every=0.02 --metrics=m.prom
  eventually 5 test -s m.prom
  same 0 "$(figure m.prom records_total)"
  echo "$line" >&7
  eventually 5 grep -q '^loginstamp_records_total 1$' m.prom
  begin=$(figure m.prom last_write_timestamp_seconds)
  for _ in {1..200}; do
    same 'loginstamp_last_write_timestamp_seconds' "$(tail -n 1 m.prom | cut -d ' ' -f 1)"
  done
  [[ $(figure m.prom last_write_timestamp_seconds) > $begin ]]
  ended
  same '0:' "$status:$(<err)"
  same m.prom "$(echo m.prom*)"
}

@test "metrics are readable by all, whatever the umask" {
  (umask 077 && loginstamp -q --metrics=m.prom <<<"$line" >/dev/null)
  same 644 "$(stat -c %a m.prom)"
}

@test "metrics that can no longer be written are trouble, said once, and the stream goes on" {
  mkdir folder
  start_idle -q --every=0.02 --metrics=folder/m.prom
  eventually 5 test -s folder/m.prom
  # To remove it would race with what is written there.
  mv folder gone
  eventually 5 test -s err
  sleep 0.2
  echo "$line" >&7
  ended
  same 2 "$status"
  same 'loginstamp: folder/m.prom: No such file or directory' "$(<err)"
  same 1 "$(wc -l <out)"
}

@test "the figures are the same from a file, a pipe and at every read size" {
  "$root/scripts/sample" --count=300 --faults=10 >logins
  filter='del(.["@timestamp"], .seconds, .records_per_second, .bytes_per_second, .lag_seconds)'
  told() { jq -Rc "fromjson? | $filter" err; }
  loginstamp --insights=json -c device_type,locale,ip,user_id logins >/dev/null 2>err || :
  told >want
  [[ $(wc -l <want) -gt 1 ]]
  for size in 1 7 64 4096; do
    packets "$size" loginstamp --insights=json -c device_type,locale,ip,user_id <logins >/dev/null 2>err || :
    told | cmp - want
  done
}

@test "--color=auto: at a terminal the new member stands out, unless NO_COLOR or TERM say otherwise" {
  echo '{"timestamp":1}' >a
  cat >terminal <<'END'
import os, pty, sys
pty.spawn(sys.argv[1:])
END
  plain='{"timestamp":1,"datetime":"1970-01-01 00:00:01"}'
  green=$'{"timestamp":1\e[1;32m,"datetime":"1970-01-01 00:00:01"\e[0m}'
  at_terminal() { env "${@:2}" python3 terminal loginstamp -q --color="$1" a | tr -d '\r'; }
  same "$green" "$(at_terminal auto TERM=xterm)"
  same "$green" "$(at_terminal auto TERM=xterm NO_COLOR=)"
  same "$plain" "$(at_terminal auto TERM=xterm NO_COLOR=1)"
  same "$plain" "$(at_terminal auto TERM=dumb)"
  same "$plain" "$(at_terminal auto -u TERM)"
  same "$plain" "$(at_terminal never TERM=xterm)"
  same "$green" "$(at_terminal always TERM=dumb NO_COLOR=1)"
}
