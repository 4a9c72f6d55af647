#!/usr/bin/env bats
# What the documents, and the alert rules, refer to is there.

# shellcheck disable=SC2154 # root is from setup.bash
load setup

# The anchors of a document's headings, as GitHub makes them.
anchors() {
  awk '/^```/ { code = !code } !code && /^#+ / { heading = tolower($0); sub(/^#+ /, "", heading)
    gsub(/[^a-z0-9_ -]/, "", heading); gsub(/ /, "-", heading); print heading }' "$1"
}

# refers FILE TARGET BASE: is there what FILE calls PATH#ANCHOR, from BASE on?
refers() {
  local path=${2%%#*} anchor=
  [[ $2 != *'#'* ]] || anchor=${2#*#}
  path=$3${path:+/$path}
  [[ ! -d $path || ! $anchor ]] || path=$1
  [[ -e $path ]] || same "$1: $2" 'no such file' || return
  [[ ! $anchor ]] || anchors "$path" | grep -qxF -e "$anchor" || same "$1: $2" 'no such heading'
}

@test "every link in a document leads to a file or a heading that is there" {
  links=0
  for file in "$root"/*.md "$root"/docs/*.md; do
    while IFS= read -r target; do
      links=$((links + 1))
      refers "$file" "$target" "${file%/*}"
    done < <(grep -oE '\]\([^)]+\)' "$file" | sed 's/^](//; s/)$//' | grep -vE '^[a-z]+:')
  done
  echo "$links links"
  ((links > 15))
}

@test "every page that an alert names has that heading" {
  [[ -d $root/deploy ]] || skip 'no rules here'
  grep -rhoE 'docs/[a-z]+\.md#[a-z-]+' "$root/deploy" | sort -u >urls
  [[ -s urls ]]
  while IFS= read -r url; do
    refers "$root/deploy" "$url" "$root"
  done <urls
}

@test "a link that leads nowhere is seen" {
  printf '# One heading\n[a](#one-heading) [b](#another)\n' >page.md
  refers page.md '#one-heading' "$PWD"
  run refers page.md '#another' "$PWD"
  same 1 "$status"
  run refers page.md missing.md "$PWD"
  same 1 "$status"
}
