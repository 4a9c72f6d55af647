# shellcheck shell=bash
# What the tests of the stack share: docker-compose.yml as it stands, on an engine that is there for them (test/stack/engine).

load ../setup

# docker-compose 1.29, or COMPOSE='docker compose'.
read -ra compose_command <<<"${COMPOSE:-docker-compose}"
export COMPOSE_PROJECT_NAME=loginstamp
export BOOTSTRAP=localhost:29092

# The files that are named behind docker-compose.yml.
files=()

# shellcheck disable=SC2154 # root is from setup.bash
compose() { (cd "$root" && "${compose_command[@]}" ${files[@]+"${files[@]}"} "$@" 3>&- 4>&-); }

# within SECONDS COMMAND...: until it succeeds, which may take long each time.
within() {
  local end=$((SECONDS + $1))
  until "${@:2}"; do
    if ((SECONDS >= end)); then
      printf 'not within %d s: %s\n' "$1" "${*:2}" >&2
      return 1
    fi
    sleep 0.2
  done
}

# with NAME...: from now on with these overrides.
with() {
  local name
  files=(-f docker-compose.yml)
  for name; do
    files+=(-f "deploy/compose/$name.yml")
  done
}

# quietly COMMAND...: what it says is shown if it fails.
quietly() {
  "$@" >"$BATS_TEST_TMPDIR/quiet" 2>&1 || { cat "$BATS_TEST_TMPDIR/quiet" >&2 && return 1; }
}

need_engine() {
  [[ ! ${NO_ENGINE-} ]] || skip "$NO_ENGINE"
  "$root/test/stack/stand-ins" "$root/build/stack" 3>&- 4>&-
}

# container SERVICE [N]: its N-th container, running or not.
container() { compose ps -aq "$1" | sed -n "${2:-1}p"; }

# state CONTAINER FORMAT
state() { docker inspect -f "{{$2}}" "$1"; }

# healthy SERVICE...: is it so, and all its containers?
healthy() {
  local service id
  for service; do
    [[ $(container "$service") ]] || return
    for id in $(compose ps -q "$service"); do
      [[ $(state "$id" .State.Health.Status) == healthy ]] || return
    done
  done
}

# up ARGUMENT...: everything, and wait until it is healthy.
up() {
  quietly compose up -d --build "$@"
  within 120 healthy kafka loginstamp watch || { compose ps && compose logs --tail=30; } >&2
}

# kill_process SERVICE [N]: from outside, as a crash is; Docker does not start again what `docker kill` has killed. It was
# alive before, and is seen to have died: its process is another one, or none.
kill_process() {
  local id pid
  id=$(container "$@")
  pid=$(state "$id" .State.Pid)
  [[ $(state "$id" .State.Running) == true && -e /proc/$pid ]]
  kill -KILL "$pid"
  within 20 is_gone "$pid"
  within 60 is_another "$id" "$pid"
  killed="$1: process $pid was killed, now it is $(state "$id" .State.Pid)"
  echo "$killed"
}

is_gone() { [[ ! -e /proc/$1 ]]; }
is_another() { [[ $(state "$1" .State.Running) == true && $(state "$1" .State.Pid) != "$2" ]]; }

# produce COUNT SEED: from this machine, to the broker's external address.
produce() {
  "$root/scripts/sample" --count="$1" --seed="$2" --faults=2 |
    kcat -q -P -b "$BOOTSTRAP" -t user-login -X enable.idempotence=true -X partitioner=random -X sticky.partitioning.linger.ms=1
}

# produce_inside COUNT SEED: from a container, to its internal one.
produce_inside() {
  # shellcheck disable=SC2016 # expanded in the container
  compose exec -T loginstamp bash -c 'loginstamp-sample --count="$1" --seed="$2" --faults=2 |
    kcat -q -P -b kafka:9092 -t user-login -X enable.idempotence=true' - "$1" "$2"
}

# count TOPIC: how many records are there to be read.
count() { kcat -q -C -e -b "$BOOTSTRAP" -t "$1" -o beginning -f 'x\n' 2>/dev/null | wc -l; }

drained() { "$root/scripts/lag" -b "$BOOTSTRAP" >"$BATS_TEST_TMPDIR/lag" 2>&1; }

# everything_once: what is in user-login is in login_record, in order, byte for byte with its datetime, or refused.
everything_once() {
  within 120 settled || { cat "$BATS_TEST_TMPDIR/lag" "$BATS_TEST_TMPDIR/compare" >&2 && return 1; }
  cat "$BATS_TEST_TMPDIR/compare"
}

# The last records of a partition may have been refused, so that lag stays: the comparison decides.
settled() {
  local p
  drained || :
  for p in 0 1 2; do
    kcat -q -C -e -b "$BOOTSTRAP" -t user-login -p $p -o beginning >"in.$p" 2>/dev/null || return
    kcat -q -C -e -b "$BOOTSTRAP" -t login_record -p $p -o beginning >"out.$p" 2>/dev/null || return
  done
  kcat -q -C -e -b "$BOOTSTRAP" -t user-login.dead-letters -o beginning >dead 2>/dev/null || return
  "$root/test/stack/compare.py" 3 >"$BATS_TEST_TMPDIR/compare" 2>&1
}

# all_down: as from nothing.
all_down() {
  quietly compose down -v --rmi all --remove-orphans
  same '' "$(docker ps -aq; docker volume ls -q; docker network ls -qf name=loginstamp)"
}
