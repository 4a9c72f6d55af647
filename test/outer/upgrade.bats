#!/usr/bin/env bats
# The next version takes over from this one, and gives back: both installed side by side, on one real Apache Kafka.
#
# OLDER may be a revision of the repository, such as the tag of the last release; without it the older one is this tree
# as it stands. The newer one is this tree under another number, as packagers build it.

# Every test is a process of its own; root is from setup.bash.
# shellcheck disable=SC2030,SC2031,SC2154
load ../setup
bats_require_minimum_version 1.5.0

setup_file() {
  unset MAKEFLAGS MFLAGS MAKELEVEL CFLAGS
  export LOGINSTAMP_BROKER_DIR=$BATS_FILE_TMPDIR/broker
  local tree=$root
  if [[ ${OLDER-} ]]; then
    tree=$BATS_FILE_TMPDIR/older.tree
    git -C "$root" archive --prefix=older.tree/ "$OLDER" | tar -x -C "$BATS_FILE_TMPDIR"
  fi
  install_version "$tree" older "$([[ ${OLDER-} ]] || echo 0.1.0)"
  install_version "$root" newer 99.0.0
  servers=$("$root/scripts/broker" start --kafka --owner=$$ --topics=x 3>&-)
  export servers
}

# install_version TREE NAME [NUMBER]: into NAME, for itself.
install_version() {
  make -s -C "$1" BUILD="$BATS_FILE_TMPDIR/$2.build" PREFIX="$BATS_FILE_TMPDIR/$2" ${3:+"VERSION=$3"} install 3>&-
}

teardown_file() { "$root/scripts/broker" stop; }

# Each test has topics of its own.
setup() {
  cd "$BATS_TEST_TMPDIR" || return
  export "${servers?}" INPUT_TOPIC=in-$BATS_TEST_NUMBER OUTPUT_TOPIC=out-$BATS_TEST_NUMBER
  "$root/scripts/topics" create --partitions=2
  copies=()
  seed=0
}

teardown() {
  local pid
  touch enough
  for pid in "${copies[@]}"; do
    kill -KILL "$pid" 2>/dev/null || :
  done
}

# of VERSION SCRIPT OPTION...: what that version installed.
of() { "$BATS_FILE_TMPDIR/$1/bin/$2" "${@:3}" 3>&-; }

# start NUMBER VERSION OPTION...: a copy of its pipeline that goes on.
start() {
  "$BATS_FILE_TMPDIR/$2/bin/loginstamp-pipeline" "${@:3}" -- -q 2>"err.$1" 3>&- &
  copies[$1]=$!
}

# stop NUMBER: as an upgrade does; it ends well.
stop() {
  local status=0
  kill -TERM "${copies[$1]}"
  wait "${copies[$1]}" || status=$?
  unset "copies[$1]"
  cat "err.$1"
  same 0 "$status"
}

# produce COUNT: new records to both partitions, in order, also if a request is repeated.
produce() {
  local p
  for p in 0 1; do
    "$root/scripts/sample" --count="$1" --seed=$((++seed)) | tee -a "sent.$p" | kcat -q -P -b "$BOOTSTRAP_SERVERS" \
      -t "$INPUT_TOPIC" -p "$p" -X enable.idempotence=true
  done
}

nothing_left() { of newer loginstamp-lag; }

# Each record once, in order, as the filter has it.
all_is_there() {
  local p
  for p in 0 1; do
    loginstamp -q "sent.$p" >want 2>/dev/null
    kcat -q -C -e -b "$BOOTSTRAP_SERVERS" -t "$OUTPUT_TOPIC" -p "$p" -X fetch.wait.max.ms=10 | cmp want -
  done
}

@test "the two are of different versions, each with its own programs" {
  [[ $(of older loginstamp --version) != "$(of newer loginstamp --version)" ]]
  [[ $(of newer loginstamp --version) == *99.0.0* ]]
}

@test "one after the other, there and back: each goes on where the other has ended" {
  for version in older newer older newer; do
    produce 300
    of "$version" loginstamp-pipeline -e --batch=100 -- -q
    of older loginstamp-lag
    of newer loginstamp-lag
    all_is_there
  done
}

@test "copies of a group are exchanged one by one while records come, and back" {
  start 1 older -g "$INPUT_TOPIC"
  start 2 older -g "$INPUT_TOPIC"
  produce 500
  eventually 60 nothing_left
  # Records all the time.
  (while [[ ! -e enough ]]; do produce 50; done) 3>&- 2>/dev/null &
  feeder=$!
  start 3 newer -g "$INPUT_TOPIC"
  sleep 1 && stop 1
  start 4 newer -g "$INPUT_TOPIC"
  sleep 1 && stop 2
  sleep 2
  start 5 older -g "$INPUT_TOPIC"
  sleep 1 && stop 3
  sleep 1 && stop 4
  sleep 1
  touch enough
  wait "$feeder" || :
  eventually 60 nothing_left
  stop 5
  (($(wc -l <sent.0) > 600))
  all_is_there
}

@test "both at once on the same partitions: rivals, but nothing is lost or twice" {
  start 1 older --batch=100
  start 2 newer --batch=100
  for _ in 1 2 3 4 5 6; do
    produce 400
    sleep 0.5
  done
  eventually 90 nothing_left
  stop 1
  produce 200
  eventually 60 nothing_left
  stop 2
  all_is_there
}

@test "the older one killed in the middle of its work: the newer one goes on" {
  produce 4000
  start 1 older --batch=200
  eventually 60 has_some
  kill -KILL "${copies[1]}"
  unset "copies[1]"
  of newer loginstamp-pipeline -e -- -q
  all_is_there
}

has_some() { (($(kcat -q -C -e -b "$BOOTSTRAP_SERVERS" -t "$OUTPUT_TOPIC" -p 0 -X fetch.wait.max.ms=10 | wc -l) >= 200)); }

@test "watch's state is taken over too, and given back" {
  for version in older newer older newer; do
    produce 100
    of newer loginstamp-pipeline -e -- -q
    of "$version" loginstamp-watch -e --offset=beginning --state=s -- --insights=json >"told.$version" 2>/dev/null
  done
  same 800 "$(tail -n 1 told.newer | jq .records)"
  same 600 "$(tail -n 1 told.older | jq .records)"
}
