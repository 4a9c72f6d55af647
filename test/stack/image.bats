#!/usr/bin/env bats
# The image by itself, and what a release is made of.

# shellcheck disable=SC2154 # root is from setup.bash
load stack

# The image of the last commit, as a release makes it.
setup_file() {
  git -C "$root" rev-parse -q --verify HEAD >/dev/null 2>&1 || return 0
  git clone -q "$root" "$BATS_FILE_TMPDIR/tree"
  [[ ${NO_ENGINE-} ]] || {
    need_engine
    make -s -C "$BATS_FILE_TMPDIR/tree" release >"$BATS_FILE_TMPDIR/release" 2>&1 || { cat "$BATS_FILE_TMPDIR/release" && return 1; }
  }
}

teardown_file() {
  [[ ${NO_ENGINE-} ]] || docker rmi -f loginstamp loginstamp:0.1.0 >/dev/null 2>&1 || :
}

with_engine() {
  [[ ! ${NO_ENGINE-} ]] || skip "$NO_ENGINE"
  [[ -d $BATS_FILE_TMPDIR/tree ]] || skip 'this tree is no git checkout'
}

inside() { docker run --rm -i loginstamp "$@"; }

@test "the tarball holds the last commit, builds, and is the same each time" {
  [[ -d $BATS_FILE_TMPDIR/tree ]] || skip 'this tree is no git checkout'
  make -s -C "$BATS_FILE_TMPDIR/tree" dist
  (cd "$BATS_FILE_TMPDIR/tree/build" && sha256sum --quiet -c loginstamp-*.sha256)
  cp "$BATS_FILE_TMPDIR/tree"/build/loginstamp-*.tar.gz first.tar.gz
  sleep 1
  make -s -C "$BATS_FILE_TMPDIR/tree" dist
  cmp first.tar.gz "$BATS_FILE_TMPDIR/tree"/build/loginstamp-*.tar.gz
  tar -xzf first.tar.gz
  cd loginstamp-*
  make -s build/loginstamp
  same "loginstamp ${PWD##*/loginstamp-}" "$(build/loginstamp --version | head -n 1)"
}

@test "a release is not made of what is not committed" {
  [[ -d $BATS_FILE_TMPDIR/tree ]] || skip 'this tree is no git checkout'
  git clone -q "$BATS_FILE_TMPDIR/tree" dirty
  echo >>dirty/README.md
  run make -s -C dirty dist
  [[ $status != 0 && $output == *'there are changes that are not committed'* ]]
}

@test "make release says what it built, and that nothing was published" {
  with_engine
  grep 'built, and not published: build/loginstamp-.*tar.gz, and the image loginstamp:' "$BATS_FILE_TMPDIR/release"
  same "$(git -C "$root" rev-parse HEAD)" \
    "$(docker inspect -f '{{index .Config.Labels "org.opencontainers.image.revision"}}' loginstamp)"
  same "$(docker run --rm loginstamp loginstamp --version | sed -n 's/^loginstamp //p')" \
    "$(docker inspect -f '{{index .Config.Labels "org.opencontainers.image.version"}}' loginstamp)"
}

@test "the image is small, without a compiler, and runs as nobody of power" {
  with_engine
  size=$(docker inspect -f '{{.Size}}' loginstamp)
  echo "$((size / 1000000)) MB"
  ((size < 150000000))
  # shellcheck disable=SC2016 # expanded in the container
  same 10001:10001 "$(inside bash -c 'echo "$(id -u):$(id -g)"')"
  for program in gcc cc make pkg-config curl wget; do
    run inside bash -c "type -P $program"
    same 1 "$status"
  done
  # Nobody but root may change a program.
  same '' "$(inside find /usr /etc -xdev \( -perm -o+w -o -user loginstamp \) ! -type l 2>/dev/null)"
}

@test "the image has the filter and all the scripts" {
  with_engine
  same "$("$root/scripts/sample" | loginstamp -q | sha256sum)" \
    "$("$root/scripts/sample" | inside loginstamp -q | sha256sum)"
  for script in stream pipeline watch lag topics sample; do
    inside "loginstamp-$script" -h | grep -q '^Usage: '
  done
}

@test "the image is unhealthy without a broker, and says why" {
  with_engine
  run inside env BOOTSTRAP_SERVERS=127.0.0.1:1 loginstamp-healthy
  same 1 "$status"
  [[ $output == 'no broker answers: '* ]]
  run docker inspect -f '{{.Config.Healthcheck.Test}}' loginstamp
  same '[CMD loginstamp-healthy]' "$output"
}

@test "a healthy container needs its topics, and figures that are fresh" {
  with_engine
  export LOGINSTAMP_BROKER_DIR=$BATS_TEST_TMPDIR/broker
  servers=$("$root/scripts/broker" start --owner=$$ 3>&-)
  check() { docker run --rm --network=host -e "$servers" "$@" loginstamp loginstamp-healthy; }
  run check
  same '0:' "$status:$output"
  run check -e OUTPUT_TOPIC=none
  same '1:none: no such topic' "$status:$output"
  run check -e METRICS=/etc/debian_version
  [[ $status == 1 && $output == '/etc/debian_version: was written '*' s ago' ]]
  run check -e METRICS=/etc/debian_version -e METRICS_AGE=9999999999
  same '0:' "$status:$output"
  "$root/scripts/broker" stop
}
