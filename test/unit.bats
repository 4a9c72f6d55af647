#!/usr/bin/env bats
# The programs of test/unit: tables of cases for single modules.

# shellcheck disable=SC2154 # root is from setup.bash
load setup

@test "every unit program's table holds" {
  count=0
  for program in "$BUILD"/unit/*; do
    [[ -f $program && -x $program ]] || continue
    echo "${program##*/}:"
    "$program"
    count=$((count + 1))
  done
  [[ $count -eq $(find "$root/test/unit" -name '*.c' | wc -l) ]]
}
