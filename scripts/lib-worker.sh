# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # the variables are those of work_partition, and of scripts/pipeline
# The worker of one partition, for scripts/pipeline: it takes the records of partition $p of $from into partition $p of
# $to, each exactly once. loginstamp-pipeline(1) says why; the words of the protocol are its: read, fence, look, feed.
#
# What is there of it: `base` is what the last look found, the offset that the output's last record says comes next, or
# nothing if the output is empty; `at` is where to read on. A batch lies in files of one of two slots, so that one can be
# read while the other is committed; `pending` is the slot of a batch that may have been committed, until the broker's
# answer is heard or a look has found it, or not.

# spawn COMMAND...: to be run in the background. No child may hold open the writing end of the FIFO to kcat -P (8), nor
# what a FIFO is set up by (9; 6 and 7, from kcat -C to the filter), nor what the worker listens to (4 and 5), nor what
# tells its warden that it lives (3).
spawn() { exec "$@" 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-; }

# start_warden: when the worker has ended, whatever ended it, so do all others of its process group. Nobody else holds the
# writing end of this FIFO; what is to end it was opened before there was anybody to be ended.
start_warden() {
  [[ ! $warden ]] || await "$warden"
  new_fifo
  exec 3<>"$fifo"
  # shellcheck disable=SC2016 # it is the other shell's
  spawn sh -c 'read -r _; kill -KILL 0' <"$fifo" >/dev/null 2>&1 &
  warden=$!
}

# new_fifo: one that nobody has open yet, in `fifo`. They are made by the dozen: it is processes that cost.
new_fifo() {
  local i names=()
  if ((fifos % 48 == 0)); then
    for ((i = fifos; i < fifos + 48; i++)); do
      names+=("$dir/fifo.$i")
    done
    rm -f -- "$dir"/fifo.* "$dir"/log.* 3>&- 8>&-
    # bash tells of every child that was killed.
    : >"$work/$p.trace"
    mkfifo -m 600 -- "${names[@]}" 3>&- 8>&-
  fi
  fifo=$dir/fifo.$fifos
  fifos=$((fifos + 1))
}

# await PID: its status, in `code`. A signal that comes meanwhile is not mistaken for the child's end.
await() {
  while
    interrupted='' code=0
    wait "$1" || code=$?
    [[ $interrupted ]]
  do :; done
}

# What ends at once, as nothing is lost with it, when the worker is asked to stop.
# shellcheck disable=SC2317 # a trap calls it
stop_worker() {
  local pid
  stopping=1 interrupted=1 stop_until=${stop_until:-$((SECONDS + 3))}
  for pid in "${expendable[@]}"; do
    kill -KILL "$pid" 2>/dev/null || :
  done
}

# expend PID...: wait for children that may be killed when asked to stop; the last one's status is in `code`.
expend() {
  local pid
  expendable=("$@")
  [[ ! $stopping ]] || stop_worker
  for pid; do
    await "$pid"
    codes[pid]=$code
  done
  expendable=()
}

alive() { kill -0 "$1" 2>/dev/null; }

pause() {
  spawn sleep "$1" &
  expend "$!"
}

tell() { say "$from [$p]: $*"; }

# keep_total: what the process that was started looks at, and a worker that takes this one's place: in place and by one
# write of columns, so that a number that is read meanwhile is an old or a new one. lib-metrics.sh has the columns' names.
keep_total() {
  local line
  printf -v line '%15d ' "$all_passed" "$all_refused" "$transactions" "$fences" "$retries" "$committed" "$reached" \
    "${all_counters[@]}"
  # If there is no room for it, the next one will tell.
  echo "$line" 1<>"$work/$p.total" || :
}

# has_room: for some records at least, in the directory of the worker; if not, `full` says so. Without a process, if so.
has_room() {
  full=''
  { printf '%65536s' '' >"$dir/room" && : >"$dir/room"; } 2>/dev/null && return
  full=$({ printf '%65536s' '' >"$dir/room"; } 2>&1) || :
  { : >"$dir/room"; } 2>/dev/null || :
  full="$work: no room for records${full:+: ${full##*: }} (make some, or set TMPDIR)"
  return 1
}

# What goes wrong is said once, until all is well again.
complain() {
  [[ $troubled ]] || tell "$*"
  troubled=1
}

# And each time it takes longer until the next attempt.
trouble() {
  case $* in
  *'uthorization failed'*) fatal "$*" ;;
  # Why there is none may be that there is no room for a thread now.
  *'Failed to create '*thread*) ;;
  # What kcat has taken once, such as a certificate, is being exchanged.
  *'Failed to create '* | *'onfiguration property'*) [[ $begun_well ]] || fatal "$*" ;;
  esac
  complain "$*; trying again"
  retries=$((retries + 1))
  keep_total
  delay=$((delay < 50 ? 50 : delay < 1000 ? delay * 2 : 1000))
  # Two rivals shall not go on in step.
  printf -v wait_for '%d.%03d' $((delay / 1000)) $((delay % 1000 / 2 + RANDOM % (delay % 1000 / 2 + 1)))
  [[ $stopping ]] || pause "$wait_for"
}

well() {
  [[ ! $troubled ]] || tell 'goes on'
  troubled='' delay=0 begun_well=1
}

# What cannot mend itself ends the pipeline.
fatal() {
  tell "$*"
  choose 2
}

# choose STATUS: end with it, and not because something in here has failed.
choose() {
  chosen=1
  exit "$1"
}

# bash_error FILE: the first that bash said there of a script, which is not that a child was killed.
bash_error() { sed -n '/: line [0-9]*: *[0-9]* [A-Z]/d; /: line [0-9]*: /{ p; q; }' "$1"; }

# last_words [FILE...]: of what kcat or the filter wrote, the last line that says something, without what librdkafka's log
# puts before its words. An empty one may follow, and that kcat -Q takes isolation.level for a consumer's property, which
# it heeds all the same, is no error.
last_words() {
  sed -n '/|CONFWARN|/!{ /./h; }; ${ x; s/^%[0-9]|.*\[thrd:[^ ]*]: //; p; }' -- "$@" 2>/dev/null | cut -c 1-300
}

# ask FILE KCAT-ARGUMENT...: have kcat answer into FILE; answered: wait for it, false if it has none.
ask() {
  local file=$1
  shift
  spawn kcat -q "${kafka[@]}" "${of_reader[@]}" "$@" \
    </dev/null >"$file" 2>"$file.error" &
  asked=$! asked_file=$file
}

# was_at_end FILE OFFSET: was a kcat -C -v that has ended there, by what it said? One that is told to end before is content too.
was_at_end() {
  local said
  IFS= read -r -d '' said <"$1" || :
  [[ $said =~ Reached\ end\ of\ topic\ .*\ at\ offset\ ([0-9]+) ]] && ((BASH_REMATCH[1] >= $2))
}

# A worker that is to stop waits for it only where something is pending that the answer is to prove, and until stop_until.
answered() {
  local naps=0
  if [[ $pending ]]; then
    while alive "$asked" && { [[ ! $stopping ]] || ((SECONDS < stop_until)); }; do
      nap $((naps++))
    done
    kill -KILL "$asked" 2>/dev/null || :
    await "$asked"
  else
    expend "$asked"
  fi
  ((code == 0))
}

# is_late: has what was asked no answer after some seconds? A worker that is to stop, and can, does not wait for that.
is_late() {
  local naps=0 since=$SECONDS
  while alive "$asked" && [[ ! $stopping || $pending ]]; do
    ((SECONDS - since < (${stopping:-0} ? 1 : 3))) || return 0
    nap $((naps++))
  done
  return 1
}

# offset_of FILE: what kcat -Q wrote there, in `offset`.
offset_of() {
  read -r _ _ _ offset <"$1" && [[ $offset =~ ^[0-9]+$ ]]
}

# query TOPIC WHICH [ISOLATION]: the offset of the first record (-2) or after the last one (-1), in `offset`.
query() {
  ask "$dir/query" -Q -t "$1:$p:$2" -X "isolation.level=${3-read_committed}"
  answered && offset_of "$dir/query"
}

# The worker.

# Is there more to be read, as far as is known?
more() { [[ ! $end_offset ]] || ((at < end_offset)); }

# Wait until what stays has written something; now and then also look for what was only refused.
wait_for_work() {
  [[ $waker ]] || start_waker
  if read -r -N 1 -t 1 -u "$wake" _; then
    stop_waker
    ((linger == 0)) || pause "$linger_s"
  else
    well
  fi
}

start_waker() {
  new_fifo
  exec {wake}<>"$fifo"
  spawn tail -f -c "+$((taken[written] + 1))" -- "$dir/$reading.stamped" >"$fifo" 2>/dev/null &
  waker=$!
}

stop_waker() {
  [[ $waker ]] || return 0
  kill -KILL "$waker" 2>/dev/null || :
  await "$waker"
  exec {wake}<&-
  waker=
}

# Half as long as the last transaction took: more records come together then, and the others, workers too, have the
# processors meanwhile, so that each transaction takes less.
rest() {
  local left=$((rest_until - ${EPOCHREALTIME/./}))
  ((left > 1000)) || return 0
  printf -v left '0.%06d' $((left < 999999 ? left : 999999))
  read -r -t "$left" -u 4 _ || :
}

# One batch, or the wait for one.
step() {
  alive "$warden" || start_warden
  if [[ ! $reading ]]; then
    if ! has_room; then
      trouble "$full"
      return
    fi
    begin_read
  fi
  [[ ! $staying ]] || rest
  take_batch || return 0
  if ((passed + refused == 0)); then
    prove || return 0
    if [[ $end_offset ]]; then
      # Nothing but gaps up to the end.
      if was_at_end "$dir/$slot.error" "$end_offset"; then
        at=$end_offset
      else
        trouble "kcat -C: ended before offset $end_offset"
      fi
    elif [[ $reading ]]; then
      wait_for_work
    fi
    return
  fi
  stop_waker
  check_refused
  if ((passed > 0)); then
    commit
  elif prove; then
    if send_dead_letters; then
      publish 0 "$refused" "$told" "$next" "${batch_counters[@]}"
      at=$next
      well
    else
      abandon_read
    fi
  fi
}

work_partition() {
  local base='' at='' found='' emptied='' pending='' pending_passed='' pending_refused='' pending_next='' foreign='' foreign_since='' waited='' full='' offset='' asked='' asked_file='' code=0 delay=0 troubled='' begun_well=''
  local reading='' staying='' caught_up='' begun=0 count=0 slot=a passed=0 refused=0 next='' first=0 length=0 told='' pending_told='' dead='' said='' stamped='' has_nul='' written_at='' padding waker='' wake=''
  local -A now taken
  # Lengths are of bytes.
  local LC_ALL=C
  local strict=100 limit=$batch window=1000 recent=() recent_bad=() recent_next=() recent_records=0 recent_refused=0 oldest=0 newest=0 expendable=()
  local warden='' writer_pid='' writer_said='' writer_until=0 writer_code=0 unfed=0 rest_until=0 hearing='' heard='' producer='' epoch='' acknowledged='' busy='' hurry='' successor='' feeder='' fed=''
  local fifo='' fifos=0 reader_pid='' filter_pid='' stopping='' stop_until='' interrupted='' all_passed=0 all_refused=0 all_named=0
  local lifetime=$((transaction_timeout * 9 / 10)) linger_s
  local -a codes=() all_counters=() counters=() taken_counters=() batch_counters=() pending_counters=()
  local value='' transactions=0 fences=0 retries=0 committed=0 reached=0
  # What is left of an earlier worker, if it was frozen, shall not write into the files of this one.
  rm -rf -- "$work/$p".[0-9]* || :
  dir=$work/$p.$$
  printf -v linger_s '%d.%03d' $((linger / 1000)) $((linger % 1000))
  mkdir -- "$dir"
  printf -v padding '%1024s' ''
  padding=${padding// /$'\x1e'}
  # What never comes: to wait for it needs no process.
  new_fifo
  exec 4<>"$fifo"
  start_warden
  [[ ! -s $work/$p.total ]] ||
    read -r all_passed all_refused transactions fences retries committed reached value <"$work/$p.total"
  read -ra all_counters <<<"$value"
  keep_total
  all_named=$all_refused
  trap stop_worker TERM
  trap '' INT HUP
  # To write to a kcat -P that is gone is no end, and no child's habit.
  trap : PIPE
  recover
  while [[ ! $stopping && $at ]]; do
    while [[ ! $stopping ]] && more; do
      step
    done
    prove || :
    more || break
  done
  abandon_read
  if [[ $pending ]]; then
    tell 'whether the last batch was committed is not known here: whoever goes on looks'
    choose "$unsure"
  fi
  ((!all_refused || all_passed + all_refused < 20 || all_refused * 100 <= max_refused * (all_passed + all_refused))) ||
    [[ ! $end_offset ]] ||
    fatal "more than $max_refused % of all records were refused (--max-refused)"
  [[ ! $stopping ]] || choose "$stopped"
  choose 0
}
