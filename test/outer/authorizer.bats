#!/usr/bin/env bats
# The rights of the README's table on an Apache Kafka with ZooKeeper, which has another authorizer: test/broker/security.bats
# has them on KRaft's.

# root is from setup.bash.
# shellcheck disable=SC2154
load ../setup
load ../broker/secure
load ../broker/rights

setup_file() {
  export LOGINSTAMP_BROKER_DIR=$BATS_FILE_TMPDIR/broker
  secure_start "$BATS_FILE_TMPDIR/pki" kafka-zookeeper --topics=user-login,login_record,user-login.dead-letters,login_record.lease
  export pki admin sasl ssl
  "$root/scripts/sample" --count=200 | kcat -q -P -b "$admin" -t user-login
  grant_rows
}

teardown_file() { "$root/scripts/broker" stop; }

teardown() {
  [[ ! ${stream_pid-} ]] || kill -KILL "$stream_pid" 2>/dev/null || :
}

@test "without any one right of the README's table, it is said and the status is 2" { each_right_is_needed; }
@test "with the rights of the README's table, every program does its work" { rights_suffice; }
