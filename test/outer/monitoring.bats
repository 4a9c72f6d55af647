#!/usr/bin/env bats
# deploy/prometheus and deploy/grafana: every rule fires, and every panel shows what the programs really write, by a real
# Prometheus, node_exporter and Kafka.

# shellcheck disable=SC2030,SC2031,SC2154 # root is from setup.bash, and every test is a process of its own
load ../setup
load prometheus

rules=$root/deploy/prometheus
dashboard=$root/deploy/grafana/dashboards/loginstamp.json

teardown_file() { LOGINSTAMP_BROKER_DIR=$BATS_FILE_TMPDIR/broker "$root/scripts/broker" stop; }

# yaml FILE: as JSON.
yaml() { /usr/bin/python3 -c 'import json, sys, yaml; json.dump(yaml.safe_load(open(sys.argv[1])), sys.stdout)' "$1"; }

# Every expression on the dashboard, with the name of its panel.
expressions() { jq -r '.panels[] | .title as $title | .targets[]? | [$title, .expr] | @tsv' "$dashboard"; }

@test "promtool finds no fault with the configuration and the rules" {
  promtool check config "$rules/prometheus.yml"
  promtool check rules "$rules/alerts.yml"
  promtool test rules "$rules/alerts.test.yml"
}

@test "every alert rule has a test that fires it: one that cannot fire makes its test fail" {
  cp "$rules/alerts.test.yml" .
  yaml "$rules/alerts.yml" >rules.json
  mapfile -t names < <(jq -r '.groups[].rules[].alert // empty' rules.json)
  ((${#names[@]} > 10))
  for name in "${names[@]}"; do
    # JSON is YAML.
    jq --arg name "$name" '(.groups[].rules[] | select(.alert == $name)).expr = "vector(0) > 1"' rules.json >alerts.yml
    ! promtool test rules alerts.test.yml >log 2>&1 || same "$name is tested" "$name is not"
    grep -q "alertname: $name" log || same "$name fails" "$(<log)"
  done
}

@test "every alert says how grave it is, what is the matter, and where it stands what to do" {
  yaml "$rules/alerts.yml" | jq -r '.groups[].rules[] | select(.alert) |
    [.alert, .labels.severity // "none", .annotations.summary // "", .annotations.description // "", .annotations.runbook_url // ""] |
    @tsv' >alerts
  while IFS=$'\t' read -r name severity summary description link; do
    [[ $severity =~ ^(critical|warning|info)$ && $summary && $description ]] || same "$name is whole" "$name is not"
    page=$root/${link%%#*}
    # An anchor is a heading in lower case, with hyphens for its blanks.
    sed -n 's/^#\+ //p' "$page" | tr 'A-Z ' 'a-z-' | tr -dc 'a-z0-9\n-' | grep -qxF "${link#*#}" || same "$name links to a section" "$link"
  done <alerts
}

@test "the dashboard is of a form that Grafana takes, and its panels lie side by side" {
  uid=$(yaml "$root/deploy/grafana/provisioning/datasources/prometheus.yml" | jq -r '.datasources[] | select(.type == "prometheus").uid')
  yaml "$root/deploy/grafana/provisioning/dashboards/loginstamp.yml" | jq -e '.apiVersion == 1 and .providers[0].options.path != null'
  jq -e --arg uid "$uid" '
    (.schemaVersion >= 36 and (.uid | test("^[a-zA-Z0-9_-]{1,40}$")) and (.title | length > 0)) and
    ([.panels[].id] | length == (unique | length)) and
    ([.panels[].type] - ["row", "stat", "timeseries", "bargauge", "piechart", "table"] == []) and
    all(.panels[] | select(.type != "row");
      (.title | length > 0) and (.description | length > 0) and .datasource.uid == $uid and (.targets | length > 0) and
      (.fieldConfig.defaults.unit | length > 0) and
      ([.targets[].refId] | length == (unique | length)) and all(.targets[]; .datasource.uid == $uid and (.expr | length > 0))) and
    all(.panels[].gridPos; .x >= 0 and .w > 0 and .h > 0 and .x + .w <= 24)' "$dashboard"
  # No place has two panels.
  same '' "$(jq -r '.panels[].gridPos | . as $p | range(.y; .y + .h) as $y | range(.x; .x + .w) as $x | "\($x) \($y)"' "$dashboard" |
    sort | uniq -d)"
}

@test "Grafana's own types know every member of the dashboard, and none that is misspelt" {
  "$root/test/outer/deploy-tools" "$BUILD" >&2
  known() { "$BUILD/deploy-tools/venv/bin/python" "$root/test/outer/dashboard.py" "$1"; }
  known "$dashboard"
  for change in '.panels[1].gridpos = .panels[1].gridPos' '.panels[1].fieldConfig.defaults.units = "s"' '.refreshes = "5s"' \
    '.panels[1].targets[0].expression = "up"' '.panels[2].options.colormode = "value"'; do
    jq "$change" "$dashboard" >changed.json
    run known changed.json
    same "1 after $change" "$status after $change"
  done
}

# What is produced, as long as the test runs: two events a millisecond or so, of now, some of them faulty, and an attack.
produce() {
  local begin=$EPOCHSECONDS
  "$root/scripts/sample" --count=0 --rate=200 --faults=4 --start="$((begin - 3600))" |
    kcat -q -P -b "$BOOTSTRAP_SERVERS" -t user-login -X linger.ms=50
}

attack() {
  local i
  for ((i = 0; i < 200; i++)); do
    echo "{\"user_id\":\"u$i\",\"ip\":\"10.0.0.1\",\"device_id\":\"d\",\"device_type\":\"iOS\",\"locale\":\"RU\",\"timestamp\":$EPOCHSECONDS}"
  done | kcat -q -P -b "$BOOTSTRAP_SERVERS" -t user-login -p 0
}

# start_programs: all that writes metrics, as it is started in earnest, but more often.
start_programs() {
  local name
  for name in a b; do
    "$root/scripts/pipeline" -g stampers --metrics="$PWD/metrics/pipeline-$name.prom" >/dev/null 2>"pipeline-$name.log" 3>&- &
    pids+=" $!"
  done
  start "$root/scripts/lag" --every=1 --metrics="$PWD/metrics/lag.prom"
  start "$root/scripts/watch" --offset=beginning --state="$PWD/state" -- --every=1 --window=3600 --alert=default \
    -c device_type,locale,app_version --metrics="$PWD/metrics/watch.prom"
  start "$root/scripts/stream" -o streamed -- --every=1 --metrics="$PWD/metrics/stream.prom"
  produce 3>&- &
  pids+=" $!"
}

# start_receiver: takes what Prometheus would send to an Alertmanager into the file alerts, on $receiver.
start_receiver() {
  receiver=$(free_port)
  cat >receiver <<'END'
#!/usr/bin/env python3
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with open("alerts", "ab") as out:
            out.write(body + b"\n")
        self.send_response(200)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
END
  chmod +x receiver
  start ./receiver "$receiver"
  mkdir -p alertmanagers
  echo "- targets: [\"127.0.0.1:$receiver\"]" >alertmanagers/one.yml
}

# received ALERT: has it come, with its labels and where it stands what to do?
received() {
  jq -s -e --arg name "$1" 'flatten | map(select(.labels.alertname == $name and .labels.severity != null and
    (.annotations.runbook_url | length > 0) and (.annotations.summary | test("{{") | not))) | length > 0' alerts
}

# shows EXPRESSION: has it at least one result, which is a number?
shows() { [[ $(ask "$1" | jq 'map(select(.value[1] != "NaN")) | length') -gt 0 ]]; }

@test "every panel shows data, and alerts go out: Kafka, the programs, node_exporter, Prometheus" {
  export LOGINSTAMP_BROKER_DIR=$BATS_FILE_TMPDIR/broker
  servers=$("$root/scripts/broker" start --kafka --owner=$$ \
    --topics=user-login,login_record,login_record.lease,user-login.dead-letters,streamed 3>&-)
  export "${servers?}"
  mkdir metrics
  start_exporter "$PWD/metrics" --collector.filesystem
  start_receiver
  cp "$rules/alerts.yml" .
  sed -e "s/node-exporter:9100/127.0.0.1:$exporter/; s/: 15s/: 1s/" "$rules/prometheus.yml" >prometheus.yml
  same 0 "$(grep -c 'node-exporter:9100\|: 15s' prometheus.yml)"
  start_prometheus prometheus.yml
  start_programs
  eventually 60 is 'count(loginstamp_pipeline_last_write_timestamp_seconds)' 2
  is node_textfile_scrape_error 0
  eventually 60 is 'sum(loginstamp_pipeline_assigned_partitions)' 3
  attack
  expressions >panels
  (($(wc -l <panels) > 30))
  while IFS=$'\t' read -r title expression; do
    # What Grafana would put there.
    expression=${expression//\$__rate_interval/20s}
    expression=${expression//\$__range/10m}
    eventually 15 shows "$expression" || same "$title shows something" "$expression"
  done <panels
  # What they show is what there is: three partitions, each of one copy.
  is 'sum(loginstamp_pipeline_assigned_partitions)' 3
  is 'count(count by (partition) (loginstamp_pipeline_passed_records_total > 0))' 3
  is 'count(loginwatch_value_records{member="device_type", value="android"})' 1
  eventually 60 received LoginstampDeadLetters
  eventually 60 received LoginwatchIncident
  is 'ALERTS{alertname="LoginstampPipelineDown", alertstate="firing"} or vector(0)' 0
}
