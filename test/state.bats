#!/usr/bin/env bats
# loginwatch's states: going on from one, and telling of several as one.

# root is from setup.bash, and every test is a process of its own.
# shellcheck disable=SC2030,SC2031,SC2154
load setup

# by_lengths FILE: its lines as kcat writes records by lengths, their offsets from 0.
by_lengths() { awk '{ printf "%d -1 %d\n%s\n", NR - 1, length($0), $0 }' "$1"; }

logins() { "$root/scripts/sample" --count="$1" --seed="${2-1}" --faults=2; }

@test "pieces that are counted apart are one run's when they are told of as one" {
  logins 30000 >all
  split -n l/4 all piece
  for piece in piece??; do
    loginwatch --state="$piece.state" --insights=none -c device_type,locale,ip "$piece" 2>/dev/null || :
  done
  loginwatch -c device_type,locale,ip --insights=json all >want 2>/dev/null || :
  loginwatch --report --insights=json piece??.state >got
  exact='del(.counts[2])'
  same "$(jq -c "$exact" want)" "$(jq -c "$exact" got)"
  # The addresses are more than there are counters: their counts agree within what is said.
  jq -s -e '.[0].counts[2] as $a | .[1].counts[2] as $b | $a.bound > 0 and $b.bound <= 30000 / 1024 and
    $a.without == $b.without' want got
}

@test "a second run goes on where the first one stopped, windows and clock included" {
  logins 3000 >all
  head -n 1100 all >first
  tail -n +1101 all >second
  loginwatch --window=600 --insights=json all >want 2>/dev/null || :
  for part in first second; do
    loginwatch --window=600 --insights=json --state=s "$part" 2>/dev/null || :
  done >both
  same "$(tail -n 1 want)" "$(tail -n 1 both)"
  # Windows that were open at the end of the first run have been told of as incomplete, too.
  jq -c 'select(.complete)' want | sort >want.windows
  jq -c 'select(.complete)' both | sort >got.windows
  [[ $(wc -l <got.windows) -gt 5 ]]
  same '' "$(comm -13 want.windows got.windows)"
}

@test "by offsets each record counts once, also after it was killed" {
  logins 4000 >all
  by_lengths all >records
  loginwatch --kcat --insights=json records >want 2>/dev/null || :
  killed=0
  for at in 500 1500 2500; do
    rm -f in
    mkfifo in
    # The same name: it is a source's.
    loginwatch --kcat --insights=json --every=0.05 --state=s in >out 2>/dev/null 3>&- &
    pid=$!
    exec 7>in
    head -n $((2 * at)) records >&7
    eventually 10 grep -q '"records":[1-9]' out
    sleep 0.2
    kill -KILL "$pid"
    wait "$pid" || killed=$((killed + 1))
    exec 7>&-
  done
  same 3 "$killed"
  [[ -s s ]]
  cat records >in 7>&- 3>&- &
  loginwatch --kcat --insights=json --state=s in >got 2>/dev/null || :
  same "$(tail -n 1 want)" "$(tail -n 1 got)"
  # And once more: nothing is new.
  cat records >in 3>&- &
  loginwatch --kcat --insights=json --state=s in >again 2>/dev/null || :
  same "$(tail -n 1 want)" "$(tail -n 1 again)"
}

@test "a state that is kept while a source is waited for says nothing of it" {
  printf '5 -1 2\n{}\n' >first
  printf '0 -1 2\n{}\n3 -1 2\n{}\n' >records
  mkfifo in
  loginwatch --kcat --every=0.05 --insights=json --state=s first in >out 2>/dev/null 3>&- &
  pid=$!
  eventually 5 test -s s
  sleep 0.2
  cat records >in
  wait "$pid"
  same 3 "$(tail -n 1 out | jq .records)"
}

@test "a state is private, locked, and kept if it cannot be written" {
  logins 10 >a
  loginwatch --state=s --insights=none a 2>/dev/null || :
  same 600 "$(stat -c %a s)"
  mkfifo in
  loginwatch --state=s in >/dev/null 2>&1 3>&- &
  pid=$!
  exec 7>in
  eventually 5 locked
  kill "$pid"
  wait "$pid" || :
  exec 7>&-
  run loginwatch --state=no/such/state a
  same 2 "$status"
  [[ $output == 'loginwatch: no/such/state: No such file or directory' ]]
}

locked() {
  run loginwatch --state=s </dev/null
  [[ $status == 2 && $output == 'loginwatch: s: another process is using it' ]]
}

@test "what is damaged is trouble, and never taken as empty" {
  logins 200 >a
  loginwatch --state=s --insights=none --window=60 a 2>/dev/null || :
  size=$(stat -c %s s)
  for at in 0 17 30 500 $((size / 2)) $((size - 1)); do
    cp s bad
    printf '\377\376' | dd of=bad bs=1 seek="$at" conv=notrunc status=none
    run loginwatch --state=bad a
    same "2:loginwatch: bad: is damaged, or no state of this version" "$status:$output"
    run loginwatch --report bad
    same "2:loginwatch: bad: is damaged, or no state of this version" "$status:$output"
  done
  for size in 0 10 40 1000; do
    head -c "$size" s >bad
    run loginwatch --state=bad a
    same "2:loginwatch: bad: is damaged, or no state of this version" "$status:$output"
  done
}

@test "a state of other members is not gone on from, or merged" {
  echo '{}' >a
  loginwatch --state=s --insights=none a
  run loginwatch --state=s -c none a
  same '2:loginwatch: s: was made with another --count' "$status:$output"
  run loginwatch --state=s --distinct=ip a
  same '2:loginwatch: s: was made with another --distinct' "$status:$output"
  loginwatch --state=t -c none --insights=none a
  run loginwatch --report s t
  same '2:loginwatch: t: was made with another --count' "$status:$output"
  run loginwatch --report s none
  same '2:loginwatch: none: No such file or directory' "$status:$output"
  run loginwatch --report --state=s s
  same '2:loginwatch: --state=s: cannot be used together with --report' "$status:$output"
}
