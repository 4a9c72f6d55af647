#!/usr/bin/env bats
# The files in deploy/compose/, each named behind docker-compose.yml as its head says.

# shellcheck disable=SC2030,SC2031,SC2154 # root is from setup.bash, and every test is a process of its own
load stack

setup_file() { need_engine; }

# What failed is taken down too.
teardown() {
  [[ ${NO_ENGINE-} ]] || compose down -v --remove-orphans >/dev/null 2>&1 || :
}

@test "KRaft: no ZooKeeper, and a broker that is killed comes again with what it had" {
  with kraft
  up
  same '' "$(container zookeeper)"
  quietly compose stop my-python-producer
  produce 1000 1
  kill_process kafka
  within 60 healthy kafka
  produce 1000 2
  everything_once
}

@test "three brokers: every record on three of them, and any one may die" {
  with kraft three-brokers
  up
  within 60 healthy kafka kafka-2 kafka-3
  quietly compose stop my-python-producer
  kcat -q -L -b "$BOOTSTRAP" -t login_record >topic
  same 3 "$(grep -cE 'replicas: [123],[123],[123], isrs: [123],[123],[123]' topic)"
  "$root/scripts/topics" show -b "$BOOTSTRAP" -t login_record | tee shown
  grep -q 'replication=3 .*min.insync.replicas=2' shown
  BOOTSTRAP=localhost:29092,localhost:29093,localhost:29094
  produce 1000 1
  for broker in kafka kafka-2 kafka-3; do
    # For as long as one is away, the others take records, and they are stamped.
    quietly compose kill "$broker"
    same false "$(state "$(container "$broker")" .State.Running)"
    produce 500 "1$((++seed))"
    everything_once
    quietly compose start "$broker"
    within 60 healthy "$broker"
  done
}

@test "monitoring: Prometheus has the figures of loginstamp, watch and lag" {
  with monitoring
  # There is no stand-in for Grafana.
  up zookeeper kafka topics my-python-producer loginstamp watch prometheus node-exporter lag
  within 60 healthy prometheus node-exporter lag
  within 60 has_figures loginstamp_pipeline_passed_records_total
  within 90 has_figures loginwatch_records_total
  within 60 has_figures loginstamp_lag_records
  # The alert rules are those of deploy/prometheus.
  same "$(grep -c 'alert: ' "$root/deploy/prometheus/alerts.yml")" \
    "$(curl -fs http://localhost:9090/api/v1/rules | jq '[.data.groups[].rules[] | select(.type == "alerting")] | length')"
}

# has_figures NAME: Prometheus knows it, and it is more than none.
has_figures() {
  local answer
  answer=$(curl -fs http://localhost:9090/api/v1/query --data-urlencode "query=count($1)")
  [[ $(jq -r '.data.result[0].value[1] // 0' <<<"$answer") -gt 0 ]]
}

@test "PRODUCER_IMAGE has another image in the place of my-python-producer" {
  export PRODUCER_IMAGE=mpradeep954/fetch-de-data-gen
  up
  same "$PRODUCER_IMAGE" "$(state "$(container my-python-producer)" .Config.Image)"
  # Nothing was built upon it.
  same "$(docker inspect -f '{{.Id}}' stand-in/original)" "$(docker inspect -f '{{.Id}}' "$PRODUCER_IMAGE")"
  within 30 stamped_original
}

stamped_original() { kcat -q -C -e -b "$BOOTSTRAP" -t login_record -o beginning | grep -q '"user_id": "original".*"datetime": '; }
