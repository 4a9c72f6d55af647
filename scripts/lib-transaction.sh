# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # the variables are those of work_partition, and of scripts/pipeline
# A worker's transactions, for scripts/pipeline: fence, look, feed. loginstamp-pipeline(1) says why it is done so.

# The fence.

# fence COUNT NEXT: start a kcat -P that commits when it has COUNT records, with NEXT in their headers, and return
# when every earlier one of this partition is powerless and what it left open is aborted. The FIFO is a new one each time:
# an earlier kcat -P may still have the last one open.
fence() {
  new_fifo
  # shellcheck disable=SC2094 # it is a FIFO
  exec 9<>"$fifo" 8>"$fifo"
  # On its stdin it has a writing end too, so the end of it cannot come.
  spawn timeout -s KILL "$lifetime" setpriv --pdeathsig KILL kcat "${writer[@]}" -c "$1" -H "$header=$2" \
    <&9 >/dev/null 2>"$dir/writer.error" &
  writer_pid=$!
  exec 9>&-
  # It reads only after the fence stands, and this is more than the FIFO holds. Until then nothing depends on it.
  expendable=("$writer_pid")
  start_feed "$work/primer"
  fed || drop_writer
  expendable=()
  [[ $writer_pid ]]
}

# start_feed FILE...: to kcat -P. As nobody else can read there, cat ends with kcat -P, and that with the worker.
start_feed() {
  cat -- "$@" >&8 2>/dev/null 8>&- &
  feeder=$!
}

# fed: wait until all of it was taken.
fed() {
  await "$feeder"
  ((code == 0))
}

drop_writer() {
  exec 8>&-
  [[ ! $writer_pid ]] || kill -KILL "$writer_pid" 2>/dev/null || :
  [[ ! $writer_pid ]] || await "$writer_pid"
  writer_pid=
}

# The look.

# look: sets `found`, what the last committed record of the output says comes next, or nothing if there is none, and then
# `emptied` if records have been there. False if there is no certain answer.
look() {
  local end line last_pid=''
  found='' emptied=''
  # Where the end is if the last commit was the last that happened: asked at the same time.
  [[ ! $expected ]] || { ask_last "$expected" && last_pid=$asked; }
  ask "$dir/end" -Q -t "$to:$p:-1" -X isolation.level=read_uncommitted
  answered && offset_of "$dir/end" && end=$offset || end=
  [[ ! $last_pid ]] || { await "$last_pid" && last_code=$code; }
  [[ $end ]] || return 1
  ((end > 0)) || return 0
  if [[ $end != "$expected" ]]; then
    ask_last "$end"
    await "$asked"
    last_code=$code
  fi
  ((last_code == 0)) || return 1
  expected=$end
  line=
  read -r line <"$dir/last" || :
  if [[ $line =~ ^$((end - 2))\ (.*,)?$header=([0-9]+)(,|$) ]]; then
    found=${BASH_REMATCH[2]}
  else
    look_back
  fi
}

# The last but one offset before an end is the last record's, if the last one is that of its commit. (An offset from the
# end, -2, takes kcat half a second now and then.)
ask_last() {
  ask "$dir/last" -C -t "$to" -p "$p" -o "$(($1 < 2 ? 0 : $1 - 2))" -c 1 -e -f '%o %h\n' -X fetch.wait.max.ms=0
}

# The long way: that nobody's transaction is open, and back to where a header is, or to the start of the log.
look_back() {
  local low from_offset back
  query "$to" -1 read_uncommitted && end=$offset || return 1
  query "$to" -1 || return 1
  if ((offset != end)); then
    [[ $foreign ]] || tell "$to: waiting for a transaction there to end"
    foreign=1
    pause 0.1
    return 1
  fi
  foreign=
  query "$to" -2 && low=$offset || return 1
  for ((back = 5; ; back *= 10)); do
    from_offset=$((end - back > low ? end - back : low))
    ((from_offset < end)) || break
    ask "$dir/tail" -C -t "$to" -p "$p" -o "$from_offset" -e -f '%h\n' -X fetch.wait.max.ms=0 -X topic.auto.offset.reset=error
    answered || return 1
    found=$(sed -nE "s/^(.*,)?$header=([0-9]+)(,.*)?\$/\\2/p" "$dir/tail" | tail -n 1)
    [[ ! $found ]] || break
    ((from_offset > low)) || break
  done
  [[ $found ]] || ((low == 0)) || emptied=1
}

# take_up: believe what was found, and forget what was read on another belief. False if it is not known where to go on.
take_up() {
  abandon_read
  settle
  base=$found
  at=$found
  [[ $found ]] || begin_anew
  [[ $at ]]
}

# Where to start, if the output does not say.
begin_anew() {
  if [[ $emptied && ! ${start[$p]-${start[all]-}} ]]; then
    fatal "$to [$p] is empty, but was not always: where to go on is lost; say where by --start=$p:OFFSET"
  fi
  start_as_told
}

# By --start, or else from the beginning; `at` stays empty if the broker does not answer.
start_as_told() {
  at=${start[$p]-${start[all]-beginning}}
  case $at in
  beginning) query "$from" -2 && at=$offset || at= ;;
  end) query "$from" -1 && at=$offset || at= ;;
  esac
}

# recover: fence and look until there is an answer, and take it up. Asked to stop, it does so once.
recover() {
  at=
  until [[ $at ]]; do
    if fence 1 0 && look; then
      drop_writer
      take_up && break
    fi
    drop_writer
    [[ ! $stopping ]] || return 0
    [[ $foreign ]] || trouble "$(reason "$dir/writer.error" "$dir/last.error" "$dir/tail.error" "$dir/end.error" "$dir/query.error")"
  done
  # Beyond the end that was seen at the start somebody may have come, but not beyond the end.
  [[ ! $end_offset ]] || ((at <= end_offset)) || check_range
  well
}

# reason FILE...: why kcat failed, as the first of these files that says something has it.
reason() {
  local file words
  for file; do
    [[ -s $file ]] && words=$(last_words "$file") && [[ $words ]] && break
  done
  echo "kcat: ${words:-no answer}"
}

# commit: the batch in `slot`, which follows on what was found last. Whatever becomes of it, the next look tells.
commit() {
  if ! fence "$passed" "$next" || ! look; then
    drop_writer
    recover
  elif [[ $found != "$base" ]]; then
    # Somebody else went on, or the last batch came to nothing in spite of what kcat -P said.
    drop_writer
    take_up || recover
    give_way
  elif settle && send_dead_letters; then
    pending=$slot pending_passed=$passed pending_refused=$refused pending_next=$next
    at=$next
    if feed_batch; then
      base=$next expected=$((expected + passed + 1))
      well
    else
      check_output
      recover
      give_way
    fi
  else
    drop_writer
    take_up || recover
  fi
}

# kcat -P reads blocks of 1,024 bytes: the padding brings out the last records. Meanwhile the next batch is read.
feed_batch() {
  start_feed "$dir/$slot.stamped" "$work/padding"
  [[ $stopping ]] || ! more || begin_read
  fed || { drop_writer && return 1; }
  await "$writer_pid"
  writer_pid=
  exec 8>&-
  # A batch that takes too long never comes to its end.
  ((code != 128 + 9)) || limit=$((limit > 1 ? limit / 2 : 1))
  ((code == 0))
}

# What the broker will never take cannot mend itself.
check_output() {
  case $(<"$dir/writer.error") in
  *'Topic authorization failed'*) fatal "$to: no right to write there (Topic authorization failed)" ;;
  *'failed to validate record'*) fatal "$to: takes no records without a key: a compacted topic cannot be the output" ;;
  *'Message size too large'*) fatal "$to: takes smaller records only: say its max.message.bytes by --max-message" ;;
  esac
}

# Two on one partition do no harm, but each spoils the other's work: not in step.
give_way() {
  [[ $stopping ]] || pause "0.$((RANDOM % 200 + 100))"
}

# settle: after a look: a batch that may have been committed stands if it is found.
settle() {
  [[ $pending ]] || return 0
  [[ ! $found ]] || ((found < pending_next)) || publish "$pending" "$pending_passed" "$pending_refused"
  pending=
}

# prove: that what may have been committed last is. A look without a fence can say yes; for a no, there must be a fence.
prove() {
  [[ $pending ]] || return 0
  if look && [[ $found == "$pending_next" ]]; then
    settle
  else
    recover
  fi
}
