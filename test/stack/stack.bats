#!/usr/bin/env bats
# docker-compose.yml, unchanged, from nothing and down again: the tests stand in one order, each goes on from the one before.

# shellcheck disable=SC2154 # root is from setup.bash
load stack

setup_file() { need_engine; }

@test "up -d brings everything up, and healthy" {
  RATE=50 up
  within 60 healthy zookeeper kafka loginstamp watch
  same 0 "$(state "$(container topics)" .State.ExitCode)"
  same true "$(state "$(container my-python-producer)" .State.Running)"
  run compose ps
  echo "$output"
  same 0 "$status"
}

@test "the topics are there as asked" {
  run "$root/scripts/topics" show -b "$BOOTSTRAP" -t user-login -t login_record -t user-login.dead-letters -t login_record.lease
  same 0 "$status"
  echo "$output"
  same 4 "$(grep -c 'partitions=3 replication=1 retention.ms=604800000' <<<"$output")"
}

@test "what is produced inside and outside comes out once, to be read outside" {
  produce_inside 500 7
  produce 2000 8
  # The service my-python-producer goes on meanwhile, then it is stopped, so that there is an end.
  quietly compose stop my-python-producer
  everything_once
}

@test "--scale loginstamp=3 shares the partitions, and back" {
  quietly compose up -d --scale loginstamp=3
  quietly compose stop my-python-producer
  within 60 workers 1 1 1
  produce 3000 9
  everything_once
  quietly compose up -d --scale loginstamp=1
  quietly compose stop my-python-producer
  within 60 workers 3
  produce 500 10
  everything_once
}

# workers N...: so many has each container of loginstamp. Docker's own list shows the processes.
workers() {
  local id got=()
  for id in $(compose ps -q loginstamp); do
    got+=("$(docker top "$id" -eo pid,args | grep -c '[-]-worker=')")
  done
  [[ ${got[*]} == "$*" ]]
}

@test "a broker and a copy that are killed come again, and nothing is lost or doubled" {
  produce 30000 11 &
  producer=$!
  kill_process loginstamp
  kill_process kafka
  wait "$producer" || produce 1000 12
  within 90 healthy kafka loginstamp
  quietly compose start my-python-producer
  kill_process loginstamp
  produce 2000 13
  quietly compose stop my-python-producer
  everything_once
}

@test "insights are seen by docker-compose logs loginstamp" {
  compose logs loginstamp >log 2>&1
  grep -m 1 'loginstamp.*Insight: Login from login device' log
}

@test "watch tells of each record once, also when it is killed" {
  kill_process watch
  within 60 healthy watch
  written=$(count login_record)
  quietly compose stop watch
  id=$(container watch)
  docker cp "$id:/var/lib/loginstamp/state/login_record.state" state
  loginwatch --insights=json --report state >figures 2>/dev/null
  same "$written" "$(jq -r 'select(.kind == "summary").records' figures)"
  docker cp "$id:/var/lib/loginstamp/metrics/watch.prom" watch.prom
  same "loginwatch_records_total $written" "$(grep '^loginwatch_records_total ' watch.prom)"
}

@test "docker stop drains loginstamp within five seconds, and start goes on" {
  produce 20000 14
  id=$(container loginstamp)
  same true "$(state "$id" .State.Running)"
  begin=$(date +%s%3N)
  quietly docker stop -t 15 "$id"
  took=$(($(date -d "$(state "$id" .State.FinishedAt)" +%s%3N) - begin))
  echo "it took $took ms, status $(state "$id" .State.ExitCode)"
  same false "$(state "$id" .State.Running)"
  # Some records were refused, so it is 1; killed, it would be 137.
  [[ $(state "$id" .State.ExitCode) == [01] ]]
  ((took < 6000))
  quietly compose start loginstamp
  everything_once
}

@test "down keeps the data, and up -d goes on from them" {
  before=$(count login_record)
  quietly compose down
  same '' "$(docker ps -aq; docker network ls -qf name=loginstamp)"
  up
  quietly compose stop my-python-producer
  produce 100 15
  everything_once
  (($(cat out.? | wc -l) > before))
}

@test "down -v --rmi all --remove-orphans leaves nothing" {
  all_down
  run docker image inspect loginstamp
  [[ $status != 0 ]]
}
