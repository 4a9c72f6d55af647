# shellcheck shell=bash
# Cases as data, test/cases/*.case. A case is a block of lines such as
#
#   == a numeric string gets its time in UTC
#   $ loginstamp -q
#   <{"timestamp":"1694479551"}
#   >{"timestamp":"1694479551","datetime":"2023-09-12 00:45:51"}
#
#   == NAME      a new case
#   $ COMMAND    run by bash in an empty directory; $DEAD is a file for dead letters
#   <TEXT        a line of its input
#   @FILE        the < lines from here on are a file's
#   >TEXT        a line of its stdout
#   "!"TEXT      a line of its stderr; the summary is left out of it unless the case has a line of it
#   dead:TEXT    a line that is in $DEAD afterwards
#   =N           its exit status, if not 0
#   # TEXT       a comment
#
# TEXT that begins with a backslash is what printf(1) makes of the rest by %b, without a newline: <\a\0b
# Stdout, stderr, $DEAD and status are compared byte for byte.

# cases_read FILE DIR: make DIR/CASE of each case in FILE, with what it wants in DIR/want/CASE.
cases_read() {
  local line to='' n=100
  while IFS= read -r line || [[ $line ]]; do
    case $line in
    '' | '# '*) ;;
    '== '*)
      to=$2/$((++n))/stdin
      mkdir -p "$2/$n/files" "$2/$n/work" "$2/want/$n" "$2/got/$n"
      touch "$to" "$2/want/$n/stdout" "$2/want/$n/stderr"
      printf '0\n' >"$2/want/$n/status"
      printf '%s\n' "${line#== }" >"$2/$n/name"
      ;;
    '$ '*) printf '%s\n' "${line#'$ '}" >"$2/$n/command" ;;
    '='*) printf '%s\n' "${line#=}" >"$2/want/$n/status" ;;
    '@'*)
      to=$2/$n/files/${line#@}
      : >"$to"
      ;;
    '<'*) cases_put "${line#<}" >>"$to" ;;
    '>'*) cases_put "${line#>}" >>"$2/want/$n/stdout" ;;
    '!'*) cases_put "${line#!}" >>"$2/want/$n/stderr" ;;
    dead:*) cases_put "${line#dead:}" >>"$2/want/$n/dead" ;;
    *)
      printf '%s: not a line of a case: %s\n' "$1" "$line" >&2
      return 1
      ;;
    esac
  done <"$1"
}

# cases_put TEXT: write what a line's TEXT stands for.
cases_put() {
  if [[ $1 == \\* ]]; then
    printf %b "${1#?}"
  else
    printf '%s\n' "$1"
  fi
}

# cases_run DIR WAY: run every case of DIR, its input read by WAY: pipe, file or packets of N bytes.
# Shows those that fail, and returns 1 if there are any or none was run.
cases_run() {
  local case name difference run=0 failed=0
  for case in "$1"/[1-9]*/; do
    run=$((run + 1)) case=${case%/}
    cases_command "$1" "${case##*/}" "$2" || true
  done
  cases_leave_out_summary "$1"
  for case in $(diff -a -q -r "$1/want" "$1/got" | grep -oE '(want|got)/[0-9]+' | cut -d / -f 2 | sort -u); do
    failed=$((failed + 1))
    read -r name <"$1/$case/name"
    printf '%s: %s\n' "${1##*/}" "$name"
    cat -v "$1/$case/command"
    difference=$(diff -a -u -r -N "$1/want/$case" "$1/got/$case") || cat -v <<<"$difference"
  done
  printf '%s from %s: %d cases, %d failed\n' "${1##*/}" "$2" "$run" "$failed"
  ((run > 0 && failed == 0))
}

# cases_leave_out_summary DIR: the one switch.
# shellcheck disable=SC2154 # summary_lines is from setup.bash
cases_leave_out_summary() {
  local files
  mapfile -t files < <(cd "$1/want" && grep -L '^Summary of ' -- */stderr)
  (cd "$1/got" && sed -i "$summary_lines" "${files[@]}")
}

# cases_command DIR CASE WAY: run the command; what comes of it goes to DIR/got/CASE. A fork saved here is one saved by
# every case at every read size.
cases_command() (
  set +e
  case=$1/$2 got=$1/got/$2 DEAD=$1/got/$2/dead
  cd "$case/work" || exit
  [[ ! -e $DEAD ]] || rm "$DEAD"
  set -- "$3" "$case"/files/* ./*
  if [[ -e $2 || -e $3 ]]; then
    cd .. && rm -rf work && cp -r files work && cd work || exit
  fi
  # shellcheck disable=SC2317 # the command does this
  if [[ $1 == packets* ]]; then
    loginstamp() { packets "$size" "$BUILD/loginstamp" "$@"; }
    loginwatch() { packets "$size" "$BUILD/loginwatch" "$@"; }
  fi
  way=$1 size=${1##* }
  IFS= read -r command <"$case/command"
  if [[ $way == pipe ]]; then
    # shellcheck disable=SC2002 # it is to be a pipe
    cat "$case/stdin" | eval "$command"
  else
    (eval "$command") <"$case/stdin"
  fi >"$got/stdout" 2>"$got/stderr"
  echo "$?" >"$got/status"
)
