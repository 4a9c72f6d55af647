#!/usr/bin/env bats
# loginstamp at a terminal, by way of tmux: what a person sees.

# shellcheck disable=SC2154 # root is from setup.bash
load ../setup

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  socket=$BATS_TEST_TMPDIR/tmux
}

teardown() { tmux -S "$socket" kill-server 2>/dev/null || :; }

# at_terminal COMMAND: run it in a terminal of its own, with nothing in its environment but PATH and TERM.
at_terminal() {
  tmux -S "$socket" -f /dev/null new-session -d -x 100 -y 30 \
    "env -i PATH='$PATH' TERM=screen-256color ${2-} bash --norc -c '$1; sleep 60'" 3>&-
}

# seen PATTERN: is there such a line, its colours as escape sequences? \e stands for the escape character.
seen() { tmux -S "$socket" capture-pane -p -e | sed 's/\x1b/\\e/g' | tee screen | grep -qE -- "$1"; }

keys() { tmux -S "$socket" send-keys "$@"; }

# The member that was added, between a colour and the end of it.
coloured='\{"timestamp":1(\\e\[[0-9;]+m)+,"datetime":"1970-01-01 00:00:01"(\\e\[[0-9;]*m)+\}'
plain='\{"timestamp":1,"datetime":"1970-01-01 00:00:01"\}'

@test "a line that is typed comes out at once, and what was added stands out" {
  at_terminal loginstamp
  keys -l '{"timestamp":1}'
  keys Enter
  eventually 10 seen "$coloured"
  # The end of input brings the summary.
  keys C-d
  eventually 10 seen '^Summary of '
}

@test "NO_COLOR and --color=never leave it plain" {
  at_terminal loginstamp NO_COLOR=1
  keys -l '{"timestamp":1}'
  keys Enter
  eventually 10 seen "$plain"
  tmux -S "$socket" kill-server
  socket+=2
  at_terminal 'loginstamp --color=never'
  keys -l '{"timestamp":1}'
  keys Enter
  eventually 10 seen "$plain"
}

@test "a refused line is shown with a caret under the byte" {
  at_terminal loginstamp
  keys -l '{"timestamp":x}'
  keys Enter
  eventually 10 seen 'loginstamp: -:1:14: invalid JSON'
  seen '^ *\^ *$'
}

@test "Ctrl-C brings the summary" {
  at_terminal 'trap : INT; loginstamp'
  keys -l '{"timestamp":1}'
  keys Enter
  eventually 10 seen "$coloured"
  keys C-c
  eventually 10 seen '^(\^C)?Summary of '
}
