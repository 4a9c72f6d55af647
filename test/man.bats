#!/usr/bin/env bats
# The man page, the table of reasons, --help and the installation say the same.

# shellcheck disable=SC2154 # root is from setup.bash
load setup
load examples

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
    share/loginstamp/lib{,-worker,-batch,-transaction,-metrics}.sh share/man/man1/login{stamp,watch}.1 \
    share/man/man1/loginstamp-{broker,lag,pipeline,sample,stream,topics,watch}.1 share/doc/loginstamp/docs/production.md; do
    has=$(grep -cx "./$file" got) || same "$file" "$(<got)"
    same 1 "$has"
  done
  same "$("$root/build/loginstamp" --version)" "$(root/usr/bin/loginstamp --version)"
  same 3 "$(root/usr/bin/loginstamp-sample --count=3 | wc -l)"
  make -C "$root" BUILD="$root/build" DESTDIR="$PWD/root" PREFIX=/usr uninstall >/dev/null
  same '' "$(find root -type f)"
}

@test "every script that is installed has a man page, with its options and no others" {
  unset MAKEFLAGS MFLAGS MAKELEVEL
  # shellcheck disable=SC2016 # for make
  names=$(cd "$root" && make -s --eval 'names: ; @echo $(INSTALLED:scripts/%=%)' names)
  [[ " $names " == *' pipeline '*' stream '* ]]
  for name in $names; do
    page=$root/man/loginstamp-$name.1
    want=$("$root/scripts/$name" -h | sed -n 's/^#* *\(-[a-zA-Z], \)*\(--[a-z][a-z-]*\).*/\2/p' | sort -u)
    got=$(sed -n '/^\.It Fl/p' "$page" | grep -oE '\\-[a-z][a-z-]+' | sed 's/^\\-/--/' | sort -u)
    [[ $want == *--help* ]]
    same "$name: $want" "$name: $got"
    # A letter of an option that stands alone in the usage stands in the page too.
    want=$("$root/scripts/$name" -h | sed -n 's/^ *-\([a-zA-Z]\)[, ].*/\1/p' | sort -u | xargs)
    got=$(sed -n '/^\.Sh DESCRIPTION/,$p' "$page" | sed -n '/^\.It Fl/p' | grep -oE '(Fl|,) [a-zA-Z]( |$)' |
      sed 's/ *$//; s/.* //' | sort -u | xargs)
    same "$name: $want" "$name: $got"
    want=$("$root/scripts/$name" -h | sed -n '/^Exit status:/,/^$/p' | grep -oE '(^|[ :,(])[0-2] ' | tr -dc '0-2\n' | sort -u | xargs)
    got=$(sed -n '/^\.Sh EXIT STATUS/,/^\.El/s/^\.It \([0-9]\)$/\1/p' "$page" | xargs)
    same "$name: $want" "$name: $got"
  done
}

@test "what the README shows is what its commands say" {
  "$root/test/captures" --check "$BUILD" "$root/README.md"
  # And it is seen if it is not.
  sed 's/^    Insight: Login from login device$/    Insight: Login from another device/' "$root/README.md" >changed
  run "$root/test/captures" --check "$BUILD" changed
  same 1 "$status"
  [[ $output == *'-    Insight: Login from another device'* ]]
}
