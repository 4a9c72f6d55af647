#!/usr/bin/env bats
# The man page, the table of reasons, --help and the installation say the same.

# shellcheck disable=SC2154 # root is from setup.bash
load setup

page=$BATS_TEST_DIRNAME/../man/loginstamp.1

@test "every option of --help is in the man page, and the other way round" {
  for program in loginstamp loginwatch; do
    want=$("$program" --help | grep -oE -- '^ .{5}--[a-z][a-z-]+' | grep -oE -- '--.*' | sort -u | grep -vx -e --help)
    got=$(sed -n '/^\.It Fl/p' "${page%/*}/$program.1" | grep -oE '\\-[a-z][a-z-]+' | sed 's/^\\-/--/' | sort -u |
      grep -vx -e --help)
    [[ $want ]]
    same "$want" "$got"
  done
}

@test "DIAGNOSTICS is the table of reasons" {
  want=$(tr -d '\\\n\t' <"$BATS_TEST_DIRNAME/../src/reason.h" | grep -oE 'X\([A-Z_]+, *"[a-z_]+", *"[^"]+"' |
    sed 's/.*"\(.*\)"$/\1/')
  got=$(sed -n '/^\.Sh DIAGNOSTICS/,/^\.El/s/^\.It "\(.*\)"$/\1/p' "$page")
  [[ $want ]]
  same "$want" "$got"
}

@test "the kinds of alerts in the man page are those of the table" {
  want=$(sed -n 's/^    \[ALERT_[A-Z_]*\] = {"\([a-z-]*\)".*/\1/p' "$root/src/alert.c")
  got=$(sed -n 's/^\.It Sy \([a-z-]*\) Ns =[0-9]*\/[0-9]*$/\1/p' "${page%/*}/loginwatch.1")
  [[ $want ]]
  same "$want" "$got"
}

@test "EXIT STATUS is the enum" {
  want=$(grep -oE '= [0-9]+,' "$BATS_TEST_DIRNAME/../src/exitstatus.h" | tr -dc '0-9\n')
  for program in loginstamp loginwatch; do
    got=$(sed -n '/^\.Sh EXIT STATUS/,/^\.El/s/^\.It \([0-9]\)$/\1/p' "${page%/*}/$program.1")
    same "$want" "$got"
  done
}

# examples NAME COUNT: run the examples of NAME's page, which are so many; the output of number N is in got.N.
examples() {
  local count=0 command='' text status
  # A block is what is indented by more than the text: by eight spaces or more, and behind an empty line.
  mandoc -Tascii -O width=200 "${page%/*}/$1.1" | col -bx | sed -n '/^EXAMPLES/,/^[D-Z]/p' |
    awk '/^           / { print substr($0, 12); block = 1; next } block { print "---"; block = 0 }' >commands
  while IFS= read -r text; do
    if [[ $text != --- ]]; then
      command+=$text$'\n'
      continue
    fi
    status=0
    PATH=$PWD/bin:$PATH bash -c "$command" >"got.$count" 2>"err.$count" || status=$?
    echo "$command -> $status"
    ((status <= 1))
    count=$((count + 1)) command=
  done <commands
  same "$2" "$count"
}

@test "the examples run" {
  type mandoc >/dev/null || skip 'no mandoc'
  "$root/scripts/sample" --count=20 >logins.jsonl
  echo bad >>logins.jsonl
  mkdir bin
  # kcat -C gives a keyed record, kcat -P keeps what it gets.
  cat >bin/kcat <<'END'
#!/bin/sh
case " $* " in *" -C "*) echo 'k:{"timestamp":1}' ;; *) cat >produced ;; esac
END
  chmod +x bin/kcat
  examples loginstamp 7
  same 'k:{"timestamp":1,"datetime":"1970-01-01 00:00:01"}' "$(<produced)"
  same '{"ts":1694479551123,"datetime":"2023-09-12 02:45:51.123 +02:00"}' "$(<got.2)"
  same '{"meta": {"times": ["2023-09-12T00:45:51Z"]}, "time": "2023-09-12 00:45:51"}' "$(<got.3)"
  same bad "$(<got.4)"
  examples loginwatch 6
  grep -q '^Window' got.0
  same 20 "$(jq .records insights.jsonl)"
}

@test "the man page has no fault" {
  type mandoc >/dev/null || skip 'no mandoc'
  run bash -c "mandoc -Tlint -Wstyle '${page%/*}'/*.1 2>&1 | grep -v -e 'outdated mandoc.db' -e 'referenced manual not found'"
  same '' "$output"
}

@test "install puts everything there, what is installed runs, and uninstall takes it away" {
  # This make is not to know how the one that runs the tests was called.
  unset MAKEFLAGS MFLAGS MAKELEVEL CFLAGS
  make -C "$root" BUILD="$root/build" DESTDIR="$PWD/root" PREFIX=/usr install >/dev/null
  (cd root/usr && find . -type f | sort) >got
  for file in bin/login{stamp,watch} bin/loginstamp-{broker,pipeline,sample,stream} \
    share/loginstamp/lib{,-worker,-batch,-transaction,-metrics}.sh share/man/man1/login{stamp,stamp-pipeline,watch}.1; do
    has=$(grep -cx "./$file" got) || same "$file" "$(<got)"
    same 1 "$has"
  done
  same "$("$root/build/loginstamp" --version)" "$(root/usr/bin/loginstamp --version)"
  same 3 "$(root/usr/bin/loginstamp-sample --count=3 | wc -l)"
  make -C "$root" BUILD="$root/build" DESTDIR="$PWD/root" PREFIX=/usr uninstall >/dev/null
  same '' "$(find root -type f)"
}

@test "every option of pipeline is in its man page, and the other way round" {
  want=$("$root/scripts/pipeline" -h | sed -n 's/^#* *\(-[a-zA-Z], \)*\(--[a-z][a-z-]*\).*/\2/p' | sort -u)
  got=$(sed -n '/^\.It Fl/p' "$root/man/loginstamp-pipeline.1" | grep -oE '\\-[a-z][a-z-]+' | sed 's/^\\-/--/' | sort -u)
  [[ $want == *--transaction-timeout* ]]
  same "$want" "$got"
}

@test "what the README shows is what its commands say" {
  "$root/test/captures" --check "$BUILD" "$root/README.md"
  # And it is seen if it is not.
  sed 's/^    Insight: Login from login device$/    Insight: Login from another device/' "$root/README.md" >changed
  run "$root/test/captures" --check "$BUILD" changed
  same 1 "$status"
  [[ $output == *'-    Insight: Login from another device'* ]]
}
