#!/usr/bin/env bats
# deploy/kubernetes: what kustomize makes of it is what Kubernetes takes, and is as closed as it says.

# shellcheck disable=SC2154 # root is from setup.bash
load ../setup
bats_require_minimum_version 1.5.0

setup_file() { "$root/test/outer/deploy-tools" "$BUILD" >&2; }

tools=$BUILD/deploy-tools
manifests=$root/deploy/kubernetes

build() { "$tools/kustomize" build "$1"; }

# What names something names what is there: selectors pods, scaling a workload, pods the ConfigMap.
coherent() {
  json "$1" | jq -e '. as $all | [.[].spec.template | select(.)] as $pods |
    def has($selector): any($pods[].metadata.labels; contains($selector));
    all(.[] | select(.kind == "PodDisruptionBudget"); has(.spec.selector.matchLabels)) and
    all(.[] | select(.kind == "Service"); has(.spec.selector)) and
    all(.[] | select(.kind == "ScaledObject").spec.scaleTargetRef; . as $of | any($all[]; .kind == $of.kind and .metadata.name == $of.name)) and
    all($pods[].spec.containers[].envFrom[]?.configMapRef.name; . as $name | any($all[]; .kind == "ConfigMap" and .metadata.name == $name))'
}

# valid FILE: by versions of Kubernetes that are likely to be met, and by KEDA's definitions.
valid() {
  local version
  for version in 1.29 1.33 1.37; do
    "$tools/venv/bin/kubernetes-validate" --strict --no-warn --quiet -k "$version" "$1" || return
  done
  coherent "$1" || return
  ! grep -q '^kind: ScaledObject' "$1" || "$tools/venv/bin/python" "$root/test/outer/custom-resources.py" "$1" "$tools"/keda.sh_*.yaml
}

json() { "$tools/venv/bin/python" -c 'import json, sys, yaml; json.dump(list(yaml.safe_load_all(open(sys.argv[1]))), sys.stdout)' "$1"; }

@test "base and production are what Kubernetes and KEDA take" {
  for name in base production; do
    build "$manifests/$name" >"$name.yml"
    valid "$name.yml"
  done
  # Nothing is checked by nobody.
  same '' "$(json production.yml | jq -r '.[] | .apiVersion' | grep -vxE 'v1|apps/v1|batch/v1|policy/v1|networking.k8s.io/v1|keda.sh/v1alpha1')"
}

# broken SED FILE: a copy of the manifests in which sed has changed something is not taken.
broken() {
  rm -rf copy
  cp -r "$manifests" copy
  sed -i "$1" "copy/$2"
  run ! cmp -s "copy/$2" "$manifests/$2"
  ! build copy/production >broken.yml 2>log || ! valid broken.yml >log 2>&1 || same "$2 with $1 is refused" 'it is taken'
}

@test "a wrong manifest is found" {
  broken 's/replicas: 1/replicas: one/' base/lag.yml
  broken 's/livenessProbe:/livenessprobe:/' base/pipeline.yml
  broken 's/clusterIP: None/clusterIp: None/' base/watch.yml
  broken 's/memory: 16Mi/memory: {}/' base/exporter.yml
  broken 's/minReplicaCount/minReplicas/' production/scaling.yml
  broken 's/threshold: "50000"/threshold: 50000/' production/scaling.yml
  broken 's/name: pipeline$/name: pipelines/' base/pipeline.yml
  broken 's/matchLabels: .*/matchLabels: {app: other}/' base/pipeline.yml
}

@test "all pods are closed: no root, nothing to be written but what is mounted, no token, limits" {
  for name in base production; do
    build "$manifests/$name" >"$name.yml"
    json "$name.yml" | jq -e '[.[] | select(.spec.template.spec.containers) | .spec.template.spec] | length == 4 and all(.[];
      .securityContext.runAsNonRoot and .securityContext.runAsUser > 0 and
      .securityContext.seccompProfile.type == "RuntimeDefault" and .automountServiceAccountToken == false and
      all(.containers[]; (.securityContext | .readOnlyRootFilesystem and .allowPrivilegeEscalation == false and .capabilities.drop == ["ALL"]) and
        .resources.requests.memory and .resources.limits.memory and (.image | test(":[0-9v]"))) and
      ([.volumes[].name] as $names | all(.containers[].volumeMounts[]; .name as $n | $names | index($n) or $n == "state")))' ||
      same "$name is closed" 'it is not'
  done
  # No password is in the repository: production takes the Secret from elsewhere.
  json production.yml | jq -e 'all(.[]; .kind != "Secret")'
  json production.yml | jq -e '.[] | select(.kind == "ScaledObject").spec | .minReplicaCount == 3 and .scaleTargetRef.name == "pipeline"'
  json production.yml | jq -e '.[] | select(.kind == "Deployment" and .metadata.name == "pipeline").spec | has("replicas") | not'
}

# options NAME: the command of a workload, a word a line.
options() {
  json base.yml | jq -r --arg name "$1" '.[] | select(.metadata.name == $name and .spec.template).spec.template.spec.containers[0].args[]'
}

@test "the programs take the options that they are given there" {
  build "$manifests/base" >base.yml
  declare -A variable=()
  while IFS='=' read -r name value; do
    variable[$name]=$value
  done < <(json base.yml | jq -r '.[] | select(.kind == "ConfigMap").data | to_entries[] | "\(.key)=\(.value)"')
  variable[METRICS]=$PWD/metrics.prom
  for name in pipeline lag watch topics; do
    mapfile -t words < <(options "$name")
    for key in "${!variable[@]}"; do
      words=("${words[@]//"\$($key)"/${variable[$key]}}")
    done
    words=("${words[@]//\/var\/lib\/loginstamp\/state/$PWD}")
    # No broker answers there: it must come as far as that.
    run -2 timeout 60 "$root/scripts/${words[0]#loginstamp-}" -b 127.0.0.1:1 "${words[@]:1}"
    [[ $output == *'127.0.0.1:1'*@(Connection refused|transport failure)* ]] || same "$name takes its options" "$output"
    [[ $name == watch ]] || continue
    while [[ ${words[0]} != -- ]]; do
      words=("${words[@]:1}")
    done
    loginwatch "${words[@]:1}" </dev/null
  done
}
