#!/usr/bin/env bats
# docs/logs.md: its lines, its names and its YAML are as they stand there.

# shellcheck disable=SC2016,SC2154 # sed is not Shell; root is from setup.bash
load ../setup

page=$root/docs/logs.md

@test "each command on the page prints what stands under it" {
  commands=0
  while IFS= read -r line; do
    case $line in
    '    $ '*)
      got=$(bash -c "${line#    $ }")
      commands=$((commands + 1))
      ;;
    '    {'* | '    ['*) same "${line#    }" "$got" ;;
    esac
  done <"$page"
  same 4 "$commands"
}

@test "every dataset that the programs write is on the page, and no other" {
  {
    for ((i = 0; i < 200; i++)); do
      echo "{\"user_id\":\"u$i\",\"ip\":\"1\",\"device_type\":\"login\",\"timestamp\":$((i * 10))}"
    done
    for t in 2000000 2000001 2000002; do
      echo "{\"timestamp\":$t}"
    done
  } >logins
  loginstamp --insights=json logins 2>all >/dev/null
  loginwatch --insights=json --alert=users-per-ip=3/60 --window=60 logins >>all
  jq -r '."event.dataset" + " " + ."event.kind"' all | sort -u >got
  sed -n 's/^| `\(login[a-z]*\.[a-z]*\)` | `\([a-z]*\)` .*/\1 \2/p' "$page" | sort >want
  diff want got
}

@test "the collectors' YAML can be read" {
  blocks=$(/usr/bin/python3 - "$page" <<'END'
import re, sys, yaml
blocks = re.findall(r"```yaml\n(.*?)```", open(sys.argv[1]).read(), re.S)
for block in blocks:
    assert isinstance(yaml.safe_load(block), dict)
print(len(blocks))
END
  )
  same 2 "$blocks"
}
