#!/usr/bin/env bats
# The rights of the README's table on an Apache Kafka with ZooKeeper, which has another authorizer: test/broker/security.bats
# has them on KRaft's.

# root is from setup.bash.
# shellcheck disable=SC2154
load ../setup
load ../broker/secure
load ../broker/rights

setup_file() { rights_start kafka-zookeeper; }

@test "without any one right of the README's table, it is said and the status is 2" { each_right_is_needed; }
@test "with the rights of the README's table, every program does its work" { rights_suffice; }
