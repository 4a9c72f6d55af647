#!/usr/bin/env bats
# TLS, passwords, certificates and rights, on an Apache Kafka that asks for them. Its rows are those of the README's table.

# Every test is a process of its own; root is from setup.bash.
# shellcheck disable=SC2030,SC2031,SC2154
load ../setup
load secure
load rights

password=swordfish-is-the-word

setup_file() {
  rights_start kafka
  grant_by_password
}

@test "without any one right of the README's table, it is said and the status is 2" { each_right_is_needed; }
@test "with the rights of the README's table, every program does its work" { rights_suffice; }

# A principal that comes by password, and one by a certificate whose key has one.
by_password() {
  sasl_config word "$password" >word.config
  ssl_config locked >locked.config
  printf '%s\n' "ssl.key.location=$pki/locked.key" "ssl.key.password=$password" >>locked.config
}

grant_by_password() {
  local both=(--allow-principal User:word --allow-principal User:locked)
  user word "$password"
  certificate locked
  openssl pkey -aes256 -passout "pass:$password" -in "$pki/locked.key" -out "$pki/locked"
  mv "$pki/locked" "$pki/locked.key"
  grant Read 'topic *' "${both[@]}"
  grant Write 'topic login_record' "${both[@]}"
  grant Write 'topic user-login.dead-letters' "${both[@]}"
  grant Write 'transactional id login_record-*' "${both[@]}"
  grant Read 'group *' "${both[@]}"
  grant DescribeConfigs 'topic *' "${both[@]}"
}

no_secret_shown() {
  run grep -rF -- "$password" "$@"
  printf '%s\n' "$output"
  same 1 "$status"
}

command_lines() { cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' ' ' || :; }

@test "SCRAM over TLS and a locked key: secrets are in no command line and no message" {
  by_password
  for name in word locked; do
    while read -r program; do
      echo "$program as $name"
      read -ra words <<<"$program"
      # Every command line that was ever executed.
      status=0
      timeout 60 strace -f -qq -e trace=execve -s 65536 -o "exec.$name.${words[0]}" \
        "$root/scripts/${words[0]}" "${words[@]:1}" -F "$name.config" >>out 2>>err </dev/null || status=$?
      cat err
      ((status < 2))
      grep -q -F -- "$name.config" "exec.$name.${words[0]}"
    done <<PROGRAMS
stream -e -g group-$name
pipeline -e -g lease-$name
lag -g group-$name
topics show -t user-login -t login_record
PROGRAMS
  done
  no_secret_shown exec.* out err
}

@test "while it runs, secrets are in no command line; a wrong one is said and not shown" {
  by_password
  "$root/scripts/stream" -F word.config --offset=end >out 2>err 3>&- &
  stream_pid=$!
  before=$(read_back | wc -l)
  more() {
    echo '{"timestamp":1}' | kcat -q -P -b "$admin" -t user-login
    (($(read_back | wc -l) > before))
  }
  eventually 20 more
  seen=$(command_lines)
  # The script, twice as it also hears the others, its reader and its writer.
  same 4 "$(grep -o -- '-F word\.config' <<<"$seen" | wc -l)"
  [[ $seen != *"$password"* ]]
  kill -TERM "$stream_pid"
  wait "$stream_pid"
  stream_pid=
  sasl_config word "wrong-$password" >wrong.config
  for program in stream pipeline lag 'topics show'; do
    # shellcheck disable=SC2086 # words
    run "$root/scripts/"$program -F wrong.config
    same 2 "$status"
    printf '%s\n' "$output" >>err
    [[ $output == *'SASL authentication error'*'invalid credentials'* ]]
  done
  no_secret_shown out err
}

@test "a certificate that is not trusted, on either side, and a broken configuration are said" {
  authority other
  ssl_config stream | sed "s|^ssl.ca.location=.*|ssl.ca.location=$PWD/other/authority.pem|" >untrusting.config
  ssl_config stream | sed "s|^ssl.certificate.location=.*|ssl.certificate.location=$PWD/other/authority.pem|
    s|^ssl.key.location=.*|ssl.key.location=$PWD/other/authority.key|" >untrusted.config
  printf 'bootstrap.servers=%s\nsasl.password %s\n' "$sasl" "$password" >broken.config
  while IFS='|' read -r program name says; do
    echo "$program with $name.config"
    run "$root/scripts/$program" -F "$name.config"
    printf '%s\n' "$output" | tee -a err
    same 2 "$status"
    # shellcheck disable=SC2053 # a glob
    [[ ${output,,} == $says ]]
  done <<'TABLE'
stream|untrusting|*certificate verify failed*
lag|untrusting|*certificate verify failed*
pipeline|untrusting|*certificate verify failed*
stream|untrusted|*alert certificate unknown*
stream|broken|*broken.config:2: *property=value*
pipeline|broken|*broken.config:2: *property=value*
lag|broken|*broken.config:2: *property=value*
TABLE
  no_secret_shown err
}
