# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # the variables are those of scripts/pipeline
# The metrics of scripts/pipeline: what its workers keep in $work/PARTITION.total, as a Prometheus text file. It takes one
# process every few seconds (mv), and none for a batch.

metrics=
metrics_every=5
metrics_due=0
metrics_troubled=
restarts=0
declare -A metric_help=([transactions_total]='Batches that were seen to be committed.'
  [fences_total]='Fences: one for each batch, also where it came to nothing, and for each look into what became of one.'
  [retries_total]='Times that something went wrong, to be tried again.'
  [last_commit_timestamp_seconds]='When a batch was last seen to be committed.'
  [next_offset]='The offset in the topic that is read behind the last record that is done, refused ones too.'
  [partitions]='Partitions of the topic that is read.'
  [assigned_partitions]='Partitions that this copy works on.'
  [worker_restarts_total]='Workers that ended though they should not, and were started again.'
  [start_timestamp_seconds]='When it started.'
  [last_write_timestamp_seconds]='When this file was written.')
# The columns of a .total behind its first two: the worker's own, and then all counters of the filter.
metric_names=(transactions_total fences_total retries_total last_commit_timestamp_seconds next_offset)
metric_labels=('' '' '' '' '')

# metrics_option FILE: %h in it is the host's name, so that all copies can be started by one command. In one directory
# files differ in their names, and so their series do in the label `copy`: node_exporter takes none twice.
metrics_option() {
  metrics=${1//%h/$HOSTNAME}
  copy=${metrics##*/}
  copy=${copy%.prom}
  [[ $copy =~ ^[a-zA-Z0-9._-]+$ ]] || usage_error "--metrics: $1: a name is made of letters, digits, '.', '_' and '-'"
  regular_file --metrics "$metrics"
}

# learn_metrics FILE: which counters the filter has, from what it wrote there.
learn_metrics() {
  local line
  while read -r line; do
    if [[ $line =~ ^'# HELP loginstamp_'([a-z_]+_total)' '(.+)$ ]]; then
      metric_help[${BASH_REMATCH[1]}]=${BASH_REMATCH[2]}
    elif [[ $line =~ ^loginstamp_([a-z_]+_total)(\{(.*)\})?' ' ]]; then
      metric_names+=("${BASH_REMATCH[1]}")
      metric_labels+=("${BASH_REMATCH[3]:+,${BASH_REMATCH[3]}}")
    fi
  done <"$1"
  metrics_start=$EPOCHSECONDS
  metrics_umask=$(umask)
}

# metric_head NAME: what stands before its samples, added to `text`.
metric_head() {
  local type=gauge
  [[ $1 != *_total ]] || type=counter
  text+="# HELP loginstamp_pipeline_$1 ${metric_help[$1]}"$'\n'"# TYPE loginstamp_pipeline_$1 $type"$'\n'
}

# metric_samples: those of every partition that this copy has worked on, added to `samples` by column.
metric_samples() {
  local total partition i value
  for total in "$work"/*.total; do
    partition=${total##*/}
    partition=${partition%.total}
    read -ra value <"$total" || continue
    for i in "${!metric_names[@]}"; do
      # Nothing was committed in 1970, nor is 0 behind a record.
      [[ ${metric_names[i]} == *_total || ${value[i + 2]} != 0 ]] || continue
      samples[i]+="loginstamp_pipeline_${metric_names[i]}{$metric_place,partition=\"$partition\"${metric_labels[i]}}"
      samples[i]+=" ${value[i + 2]:-0}"$'\n'
    done
  done
}

put_metrics() {
  local i name text='' samples=() metric_place="copy=\"$copy\",topic=\"$from\""
  metric_samples
  for i in "${!samples[@]}"; do
    [[ ${metric_names[i]} == "${metric_names[i - 1]}" ]] || metric_head "${metric_names[i]}"
    text+=${samples[i]}
  done
  local -A own=([partitions]=$width [assigned_partitions]=${#wanted[@]} [worker_restarts_total]=$restarts
    [start_timestamp_seconds]=$metrics_start [last_write_timestamp_seconds]=$EPOCHSECONDS)
  for name in "${!own[@]}"; do
    metric_head "$name"
    text+="loginstamp_pipeline_$name{$metric_place} ${own[$name]}"$'\n'
  done
  printf %s "$text"
}

# write_metrics: by rename, when it is time. A failure is said once, until it is well again; at the start it is the end.
write_metrics() {
  local reason
  [[ $metrics ]] && ((SECONDS >= metrics_due)) || return 0
  umask 022
  if { put_metrics >"$metrics.tmp.$$" && mv -T -- "$metrics.tmp.$$" "$metrics"; } 2>"$work/metrics.error"; then
    metrics_troubled=
  else
    rm -f -- "$metrics.tmp.$$"
    reason=$(tail -n 1 "$work/metrics.error")
    ((metrics_due > 0)) || { say "$metrics: ${reason##*: }" && exit 2; }
    [[ $metrics_troubled ]] || say "$metrics: ${reason##*: }"
    metrics_troubled=1
  fi
  umask "$metrics_umask"
  metrics_due=$((SECONDS + metrics_every))
}
