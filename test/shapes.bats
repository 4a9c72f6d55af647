#!/usr/bin/env bats
# The fast path: whatever it does must be what is done without it.

# shellcheck disable=SC2154 # root is from setup.bash
load setup

# outcome FORM OPTION...: what the filter does with the file in, everything that it writes and its status.
outcome() {
  local form=$1 status=0
  shift
  rm -f dead
  LOGINSTAMP_SHAPES=$form loginstamp --dead-letters=dead --insights=json -c device_type "$@" in >out 2>err || status=$?
  # The summary tells of now too.
  echo "status $status" | cat - out <(jq -c 'del(.["@timestamp"], .seconds, .lag_seconds) | del(.. | .records_per_second?,
    .bytes_per_second?)' <(grep '^{' err)) <(grep -v '^{' err) dead
}

# forms: those that run here.
forms() {
  local form
  for form in avx512 avx2 sse2 neon plain; do
    LOGINSTAMP_SHAPES=$form loginstamp -q </dev/null 2>/dev/null && echo "$form"
  done
}

# alike OPTION...: every form does with in what is done without the fast path.
alike() {
  local form
  outcome off "$@" >want
  for form in $(forms); do
    outcome "$form" "$@" >got
    cmp want got || { echo "$form: $*" >&2 && return 1; }
  done
  [[ $form == plain ]]
}

@test "at least 99 % of logins go the fast way" {
  "$root/scripts/sample" --count=20000 >in
  LOGINSTAMP_SHAPES=,count loginstamp -q in 2>err >out
  read -r quick < <(sed -n 's/.* payloads recognised, \([0-9]*\) taken quickly.*/\1/p' err)
  ((quick >= 19800))
  same 20000 "$(wc -l <out)"
}

@test "with the fast path off, nothing goes that way" {
  "$root/scripts/sample" --count=100 >in
  LOGINSTAMP_SHAPES=off,count loginstamp -q in 2>err >out
  same '' "$(cat err)"
}

@test "a form that there is not is an error" {
  status=0
  LOGINSTAMP_SHAPES=mmx loginstamp </dev/null 2>err || status=$?
  same 2 "$status"
  same 'loginstamp: LOGINSTAMP_SHAPES: no such form, or none for this processor' "$(cat err)"
}

@test "every form does what is done without: logins, faulty ones among them" {
  "$root/scripts/sample" --count=4000 --faults=3 >in
  alike
  alike --strict -z Europe/Berlin
  alike -u ms --max-refused=1
  alike --max-record=190 --pass-invalid
}

@test "every form does what is done without: kinds of records in turn" {
  for ((i = 1; i <= 300; i++)); do
    printf '{"timestamp":%d,"device_type":"login","n":[%d,{"x":null}]}\n' $((1694479551 + i * 997)) $((i % 7))
    printf '{"device_type": "L\\u006fgin", "t": "\303\251%d", "timestamp": "%d"}\r\n' $i $((1694479551 + i))
    printf '{"datetime":"%d","timestamp":"16944795%02d.%d"}\n\n' $i $((i % 100)) $i
    printf '{"k%d": true, "timestamp": "2023-09-12T00:45:%02dZ"}\n' $((i % 5)) $((i % 60))
  done >in
  alike
  alike -t /n/0 -o t
  alike -f '%A %H %I %p %s'
  alike -i device_type=LOGIN --insight-text='{t}'
}

@test "every form does what is done without: times around midnight" {
  # 1,000 records come first: the unit is looked at in them.
  "$root/scripts/sample" --count=1100 >many
  local unit zeros day
  for unit in s ms; do
    zeros=''
    if [ "$unit" = ms ]; then zeros=999; fi
    {
      sed "s/\"}/$zeros\"}/" many
      for ((i = 0; i < 400; i++)); do
        day=$((i / 100))
        printf '{"timestamp":%d%s,"device_type":"login"}\n' \
          $((1694563200 + day * 86400 + (i % 2 ? i % 9 : -(i % 7)))) "$zeros"
      done
    } >in
    alike -u "$unit"
    same 1500 "$(grep -c datetime got)"
    grep -q '"timestamp":1694735999.*2023-09-14 23:59:59' got
    grep -q '"timestamp":1694736000.*2023-09-15 00:00:00' got
  done
}

@test "every form does what is done without: records that are cut by reads of every size" {
  "$root/scripts/sample" --count=40 --faults=10 >in
  LOGINSTAMP_SHAPES=off loginstamp -q --dead-letters=want.dead in >want 2>want.err || :
  for form in $(forms); do
    for size in 1 2 3 7 31 64 200 1000; do
      rm -f dead
      LOGINSTAMP_SHAPES=$form packets "$size" loginstamp -q --dead-letters=dead <in >got 2>got.err || :
      cmp want got
      cmp <(sed 's/"source":"in"//' want.dead) <(sed 's/"source":"-"//' dead)
    done
  done
}

@test "every form does what is done without: by lengths, with keys, nulls and payloads of any bytes" {
  i=0
  while IFS= read -r line; do
    printf '%d -1 %d\n%s\n' $((i++)) "${#line}" "$line"
    printf '%d 3 %d\nkey%s\n' $((i++)) "${#line}" "$line"
  done < <(LC_ALL=C "$root/scripts/sample" --count=300) >in
  printf '%d 0 -1\n\n%d 1 2\nk{}\n' $((i++)) $((i++)) >>in
  alike --kcat
  alike --kcat --key-from=ip --max-output=230
}

@test "every form does what is done without: many records at once that are more than the output holds" {
  # The first one makes the room for input grow.
  {
    printf '{"timestamp": 1694479551, "x": "%01000000d"}\n' 0
    for ((i = 0; i < 300; i++)); do
      printf '{"timestamp": %d, "x": "%05000d"}\n' $((1694479552 + i)) $i
    done
    for ((i = 0; i < 9; i++)); do
      printf '{"timestamp": %d, "x": "%0300000d"}\n' $((1694479900 + i)) $i
    done
  } >in
  alike
}

@test "the corpora of the fuzzers hold" {
  for target in shape stream; do
    same 1 "$(($(find "$root/test/fuzz/$target.corpus" -type f | wc -l) > 20))"
    find "$root/test/fuzz/$target.corpus" -type f -print0 | xargs -0 "$BUILD/fuzz/$target" >said
    [[ $(cat said) == *' inputs' ]]
  done
}
