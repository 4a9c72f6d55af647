# shellcheck shell=bash
# What every test begins with: our programs first, none of the variables that they read, an empty directory.

root=$(cd "${BATS_TEST_DIRNAME%/test*}" && pwd)
export BUILD=${BUILD:-$root/build}
export PATH=$BUILD:$BUILD/tools:$PATH
# What is killed leaves its files behind: with the run, they go.
export TMPDIR=$BATS_RUN_TMPDIR

unset BOOTSTRAP_SERVERS KCAT_CONFIG INPUT_TOPIC OUTPUT_TOPIC LOGINSTAMP_BROKER_DIR TZ TZDIR NO_COLOR POSIXLY_CORRECT
unset "${!LC_@}" LANG

setup() {
  cd "$BATS_TEST_TMPDIR" || return
}

# same WANT GOT: fail, and show both, if they differ.
same() {
  [[ $1 == "$2" ]] && return
  printf 'want: %q\ngot:  %q\n' "$1" "$2" >&2
  return 1
}

# eventually SECONDS COMMAND...: until it succeeds.
eventually() {
  local i tries=$(($1 * 20))
  shift
  for ((i = 0; i < tries; i++)); do
    "$@" && return
    sleep 0.05
  done
  printf 'not within %d s: %s\n' $((tries / 20)) "$*" >&2
  return 1
}

# idle PROGRAM ARGUMENT...: start it on a FIFO, which stays open as descriptor 7, with out and err; its pid is in $pid.
idle() {
  mkfifo in
  "$@" <in >out 2>err 3>&- &
  pid=$!
  exec 7>in
}

# ended: end the input of what idle started, and take its status into $status.
# shellcheck disable=SC2034 # the test looks at it
ended() {
  exec 7>&-
  status=0
  wait "$pid" || status=$?
}

# catches PID SIGNAL: has our program said what to do on this signal, a number? Before, it would be its end; and before it is our
# program, it is a shell that catches all.
catches() { [[ $(<"/proc/$1/comm") == login* ]] && (((16#$(sed -n 's/^SigCgt:\s*//p' "/proc/$1/status") >> ($2 - 1)) & 1)); }

# left VARIABLE=VALUE PATTERN: are there processes with this in their environment, and that in their command line?
left() {
  local processes
  processes=$(grep -lzsx -- "$1" /proc/[0-9]*/environ | cut -d/ -f3 | xargs -r ps -o stat=,args= -p | grep -v '^Z' || :)
  grep -E -- "$2" <<<"$processes" >left
}

broker_left() { left "LOGINSTAMP_BROKER_DIR=$LOGINSTAMP_BROKER_DIR" 'supervise|embedded-broker'; }
no_broker_left() { ! broker_left; }

# has_lines FILE N: at least so many.
has_lines() { (($(wc -l <"$1") >= $2)); }

# The lines of a summary on stderr, for sed: one that begins so, and those that are indented.
summary_lines='/^Summary /d; /^  /d'

# messages [FILE]: what a program said on stderr besides its summary.
messages() { sed "$summary_lines" -- "$@"; }
