#!/usr/bin/env bats
# Does the test of faults find what is wrong? Each of these leaves out a part of pipeline's protocol, and must be caught.

# shellcheck disable=SC2154 # root is from setup.bash
load ../setup

# catches SABOTEUR OPTION...
catches() {
  timeout 200 "$root/test/faults/faults.py" --saboteur="$1" --records=6000 --minutes=1.5 --reading=0 --broker=0 "${@:2}" 3>&-
}

# What is frozen before its fence stands comes to it later, when a rival has gone on.
@test "the test of faults catches what does not wait for the fence" {
  catches no-fence --fence=20 --feeding=0 --only='freeze kcat -P'
}
@test "the test of faults catches what does not look" { catches no-look; }
@test "the test of faults catches what believes that it had no rival" { catches no-epoch; }
@test "the test of faults catches what commits at the end of its input" {
  catches end-of-file --records=60000 --members=1 --batch=3000 --fence=0 --feeding=8 --only='kill feeder'
}
