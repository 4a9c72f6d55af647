# shellcheck shell=bash
# What the scripts of loginstamp share. A script sets `self` (its own real path) and sources this file.

# shellcheck disable=SC2154 # self is the script's
here=${self%/*}
program=${self##*/}

# The tree that this script stands in, or nothing if it is installed (PREFIX/bin/loginstamp-NAME).
tree=
[[ $program == loginstamp-* ]] || tree=${here%/*}

# What is opened later shall not come into the place of one of these.
{ : 3<&0; } 2>/dev/null || exec </dev/null
{ : 3>&1; } 2>/dev/null || exec >/dev/null
{ : 3>&2; } || exec 2>/dev/null
# Where nobody reads what is said, that is no end; children have the usual way.
trap : PIPE

# To stderr, or to where a script has moved its messages ($messages, a descriptor). It may be full.
say() { printf '%s: %s\n' "$program" "$*" >&"${messages:-2}" || :; }

# Says what and why, and ends with 2: it could not do its work.
die() {
  say "$*"
  exit 2
}

# A directory of our own, in `work`. As long as we or a child live, it is locked: so systemd-tmpfiles, which removes from
# /tmp what has not been touched for days, leaves it alone.
make_work() {
  local held
  work=$(mktemp -d "${TMPDIR:-/tmp}/loginstamp-${program#loginstamp-}.XXXXXX" 2>/dev/null) ||
    die "${TMPDIR:-/tmp}: no directory can be made there (TMPDIR says where)"
  exec {held}<"$work"
  flock --shared "$held"
}

# The usage is the script's own head comment.
usage() { awk 'NR > 1 { if (!/^#/) exit; sub(/^# ?/, ""); print }' "$self"; }

usage_error() { die "$* (-h shows the usage)"; }

# What the user calls another script of ours.
script_name() { if [[ $tree ]]; then echo "scripts/$1"; else echo "loginstamp-$1"; fi; }

# split_options VALUED ARG...: take arguments apart as getopt does. VALUED names the options that take a value, as one
# string of words. Sets `argv`, where options stand alone and values follow them, and `rest`, what stood after `--`.
split_options() {
  local valued=" $1 " arg name
  shift
  argv=() rest=()
  while (($#)); do
    arg=$1
    shift
    case $arg in
    --) rest=("$@") && return ;;
    --help) usage && exit ;;
    --*=*)
      name=${arg%%=*}
      [[ $valued == *" $name "* ]] || usage_error "$name: no such option with a value"
      argv+=("$name" "${arg#*=}")
      ;;
    -?*)
      name=$arg
      [[ $arg == --* ]] || name=${arg:0:2}
      if [[ $name == -h ]]; then
        usage && exit
      elif [[ $valued != *" $name "* ]]; then
        argv+=("$name")
        [[ $name == "$arg" ]] || set -- "-${arg:2}" "$@"
      elif [[ $name != "$arg" ]]; then
        argv+=("$name" "${arg:2}")
      else
        (($#)) || usage_error "$name: needs a value"
        argv+=("$name" "$1")
        shift
      fi
      ;;
    *) argv+=("$arg") ;;
    esac
  done
}

# number NAME VALUE [MIN [MAX]]: VALUE must be a whole decimal number in these bounds.
number() {
  local min=${3-0} max=${4-999999999999999}
  if [[ ! $2 =~ ^(0|[1-9][0-9]{0,14})$ ]] || (($2 < min || $2 > max)); then
    usage_error "$1: $2: not a whole number from $min to $max"
  fi
}

# not_empty NAME VALUE: a variable that is not set, perhaps.
not_empty() { [[ $2 ]] || usage_error "$1: is empty"; }

# regular_file NAME PATH: PATH is one, or not there: what is to be replaced is no device and no link.
regular_file() {
  [[ ! -L $2 && (-f $2 || ! -e $2) ]] || usage_error "$1: $2: not a regular file"
}

# find_program NAME: print the path of a program of ours, from the tree's build/ or from beside the installed scripts, or
# else from PATH.
find_program() {
  local path
  for path in ${tree:+"$tree/build/$1"} ${tree:-"$here/$1" "$here/../libexec/loginstamp/$1"}; do
    [[ -f $path && -x $path ]] && printf '%s\n' "$path" && return
  done
  type -P -- "$1" || die "$1: not found${tree:+ (run make first)}"
}

# need PROGRAM...: end with a clear message where one is missing.
need() {
  local name
  for name; do
    type -P -- "$name" >/dev/null || die "$name: not found (Debian and Ubuntu: apt-get install $(package_of "$name"))"
  done
}

# detached COMMAND...: become it, in a session of its own, so that a terminal's Ctrl-C comes to the script alone; it ends
# with the script, whatever ends that.
detached() { exec setsid -- setpriv --pdeathsig KILL -- "$@"; }

package_of() {
  case $1 in
  mvn) echo maven ;;
  java) echo default-jre-headless ;;
  setsid | setpriv) echo util-linux ;;
  stdbuf | timeout) echo coreutils ;;
  *) echo "$1" ;;
  esac
}

# Kafka: every script takes kcat's -b, -F and -X, and the topics --from (-t) and --to (-o).

# shellcheck disable=SC2034 # for split_options
kafka_options='-b -F -X -t --from -o --to'
brokers=${BOOTSTRAP_SERVERS-}
config=${KCAT_CONFIG-}
from=${INPUT_TOPIC:-user-login}
to=${OUTPUT_TOPIC:-login_record}
properties=()
# In a record of pipeline's, the offset of the input behind it.
# shellcheck disable=SC2034 # it is for those who source this
header=loginstamp-next

# kafka_option OPTION VALUE: record one of these options; false if it is none of them.
kafka_option() {
  case $1 in
  -b) brokers=$2 ;;
  -F) config=$2 ;;
  -X) properties+=("$2") ;;
  -t | --from) from=$2 ;;
  -o | --to) to=$2 ;;
  *) return 1 ;;
  esac
}

# A command line is readable by every user of the machine (ps).
refuse_secret() {
  local name=${1%%=*}
  [[ $1 == ?*=* ]] || usage_error "-X: $1: not PROPERTY=VALUE"
  case ${name,,} in
  *password* | *secret* | *ssl.key.pem* | *ssl_key* | *jaas* | *oauthbearer.config*)
    usage_error "-X: $name: a secret would be seen by everyone in the list of processes, write it into a file for -F"
    ;;
  esac
}

topic_name() {
  [[ $2 =~ ^[a-zA-Z0-9._-]{1,249}$ && $2 != . && $2 != .. ]] || usage_error "$1: $2: not a topic's name"
}

# Check what kafka_option recorded and set `kafka`, the options for every kcat, `of_reader` and `of_writer`, those for one
# that reads and one that writes: librdkafka warns about a reader's property where it writes, and the reverse.
kafka_settle() {
  local property
  kafka=() of_reader=() of_writer=()
  for property in ${properties[@]+"${properties[@]}"}; do
    refuse_secret "$property"
  done
  topic_name --from "$from"
  topic_name --to "$to"
  if [[ $config ]]; then
    [[ -f $config && -r $config ]] || die "$config: no readable file"
    kafka+=(-F "$config")
  fi
  if [[ $brokers ]]; then
    kafka+=(-b "$brokers")
  elif ! names_brokers "${config:-${HOME-}/.config/kcat.conf}"; then
    die "no broker is named: give -b, or set BOOTSTRAP_SERVERS (export \$($(script_name broker) start) gives you one)"
  fi
  for property in ${properties[@]+"${properties[@]}"}; do
    case ${property#topic.} in
    fetch.* | queued.* | auto.* | enable.auto.* | session.* | heartbeat.* | max.poll.* | isolation.* | group.* | \
      partition.assignment.* | check.crcs=* | consume.*)
      of_reader+=(-X "$property")
      ;;
    linger.* | queue.buffering.* | batch.* | acks=* | request.required.acks=* | compression.* | enable.idempotence=* | \
      partitioner=* | sticky.* | message.timeout.* | message.max.* | delivery.timeout.* | retries=* | message.send.* | request.timeout.*)
      of_writer+=(-X "$property")
      ;;
    *) kafka+=(-X "$property") ;;
    esac
  done
}

# kcat_reason FILE: why a kcat failed, from what it said on stderr. Its own last word is often only that no broker can be
# reached: what librdkafka logged before says why, unless it is only that the attempts after it came to nothing too.
kcat_reason() {
  awk '/^%[0-3]\|/ && (!logged || !/: (Disconnected|No further error)/) { sub(/^[^]]*\]: /, ""); logged = $0 }
    sub(/^% ERROR: /, "") { own = $0 }
    END { print logged ? logged : own }' "$1"
}

# try_filter OPTION...: what stands behind -- shall be options of the filter's, with which it lets through what it reads: here a
# record with nothing in it.
try_filter() {
  local passed
  # Dead letters may go into a FIFO, whose reader would take this for the end.
  passed=$("$filter" "$@" --dead-letters=/dev/null <<<$'0 -1 -1\n' 2>"$work/error" | tr '\036\037' .) ||
    die "$(grep -m 1 '^loginstamp: ' "$work/error" || tail -n 1 "$work/error")"
  [[ $passed =~ ^\.+$ ]] || usage_error "-- ${rest[*]}: with these loginstamp does not let through what it reads"
}

# ask_kcat OPTION...: its answer is in $work/answer, and what it said in $work/error. For a script that ends when it is
# asked to ($stopping): before anything has begun, that is at once, and all is well.
ask_kcat() {
  local code=0 pid
  kcat "${kafka[@]}" "$@" </dev/null >"$work/answer" 2>"$work/error" &
  pid=$!
  wait "$pid" || code=$?
  if [[ ${stopping-} ]]; then
    { kill -KILL "$pid" && wait "$pid"; } 2>/dev/null || :
    exit 0
  fi
  return "$code"
}

# partitions_of TOPIC: how many there are by the answer of kcat -L, in `count`.
partitions_of() {
  [[ $(<"$work/answer") =~ \ topic\ \"${1//./\\.}\"\ with\ ([0-9]+)\ partitions: ]] && count=${BASH_REMATCH[1]} || count=0
}

# list_topics [TOPIC]: ask for all, or for one, which creates it where the brokers do so.
list_topics() {
  ask_kcat -L ${1:+-t "$1"} || die "${brokers:-$config}: kcat: $(kcat_reason "$work/error")"
}

# must_be_there: the input, before anything starts. Sets `width`, its partitions.
must_be_there() {
  list_topics
  partitions_of "$from"
  ((count > 0)) || die "$from: no such topic at ${brokers:-$config}, or no right to it"
  # shellcheck disable=SC2034 # so is this
  width=$count
}

# must_have TOPIC [WIDTH]: after that, this one, if need be created, and so wide at least.
must_have() {
  local i
  partitions_of "$1"
  for ((i = 0; i < 50 && count == 0; i++)); do
    list_topics "$1"
    partitions_of "$1"
    ((count > 0)) || sleep 0.2
  done
  ((count > 0)) ||
    die "$1: no such topic at ${brokers:-$config}, or no right to it ($(script_name topics) create makes it)"
  ((count >= ${2-1})) ||
    die "$1: has $count partitions, and $from has $2: it needs as many ($(script_name topics) create makes it)"
}

# offsets_of TOPIC WIDTH WHICH: of each partition the first offset (-2), the next one (-1) or the first at a time, in `answers`.
offsets_of() {
  local i p why tries which=()
  for ((i = 0; i < $2; i++)); do
    which+=(-t "$1:$i:$3")
  done
  for ((tries = 0; ; tries++)); do
    answers=() why=
    ask_kcat -q -Q "${which[@]}" -X isolation.level=read_committed || why=$(kcat_reason "$work/error")
    while read -r _ p _ i; do
      if [[ $i =~ ^-?[0-9]+$ ]]; then answers[${p//[\[\]]/}]=$i; else why="$p: ${i#-1: }"; fi
    done <"$work/answer"
    [[ $why ]] || ((${#answers[@]} < $2)) || return 0
    # A partition that has just been made has no leader yet, or one that does not know it.
    [[ $why == *eader* && $tries != 50 && ! ${stopping-} ]] || die "$1: kcat -Q: ${why:-no answer}"
    sleep 0.2
  done
}

# exec_kafka COMMAND ARGUMENT...: end as kafka.py, which does what kcat cannot, by librdkafka's binding for Python.
exec_kafka() {
  local python module=$here/kafka.py
  [[ $tree ]] || module=$here/../share/loginstamp/kafka.py
  # Packages of the system are not seen by a Python that somebody put before it in PATH.
  for python in python3 /usr/bin/python3; do
    if type -P -- "$python" >/dev/null && "$python" -c 'import confluent_kafka' 2>/dev/null; then
      exec "$python" -- "$module" "$program" "$1" "${kafka[@]}" ${of_reader[@]+"${of_reader[@]}"} "${@:2}"
    fi
  done
  die 'confluent_kafka: not found (Debian and Ubuntu: apt-get install python3-confluent-kafka)'
}

names_brokers() { grep -Eqs '^[[:space:]]*(bootstrap\.servers|metadata\.broker\.list)[[:space:]]*=' -- "$1"; }

# Packages (Debian and Ubuntu), for demo and check: a word a package, the program that shows it is there, or a file.
packages_build='gcc=gcc libc6-dev=/usr/include/stdio.h make=make pkg-config=pkg-config
  libyajl-dev=/usr/include/yajl/yajl_parse.h librdkafka-dev=/usr/include/librdkafka/rdkafka_mock.h'
packages_demo="$packages_build kcat=kcat tzdata=/usr/share/zoneinfo/Europe/Berlin"
# shellcheck disable=SC2034 # for check
packages_check="$packages_demo bats=bats parallel=parallel jq=jq python3=python3 strace=strace shellcheck=shellcheck mandoc=mandoc
  python3-confluent-kafka=/usr/lib/python3/dist-packages/confluent_kafka/__init__.py openssl=openssl bsdextrautils=col
  procps=ps clang=clang maven=mvn default-jre-headless=java"
# shellcheck disable=SC2034 # as above
packages_outer='tmux=tmux valgrind=valgrind gcc-aarch64-linux-gnu=aarch64-linux-gnu-gcc libc6-dev-arm64-cross=/usr/aarch64-linux-gnu/include/stdio.h
  qemu-user=qemu-aarch64 spin=spin prometheus=promtool prometheus-node-exporter=prometheus-node-exporter curl=curl
  python3-yaml=/usr/lib/python3/dist-packages/yaml/__init__.py python3-venv=/usr/share/doc/python3-venv golang-go=go
  docker.io=dockerd docker-compose=docker-compose debootstrap=debootstrap slirp4netns=slirp4netns iptables=iptables iproute2=ip git=git'
# shellcheck disable=SC2034 # for test/bench/peers
packages_bench="$packages_build python3=python3 valgrind=valgrind g++=g++ jq=jq miller=mlr cargo=cargo golang-go=go"

# missing WORDS: print those packages of the words that are not there.
missing() {
  local word
  for word in $1; do
    case ${word#*=} in
    /*) [[ -e ${word#*=} ]] || echo "${word%%=*}" ;;
    *) type -P -- "${word#*=}" >/dev/null || echo "${word%%=*}" ;;
    esac
  done
}

# install_packages WORDS YES: say what is missing, ask if stdin is a terminal and YES is empty, and install it.
install_packages() {
  local packages answer root=()
  mapfile -t packages < <(missing "$1")
  ((${#packages[@]})) || return 0
  type -P apt-get >/dev/null ||
    die "missing, and to be installed by your system's means (these are Debian's names): ${packages[*]}"
  say "to be installed by apt-get: ${packages[*]}"
  if [[ ! $2 && -t 0 ]]; then
    read -rp 'Go on? [Y/n] ' answer
    [[ $answer == [Yy]* || ! $answer ]] || die 'not installed'
  fi
  ((UID == 0)) || { need sudo && root=(sudo); }
  ${root[@]+"${root[@]}"} apt-get -qq update || die 'apt-get update failed'
  ${root[@]+"${root[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
    -o Dpkg::Use-Pty=0 install "${packages[@]}" >&2 || die 'apt-get install failed'
}
