# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # the variables are those of work_partition, and of scripts/pipeline
# A worker's batches, for scripts/pipeline: reading them, what they hold, and what is told of them.

# begin_read: start to read from `at` and to stamp what comes, into the slot that is free.
begin_read() {
  local count=$limit
  reading=a
  [[ $pending != a ]] || reading=b
  [[ ! $end_offset ]] || ((end_offset - at >= count)) || count=$((end_offset - at))
  # To these the filter adds; the others are written anew.
  : >"$dir/$reading.dead"
  : >"$dir/$reading.figures"
  new_fifo
  # shellcheck disable=SC2094 # it is a FIFO
  exec 9<>"$fifo" 6<"$fifo" 7>"$fifo"
  spawn "$filter" "${stamp[@]}" "--dead-letters=$dir/$reading.dead" "--metrics=$dir/$reading.figures" "--max-refused=$strict" \
    <&6 >"$dir/$reading.stamped" 2>"$dir/$reading.said" &
  filter_pid=$!
  spawn kcat "${reader[@]}" -o "$at" -c "$count" </dev/null >&7 2>"$dir/$reading.error" &
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

# finish_read: true if the batch is whole. Sets `slot`, and `passed`, `refused` and `next` of that batch.
finish_read() {
  local failed
  slot=$reading
  expend "$reader_pid" "$filter_pid"
  reading=
  [[ ! $stopping ]] || return 1
  if ((codes[reader_pid] == 0 && codes[filter_pid] < 2)); then
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
  if ((codes[reader_pid] != 0)) && ! grep -q 'Broken pipe' "$dir/$slot.error"; then
    check_range
    failed="kcat -C: status ${codes[$reader_pid]}$(colon "$dir/$slot.error")"
  elif ((limit > 1 && (codes[filter_pid] == 2 || codes[filter_pid] == 128 + 25))); then
    # A full disk, or SIGXFSZ.
    return 1
  fi
  trouble "$failed"
  return 1
}

colon() {
  local words
  words=$(last_words "$1")
  echo "${words:+: $words}"
}

# What cannot be read because it is not there any more, or never was, does not come by waiting.
check_range() {
  local low
  query "$from" -2 && low=$offset && query "$from" -1 || return 0
  ((at < low || at > offset)) || return 0
  [[ ${start[$p]-${start[all]-}} ]] ||
    fatal "offset $at comes next, but there are only those from $low to $offset; say where to go on by --start=$p:OFFSET"
  tell "offset $at comes next, but there are only those from $low to $offset: going on as --start says"
  start_as_told
}

# count_batch: what is in the batch that was read: `passed`, `refused`, and in `next` the offset after its last record.
# Too many refused ones in so large a batch, perhaps in one place: then the filter shall look at each thousand of them.
count_batch() {
  local name value
  passed=0 refused=0 next=
  while read -r name value; do
    case $name in
    loginstamp_passed_records_total) passed=$value ;;
    loginstamp_refused_records_total*) refused=$((refused + value)) ;;
    loginstamp_last_offset) next=$((value + 1)) ;;
    esac
  done <"$dir/$slot.figures"
  if ((passed + refused > window && refused * 100 > max_refused * window)) && [[ $strict != "$max_refused" ]]; then
    strict=$max_refused
    return 1
  fi
  strict=100
  limit=$((limit * 2 < batch ? limit * 2 : batch))
}

# Of the last records, by batches of at least $window of them together, more were refused than may be: ends it.
check_refused() {
  local i records=$((passed + refused)) bad=$refused
  recent=("$records $bad" "${recent[@]}")
  for ((i = 1; i < ${#recent[@]} && records < window; i++)); do
    records=$((records + ${recent[i]% *})) bad=$((bad + ${recent[i]#* }))
  done
  recent=("${recent[@]:0:i}")
  ((records < window || bad * 100 <= max_refused * records)) || too_many_refused
}

too_many_refused() {
  prove
  fatal "stopped before offset $at: more than $max_refused % of the last $window records were refused (--max-refused)"
}

# Dead letters, with the place that the record comes from. One that is too long for a topic goes without the record's
# bytes: they are where it says. A quote in a string of JSON stands behind a backslash: the first name that matches is one.
send_dead_letters() {
  [[ -s $dir/$slot.dead ]] || return 0
  LC_ALL=C awk -v place="{\"topic\":\"$from\",\"partition\":$p," -v longest=$((max_message - 1024)) '
    length + length(place) > longest { sub(/,"(key|data)(_base64)?":.*/, ",\"truncated\":true}") }
    { print place substr($0, 2) }' "$dir/$slot.dead" >"$dir/letters"
  spawn timeout -s KILL "$lifetime" setpriv --pdeathsig KILL kcat "${mourner[@]}" <"$dir/letters" \
    >/dev/null 2>"$dir/letters.error" &
  await "$!"
  ((code == 0)) && return
  trouble "$from.dead-letters: kcat -P: status $code$(colon "$dir/letters.error")"
  return 1
}

# publish SLOT PASSED REFUSED: what the filter said of a batch, now that it stands; and the pipeline's figures.
publish() {
  all_passed=$((all_passed + $2)) all_refused=$((all_refused + $3))
  # In place, by one write: what is written is never shorter than before.
  echo "$all_passed $all_refused" 1<>"$work/$p.total"
  [[ -s $dir/$1.said ]] || return 0
  # One worker at a time, or lines would be cut. The first ten refused records are named.
  (flock 5 && awk -v from="$from [$p]" -v program="$program" -v named="$all_named" '
    /^loginstamp: [0-9]+ records refused/ || /^{"kind":"summary"/ { next }
    /^Summary of / { summary = 1; next } summary && /^  / { next } { summary = 0 }
    /^loginstamp: -:[0-9]+:[0-9]+: / { if (++named > 10) next; sub(/^loginstamp: -:[0-9]+:/, program ": " from ":") }
    { print }' "$dir/$1.said" >&"$messages") 5>"$work/lock"
  all_named=$((all_named + $3))
}
