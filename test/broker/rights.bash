# shellcheck shell=bash
# The rights of the README's table, granted and taken away: sourced by tests, after setup.bash and secure.bash.

# root is from setup.bash, the others from secure.bash.
# shellcheck disable=SC2154

# rights_start KIND: a broker of this kind with some logins, and with the rights granted.
rights_start() {
  export LOGINSTAMP_BROKER_DIR=$BATS_FILE_TMPDIR/broker
  secure_start "$BATS_FILE_TMPDIR/pki" "$1" --topics=user-login,login_record,user-login.dead-letters,login_record.lease
  export pki admin sasl ssl
  "$root/scripts/sample" --count=200 | kcat -q -P -b "$admin" -t user-login
  grant_rows
}

teardown_file() { "$root/scripts/broker" stop; }

teardown() {
  [[ ! ${stream_pid-} ]] || kill -KILL "$stream_pid" 2>/dev/null || :
}

# The README's table, of the programs that there are: program|right|on|what is said without it.
rows() {
  local row
  while read -r row; do
    [[ ! -x $root/scripts/${row%%[ |]*} ]] || printf '%s\n' "$row"
  done < <(table)
}

table() {
  awk -F ' *[|] *' '/^## / { here = /Security/ } here && /^\| `/ { gsub(/`/, ""); print $2 "|" $3 "|" $4 "|" $5 }' \
    "$root/README.md"
}

# who PROGRAM [RIGHT ON]: the principal that has all rights of this program (but this one).
who() { local name="$*" && printf '%s\n' "${name//[^a-zA-Z]/-}"; }

# Each right of the table is granted to all principals of its programs, but to those that are to go without it.
grant_rows() {
  local program right on other_program other_right other_on
  local -A granted=() known=()
  while IFS='|' read -r program right on _; do
    known[$(who "$program")]=1 known[$(who "$program" "$right" "$on")]=1
    granted["$right|$on"]+=" --allow-principal User:$(who "$program")"
    while IFS='|' read -r other_program other_right other_on _; do
      if [[ $other_program == "$program" && $other_right/$other_on != "$right/$on" ]]; then
        granted["$right|$on"]+=" --allow-principal User:$(who "$program" "$other_right" "$other_on")"
      fi
    done < <(rows)
  done < <(rows)
  for name in "${!known[@]}"; do
    certificate "$name"
    ssl_config "$name" >"$pki/$name.config"
  done
  for name in "${!granted[@]}"; do
    # shellcheck disable=SC2086 # words
    grant "${name%%|*}" "${name#*|}" ${granted[$name]}
  done
}

# grant RIGHT ON PRINCIPALS...: ON is a kind and a name, name* for all that begin so.
grant() {
  local kind=${2% *} name=${2##* } pattern=literal
  [[ $name != ?*\* ]] || { name=${name%\*} && pattern=prefixed; }
  tool kafka.admin.AclCommand --add --operation "$1" "--${kind// /-}" "$name" --resource-pattern-type "$pattern" "${@:3}"
}

# The program of a row, to its end.
go() {
  local words
  read -ra words <<<"$1"
  case $1 in
  stream* | pipeline*) words+=(-e) ;;
  esac
  exec timeout 60 "$root/scripts/${words[0]}" "${words[@]:1}" -F "$pki/$2.config"
}

new_logins() { "$root/scripts/sample" --count=20 | kcat -q -P -b "$admin" -t user-login; }

has_ended() { ! kill -0 "$stream_pid" 2>/dev/null; }

# fails_with SAYS PROGRAM PRINCIPAL: it does not do its work, and says so.
fails_with() {
  go "$2" "$3" >said 2>&1 3>&- &
  stream_pid=$!
  eventually 60 has_ended
  kill -TERM "$stream_pid" 2>/dev/null || :
  status=0
  wait "$stream_pid" || status=$?
  cat said
  # shellcheck disable=SC2053 # a glob
  [[ $(<said) == *${1//…/*}* ]]
  same 2 "$status"
}

# Without any one right of the README's table, it is said and the status is 2.
each_right_is_needed() {
  local program right on says
  rows >table
  (($(wc -l <table) >= 24))
  while IFS='|' read -r program right on says <&5; do
    echo "$program without $right on $on"
    new_logins
    fails_with "$says" "$program" "$(who "$program" "$right" "$on")"
  done 5<table
}

# With the rights of the README's table, every program does its work.
rights_suffice() {
  local before program
  new_logins
  before=$(read_back | wc -l)
  rows | cut -d'|' -f1 | uniq >programs
  while read -r program <&5; do
    echo "$program"
    run go "$program" "$(who "$program")"
    printf '%s\n' "$output"
    [[ $program == lag && $status == 1 ]] || same 0 "$status"
  done 5<programs
  (($(read_back | wc -l) > before + 400))
  "$root/scripts/topics" show -b "$admin" -t fresh
}

read_back() {
  kcat -q -C -e -b "$admin" -t login_record -o beginning -X fetch.wait.max.ms=10
}
