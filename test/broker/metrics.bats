#!/usr/bin/env bats
# pipeline --metrics, on a real Apache Kafka: the figures are the pipeline's, whatever becomes of its workers and copies.

# shellcheck disable=SC2030,SC2031,SC2154 # root is from setup.bash; every test is a process of its own
load ../setup
bats_require_minimum_version 1.5.0

setup_file() {
  export LOGINSTAMP_BROKER_DIR=$BATS_FILE_TMPDIR/broker
  servers=$("$root/scripts/broker" start --kafka --owner=$$ --topics=warm 3>&-)
  export servers
}

teardown_file() { LOGINSTAMP_BROKER_DIR=$BATS_FILE_TMPDIR/broker "$root/scripts/broker" stop; }

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  export "${servers?}"
  in=in-$BATS_TEST_NUMBER
  out=out-$BATS_TEST_NUMBER
  eventually 30 is_there "$in"
  copies=()
}

teardown() {
  local pid
  [[ ${BATS_TEST_COMPLETED-} ]] || tail -n +1 -- *.err *.prom >&2
  for pid in "${copies[@]}"; do
    kill -KILL "$pid" 2>/dev/null || :
  done
}

# To ask for a topic creates it.
is_there() { kcat -q -L -b "$BOOTSTRAP_SERVERS" -t "$1" | grep -q 'with [1-9]'; }

lines() { kcat -q -P -b "$BOOTSTRAP_SERVERS" -t "$in" -p "${1-0}"; }

# start COPY OPTION...: a pipeline that goes on, with COPY.prom.
start() {
  "$root/scripts/pipeline" -t "$in" -o "$out" --metrics="$1.prom" "${@:2}" 2>"$1.err" 3>&- &
  copies+=("$!")
}

# stop NUMBER WANT: by SIGTERM.
stop() {
  local status=0
  kill -TERM "${copies[$1]}"
  wait "${copies[$1]}" || status=$?
  same "$2" "$status"
}

# sum FAMILY FILE...: of all its samples; some LABELS may follow the family.
sum() { cat "${@:2}" | awk -v name="loginstamp_pipeline_$1" 'index($1, name) == 1 { sum += $2 } END { print sum + 0 }'; }

# Has each of the files so many at least?
each() {
  local file
  for file in "${@:3}"; do
    (($(sum "$1" "$file") >= $2)) || return
  done
}

counted() { [[ $(sum "$1" "${@:3}") == "$2" ]]; }

@test "pipeline's metrics are those of all batches, and equal what the filter says of the whole" {
  for p in 0 1; do
    "$root/scripts/sample" --count=997 --seed="$p" --faults=5 >"logins.$p"
    printf 'x\nx\nx\n' >>"logins.$p"
    lines "$p" <"logins.$p"
  done
  run -1 "$root/scripts/pipeline" -t "$in" -o "$out" -e --batch=300 --metrics="of-%h.prom" 3>&-
  loginstamp --count=none --metrics=want.prom logins.0 logins.1 >/dev/null 2>&1 || :
  file=of-$HOSTNAME.prom
  same 644 "$(stat -c %a "$file")"
  while read -r name value; do
    # What is written has other delimiters here.
    [[ $name == loginstamp_*_total* && $name != *@(written|said)_bytes* ]] || continue
    name=${name#loginstamp_}
    got=$(sed -n 's/^loginstamp_pipeline_\([a-z_]*\){[^}]*partition="[0-9]*",*\([^}]*\)} /\1{\2} /p' "$file" |
      awk -v name="${name%\{*}{" -v label="${name#*\{}" '
        index($1, name) == 1 && (label !~ /^reason/ || index($1, label)) { sum += $2 } END { print sum }')
    same "$name $value" "$name $got"
  done <want.prom
  same 2000 "$(sum records_total "$file")"
  # A batch of 300 in 1,000 makes four, and a partition without records none.
  of="copy=\"of-$HOSTNAME\",topic=\"$in\",partition="
  same 4 "$(sum "transactions_total{$of\"1\"}" "$file")"
  same 0 "$(sum "transactions_total{$of\"2\"}" "$file")"
  # Refused records at the end are done, too, which lag cannot know.
  same 1000 "$(sum "next_offset{$of\"1\"}" "$file")"
  (($(sum fences_total "$file") > 8))
  same 0 "$(grep -c 'last_commit.*partition="2"' "$file")"
  now=$(date +%s)
  commit=$(sed -n 's/^loginstamp_pipeline_last_commit_timestamp_seconds.*"1"} //p' "$file")
  ((commit <= now && commit > now - 60))
  same 3 "$(sum 'partitions{' "$file")"
  same 0 "$(sum assigned_partitions "$file")"
}

@test "pipeline's metrics go on counting when a worker is killed" {
  seq -f '{"timestamp":%g}' 500 | lines
  start one --linger=1000
  eventually 20 counted records_total 500 one.prom
  same 3 "$(sum assigned_partitions one.prom)"
  for pid in $(pgrep -P "${copies[0]}"); do
    [[ $(tr '\0' ' ' <"/proc/$pid/cmdline") != *--worker=* ]] || kill -KILL "$pid"
  done
  eventually 20 counted worker_restarts_total 3 one.prom
  seq -f '{"timestamp":%g}' 70 | lines
  eventually 20 counted records_total 570 one.prom
  counted transactions_total 2 one.prom
  stop 0 0
  same 0 "$(sum assigned_partitions one.prom)"
}

@test "copies share a directory, and count each what it did" {
  start a -g metrics -X session.timeout.ms=6000
  start b -g metrics -X session.timeout.ms=6000
  eventually 30 test -e a.prom -a -e b.prom
  eventually 60 each assigned_partitions 1 a.prom b.prom
  for p in 0 1 2; do
    seq -f '{"timestamp":%g}' 100 | lines "$p"
  done
  eventually 20 counted records_total 300 a.prom b.prom
  each records_total 1 a.prom b.prom
  # No series is in both, as node_exporter would take none of them.
  same '' "$(cat a.prom b.prom | grep -v '^#' | sed 's/ [^ ]*$//' | sort | uniq -d)"
}

@test "metrics that cannot be written are an error at the start, and trouble said once later" {
  run -2 "$root/scripts/pipeline" -t "$in" -o "$out" --metrics=no/such 3>&-
  same 'pipeline: no/such: No such file or directory' "$output"
  mkdir folder
  start folder/m
  eventually 20 counted assigned_partitions 3 folder/m.prom
  mv folder kept
  eventually 20 grep -q 'pipeline: folder/m.prom: No such file or directory' kept/m.err
  seq -f '{"timestamp":%g}' 10 | lines
  sleep 6
  same 1 "$(wc -l <kept/m.err)"
  mv kept folder
  eventually 20 counted records_total 10 folder/m.prom
  stop 0 0
}
