#!/usr/bin/env bats
# The metrics as others see them: promtool, and a node_exporter that a Prometheus scrapes.

# shellcheck disable=SC2030,SC2031,SC2154 # root is from setup.bash, and every test is a process of its own
load ../setup
load prometheus

@test "promtool finds no fault with the metrics" {
  "$root/scripts/sample" --count=2000 --faults=5 >logins
  loginstamp -q --metrics=m.prom -c device_type,locale,user_id,ip logins >/dev/null 2>&1 || :
  run promtool check metrics <m.prom
  same '0:' "$status:$output"
  loginwatch --insights=none --metrics=m.prom -c device_type,user_id logins 2>/dev/null || :
  run promtool check metrics <m.prom
  same '0:' "$status:$output"
  printf '0 -1 15\n{"timestamp":1}\n' | loginstamp -q --kcat --metrics=m.prom >/dev/null
  run promtool check metrics <m.prom
  same '0:' "$status:$output"
}

@test "node_exporter collects them, Prometheus scrapes it, and counters grow" {
  mkdir metrics
  start_exporter "$PWD/metrics"
  cat >prometheus.yml <<END
global: {scrape_interval: 1s}
scrape_configs: [{job_name: node, static_configs: [{targets: ["127.0.0.1:$exporter"]}]}]
END
  start_prometheus prometheus.yml
  mkfifo in
  start loginstamp -q --every=0.5 --metrics=metrics/logins.prom in
  exec 7>in
  "$root/scripts/sample" --count=1000 >logins
  cat logins >&7
  eventually 60 is loginstamp_records_total 1000
  echo '[]' >&7
  cat logins >&7
  eventually 60 is loginstamp_records_total 2001
  is 'loginstamp_refused_records_total{reason="not_object"}' 1
  is 'sum by (member) (loginstamp_values_total{member="locale"})' 2000
  is 'time() - loginstamp_last_write_timestamp_seconds < bool 10' 1
  is node_textfile_scrape_error 0
  exec 7>&-
}
