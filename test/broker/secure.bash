# shellcheck shell=bash
# A Kafka that asks for TLS, passwords or certificates, and rights: sourced by tests, after setup.bash.
#
# secure_start DIR KIND OPTION...: start one of this kind (kafka, kafka-zookeeper), with a certificate authority of its own
# in DIR. On its plain listener ($admin) everything is allowed; $sasl and $ssl are the listeners of SASL_SSL
# (SCRAM-SHA-256) and of certificates, where nothing is allowed that was not granted.

# shellcheck disable=SC2154 # root is from setup.bash
secure_start() {
  pki=$1
  authority "$pki"
  certificate broker
  cat "$pki/broker.key" "$pki/broker.pem" >"$pki/broker.both"
  read -r port_sasl port_ssl < <(free_ports)
  echo log4j.rootLogger=OFF >"$pki/log4j.properties"
  # With ZooKeeper it is another one that knows the rights.
  local authorizer=org.apache.kafka.metadata.authorizer.StandardAuthorizer
  [[ $2 == kafka ]] || authorizer=kafka.security.authorizer.AclAuthorizer
  cat >"$pki/broker.properties" <<CONFIG
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_SSL:SASL_SSL
ssl.keystore.type=PEM
ssl.keystore.location=$pki/broker.both
ssl.truststore.type=PEM
ssl.truststore.location=$pki/authority.pem
listener.name.ssl.ssl.client.auth=required
ssl.principal.mapping.rules=RULE:^CN=(.*)\$/\$1/
sasl.enabled.mechanisms=SCRAM-SHA-256
listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
authorizer.class.name=$authorizer
super.users=User:ANONYMOUS
CONFIG
  admin=$("$root/scripts/broker" start "--$2" --owner=$$ --config="$pki/broker.properties" \
    --listeners="SASL_SSL://127.0.0.1:$port_sasl,SSL://127.0.0.1:$port_ssl" "${@:3}" 3>&-)
  admin=${admin#*=} sasl=127.0.0.1:$port_sasl ssl=127.0.0.1:$port_ssl
}

# authority DIR: one that nobody trusts yet, in authority.key and authority.pem.
authority() {
  mkdir -p "$1"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=authority \
    -keyout "$1/authority.key" -out "$1/authority.pem" 2>/dev/null
}

free_ports() {
  python3 -c '
import socket
held = [socket.socket() for _ in range(2)]
for s in held: s.bind(("127.0.0.1", 0))
print(*(s.getsockname()[1] for s in held))'
}

# certificate NAME: a key in NAME.key, and a certificate in NAME.pem; the name is the principal's, and 127.0.0.1 the host's.
certificate() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$1" \
    -keyout "$pki/$1.key" -out "$pki/$1.csr" 2>/dev/null
  openssl x509 -req -days 2 -in "$pki/$1.csr" -CA "$pki/authority.pem" -CAkey "$pki/authority.key" -CAcreateserial \
    -extfile <(echo subjectAltName=IP:127.0.0.1) -out "$pki/$1.pem" 2>/dev/null
}

# tool CLASS ARGUMENT...: one of Kafka's own, as administrator.
tool() {
  java -Xshare:auto -XX:TieredStopAtLevel=1 -Dlog4j.configuration=file:"$pki/log4j.properties" \
    -cp "${XDG_CACHE_HOME:-$HOME/.cache}/loginstamp/kafka-3.9.1/lib/*" "$1" --bootstrap-server "$admin" "${@:2}"
}

# user NAME PASSWORD
user() {
  tool kafka.admin.ConfigCommand --alter --entity-type users --entity-name "$1" --add-config "SCRAM-SHA-256=[password=$2]"
}

# sasl_config NAME PASSWORD >CONFIG, ssl_config NAME >CONFIG: for -F.
sasl_config() {
  printf '%s\n' "bootstrap.servers=$sasl" security.protocol=SASL_SSL sasl.mechanism=SCRAM-SHA-256 "sasl.username=$1" \
    "sasl.password=$2" "ssl.ca.location=$pki/authority.pem"
}

ssl_config() {
  printf '%s\n' "bootstrap.servers=$ssl" security.protocol=SSL "ssl.ca.location=$pki/authority.pem" \
    "ssl.certificate.location=$pki/$1.pem" "ssl.key.location=$pki/$1.key"
}
