#!/usr/bin/env bats
# The load test, make load, in small: that it passes, and that it sees what it is there to see.

# shellcheck disable=SC2154 # root is from setup.bash
load ../setup
bats_require_minimum_version 1.5.0

# holds RATE SECONDS PARTITIONS COPIES: with the kcat that producer says, for what it gets on its way to Kafka.
holds() {
  cd "$root" || return
  PATH=$BATS_TEST_TMPDIR/bin:$PATH run --separate-stderr timeout 300 /usr/bin/python3 test/bench/load.py "$@" 3>&-
  printf '%s\n' "$output" "$stderr"
}

# producer COMMAND: through this go the records of the load.
producer() {
  mkdir -p bin
  cat >bin/kcat <<KCAT
#!/usr/bin/env bash
case " \$* " in
*' -P '*' -p -1 '*) exec "$(type -P kcat)" "\$@" < <($1) ;;
*) exec "$(type -P kcat)" "\$@" ;;
esac
KCAT
  chmod +x bin/kcat
}

@test "two copies share what comes at a rate, and nothing is lost" {
  holds 500 3 3 2
  same 0 "$status"
  [[ $output == *'| 3 | 2 | 1,500 | 500 |'* ]]
  [[ $output == *'| pipeline | '* ]]
  same 'nothing lost, nothing twice, order kept, every byte as it must be' "${lines[-1]}"
}

@test "a rate that is not reached is a failure, and what was reached is told" {
  # shellcheck disable=SC2016 # for the stand-in
  producer 'while read -r line; do echo "$line"; sleep 0.05; done'
  holds 100 1 1 1
  same 1 "$status"
  same 'load: the rate of 100 records/s was not reached' "$stderr"
  [[ $output =~ '| 1 | 1 | 100 | 100 | '[12][0-9]' |' ]]
}

@test "a record that is another one in the input is a failure" {
  producer 'sed "5s/\"app_version\": \"2/\"app_version\": \"3/"'
  holds 100 1 1 1
  same 1 "$status"
  same 'load: user-login: 101 records, not those 101 that were sent' "$stderr"
}

@test "records that are missing, twice, changed or in another order are seen" {
  cd "$root/test/bench"
  # What is in, what is out, by the seconds in the records; x is one that was not stamped.
  while IFS='|' read -r into out want; do
    run /usr/bin/python3 - "$into" "$out" <<'END'
import sys
import load
def record(word):
    line = b'{"timestamp": "%d"}\n' % int(word.strip("x"))
    return load.Record(0, 0, line)
def stamp(word):
    old = record(word)
    return old if "x" in word else old._replace(line=load.stamped(old.line))
try:
    pairs = load.compare(0, map(record, sys.argv[1].split()), map(stamp, sys.argv[2].split()))
    print(len(list(pairs)), "compared")
except load.Lost as lost:
    print(lost)
END
    same 0 "$status"
    # shellcheck disable=SC2053 # a glob
    [[ $output == $want ]] || same "$want" "$output"
  done <<'TABLE'
1 2 3|1 2 3|3 compared
1 2 3|1 2|login_record \[0]: record 2 and what follows is missing
1 2|1 2 2|login_record \[0]: record 2 is one too many: *
1 2 3|1 1 2 3|login_record \[0]: record 1 is *
1 2 3|1 3 2|login_record \[0]: record 1 is *
1 2 3|1 2x 3|login_record \[0]: record 1 is *
1 3 2|1 3 2|user-login \[0]: record 2 is not in the order of sending
TABLE
}

@test "more copies than partitions, and what is no number, are errors" {
  holds 100 1 1 2
  same 1 "$status"
  [[ $stderr == 'load: RATE, SECONDS, PARTITIONS and COPIES are at least 1'* ]]
}
