# shellcheck shell=bash
# shellcheck disable=SC2154 # root is from setup.bash
# The examples of a man page, run as they stand there.

# examples NAME COUNT: run the examples of NAME's page, which are so many; the output of number N is in got.N.
examples() {
  local count=0 command='' text status limit
  # A block is what is indented by more than the text: by eight spaces or more, and behind an empty line.
  mandoc -Tascii -O width=200 "$root/man/$1.1" | col -bx | sed -n '/^EXAMPLES/,/^[D-Z]/p' |
    awk '/^           / { print substr($0, 12); block = 1; next } block { print "---"; block = 0 }' >commands
  while IFS= read -r text; do
    if [[ $text != --- ]]; then
      command+=$text$'\n'
      continue
    fi
    status=0 limit=120
    # What is done again and again has no end of its own.
    [[ $command != *--every=* ]] || limit=10
    PATH=$PWD/bin:$PATH timeout -k 5 "$limit" bash -c "$command" >"got.$count" 2>"err.$count" || status=$?
    echo "$command -> $status"
    ((status <= 1 || (limit == 10 && status == 124)))
    count=$((count + 1)) command=
  done <commands
  same "$2" "$count"
}
