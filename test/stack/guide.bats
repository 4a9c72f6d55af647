#!/usr/bin/env bats
# The README's lines about the stack, each as it stands there, in their order.

# shellcheck disable=SC2154 # root is from setup.bash
load stack

setup_file() { need_engine; }

teardown_file() { [[ ${NO_ENGINE-} ]] || compose down -v --remove-orphans >/dev/null 2>&1 || :; }

@test "every line of the README's guide does what it says" {
  sed -n '/^## The whole stack/,/^## /s/^    //p' "$root/README.md" >guide
  grep -q '^docker-compose up -d$' guide
  grep -q '^docker-compose down -v --rmi all --remove-orphans' guide
  cd "$root"
  while IFS= read -r line; do
    echo "\$ $line"
    timeout 300 bash -c "$line" </dev/null 3>&- 4>&- || { echo "status $?: $line" && return 1; }
    [[ $line != 'docker-compose up -d'* ]] || within 120 healthy kafka loginstamp watch
  done <"$BATS_TEST_TMPDIR/guide"
  same '' "$(docker ps -aq; docker volume ls -q; docker network ls -qf name=loginstamp)"
}
