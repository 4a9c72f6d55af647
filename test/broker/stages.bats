#!/usr/bin/env bats
# What pipeline makes of one of its stages that ends at the wrong time, as if all were well, or of what they are told: on a
# real Apache Kafka.

# shellcheck disable=SC2030,SC2031,SC2154 # root is from setup.bash; every test is a process of its own
load ../setup
load pipeline
bats_require_minimum_version 1.5.0

# first TIMES PATTERN COMMAND: instead of the first so many kcat whose arguments match, COMMAND; it has them too.
first() {
  mkdir -p bin
  cat >bin/kcat <<KCAT
#!/usr/bin/env bash
case " \$* " in
$2) for ((i = 0; i < $1; i++)); do ! mkdir "$PWD/bin/done.\$i" 2>/dev/null || { $3; exit; }; done ;;
esac
exec "$(type -P kcat)" "\$@"
KCAT
  chmod +x bin/kcat
  PATH=$PWD/bin:$PATH
}

# It has taken no records, and nothing is committed.
nothing="exec $(type -P kcat) \"\$@\" </dev/null"

good() { for ((i = $1; i <= $2; i++)); do echo "{\"timestamp\":$i}"; done; }
bad() { for ((i = $1; i <= $2; i++)); do echo "bad $i"; done; }
passed() { loginstamp -q "$@" | cmp - <(got '%s\n'); }

@test "a commit that comes to nothing, with status 0, before records that are all refused" {
  { good 1 10 && bad 1 10 && good 11 15; } | lines
  first 1 '*-next=10\ *' "$nothing"
  run pipeline -e --batch=10 --max-refused=100 -- -q
  same 1 "$status"
  [[ -d bin/done.0 ]]
  passed < <(good 1 15)
}

@test "a commit that comes to nothing, with status 0, before the end" {
  good 1 10 | kcat -q -P -b "$BOOTSTRAP_SERVERS" -t "$in" -p 0 -X transactional.id="$in" -d eos
  first 1 '*-next=10\ *' "$nothing"
  pipeline -e -- -q
  [[ -d bin/done.0 ]]
  passed < <(good 1 10)
}

@test "a reader that ends before the end, with status 0" {
  good 1 500 | lines
  first 1 '*\ %o\ %K\ %S*' 'exit 0'
  run pipeline -e -- -q
  same "0 pipeline: $in [0]: kcat -C: ended before offset 500; trying again
pipeline: $in [0]: goes on" "$status $output"
  passed < <(good 1 500)
}

# hide_header NEXT: an open transaction, with this in its header, at the end of the output: the next fence aborts it.
hide_header() {
  local before
  before=$(end_of_all)
  mkfifo hiding
  kcat -q -P -b "$BOOTSTRAP_SERVERS" -t "$out" -p 0 -X transactional.id="$out-0" -X linger.ms=0 -H "loginstamp-next=$1" \
    <hiding 3>&- &
  { good 1 1000 && eventually 20 grown "$before"; } >hiding
  kill -KILL "$!"
}
grown() { (($(end_of_all) > $1 + 5)); }

@test "what a look has read in part is no answer" {
  good 1 6 | lines
  pipeline -e --batch=3 -- -q
  hide_header 3
  good 7 9 | lines
  first 1 '*\ -f\ %h*' 'echo loginstamp-next=3'
  pipeline -e -- -q
  [[ -d bin/done.0 ]]
  passed < <(good 1 9)
}

@test "only what is committed counts, whatever isolation.level says" {
  good 1 9 | lines
  "$root/scripts/topics" create -p 3 -t "$out" >/dev/null
  hide_header 9
  echo isolation.level=read_uncommitted >conf
  same 9 "$("$root/scripts/lag" -t "$in" -o "$out" -F conf | sed -n '1s/.*lag=//p')"
  pipeline -e -F conf -X isolation.level=read_uncommitted -- -q
  passed < <(good 1 9)
}

@test "what is not there any more is an error, whatever auto.offset.reset says" {
  good 1 9 | lines
  good 1 1 | kcat -q -P -b "$BOOTSTRAP_SERVERS" -t "$out" -p 0 -H loginstamp-next=20
  for property in auto.offset.reset topic.auto.offset.reset; do
    run pipeline -X "$property=earliest" -- -q
    same 2 "$status"
    [[ $output == *"$in [0]: offset 20 comes next, but there are only those from 0 to 9; say where to go on by --start=0:OFFSET"* ]]
  done
  run pipeline --start=0:21 -- -q
  same 2 "$status"
  [[ $output == *"$in [0]: offset 21 comes next, but there are only those from 0 to 9; "* ]]
  run pipeline --start=3:1
  same "2 pipeline: --start=3:1: $in has 3 partitions, from 0 on" "$status $output"
}

@test "a dead letter that could not be written, in a stream of records: it is written" {
  first 2 "*\\ -P\\ -t\\ $in.dead-letters\\ *" "((i == 0)) || $nothing; exit 137"
  start 1
  good 1 1 | lines
  eventually 20 has_count 1
  bad 1 1 | lines
  eventually 20 has_letters 1
  [[ -d bin/done.1 ]]
  stop 1 1
  same 1 "$(grep -c 'kcat -P: status 137; trying again' 1.err)"
}

@test "dead letters are counted also where the user's properties would have none reported" {
  good 1 1 | lines
  bad 1 1 | lines
  run timeout 60 "$root/scripts/pipeline" -t "$in" -o "$out" -e --max-refused=100 -X delivery.report.only.error=true -- -q
  same 1 "$status"
  [[ $output != *'trying again'* ]]
  same 1 "$(dead_letters | wc -l)"
}

@test "where nobody hears what it says, it does its work all the same" {
  good 1 5 | lines
  bad 1 1 | lines
  for where in '2>/dev/full' '2>&-' '2>&1 | true' '<&- >&- 2>&-'; do
    bad 2 2 | lines
    run bash -c "set -o pipefail; '$root/scripts/pipeline' -t $in -o $out -e --max-refused=100 $where"
    same 1 "$status"
  done
  passed < <(good 1 5)
  # What stands behind the last record that passed is told again by each run.
  same '1 1 3 2 1' "$(dead_letters | jq .offset | sort -n | uniq -c | awk '{ print $1 }' | paste -sd' ')"
}

has_letters() { (($(dead_letters | wc -l) >= $1)); }

@test "records that are read again count once for --max-refused" {
  { good 1 400 && bad 1 200; } | lines
  first 5 "*\\ -P\\ -t\\ $in.dead-letters\\ *" 'exit 137'
  run pipeline -e --batch=300 --max-refused=50 -- -q
  same 1 "$status"
  [[ -d bin/done.4 ]]
  passed < <(good 1 400)
}

@test "a worker that somebody asks to stop has not drained its partition" {
  "$root/scripts/sample" --count=50000 >logins
  lines <logins
  start 1 -e --batch=500 -- -q
  eventually 30 has_some
  pkill -TERM -f -- "--worker=0:.* -t $in "
  status=0
  wait "${copies[1]}" || status=$?
  same 0 "$status"
  grep -x "pipeline: $in \[0]: the worker's status was 3: starting it again" 1.err
  passed logins
}

@test "a worker has files of its own: what is left of one that was killed writes into none of them" {
  mkdir tmp
  TMPDIR=$PWD/tmp start 1 -- -q
  eventually 20 compgen -G 'tmp/*/0.*/'
  earlier=$(compgen -G 'tmp/*/0.*/')
  pkill -KILL -f -- "--worker=0:.* -t $in "
  eventually 20 another_than "$earlier"
  good 1 9 | lines
  eventually 20 has_count 9
  stop 1 0
}

# There is a directory of worker 0, and it is not this one.
another_than() { [[ $(compgen -G 'tmp/*/0.*/') != "$1" && $(compgen -G 'tmp/*/0.*/') ]]; }

@test "keys with a NUL come through as they are, also when records come one after the other" {
  start 1 -- -q
  for ((i = 100; i < 160; i++)); do
    for ((j = 100; j < 150; j++)); do
      printf 'k\0%d%d\x1f{"timestamp":%d%d}\x1e' "$i" "$j" "$i" "$j"
    done | put
  done
  eventually 30 has_count 3000
  stop 1 0
  got '%k %s\n' "$in" | loginstamp -q -K' ' | cmp - <(got '%k %s\n')
}
