#!/usr/bin/env bats
# The cases in test/cases, each kind of input in its turn.

load setup
load cases

run_file() {
  [[ -d $BATS_TEST_TMPDIR/$1 ]] || cases_read "$BATS_TEST_DIRNAME/cases/$1.case" "$BATS_TEST_TMPDIR/$1"
  cases_run "$BATS_TEST_TMPDIR/$1" "$2"
}

@test "framing, from a pipe" { run_file framing pipe; }
@test "framing, from a file" { run_file framing file; }
@test "records by lengths, from a pipe" { run_file kcat pipe; }
@test "records by lengths, from a file" { run_file kcat file; }
@test "the transform" { run_file transform pipe; }
@test "refused records" { run_file refused pipe; }
@test "insights" { run_file insights pipe; }
@test "the summary" { run_file summary pipe; }
@test "alerts, from a pipe" { run_file alert pipe; }
@test "alerts, from a file" { run_file alert file; }
@test "loginwatch, from a pipe" { run_file watch pipe; }
@test "loginwatch, from a file" { run_file watch file; }
@test "loginwatch, on many records" { run_file much pipe; }
@test "options" { run_file options pipe; }

@test "framing, lengths and insights, at every read size from 1 to 31" {
  sizes=({1..31})
  # Under valgrind each of the thousands of runs takes a second.
  [[ ! ${INSTRUMENTED-} ]] || sizes=(1 31)
  for size in "${sizes[@]}"; do
    run_file framing "packets of $size" || failed=1
    run_file kcat "packets of $size" || failed=1
    ((size % 15 != 1)) || run_file watch "packets of $size" || failed=1
  done
  [[ ! ${failed-} ]]
}
