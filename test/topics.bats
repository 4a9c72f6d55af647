#!/usr/bin/env bats
# topics and lag without Kafka: their options, and lag on the embedded broker.

# Every test is a process of its own; root is from setup.bash.
# shellcheck disable=SC2030,SC2031,SC2154
load setup
bats_require_minimum_version 1.5.0

teardown() {
  [[ ! ${LOGINSTAMP_BROKER_DIR-} ]] || "$root/scripts/broker" stop
}

@test "topics and lag: what is wrong with an option is said" {
  export BOOTSTRAP_SERVERS=nowhere:1
  while IFS='|' read -r script arguments says; do
    read -ra words <<<"$arguments"
    echo "$script $arguments"
    run --separate-stderr "$root/scripts/$script" "${words[@]}"
    same 2 "$status"
    # shellcheck disable=SC2053 # a glob
    [[ $stderr == $script:\ $says ]] || same "$script: $says" "$stderr"
  done <<'TABLE'
topics||create or show?*
topics|create show|show: one command at a time*
topics|list|list: no such option or command*
topics|show -p 3|--partitions: for create only*
topics|show -c a=b|--setting: for create only*
topics|create -t a/b|-t: a/b: not a topic's name*
topics|create --topic=..|--topic: ..: not a topic's name*
topics|create --from=a/b|--from: a/b: not a topic's name*
topics|create -p 0|-p: 0: not a whole number from 1*
topics|create --partitions=x|--partitions: x: not a whole number*
topics|create -r 40000|-r: 40000: not a whole number*
topics|create --retention-ms=-2|--retention-ms: -2: not a whole number*
topics|create --retention-ms=1d|--retention-ms: 1d: not a whole number*
topics|create --cleanup=keep|--cleanup: keep: not delete, compact or compact,delete*
topics|create --min-insync=0|--min-insync: 0: not a whole number*
topics|create -c max.message.bytes|-c: max.message.bytes: not NAME=VALUE*
topics|create -t|-t: needs a value*
topics|create -X sasl.password=x|-X: sasl.password: a secret * for -F*
topics|create -F /nonexistent|/nonexistent: no readable file*
lag|-z|-z: no such option*
lag|topic|topic: no such option*
lag|--group|--group: needs a value*
lag|--every=0|--every: 0: not a whole number from 1 to 86400*
lag|--group=|--group: is empty*
lag|-g "|--group: a quotation mark*
lag|-X sasl.password=x|-X: sasl.password: a secret * for -F*
lag|-t ..|--from: ..: not a topic's name*
TABLE
}

@test "topics and lag: no broker named, none that answers, and no binding for Python" {
  for script in 'topics show' lag; do
    # shellcheck disable=SC2086 # words
    HOME=$PWD run "$root/scripts/"$script
    same 2 "$status"
    [[ $output == *'scripts/broker start'* ]]
  done
  run "$root/scripts/lag" -b 127.0.0.1:1
  same 2 "$status"
  [[ $output == 'lag: 127.0.0.1:1'*'Connection refused'* ]]
  mkdir confluent_kafka
  echo 'raise ImportError' >confluent_kafka/__init__.py
  PYTHONPATH=$PWD run "$root/scripts/lag" -b 127.0.0.1:1
  same 2 "$status"
  same 'lag: confluent_kafka: not found (Debian and Ubuntu: apt-get install python3-confluent-kafka)' "$output"
}

@test "topics and lag: the configuration's errors are said with their line, and never shown" {
  printf '# a comment\n\n  bootstrap.servers = nowhere:1\npassword swordfish\n' >config
  for script in 'topics show' lag; do
    # shellcheck disable=SC2086 # words
    run "$root/scripts/"$script -F config
    same 2 "$status"
    same "${script% *}: config:4: not PROPERTY=VALUE" "$output"
  done
  # A comment may be in Latin-1, as for kcat.
  printf '# M\xfcller\nbootstrap.servers=nowhere:1\nsasl.password=sw\xf6rdfish\n' >config
  run "$root/scripts/lag" -F config
  same 2 "$status"
  same 'lag: config:3: not UTF-8' "$output"
  printf '# M\xfcller\nbootstrap.servers=nowhere:1\nno.such=swordfish\n' >config
  run "$root/scripts/lag" -F config
  same 2 "$status"
  same 'lag: No such configuration property: "no.such"' "$output"
}

@test "topics and lag: a configuration is read as kcat reads it" {
  cat >config <<'END'
  client.id=  a\=b\:c=d\e
ssl.endpoint.identification.algorithm=
sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="me" password="sword\=fish";
END
  PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$root/scripts /usr/bin/python3 -c 'import kafka
for name, value in sorted(kafka.read_file("config")):
    print(name, "=", value)' >got
  kcat -F config -X dump 2>/dev/null | grep -E '^(client.id|sasl.username|sasl.password) = ' | sort >want
  same 3 "$(wc -l <want)"
  sort got | diff want -
}

@test "embedded broker: lag by a group's offsets and by headers" {
  [[ -x $root/build/embedded-broker ]] || skip 'built without librdkafka, there is no embedded broker'
  export LOGINSTAMP_BROKER_DIR=$PWD/broker
  servers=$("$root/scripts/broker" start --owner=$$ --topics=user-login,login_record --partitions=2 3>&-)
  export "${servers?}"
  produce() { kcat -q -P -b "$BOOTSTRAP_SERVERS" -t "$1" -p "$2" "${@:3}"; }
  "$root/scripts/sample" --count=7 | produce user-login 1
  want() {
    run "$root/scripts/lag" "${@:3}"
    same $'user-login [0] end=0 done=0 lag=0\nuser-login [1] end=7 done='"$2" "$output"
    same "$1" "$status"
  }
  want 1 '0 lag=7'
  "$root/scripts/sample" --count=3 | produce login_record 1 -H loginstamp-next=5
  "$root/scripts/sample" --count=200 | produce login_record 1 -H other=9
  want 1 '5 lag=2'
  want 1 '0 lag=7' -g readers
  "$root/scripts/stream" -g readers -e -- -q
  want 0 '7 lag=0' -g readers
  want 1 '5 lag=2' --from=user-login --to=login_record
}
