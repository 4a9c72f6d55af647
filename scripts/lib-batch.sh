# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # the variables are those of work_partition, and of scripts/pipeline
# A worker's batches, for scripts/pipeline: reading them, what they hold, and what is told of them.

# What is read goes from `at` through the filter into the files of a slot. Up to what is there now that ends by itself, and
# is a batch. Once the end was reached, reader and filter stay, and batches are cut from what they have written.

# begin_read: start to read from `at` and to stamp what comes, into the slot that is free.
begin_read() {
  local as=(kcat) until=(-e -v -X fetch.wait.max.ms=0)
  stop_waker
  count=$limit reading=a staying='' begun=$SECONDS
  [[ $pending != a ]] || reading=b
  if [[ $end_offset ]]; then
    ((end_offset - at >= count)) || count=$((end_offset - at))
  elif [[ $caught_up ]]; then
    # Each record is to come at once, and to wait for one costs nothing.
    staying=1 as=(stdbuf -oL kcat) until=(-X fetch.wait.max.ms=10000)
  fi
  # To these the filter adds.
  : >"$dir/$reading.dead"
  : >"$dir/$reading.figures"
  : >"$dir/$reading.said"
  : >"$dir/$reading.stamped"
  [[ ! $dead ]] || exec {dead}<&- {said}<&- {stamped}<&-
  exec {dead}<"$dir/$reading.dead" {said}<"$dir/$reading.said" {stamped}<"$dir/$reading.stamped"
  taken=([passed]=0 [records]=0 [written]=0 [said]=0)
  now=([passed]=0 [records]=0 [written]=0 [said]=0 [last]=-1)
  counters=() taken_counters=()
  written_at='' has_nul=''
  new_fifo
  # shellcheck disable=SC2094 # it is a FIFO
  exec 9<>"$fifo" 6<"$fifo" 7>"$fifo"
  spawn "$filter" "${stamp[@]}" "--dead-letters=$dir/$reading.dead" "--metrics=$dir/$reading.figures" "--max-refused=$strict" \
    <&6 >>"$dir/$reading.stamped" 2>>"$dir/$reading.said" &
  filter_pid=$!
  spawn "${as[@]}" "${reader[@]}" "${until[@]}" -o "$at" -c "$count" </dev/null >&7 2>"$dir/$reading.error" &
  reader_pid=$!
  exec 6<&- 7>&- 9>&-
}

abandon_read() {
  [[ $reading ]] || return 0
  kill -KILL "$reader_pid" "$filter_pid" 2>/dev/null || :
  await "$reader_pid"
  await "$filter_pid"
  reading=
}

# take_batch: true if there is a whole one, which may be empty. Sets `slot`, and of that batch what count_batch does.
take_batch() {
  local failed cut_off=''
  slot=$reading full=''
  if [[ $staying ]]; then
    cut_batch && { count_batch; return; }
    # It may have nothing to write, so it would not see that nobody reads it.
    alive "$filter_pid" || { kill -KILL "$reader_pid" 2>/dev/null && cut_off=1; }
  fi
  expend "$reader_pid" "$filter_pid"
  reading=
  [[ ! $stopping ]] || return 1
  if ((codes[reader_pid] == 0 && codes[filter_pid] < 2)); then
    read_figures || :
    caught_up=1
    [[ $staying ]] && ((SECONDS - begun > 2)) || ((now[records] < count)) || caught_up=''
    count_batch
    return
  fi
  if ((codes[filter_pid] >= 2)); then
    # Too much for the disk, perhaps, or for the memory: less may do.
    [[ $strict == 100 ]] || ! grep -q -e '--max-refused' "$dir/$slot.said" || too_many_refused
    limit=$((limit > 8 ? limit / 8 : 1))
    failed="loginstamp: status ${codes[$filter_pid]}$(colon "$dir/$slot.said")"
  fi
  # If the reader was cut off, that was the filter's end.
  if [[ ! $cut_off ]] && ((codes[reader_pid] != 0)) && ! grep -q 'Broken pipe' "$dir/$slot.error"; then
    ! check_range || return 1
    failed="kcat -C: status ${codes[$reader_pid]}$(colon "$dir/$slot.error")"
  elif ((limit > 1 && (codes[filter_pid] == 2 || codes[filter_pid] == 128 + 25))); then
    # A full disk, or SIGXFSZ.
    return 1
  fi
  [[ $full ]] || has_room || :
  trouble "${full:-$failed}"
  return 1
}

# cut_batch: have the filter that stays say how much it has done: its figures are of whole records that it has read, and written
# in full. False if it or the reader has ended.
cut_batch() {
  local asked='' naps=1 since=$SECONDS
  while alive "$reader_pid" && alive "$filter_pid" && [[ ! $stopping ]]; do
    # Before its first figures a signal would end it.
    [[ $written_at ]] || read_figures
    if [[ $written_at && ! $asked ]]; then
      asked=1
      kill -USR1 "$filter_pid" 2>/dev/null || :
    elif [[ $asked ]] && read_figures; then
      return
    fi
    if ((SECONDS - since >= patience)); then
      since=$SECONDS
      has_room || kill -KILL "$reader_pid" "$filter_pid" 2>/dev/null || :
    fi
    nap $((naps++))
  done
  return 1
}

# read_figures: the filter's, in `now`, if it has written them since the last time, as the line at the end shows. The file
# is replaced as a whole.
read_figures() {
  local lines line
  mapfile -t lines <"$dir/$slot.figures"
  ((${#lines[@]})) && [[ ${lines[-1]} != "$written_at" ]] || return 1
  written_at=${lines[-1]}
  now=([passed]=0 [records]=0 [written]=0 [said]=0 [last]=-1) counters=()
  for line in "${lines[@]}"; do
    case $line in
    '#'*) ;;
    'loginstamp_last_offset '*) now[last]=${line#* } ;;
    loginstamp_*_total*)
      [[ ! $metrics ]] || counters+=("${line##* }")
      case $line in
      'loginstamp_records_total '*) now[records]=${line#* } ;;
      'loginstamp_passed_records_total '*) now[passed]=${line#* } ;;
      'loginstamp_written_bytes_total '*) now[written]=${line#* } ;;
      'loginstamp_said_bytes_total '*) now[said]=${line#* } ;;
      esac
      ;;
    esac
  done
}

colon() {
  local words
  words=$(last_words "$1")
  echo "${words:+: $words}"
}

# check_range: what cannot be read because it is not there any more, or never was, does not come by waiting. True if it was
# so, and --start has said where to go on.
check_range() {
  local low told=${start[$p]-${start[all]-}}
  query "$from" -2 && low=$offset && query "$from" -1 || return 1
  ((at < low || at > offset)) || return 1
  [[ $told && $told != "$at" ]] ||
    fatal "offset $at comes next, but there are only those from $low to $offset; say where to go on by --start=$p:OFFSET"
  tell "offset $at comes next, but there are only those from $low to $offset: going on as --start says"
  # If that is the end, it is this one now.
  echo "$offset" >"$work/$p.end"
  start_as_told
  [[ $at ]] || recover
}

# count_batch: the batch is what the filter has written since the last one: `passed`, `refused`, in `next` the offset after
# its last record, which bytes of the file it is: `first` and `length`, what was `told`, and, for --metrics,
# all that the filter counts, in `batch_counters`.
# Too many refused ones in so large a batch, perhaps in one place: then the filter shall look at each thousand of them.
count_batch() {
  local i
  passed=$((now[passed] - taken[passed])) refused=$((now[records] - now[passed] - taken[records] + taken[passed]))
  next=$((now[last] + 1)) first=${taken[written]} length=$((now[written] - taken[written])) told=''
  ((now[said] == taken[said])) || IFS= read -r -N $((now[said] - taken[said])) -u "$said" told || :
  taken=([passed]=${now[passed]} [records]=${now[records]} [written]=${now[written]} [said]=${now[said]})
  batch_counters=()
  for i in "${!counters[@]}"; do
    batch_counters[i]=$((counters[i] - ${taken_counters[i]-0}))
  done
  taken_counters=("${counters[@]}")
  if ((passed + refused > window && refused * 100 > max_refused * window)) && [[ $strict != "$max_refused" ]]; then
    strict=$max_refused
    abandon_read
    return 1
  fi
  strict=100
  limit=$((limit * 2 < batch ? limit * 2 : batch))
}

# Of the last records, by batches of at least $window of them together, more were refused than may be: ends it. Batches
# are forgotten when those after them are enough, or when they are read again.
check_refused() {
  while ((newest > oldest)) && ((recent_next[newest - 1] > at)); do
    newest=$((newest - 1))
    recent_records=$((recent_records - recent[newest])) recent_refused=$((recent_refused - recent_bad[newest]))
  done
  recent[newest]=$((passed + refused)) recent_bad[newest]=$refused recent_next[newest]=$next
  recent_records=$((recent_records + recent[newest])) recent_refused=$((recent_refused + refused))
  newest=$((newest + 1))
  while ((recent_records - recent[oldest] >= window)); do
    recent_records=$((recent_records - recent[oldest])) recent_refused=$((recent_refused - recent_bad[oldest]))
    unset "recent[oldest]" "recent_bad[oldest]" "recent_next[oldest]"
    oldest=$((oldest + 1))
  done
  ((recent_records < window || recent_refused * 100 <= max_refused * recent_records)) || too_many_refused
}

too_many_refused() {
  local first
  prove || :
  first=$(sed -n '/^loginstamp: -:[0-9]*:[0-9]*: /{ s//; one of them: /p; q; }' "$dir/$slot.said")
  fatal "stopped before offset $at: more than $max_refused % of the last $window records were refused (--max-refused)$first"
}

# Dead letters, with the place that the record comes from. One that is too long for a topic goes without the record's
# bytes: they are where it says. A quote in a string of JSON stands behind a backslash: the first name that matches is one.
send_dead_letters() {
  ((refused > 0)) || return 0
  # Exactly the batch's own: the place in the file moves on by as many lines.
  { head -n "$refused" <&"$dead" | LC_ALL=C awk -v count="$refused" -v place="{\"topic\":\"$from\",\"partition\":$p," -v longest=$((max_message - 1024)) '
    length + length(place) > longest { sub(/,"(key|data)(_base64)?":.*/, ",\"truncated\":true}") }
    { print place substr($0, 2) }
    END { exit NR != count }'; } >"$dir/letters" 3>&- 8>&- || { trouble 'the dead letters cannot be written' && return 1; }
  spawn timeout --foreground -s KILL "$lifetime" kcat "${mourner[@]}" <"$dir/letters" \
    >/dev/null 2>"$dir/letters.error" &
  await "$!"
  # Status 0 says nothing of those that it has not read.
  ((code == 0)) && (($(grep -c '^% Message delivered ' "$dir/letters.error") == refused)) && return
  sed -i '/^% Message delivered /d; /^% Setting /d' "$dir/letters.error" || :
  trouble "$from.dead-letters: kcat -P: status $code$(colon "$dir/letters.error")"
  return 1
}

# publish PASSED REFUSED TOLD NEXT COUNTER...: what the filter said of a batch, now that it stands; and the pipeline's figures.
publish() {
  local i counted=("${@:5}") told=$'\n'$3
  all_passed=$((all_passed + $1)) all_refused=$((all_refused + $2))
  for i in "${!counted[@]}"; do
    all_counters[i]=$((${all_counters[i]-0} + counted[i]))
  done
  (($1 == 0)) || transactions=$((transactions + 1)) committed=$EPOCHSECONDS
  reached=$4
  keep_total
  # Most often it is a summary alone, whose lines begin so.
  [[ $told == *$'\n'[!$'\n'S\ '{']* || $told == *$'\n''{"kind":"'[!s]* ]] || return 0
  # One worker at a time, or lines would be cut. The first ten refused records are named.
  (flock 5 && awk -v from="$from [$p]" -v program="$program" -v named="$all_named" '
    /^loginstamp: [0-9]+ records refused/ || /^{"kind":"summary"/ { next }
    /^Summary (of|after) / { summary = 1; next } summary && /^  / { next } { summary = 0 }
    /^loginstamp: -:[0-9]+:[0-9]+: / { if (++named > 10) next; sub(/^loginstamp: -:[0-9]+:/, program ": " from ":") }
    { print }' <<<"${3%$'\n'}" >&"$messages") 3>&- 5>"$work/lock" 8>&- || :
  all_named=$((all_named + $2))
}
