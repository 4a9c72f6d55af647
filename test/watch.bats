#!/usr/bin/env bats
# What of loginwatch is no table: signals, outputs, metrics, figures on much data, memory.

# root is from setup.bash, and every test is a process of its own.
# shellcheck disable=SC2030,SC2031,SC2154
load setup

line='{"device_type":"ios","user_id":"u","timestamp":"1694479551"}'

start_idle() { idle loginwatch "$@"; }

@test "a window is told of as soon as it closes" {
  start_idle --window=10 -c none --distinct=none
  printf '{"timestamp":%d}\n' 100 110 120 >&7
  eventually 5 grep -q '^Window up to 1970-01-01 00:01:50 UTC' out
  ended
  same '0:' "$status:$(<err)"
}

@test "--every and SIGUSR1 tell while no input comes" {
  start_idle --every=0.1 --insights=json
  echo "$line" >&7
  eventually 5 grep -q '"final":false,"records":1' out
  ended
  rm in
  start_idle --insights=json
  echo "$line" >&7
  eventually 5 catches "$pid" 10
  until grep -q '"records":1' out; do
    kill -USR1 "$pid"
    sleep 0.05
  done
  ended
  same 0 "$status"
}

@test "a signal ends it as that signal does, after all has been told" {
  start_idle --window=10 --every=0.05
  echo "$line" >&7
  eventually 5 grep -qE '^  records +1$' out
  kill -TERM "$pid"
  ended
  same 143 "$status"
  grep -q '^Window, incomplete' out
  same 1 "$(sed -n '/^Window/,$p' out | grep -cE '^Summary ')"
}

@test "a closed output ends it quietly, a full one is trouble" {
  run bash -c 'loginwatch <<<"{}" 2>err | true; exit "${PIPESTATUS[0]}"'
  [[ $status == 141 || $status == 0 ]]
  same '' "$(<err)"
  run bash -c 'loginwatch <<<"{}" 2>&1 >/dev/full'
  same '2:loginwatch: stdout: No space left on device' "$status:$output"
}

@test "a file that cannot be read is trouble, and the others are still used" {
  echo "$line" >a
  run loginwatch -c none --distinct=none none a
  same 2 "$status"
  [[ $output == *'loginwatch: none: No such file or directory'* && $output == *'records                                 1'* ]]
  run bash -c 'loginwatch a >>a'
  same 2 "$status"
}

@test "metrics hold the commonest values of members, as gauges, but no identifier" {
  "$root/scripts/sample" --count=100 >logins
  loginwatch --insights=none --metrics=m.prom -c user_id,ip,device_type --top=2 logins
  grep -q '^loginwatch_distinct_values{member="user_id"} ' m.prom
  same '# TYPE loginwatch_value_records gauge
loginwatch_value_records{member="user_id",value="other"} 100
loginwatch_value_records{member="ip",value="other"} 100
loginwatch_value_records{member="device_type",value="iOS"} 56
loginwatch_value_records{member="device_type",value="android"} 40
loginwatch_value_records{member="device_type",value="other"} 2' "$(grep 'value_records' m.prom | sed 1d)"
  # Fifty at most, whatever is shown elsewhere.
  jq -nc 'range(60) | {v: ("v" + (. | tostring))}' >many
  loginwatch --insights=none --metrics=m.prom -c v --top=60 many
  same 51 "$(grep -c '^loginwatch_value_records' m.prom)"
  same 'loginwatch_value_records{member="v",value="other"} 10' "$(grep '"other"' m.prom)"
}

@test "over 20 data sets, 19 estimates lie within two standard errors and all within three" {
  python3 -c '
for seed in range(20):
    with open("set%d" % seed, "w") as out:
        for i in range(20000):
            out.write("{\"u\":\"user %d of %d\"}\n" % (i, seed))'
  for ((i = 0; i < 20; i++)); do
    loginwatch --insights=json --distinct=u -c none "set$i"
  done >out
  jq -s -e 'map((.distinct[0].estimate - 20000 | fabs) / (20000 * .distinct[0].standard_error)) |
    (map(select(. <= 2)) | length >= 19) and all(. <= 3)' out
}

@test "memory does not grow with the number of values" {
  [[ ! ${INSTRUMENTED-} ]] || skip "memory is not the program's own under $INSTRUMENTED"
  ! grep -q __asan_init "$BUILD/loginwatch" || skip "memory is not the program's own under the sanitizers"
  python3 -c '
for i in range(400000):
    print("{\"user_id\":\"user %d\",\"timestamp\":%d}" % (i, i))' >many
  head -n 20000 many >few
  few=$(peak loginwatch -c user_id --window=60 few) many=$(peak loginwatch -c user_id --window=60 many)
  # 380,000 values more, of 11 bytes each. How much of libc is mapped differs by some hundred KiB from run to run.
  ((many <= few + 1024)) || same "$few KiB" "$many KiB"
}
