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
#   "!"TEXT      a line of its stderr
#   dead:TEXT    a line that is in $DEAD afterwards
#   =N           its exit status, if not 0
#   # TEXT       a comment
#
# TEXT that begins with a backslash is what printf(1) makes of the rest by %b, without a newline: <\a\0b
# Stdout, stderr, $DEAD and status are compared byte for byte.

# cases_read FILE DIR: make a directory in DIR of each case in FILE.
cases_read() {
  local line to='' case=$2/none n=100
  local -A kinds=(['<']=stdin ['>']=want/stdout ['!']=want/stderr [d]=want/dead)
  while IFS= read -r line || [[ $line ]]; do
    case $line in
    '' | '# '*) ;;
    '== '*)
      case=$2/$((++n)) to=stdin
      mkdir -p "$case/want" "$case/got" "$case/files"
      touch "$case/stdin" "$case/want/stdout" "$case/want/stderr"
      printf '0\n' >"$case/want/status"
      printf '%s\n' "${line#== }" >"$case/name"
      ;;
    '$ '*) printf '%s\n' "${line#'$ '}" >"$case/command" ;;
    '='*) printf '%s\n' "${line#=}" >"$case/want/status" ;;
    '@'*)
      to=files/${line#@}
      : >"$case/$to"
      ;;
    '<'* | '>'* | '!'* | dead:*)
      kinds['<']=$to
      cases_put "${line#"${line%%[<>!:]*}"?}" >>"$case/${kinds[${line:0:1}]}"
      ;;
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
  for case in "$1"/*/; do
    case=${case%/}
    run=$((run + 1))
    cases_command "$case" "$2" || true
    difference=$(diff -a -u -r "$case/want" "$case/got") && continue
    failed=$((failed + 1))
    read -r name <"$case/name"
    printf '%s: %s\n' "${1##*/}" "$name"
    cat -v "$case/command"
    cat -v <<<"$difference"
  done
  printf '%s from %s: %d cases, %d failed\n' "${1##*/}" "$2" "$run" "$failed"
  ((run > 0 && failed == 0))
}

# cases_command CASE WAY: run the command, what comes of it goes to CASE/got.
cases_command() (
  set +e
  rm -rf "$1/work" "$1/got"
  mkdir "$1/got"
  cp -r "$1/files" "$1/work"
  cd "$1/work" || exit
  # shellcheck disable=SC2034 # the command uses it
  DEAD=$1/got/dead
  size=${2#packets of }
  # shellcheck disable=SC2317 # so it does this
  [[ $size == "$2" ]] || loginstamp() { packets "$size" "$BUILD/loginstamp" "$@"; }
  command=$(<"$1/command")
  if [[ $2 == pipe ]]; then
    # shellcheck disable=SC2002 # it is to be a pipe
    cat "$1/stdin" | eval "$command"
  else
    eval "$command" <"$1/stdin"
  fi >"$1/got/stdout" 2>"$1/got/stderr"
  echo "$?" >"$1/got/status"
)
