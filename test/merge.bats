#!/usr/bin/env bats
# loginwatch --merge: several sources at once, by time; and what a state tells of them.

# shellcheck disable=SC2154 # root is from setup.bash
load setup

teardown() {
  [[ ! ${watch_pid-} ]] || kill -KILL "$watch_pid" 2>/dev/null || :
}

# The times of the windows that were told of, and how many records each had.
windows() { jq -c 'select(.kind == "window") | [.["event.start"][14:19], .records]' "$@" | tr -d '\n'; }

# at SECOND...: records with these times.
at() { printf '{"timestamp":%s}\n' "$@"; }

@test "files that are merged give what the whole gives" {
  "$root/scripts/sample" --count=20000 --faults=2 >all
  # Uneven, and each in order.
  awk '{ print > ("part" (NR % 7 < 4 ? 0 : NR % 7 < 6)) }' all
  : >part2
  options=(--insights=json --window=60 --alert=default)
  loginwatch "${options[@]}" all >want 2>/dev/null || :
  loginwatch "${options[@]}" --merge=2 part0 part1 part2 >got 2>/dev/null || :
  [[ $(wc -l <want) -gt 100 ]]
  cmp want got
  # In turn it would be another stream.
  loginwatch "${options[@]}" part0 part1 part2 >turns 2>/dev/null || :
  run cmp -s want turns
  same 1 "$status"
}

@test "files are merged exactly, however far apart" {
  at 100 200 300 >early
  at 50 99000000 99000001 99000002 >late
  at 250 >alone
  loginwatch --merge=0.001 --window=100 --insights=json early late alone >got
  same '["00:00",1]["01:40",1]["03:20",2]["05:00",1]["00:00",1]' "$(windows got)"
}

@test "a record without a time is as old as the one before it" {
  # A summary tells only sums: the order is seen from refusals, in the order of reading.
  printf '%s\n' '{"timestamp":100}' bad1 '{"timestamp":300}' bad2 >a
  printf '%s\n' '{"timestamp":200}' bad3 '{"timestamp":400}' bad4 >b
  run loginwatch --insights=none --merge=2 a b
  same 1 "$status"
  same 'a:2 b:2 a:4 b:4' "$(grep -oE '[ab]:[0-9]' <<<"$output" | paste -sd ' ')"
}

# pipes: two FIFOs, by descriptors 7 and 8, and loginwatch on them, which waits for $1 seconds.
pipes() {
  mkdir -p pipes
  mkfifo pipes/a pipes/b
  loginwatch --insights=json --window=10 "--merge=$1" pipes/a pipes/b "${@:2}" >out 2>err 3>&- &
  watch_pid=$!
  exec 7>pipes/a 8>pipes/b
}

ended() {
  exec 7>&- 8>&-
  status=0
  wait "$watch_pid" || status=$?
  watch_pid=
  cat err
}

told() { [[ $(windows out) == "$1" ]]; }

@test "a pipe is waited for, so that what comes in time is in order" {
  pipes 20
  at 100 120 140 >&7
  at 110 >&8
  sleep 0.3
  at 130 160 >&8
  at 150 170 >&7
  ended
  same '0:["01:40",1]["01:50",1]["02:00",1]["02:10",1]["02:20",1]["02:30",1]["02:40",1]["02:50",1]' "$status:$(windows out)"
}

@test "an idle pipe is not waited for longer than the bound" {
  pipes 0.5
  begin=${EPOCHREALTIME/./}
  at 100 110 120 130 >&7
  # The last two windows are open.
  eventually 10 told '["01:40",1]["01:50",1]'
  ((${EPOCHREALTIME/./} - begin > 400000))
  # And from then on not at all.
  begin=${EPOCHREALTIME/./}
  at 140 >&7
  eventually 10 told '["01:40",1]["01:50",1]["02:00",1]'
  ((${EPOCHREALTIME/./} - begin < 400000))
  ended
}

@test "a time in the far future holds its pipe up no longer than the bound" {
  pipes 0.3 --max-skew=100
  at 100 99000000 120 >&7
  # The other one never stops.
  for ((i = 0; i < 30; i++)); do
    at $((101 + i)) >&8
    sleep 0.1
  done
  ended
  same 1 "$(tail -n 1 out | jq .ahead)"
  same 33 "$(tail -n 1 out | jq .records)"
  # 120 was not kept until the end: a few that came after it were late.
  late=$(tail -n 1 out | jq .late)
  ((late > 0 && late < 15))
}

@test "a file that cannot be read, or breaks its form, does not stop the others" {
  printf '5 -1 2\n{}\n6 -1 x\n' >broken
  printf '7 -1 2\n{}\n' >good
  run loginwatch --kcat --merge=2 --insights=json broken none good
  same 2 "$status"
  same 'loginwatch: none: No such file or directory' "$(grep none: <<<"$output")"
  same 'loginwatch: broken: not as --kcat needs it, or cut short, after offset 5' "$(grep broken: <<<"$output")"
  same 2 "$(tail -n 1 <<<"$output" | jq .records)"
}

@test "a state tells from where each source goes on, wherever that stands" {
  mkdir one two
  printf '5 -1 2\n{}\n' >one/part:0
  : >one/part:1
  loginwatch --kcat --merge=2 --state=s --insights=none --used=41:part:1 --used=3:part:0 one/part:0 one/part:1
  run loginwatch --offsets s
  same $'42 part:1\n6 part:0' "$output"
  same 0 "$status"
  printf '5 -1 2\n{}\n6 -1 2\n{}\n' >two/part:0
  printf '41 -1 2\n{}\n' >two/part:1
  loginwatch --kcat --merge=2 --state=s --insights=json --used=100:part:2 two/part:0 two/part:1 >out
  same 2 "$(jq .records out)"
  same $'101 part:2\n42 part:1\n7 part:0' "$(loginwatch --offsets s | sort)"
}

@test "what makes no sense is an error" {
  echo '{}' >a
  while IFS='|' read -r arguments want; do
    eval "run loginwatch $arguments"
    same 2 "$status"
    same "loginwatch: $want" "${lines[0]}"
  done <<'END'
--merge=0 a|--merge=0: not a number of seconds above 0, up to 1000000, with three decimals at most
--merge=2 a ./a|--merge=a: two files are called so
--used=x:a a|--used=x:a: not of the form OFFSET:SOURCE
--used=5 a|--used=5: not of the form OFFSET:SOURCE
--used=5: a|--used=5:: not of the form OFFSET:SOURCE
--offsets a b|--offsets: needs one file
--offsets --report a|--offsets: cannot be used together with --state or --report
--offsets a|a: is damaged, or no state of this version
--offsets none|none: No such file or directory
END
}
