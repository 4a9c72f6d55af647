# shellcheck shell=bash
# A Prometheus and a node_exporter of one's own, for the tests here.

teardown() {
  local pid
  for pid in ${pids-}; do
    kill "$pid" 2>/dev/null || :
    wait "$pid" 2>/dev/null || :
  done
}

# free_port: one on which nobody listens.
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# start COMMAND...: in the background, to be ended with the test; what it says is in a file of its name.
start() {
  "$@" >"${1##*/}.log" 2>&1 3>&- &
  pids+=" $!"
}

# start_exporter DIRECTORY [OPTION...]: node_exporter's textfile collector, on $exporter.
start_exporter() {
  exporter=$(free_port)
  start prometheus-node-exporter --web.listen-address="127.0.0.1:$exporter" --collector.disable-defaults \
    --collector.textfile --collector.textfile.directory="$1" "${@:2}"
}

# start_prometheus CONFIG: on $port.
start_prometheus() {
  port=$(free_port)
  start prometheus --config.file="$1" --storage.tsdb.path=data --web.listen-address="127.0.0.1:$port"
}

# ask QUERY: the results that Prometheus has for it, as JSON.
ask() { curl -fs "http://127.0.0.1:$port/api/v1/query" --data-urlencode "query=$1" | jq -c '.data.result'; }

# value QUERY: the first one's.
value() { ask "$1" | jq -r '.[0].value[1]'; }

is() { [[ $(value "$1") == "$2" ]]; }
