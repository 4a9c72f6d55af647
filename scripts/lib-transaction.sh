# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # the variables are those of work_partition, and of scripts/pipeline
# A worker's transactions, for scripts/pipeline: fence, look, feed. loginstamp-pipeline(1) says why it is done so.

# The fence.

# fence COUNT NEXT: start a kcat -P that commits when it has COUNT records, with NEXT in their headers, and return
# when every earlier one of this partition is powerless and what it left open is aborted. While the broker is still about
# the last transaction, librdkafka asks again after half a second; another kcat -P asks sooner.
fence() {
  local tries=0
  fences=$((fences + 1))
  hurry=1
  until raise_fence "$@"; do
    [[ $busy && ! $stopping ]] || return 1
    ((++tries < 8)) || hurry=''
    nap 0
  done
}

# raise_fence COUNT NEXT: once. The FIFO is a new one each time: an earlier kcat -P may still have the last one open; so is
# the file of what it logs.
raise_fence() {
  new_fifo
  local log=$dir/log.$fifos as=(kcat)
  heard='' writer_said='' producer='' epoch='' acknowledged='' busy=''
  # shellcheck disable=SC2094 # it is a FIFO
  exec 9<>"$fifo" 8>"$fifo" 5<>"$log"
  # Many records are read in larger pieces; stdbuf costs a start.
  (($1 < 5000)) || as=(stdbuf -i64K kcat)
  # On its stdin it has a writing end too, so the end of it cannot come.
  spawn "${as[@]}" "${writer[@]}" -c "$1" -H "$header=$2" <&9 >/dev/null 2>>"$log" &
  writer_pid=$! writer_until=$((SECONDS + lifetime))
  exec 9>&-
  # Until the fence stands nothing depends on it, but what has become of a batch.
  [[ $pending ]] || expendable=("$writer_pid")
  [[ ! $stopping ]] || stop_worker
  if [[ $hearing ]]; then
    listen epoch || drop_writer
  else
    prime || drop_writer
  fi
  expendable=()
  [[ $writer_pid ]]
}

# prime: it reads only after the fence stands, and this is more than the FIFO holds. If it also logs which producer it is
# now, the next fence is seen by that.
prime() {
  local filling
  exec {filling}<"$work/primer"
  start_feed "$filling" 0 "$primer"
  exec {filling}<&-
  listen fed || return 1
  [[ ! $epoch ]] || hearing=1
}

# start_feed DESCRIPTOR SKIP LENGTH: so many bytes of a file to kcat -P. That reads blocks of 1,024 bytes, so they are
# filled up to whole ones. As nobody else can read there, dd ends with kcat -P.
start_feed() {
  fed=''
  dd iflag=skip_bytes,count_bytes skip="$2" count="$3" ibs=4096 obs=65536 conv=sync status=none \
    <&"$1" >&8 2>/dev/null 3>&- 8>&- &
  feeder=$!
}

# feed_records: what is short goes without a process, unless there is a NUL in it, in a key. The FIFO is empty, and has
# room for it.
feed_records() {
  local records='' place=''
  if ((length <= 30000)) && [[ $hearing && ! $has_nul ]]; then
    IFS= read -r -N "$length" -u "$stamped" records || :
    # A NUL is skipped, and of what follows the batch as much is taken instead.
    read -r _ place <"/proc/self/fdinfo/$stamped" || :
    if ((${#records} == length && place == first + length)); then
      printf '%s%s' "$records" "$padding" >&8 || :
      return
    fi
    has_nul=1
  fi
  if [[ $has_nul ]]; then
    exec {stamped}<&- {stamped}<"$dir/$slot.stamped"
    start_feed "$stamped" "$first" "$length"
  else
    start_feed "$stamped" 0 "$length"
  fi
}

# hear: what kcat -P has logged since: the producer that it is, from when its fence stands, and that the broker has
# acknowledged its commit. A line without its end is kept until the rest of it is there.
hear() {
  local lines text IFS=''
  mapfile -u 5 lines
  ((${#lines[@]})) || return 0
  lines[0]=$heard${lines[0]} heard=''
  [[ ${lines[-1]} == *$'\n' ]] || { heard=${lines[-1]} && unset 'lines[-1]'; }
  text=${lines[*]}
  [[ ! $text =~ \ Acquired\ PID\{Id:([0-9]+),Epoch:([0-9]+)\} ]] || producer=${BASH_REMATCH[1]} epoch=${BASH_REMATCH[2]}
  [[ $text != *' EndTxn returned NO_ERROR in state CommittingTransaction '* ]] || acknowledged=1
  [[ $text != *'Failed to acquire transactional PID '*'concurrent operation'* ]] || busy=1
  # What is not of the log of transactions.
  writer_said+=${lines[*]/#%7*/}
}

# listen FACT: wait for epoch or acknowledged, which kcat -P logs, or for fed: that it has taken all. False if it ends
# before, or takes too long: that it takes long is said before. Where a worker is to stop, a fence has until
# stop_until, as the look behind it.
listen() {
  local -n fact=$1
  local gone naps=0 since=$SECONDS
  while :; do
    gone=''
    alive "$writer_pid" || gone=1
    [[ ! $feeder ]] || alive "$feeder" || end_feed
    hear
    [[ ! $fact ]] || return 0
    [[ $1 != acknowledged ]] || check_output
    if ((SECONDS - since >= patience)); then
      since=$SECONDS
      # If there is none, nothing is heard.
      has_room || return 1
      complain_of "$1"
    fi
    [[ ! $gone && ! ($busy && $hurry) ]] && ((SECONDS < writer_until)) || return 1
    [[ ! $stopping || $1 == acknowledged ]] || ((SECONDS < stop_until)) || return 1
    nap $((naps++))
  done
}

# complain_of FACT: that it was not heard yet.
complain_of() {
  local what=start why
  [[ $1 != acknowledged ]] || what=commit
  why=$(last_words <<<"$writer_said")
  [[ ! $busy || $epoch ]] || why="the broker is still about the last transaction of $to-$p"
  complain "kcat -P: no answer to its $what within $patience s${why:+: $why}; waiting"
}

end_feed() {
  [[ $feeder ]] || return 0
  await "$feeder"
  feeder=''
  ((code != 0)) || fed=1
}

# nap TIMES: without a process. What is waited for takes some milliseconds at least.
nap() { read -r -t "0.00$(($1 == 0 ? 5 : $1 < 8 ? 1 : $1 < 40 ? 2 : $1 < 100 ? 4 : 9))" -u 4 || :; }

drop_writer() {
  exec 8>&-
  if [[ $writer_pid ]]; then
    kill -KILL "$writer_pid" 2>/dev/null || :
    await "$writer_pid"
    writer_code=$code
  fi
  writer_pid=
  end_feed
}

# The look.

# unrivalled: nobody has fenced between what this worker last knew of the output and this fence, so nobody else can have
# committed: each fence takes the next epoch of the same producer. All else is a matter for the look.
unrivalled() {
  [[ $epoch && $successor == "$producer $epoch" ]] || return 1
  found=$base
}

# known: what this worker believes is so while its fence stands, and when the next one has the successor of its epoch.
known() { successor=${epoch:+$producer $((epoch + 1))}; }

# look: sets `found`, what the last committed record of the output says comes next, or nothing if there is none, and then
# `emptied` if records have been there. False if there is no certain answer.
look() {
  local end line
  found='' emptied=''
  query "$to" -1 read_uncommitted && end=$offset || return 1
  [[ ! $foreign ]] || is_closed || return 1
  # The last but one offset is the last record's, if the last one is that of its commit. (An offset from the end, -2,
  # takes kcat half a second now and then.) Where there is none yet it is asked for too: the right to it will be needed.
  # Where retention has taken it, that is for the long way to tell.
  ask "$dir/last" -C -t "$to" -p "$p" -o "$((end < 2 ? 0 : end - 2))" -c 1 -e -f '%o %h\n' -X fetch.wait.max.ms=0 \
    -X auto.offset.reset=latest
  last_answered || return 1
  ((end > 0)) || return 0
  line=
  read -r line <"$dir/last" || :
  if [[ $line =~ ^$((end - 2))\ (.*,)?$header=([0-9]+)(,|$) ]]; then
    found=${BASH_REMATCH[2]}
  else
    look_back
  fi
}

# last_answered: behind the first record of a transaction that is open, kcat -C would wait without an end.
last_answered() {
  local last=$asked last_file=$asked_file
  while is_late; do
    if ! is_closed; then
      kill -KILL "$last" 2>/dev/null || :
      await "$last"
      return 1
    fi
    asked=$last asked_file=$last_file
  done
  answered
}

# is_closed: is nobody's transaction open before the `end` that a look has found? A rival's may be for a moment; if it is
# still the same after some seconds, it is said.
is_closed() {
  query "$to" -1 || return 1
  if ((offset >= end)); then
    foreign=
    return
  fi
  [[ $foreign == "$offset" ]] || foreign=$offset foreign_since=$SECONDS
  if [[ $foreign_since ]] && ((SECONDS - foreign_since >= 2)); then
    tell "$to [$p]: waiting for the end of somebody else's transaction, open from offset $foreign:" \
      'the broker ends it after its transaction.timeout.ms'
    foreign_since='' troubled=1
  fi
  waited=1
  pause "${troubled:-0}.1"
  return 1
}

# The long way: that nobody's transaction is open, and back to where a header is, or to the start of the log.
look_back() {
  local low from_offset back
  is_closed || return 1
  query "$to" -2 && low=$offset || return 1
  for ((back = 5; ; back *= 10)); do
    from_offset=$((end - back > low ? end - back : low))
    ((from_offset < end)) || break
    ask "$dir/tail" -C -v -t "$to" -p "$p" -o "$from_offset" -e -f '%h\n' -X fetch.wait.max.ms=0
    answered && was_at_end "$dir/tail.error" "$end" || return 1
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

# By --start, or else from the beginning; `at` stays empty if the broker does not answer. The end is where it was when the
# pipeline was started: what has come since may have been read already, and come to nothing.
start_as_told() {
  at=${start[$p]-${start[all]-beginning}}
  case $at in
  beginning) query "$from" -2 && at=$offset || at= ;;
  end)
    at=
    read -r at <"$work/$p.end" || :
    ;;
  esac
}

# recover: fence and look until there is an answer, and take it up. Asked to stop, it does so once, or for some seconds if it is
# to be known whether a batch was committed: the next one to work on this partition may be there already.
recover() {
  at=
  until [[ $at ]]; do
    waited='' asked_file=''
    # What kcat -P said before its fence stood is no reason why the look fails.
    if has_room && fence 1 0 && writer_said='' && look; then
      known
      drop_writer
      take_up && break
    fi
    drop_writer
    if [[ $stopping ]]; then
      [[ $pending ]] && ((SECONDS < stop_until)) || return 0
      read -r -t 0.1 -u 4 _ || :
    fi
    [[ $waited ]] || trouble "${full:-$(reason)}"
  done
  # Beyond the end that was seen at the start somebody may have come, but not beyond the end.
  [[ ! $end_offset ]] || ((at <= end_offset)) || check_range || :
  well
}

# reason: why a fence or a look failed, as what kcat -P said has it, or what the one that was asked last did.
reason() {
  local words
  words=$(last_words <<<"$writer_said")
  [[ $words || ! $asked_file ]] || words=$(last_words "$asked_file.error")
  echo "kcat: ${words:-no answer}"
}

# commit: the batch in `slot`, which follows on what was found last. If the broker's answer is not heard, the next look
# tells what has become of it.
commit() {
  local begun_at=${EPOCHREALTIME/./} now_at
  if ! fence "$passed" "$next" || ! { unrivalled || look; }; then
    drop_writer
    recover
  elif [[ $found != "$base" ]]; then
    # Somebody else went on, or the last batch came to nothing in spite of what kcat -P said.
    drop_writer
    take_up || recover
    give_way
  elif settle && send_dead_letters; then
    pending=$slot pending_passed=$passed pending_refused=$refused pending_next=$next pending_told=$told successor=''
    pending_counters=("${batch_counters[@]}")
    at=$next
    if feed_batch; then
      now_at=${EPOCHREALTIME/./}
      base=$next unfed=0 rest_until=$((now_at + (now_at - begun_at) / 2))
      well
    else
      tell_unfed
      recover
      give_way
    fi
  else
    drop_writer
    take_up || recover
  fi
}

# Meanwhile the next batch is read. As soon as the broker has said that it is committed, kcat -P may go.
feed_batch() {
  feed_records
  # What stays shall not fill the disk.
  [[ ! $staying ]] || ((taken[written] < spool)) || abandon_read
  [[ $stopping || $reading ]] || ! more || begin_read
  listen acknowledged || :
  # A batch that takes too long never comes to its end.
  ((SECONDS < writer_until)) || limit=$((limit > 1 ? limit / 2 : 1))
  drop_writer
  if [[ $acknowledged ]]; then
    known
    found=$next
    settle
  else
    ((writer_code == 0))
  fi
}

# What the broker will never take cannot mend itself, but kcat -P may go on to try.
check_output() {
  case $writer_said in
  *'Topic authorization failed'*) fatal "$to: no right to write there (Topic authorization failed)" ;;
  *'failed to validate record'*) fatal "$to: takes no records without a key: a compacted topic cannot be the output" ;;
  *'Message size too large'*) fatal "$to: takes smaller records only: say its max.message.bytes by --max-message" ;;
  esac
}

# That a feed fails is no wonder, as a rival may have come. When it fails again and again, it is said once.
tell_unfed() {
  local why
  [[ $writer_said != *fenced* ]] || return 0
  unfed=$((unfed + 1))
  ((unfed == 2)) || return 0
  why=$(last_words <<<"$writer_said")
  tell "a batch could not be committed, twice: kcat -P: status $writer_code${why:+: $why}; trying again"
}

# Two on one partition do no harm, but each spoils the other's work: not in step.
give_way() {
  [[ $stopping ]] || pause "0.$((RANDOM % 200 + 100))"
}

# settle: after a look: a batch that may have been committed stands if it is found.
settle() {
  [[ $pending ]] || return 0
  [[ ! $found ]] || ((found < pending_next)) || publish "$pending_passed" "$pending_refused" "$pending_told" \
    "$pending_next" "${pending_counters[@]}"
  pending=
}

# prove: that what may have been committed last is. A look without a fence can say yes; for a no, there must be a fence, and
# then `at` is where that look found that it goes on, and false is returned.
prove() {
  [[ $pending ]] || return 0
  if look && [[ $found == "$pending_next" ]]; then
    settle
  else
    recover
    return 1
  fi
}
