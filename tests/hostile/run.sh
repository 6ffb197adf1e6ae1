#!/bin/sh
# Rubbish, on purpose: whatever is called Dockerfile must give an answer in time, with the documented status, what was not read told with its reason, and never a false "approved".
#   tests/hostile/run.sh INFRA
set -u
infra=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
passed=0 failed=0

# try NAME STATUS…: reviews the folder NAME; its status must be one of these.
try() {
    name=$1
    shift
    (ulimit -t 20; exec timeout 120 $infra review --format json "$name") > out.json 2> err # 20 s of work, however busy the machine is
    status=$?
    ok=false
    for want in "$@"; do [ "$status" -eq "$want" ] && ok=true; done
    if $ok && python3 -c '
import json, sys
review = json.load(open("out.json"))
coverage = review["coverage"]
told = all(gap["reason"] for gap in coverage["partly"] + coverage["skipped"])
sys.exit(not told or (sys.argv[1] == "3" and coverage["found"] and not coverage["partly"] + coverage["skipped"]))' "$status" 2> /dev/null; then passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "hostile: $name ended with $status, expected $*: $(head -c 200 err)"
    fi
}
file() { mkdir -p "$1" && cat > "$1/Dockerfile"; }
head_line() { echo 'FROM debian:12'; }

mkdir nothing; try nothing 3
file empty < /dev/null; try empty 3
head -c 20000 /dev/urandom | file binary; try binary 1 3
{ head_line; yes 'RUN echo hello world' | head -c 104857600; } | file large; try large 3
{ head_line; printf 'RUN echo \377\376\200\nUSER 1\n'; } | file utf8; try utf8 0 1
printf '\357\273\277FROM debian:12\r\nRUN echo a \\\r\n  && b\r\nUSER 1\r\n' | file bom; try bom 0
printf 'FROM debian:12\nRUN a\0b\n' | file nul; try nul 3
{ head_line; printf 'RUN echo '; head -c 10485760 /dev/zero | tr '\0' a; echo; } | file line; try line 1
{ head_line; yes 'RUN x && y' | head -n 100000; } | file instructions; try instructions 1
seq 1 100000 | sed 's/.*/FROM debian:12 AS s&/' | file stages; try stages 1
{ head_line; seq 1 100000 | sed 's/.*/ENV A&=$B&/'; } | file variables; try variables 1
{ head_line; printf 'RUN '; yes '$(' | head -n 5000 | tr -d '\n'; echo; } | file substitutions; try substitutions 1 3
{ head_line; printf 'RUN '; yes '(' | head -n 20000 | tr -d '\n'; echo; } | file subshells; try subshells 1 3
{ head_line; printf 'RUN echo '; yes '${a:-' | head -n 20000 | tr -d '\n'; echo; } | file expansions; try expansions 1 3
{ head_line; printf 'RUN a'; yes ' && apt-get update' | head -n 60000 | tr -d '\n'; echo; } | file commands; try commands 1 3
{ head_line; printf 'RUN cat'; yes ' <<A' | head -n 20000 | tr -d '\n'; echo; } | file heredocs; try heredocs 1 3
{ yes 'ONBUILD' | head -n 10000 | tr '\n' ' '; echo RUN a; } | file triggers; try triggers 0 1 3

# Manifests: the same for YAML.
yaml() { mkdir -p "$1" && cat > "$1/manifest.yaml"; }
manifest() { printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n'; }
pod() { printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n'; }

{ manifest; yes 'data: {a: b}' | head -c 104857600; } | yaml yaml-large; try yaml-large 3
{ manifest; printf 'data: {a: "\377\376"}\n'; } | yaml yaml-utf8; try yaml-utf8 0 1 3
{ printf '\357\273\277'; manifest | sed 's/$/\r/'; } | yaml yaml-bom; try yaml-bom 0
{ manifest; printf 'data: {a: b\0c}\n'; } | yaml yaml-nul; try yaml-nul 3
{ manifest; printf 'data:\n\ta: b\n'; } | yaml yaml-tab; try yaml-tab 1 3
{ manifest; printf 'data: {a: '; head -c 10485760 /dev/zero | tr '\0' a; echo '}'; } | yaml yaml-line; try yaml-line 0
manifest > one; for n in $(seq 1 10000); do echo "---"; cat one; done | yaml yaml-documents; try yaml-documents 0 1 3
{ manifest; echo 'data:'; seq 1 100000 | sed 's/.*/  k&: v/'; } | yaml yaml-keys; try yaml-keys 0
{ manifest; printf 'data: '; yes '[' | head -n 50000 | tr -d '\n'; echo; } | yaml yaml-nested; try yaml-nested 1 3
{ manifest; echo 'data:'; for n in $(seq 1 500); do printf "%${n}sa:\n" ''; done; } | yaml yaml-deep; try yaml-deep 1 3
{ manifest; echo 'a0: &a0 [x, x]'; for n in $(seq 1 40); do echo "a$n: &a$n [*a$((n - 1)), *a$((n - 1))]"; done; } | yaml yaml-bomb; try yaml-bomb 0 1
{ manifest; echo 'a0: &a0 {k: v}'; for n in $(seq 1 12); do m="*a$((n - 1))"; echo "a$n: &a$n {<<: [$m, $m, $m, $m, $m, $m, $m, $m, $m]}"; done; echo 'data: {<<: *a12}'; } | yaml yaml-merges; try yaml-merges 0 1
{ manifest; echo data:; seq 1 60000 | sed 's/.*/  a&: \&a& v/'; seq 1 60000 | sed 's/.*/  b&: *a&/'; } | yaml yaml-anchors; try yaml-anchors 0 1
{ manifest; echo 'a0: &a0 {x: y}'; for n in $(seq 1 60); do echo "a$n: &a$n {<<: [*a$((n - 1)), *a$((n - 1))], k$n: v}"; done; } | yaml yaml-merges; try yaml-merges 0 1
{ manifest; echo 'data: &d {a: *d}'; } | yaml yaml-circle; try yaml-circle 0 1 3
{ pod; printf '  containers: &c [{name: a, image: b, env: *c}]\n'; } | yaml yaml-pod-circle; try yaml-pod-circle 0 1 3

# Wrong types everywhere: each value of a pod in turn replaced by one of another type.
for wrong in '[]' '{}' 'true' '-1' '"x"' '~' '[[[]]]' '[{}, 3]' '{a: {b: [c]}}' '1e400' '2001-02-30'; do
    for key in spec containers name image command args ports env resources limits securityContext volumeMounts livenessProbe volumes metadata labels kind; do
        printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {app: a}}\nspec:\n  volumes: [{name: v, emptyDir: {}}]\n  securityContext: {runAsUser: 1}\n  containers:\n    - {name: a, image: "b:1", command: [c], args: [d], ports: [{containerPort: 80}], env: [{name: E, value: f}], resources: {limits: {cpu: 1}}, securityContext: {runAsUser: 1}, volumeMounts: [{name: v, mountPath: /v}], livenessProbe: {exec: {command: [x]}}}\n---\n' |
            sed -E "s/^( *)$key:.*/\1$key: $wrong/; s/([{ ])$key: (\"[^\"]*\"|[^][{},]+|\[[^]]*\]|\{[^}]*\})/\1$key: $wrong/"
    done
done | yaml yaml-types; try yaml-types 1 3
for n in $(seq 1 2000); do printf 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a%s}\nspec: {selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: "b:1"}]}}}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: a%s}\nspec: {selector: {app: a}, ports: [{port: 1}]}\n---\n' "$n" "$n"; done | yaml yaml-joins; try yaml-joins 1 3

# Many that belong to one: a finding shows some of them, and says how many it does not.
{ pod; printf '  containers: [{name: a, image: "b:1"}]\n' ; for n in $(seq 1 40); do printf -- '---\napiVersion: v1\nkind: Service\nmetadata: {name: s%s}\nspec: {selector: {app: a}, ports: [{port: 80}]}\n' "$n"; done; } | sed 's/^metadata: {name: a}/metadata: {name: a, labels: {app: a}}/' | yaml yaml-related; try yaml-related 1
grep -q '"see also, and 30 more"' out.json || { failed=$((failed + 1)); echo 'hostile: yaml-related shows all of them, or does not say how many it leaves out'; }
# Definitions of custom resources: schemas in circles, logic in logic, sets of many, rules that never end.
crd() { printf 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: as.b.example}\nspec:\n  group: b.example\n  scope: Namespaced\n  names: {kind: A, plural: as}\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n'; sed 's/^/        /'; printf -- '---\napiVersion: b.example/v1\nkind: A\nmetadata: {name: a}\n'; }
{ echo '&s {type: object, properties: {spec: *s, a: *s}}' | crd; echo 'spec: {a: {spec: {a: {}}}}'; } | yaml crd-circle; try crd-circle 0 1 3
{ { echo 'type: object'; echo 'x0: &a0 {anyOf: [{required: [a]}]}'; for n in $(seq 1 30); do echo "x$n: &a$n {oneOf: [*a$((n - 1)), *a$((n - 1))]}"; done; echo 'allOf: [*a30]'; } | crd; echo 'spec: {}'; } | yaml crd-logic; try crd-logic 0 1 3
{ echo '{type: object, properties: {spec: {type: array, x-kubernetes-list-type: set, maxItems: 3, items: {type: integer}}}}' | crd; echo 'spec:'; yes -- '- 1' | head -n 50000; } | yaml crd-set; try crd-set 1 3
{ echo "{type: object, properties: {spec: {type: array, items: {type: integer}, x-kubernetes-validations: [{rule: 'self.all(a, self.all(b, self.all(c, a + b + c > 0)))'}]}}}" | crd; echo 'spec:'; yes -- '- 1' | head -n 20000; } | yaml crd-rule; try crd-rule 0 1 3
for wrong in '[]' 'true' '7' '~' '[[[]]]' '{a: {b: [c]}}'; do for key in type properties items enum minimum pattern required anyOf not x-kubernetes-validations x-kubernetes-list-map-keys additionalProperties; do { echo "{$key: $wrong, type: object, properties: {spec: {$key: $wrong}}}" | crd; echo "spec: $wrong"; echo ---; }; done; done | yaml crd-types; try crd-types 0 1 3

# Policies that mutate: an object that is copied into itself, again and again.
{ for n in $(seq 1 60); do printf 'apiVersion: admissionregistration.k8s.io/v1\nkind: MutatingAdmissionPolicy\nmetadata: {name: p%s}\nspec:\n  matchConstraints: {resourceRules: [{apiGroups: ["*"], apiVersions: ["*"], operations: [CREATE], resources: ["*"]}]}\n  mutations:\n  - {patchType: ApplyConfiguration, applyConfiguration: {expression: "Object{data: Object.data{x: object, y: object}}"}}\n  - patchType: JSONPatch\n    jsonPatch: {expression: "[JSONPatch{op: \"copy\", from: \"/data\", path: \"/data/z\"}, JSONPatch{op: \"copy\", from: \"/data\", path: \"/data/w\"}]"}\n---\napiVersion: admissionregistration.k8s.io/v1\nkind: MutatingAdmissionPolicyBinding\nmetadata: {name: p%s}\nspec: {policyName: p%s}\n---\n' $n $n $n; done
printf 'apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {name: v}\nspec:\n  matchConstraints: {resourceRules: [{apiGroups: ["*"], apiVersions: ["*"], operations: [CREATE], resources: ["*"]}]}\n  validations: [{expression: "object == object"}]\n---\napiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\nmetadata: {name: v}\nspec: {policyName: v, validationActions: [Deny]}\n---\n'; manifest; echo 'data: {a: b}'; } | yaml mutation-bomb; try mutation-bomb 0 1 3

# Pipelines: circles, bombs of extends and references, brackets without end.
gitlab() { mkdir -p "$1" && cat > "$1/.gitlab-ci.yml"; }
jenkins() { mkdir -p "$1" && cat > "$1/Jenkinsfile"; }
{ echo '.a0: {script: [x, x]}'; for n in $(seq 1 40); do echo ".a$n: {script: [!reference [.a$((n - 1)), script], !reference [.a$((n - 1)), script]]}"; done; echo 'j: {script: [!reference [.a40, script]]}'; } | gitlab gitlab-references; try gitlab-references 0 1 3
{ seq 1 3000 | sed 's/.*/.a&: {variables: {V&: x}}/'; printf 'j: {script: [x], extends: ['; seq 1 3000 | sed 's/.*/.a&,/' | tr -d '\n'; echo ']}'; } | gitlab gitlab-extends; try gitlab-extends 0 1 3
{ echo 'j0: {script: [x]}'; for n in $(seq 1 3000); do echo "j$n: {script: [x], needs: [j$((n - 1))]}"; done; } | gitlab gitlab-needs; try gitlab-needs 0 1 3
{ echo 'include: [{local: "**/*.yml"}, {local: /.gitlab-ci.yml}]'; echo 'a: {script: !reference [a, script]}'; } | gitlab gitlab-circle; try gitlab-circle 0 1 3
{ echo 'default: {before_script: &b [x]}'; seq 1 20000 | sed 's/.*/j&: {script: *b, image: "a:1"}/'; } | gitlab gitlab-jobs; try gitlab-jobs 0 1 3
for wrong in '[]' '{}' 'true' '-1' '~' '[[[]]]' '[{}, 3]' '!reference []' '!reference [[a]]'; do for key in script stage needs image services rules extends variables environment artifacts cache retry; do printf 'j%s%s: {script: [x], %s: %s}\n' "$key" "$(echo "$wrong" | tr -dc 'a-z0-9')" "$key" "$wrong"; done; done | gitlab gitlab-types; try gitlab-types 1 3
yes 'a {' | head -n 50000 | jenkins jenkins-deep; try jenkins-deep 1 3
yes 'sh "${' | head -n 50000 | tr -d '\n' | jenkins jenkins-strings; try jenkins-strings 1 3
{ echo 'pipeline { agent any; stages {'; yes "stage('a') { steps { sh 'x' } }" | head -n 20000; echo '} }'; } | jenkins jenkins-stages; try jenkins-stages 0 1 3

# ---- Dependabot and pre-commit, local actions that use themselves, JSON in expressions
mkdir -p dependabot/.github hooks own/a own/.github/workflows from-json/.github/workflows
{ printf 'version: 2\nupdates:\n'; i=0; while [ $i -lt 1500 ]; do printf '  - package-ecosystem: npm\n    directories: [/a%d, /b, /c, /d, /e, /f, /g, "/h/*"]\n    schedule: {interval: daily}\n    registries: [r%d, s]\n' $i $i; i=$((i + 1)); done; } > dependabot/.github/dependabot.yml; try dependabot 0 1 3
{ printf 'repos:\n- &a {repo: local, hooks: [{id: x}]}\n'; yes -- '- *a' | head -n 20000; } > hooks/.pre-commit-config.yaml; try hooks 0 1 3
{ printf 'name: a\ndescription: a\ninputs: {x: {description: x}}\nruns:\n  using: composite\n  steps:\n'; yes '    - {uses: ./a, with: {x: "${{ inputs.x }}"}}' | head -n 5000; } > own/a/action.yml
{ printf 'on: issues\njobs:\n  a:\n    runs-on: x\n    steps:\n'; yes '      - {uses: ./a, with: {x: "${{ github.event.issue.title }}"}}' | head -n 5000; } > own/.github/workflows/w.yml; try own 0 1 3
{ printf "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo \${{ fromJSON('"; yes '[' | head -n 100000 | tr -d '\n'; printf "') }}\n"; } > from-json/.github/workflows/w.yml; try from-json 0 1 3
yes "/" | head -c 1000000 | tr -d '\n' | jenkins jenkins-slashes; try jenkins-slashes 0 1 3
yes '$/' | head -c 1000000 | tr -d '\n' | jenkins jenkins-dollars; try jenkins-dollars 0 1 3
{ printf 'x '; yes "sh script: 'x', returnStatus: true," | head -n 20000 | tr -d '\n'; } | jenkins jenkins-statement; try jenkins-statement 0 1 3
{ echo 'node { '; yes "input 'x'" | head -n 50000; echo '}'; } | jenkins jenkins-inputs; try jenkins-inputs 0 1 3
{ printf 'a: {script: [x], rules: [{if: "'; yes '(' | head -c 900000 | tr -d '\n'; echo '"}]}'; } | gitlab gitlab-rule; try gitlab-rule 0 1 3
{ printf 'spec: {inputs: {a: }}\n---\na: {script: ["'; yes '$[[ inputs.b ]]' | head -c 900000 | tr -d '\n'; echo '"]}'; } | gitlab gitlab-inputs; try gitlab-inputs 0 1 3
{ echo 'include:'; yes '  - {local: b.gitlab-ci.yml, inputs: {x: 1}}' | head -n 20000; } | gitlab gitlab-given; { echo 'spec: {inputs: {'; seq 1 20000 | sed 's/.*/a&: ,/'; echo '}}'; echo ---; echo 'j: {script: [x]}'; } > gitlab-given/b.gitlab-ci.yml; try gitlab-given 0 1 3

# Workflows that call each other: what is found doesn't depend on how many jobs there are, and what is cut is told.
calls() { mkdir -p "$1/.github/workflows"; printf 'on: {workflow_call: {}}\njobs:\n  t:\n    runs-on: ubuntu-24.04\n    steps: [{run: go test ./...}]\n' > "$1/.github/workflows/reuse.yml"; { printf 'on: push\njobs:\n  call: {uses: ./.github/workflows/reuse.yml}\n'; cat; } > "$1/.github/workflows/main.yml"; }
seq 1 1500 | awk '{print "  j" $1 ":\n    runs-on: ubuntu-24.04\n    steps: [{run: kubectl apply -f a.yaml}]"}' | calls calls-many; try calls-many 1
[ "$(grep -o '"check":"delivery/tests-after-release"' out.json | wc -l)" -eq 1500 ] || { failed=$((failed + 1)); echo 'hostile: calls-many lost findings'; }
seq 1 20000 | awk '{print "  j" $1 ": {uses: ./.github/workflows/reuse.yml, needs: [j" $1+1 "]}"}' | calls calls-chain; try calls-chain 0 1 3
{ seq 1 1500 | awk '{print "  j" $1 ": {uses: ./.github/workflows/w" $1%7 ".yml}"}'; } | calls calls-dense; for w in 0 1 2 3 4 5 6; do { printf 'on: {workflow_call: {}}\njobs:\n'; seq 1 1000 | awk -v w=$w '{print "  j" $1 ": {uses: ./.github/workflows/w" (w+1)%7 ".yml}\n  k" $1 ": {runs-on: x, steps: [{run: kubectl apply -f a.yaml}]}"}'; } > calls-dense/.github/workflows/w$w.yml; done; try calls-dense 0 1 3

# No limit is silent: what lies behind one is found, or the file is told as not checked in full.
told() { grep -q '"reason":"too large to check in full"' out.json || { failed=$((failed + 1)); echo "hostile: $name does not tell what it left out"; }; }
found() { [ "$(grep -o "\"check\":\"$1\"" out.json | wc -l)" -ge "$2" ] || { failed=$((failed + 1)); echo "hostile: $name found $(grep -o "\"check\":\"$1\"" out.json | wc -l) of $2 times $1"; }; }
tf() { mkdir -p "$1" && cat > "$1/main.tf"; }
compose() { mkdir -p "$1" && cat > "$1/compose.yaml"; }
{ echo 'locals {'; seq 1 3000 | awk '{print "  a" $1 " = local.a" $1 % 3000 + 1}'; echo '}'; } | tf tf-circle; try tf-circle 1 3; found tf/circle 1
{ echo 'data "aws_iam_policy_document" "d" {'; seq 1 2100 | awk '{print "  statement {\n    sid = \"s" $1 "\"\n    actions = [\"s3:Get\"]\n    resources = [\"*\"]\n  }"}'; echo '}'; } | tf tf-statements; try tf-statements 1 3; grep -q '"reason":"too large to evaluate all of it"' out.json || { failed=$((failed + 1)); echo 'hostile: tf-statements is silent'; }
{ echo 'services:'; seq 1 1000 | awk '{print "  s" $1 ": {image: \"a:1\", depends_on: [s" $1 % 1000 + 1 "]}"}'; } | compose compose-circle; try compose-circle 1 3; found compose/dependency-cycle 1
{ echo 'services:'; seq 1 100 | awk '{print "  s" $1 ": {image: \"a:1\", ports: [\"" $1 * 600 "-" $1 * 600 + 599 ":1-600\"]}"}'; } | compose compose-ranges; try compose-ranges 1 3; told
{ printf 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n'; seq 1 80 | sed 's/^/  wrong/; s/$/: x/'; } | yaml misfits; try misfits 1 3; told
{ seq 1 25000 | awk '{print "sh \"x" $1 "\""}'; } | jenkins jenkins-calls; try jenkins-calls 0 1 3; told
{ printf 'version: 2\nupdates:\n'; seq 1 2500 | awk '{print "- {package-ecosystem: npm, directory: /d" $1 ", schedule: {interval: weekly}}"}'; } > dependabot/.github/dependabot.yml; try dependabot 1 3; told
{ printf 'apiVersion: example.org/v1\nkind: Own\nmetadata: {name: a}\nspec:\n'; seq 1 100 | awk '{print "  k" $1 ": \"ghp_" substr("0123456789abcdefghijABCDEFGHIJ" $1 "xyzXYZ", 1, 36) "\""}'; } | yaml secrets-many; try secrets-many 1
{ printf 'apiVersion: example.org/v1\nkind: Own\nmetadata: {name: a}\nspec:\n'; for n in $(seq 1 60); do printf "%${n}s a:\n" ''; done; printf "%62sk: AKIA%s\n" '' 'Q4Z7M2K9X1L5P8RT'; } | yaml secrets-deep; try secrets-deep 1 3
{ printf 'j: {script: [x], variables: {A: '; yes '[' | head -n 90 | tr -d '\n'; yes ']' | head -n 90 | tr -d '\n'; echo '}}'; } | gitlab gitlab-nested; try gitlab-nested 1 3
{ echo 'include: ["/c/*.yml"]'; echo 'j: {script: [x]}'; } | gitlab gitlab-includes; mkdir gitlab-includes/c; for n in $(seq 1 210); do echo "j$n: {script: [x]}" > "gitlab-includes/c/a$n.gitlab-ci.yml"; done; sed -i 's/\*.yml/*.gitlab-ci.yml/' gitlab-includes/.gitlab-ci.yml; try gitlab-includes 0 1 3; told
{ printf 'services: {a: {image: "a:1", x-a: '; yes '[' | head -n 90 | tr -d '\n'; yes ']' | head -n 90 | tr -d '\n'; echo '}}'; } | compose compose-nested; try compose-nested 1 3
{ echo 'services: {a: {image: "a:1"}}'; echo 'include:'; seq 1 120 | sed 's/.*/- c\/a&.yaml/'; } | compose compose-includes; mkdir compose-includes/c; for n in $(seq 1 120); do echo "services: {s$n: {image: 'a:1'}}" > "compose-includes/c/a$n.yaml"; done; try compose-includes 1 3; told
# The file system.
mkdir unreadable; head_line > unreadable/Dockerfile; chmod 000 unreadable/Dockerfile
if [ "$(id -u)" -ne 0 ]; then try unreadable 3
elif command -v setpriv > /dev/null; then # root may read everything: somebody else tries
    chmod 755 . && cp "$infra" infra
    mine=$infra infra="setpriv --reuid 65534 --regid 65534 --clear-groups $work/infra"
    try unreadable 3
    infra=$mine
else echo "hostile: unreadable was skipped: root may read everything"; fi
mkdir -p inside/real; printf 'FROM debian:latest\n' > inside/real/base; ln -s real/base inside/Dockerfile; ln -s ../real/base inside/real/Dockerfile.dev; try inside 1
mkdir outside; ln -s ../inside/real/base outside/Dockerfile; try outside 3
mkdir links; ln -s nowhere links/Dockerfile; ln -s . links/loop; ln -s /etc/passwd links/Containerfile; try links 3
mkdir -p folder/Dockerfile; try folder 3
mkdir fifo; mkfifo fifo/Dockerfile; try fifo 3
mkdir -p deep; (cd deep && for n in $(seq 1 200); do mkdir d && cd d || exit; done; head_line > Dockerfile); try deep 1 3

# Kustomize: circles, ways out of the root, too many, too deep, too often.
kust() { mkdir -p "$1" && cat > "$1/kustomization.yaml"; }
echo 'resources: [../b]' | kust k-circle/a; echo 'resources: [../a]' | kust k-circle/b; try k-circle 1 3
echo 'resources: [.]' | kust k-self; try k-self 1 3
manifest > outside.yaml; echo 'resources: [../outside.yaml, /etc/passwd, a/../../outside.yaml]' | kust k-out; try k-out 3
mkdir k-link; ln -s ../outside.yaml k-link/a.yaml; ln -s .. k-link/up; echo 'resources: [a.yaml, up/outside.yaml]' | kust k-link; try k-link 1 3
mkdir k-many; for n in $(seq 1 100001); do printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a%s}\n---\n' "$n"; done > k-many/a.yaml; printf 'resources: [a.yaml]\nnamePrefix: p-\n' | kust k-many; try k-many 1 3
for n in $(seq 1 200); do echo "resources: [../$((n + 1))]" | kust "k-deep/$n"; done; echo '{}' | kust k-deep/201; try k-deep 1 3
manifest > m; mkdir k-double; for n in $(seq 1 40); do printf 'resources: [../%s, x]\n' "$((n + 1))" | kust "k-double/$n"; printf 'resources: [../../%s]\nnamePrefix: p-\n' "$((n + 1))" | kust "k-double/$n/x"; done; echo 'resources: [m.yaml]' | kust k-double/41; cp m k-double/41/m.yaml; try k-double 1 3
mkdir k-patches; { echo 'resources: [a.yaml]'; echo 'patches:'; for n in $(seq 1 3000); do echo "- {target: {kind: '(a*)*b|.*'}, patch: '[{\"op\": \"add\", \"path\": \"/data/k$n\", \"value\": \"v\"}]'}"; done; } | kust k-patches; for n in $(seq 1 3000); do printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a%s}\ndata: {}\n---\n' "$n"; done > k-patches/a.yaml; try k-patches 1 3
mkdir k-overlays; manifest > k-overlays/m.yaml; echo 'resources: [m.yaml]' | kust k-overlays; for n in $(seq 1 3000); do printf 'resources: [..]\nnamePrefix: p%s-\n' "$n" | kust "k-overlays/o$n"; done; try k-overlays 0 1 3
mkdir k-copies; { manifest; echo 'data: {a: x}'; } > k-copies/a.yaml; { echo 'resources: [a.yaml]'; echo 'patches:'; for n in $(seq 1 40); do echo "- {target: {kind: ConfigMap}, patch: '[{\"op\": \"copy\", \"from\": \"/data\", \"path\": \"/data/k$n\"}]'}"; done; } | kust k-copies; try k-copies 1 3

for k in 1 2 3; do { echo 'resources: [a.yaml]'; echo 'images:'; seq 1 700 | sed 's/.*/- {name: "x&.*y", newTag: v1}/'; } | kust k-images/$k; seq 1 1000 | awk '{printf "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a%s}\nspec: {template: {spec: {containers: [{name: a, image: \"b:1\"}]}}}\n---\n", $1}' > k-images/$k/a.yaml; done; try k-images 1 3

# Admission policies: many of them over many manifests, and one that looks at everything again and again.
policy() { printf 'apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {name: p%s}\nspec:\n  matchConstraints: {resourceRules: [{apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*"]}]}\n  validations: [{expression: "%s"}]\n---\napiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\nmetadata: {name: b%s}\nspec: {policyName: p%s, validationActions: [Deny]}\n---\n' "$1" "$2" "$1" "$1"; }
for n in $(seq 1 1000); do policy "$n" "object.kind != 'Pod'"; done | yaml policies; try policies 1 3
{ for n in $(seq 1 20); do policy "$n" "object.data.all(k, object.data.all(l, object.data[l] != object.data[k] || k == l))"; done; manifest; echo 'data:'; seq 1 100000 | sed 's/.*/  k&: v&/'; } | yaml policies-square; try policies-square 1 3
{ policy 1 "$(yes '(' | head -n 20000 | tr -d '\n')"; policy 2 "$(yes 'true && ' | head -n 30000 | tr -d '\n')true"; manifest; } | yaml policies-deep; try policies-deep 1 3

# Compose: many services, long chains, circles, bombs. What is quadratic does not end in time at these sizes.
compose() { mkdir -p "$1" && cat > "$1/compose.yaml"; }
{ echo 'services:'; seq 1 50000 | awk '{print "  s"$1": {extends: {service: s"$1+1"}}"}'; echo '  s50001: {image: a}'; } | compose compose-extends; try compose-extends 1 3
{ echo 'services:'; seq 1 20000 | awk '{print "  s"$1": {image: a, depends_on: [s"$1%20000+1"]}"}'; } | compose compose-circle; try compose-circle 1
{ echo 'services:'; seq 1 3000 | awk '{print "  s"$1": {image: a, depends_on: ["; for(i=1;i<=100;i++) printf "s%d,",($1*i)%3000+1; print "]}"}'; } | compose compose-dense; try compose-dense 1
{ echo 'x-a: &a0 {a: b}'; for i in $(seq 1 30); do p=$((i-1)); echo "x-$i: &a$i {x: *a$p, y: *a$p}"; done; echo 'services: {a: {image: a, environment: *a30, labels: *a30}}'; } | compose compose-bomb; try compose-bomb 1 3
{ echo 'x-a: &a0 {a: b}'; for i in $(seq 1 12); do m="*a$((i - 1))"; printf 'x-%s: &a%s\n  <<: [%s, %s, %s, %s, %s, %s, %s, %s]\n' $i $i "$m" "$m" "$m" "$m" "$m" "$m" "$m" "$m"; done; printf 'services:\n  a:\n    image: a\n    <<: *a12\n'; } | compose compose-merges; try compose-merges 1 3
{ echo 'x-a: &a0 {a: b}'; for i in $(seq 1 30); do p=$((i-1)); echo "x-$i: &a$i {<<: [*a$p, *a$p], k$i: v}"; done; echo 'services: {a: {<<: *a30, image: a}}'; } | compose compose-merge; try compose-merge 0 1 3
{ echo 'include:'; seq 1 20000 | sed 's/.*/  - compose.yaml/'; echo 'services: {a: {image: a}}'; } | compose compose-include; try compose-include 1 3
{ printf 'services: {a: {image: "'; yes '${A:-' | head -n 20000 | tr -d '\n'; echo '"}}'; } | compose compose-variables; try compose-variables 0 1 3
echo 'services: {base: {image: a}}' | compose compose-beside; for i in $(seq 1 60); do { echo 'services:'; seq 1 300 | sed "s/.*/  s&: {environment: {A$i: b}}/"; } > compose-beside/compose.$i.yaml; done; try compose-beside 0 1 3

# Templates that nobody rendered: braces everywhere, never closed, and lines of the engine's own.
{ pod; yes '  {{- if x }}' | head -n 50000; } | yaml yaml-template; try yaml-template 1 3
{ manifest; printf 'data: ['; yes '{{ a }},' | head -n 200000 | tr -d '\n'; echo ']'; } | yaml yaml-braces; try yaml-braces 1 3
{ manifest; printf 'data: {a: '; yes '{{' | head -n 200000 | tr -d '\n'; echo '}'; } | yaml yaml-open-braces; try yaml-open-braces 1 3
# Terraform: what doubles, what leads back, what nests, what is shared by many
tf() { mkdir -p "$1" && cat > "$1/$2"; }
{ echo 'locals {'; echo '  l0 = "aaaaaaaaaa"'; seq 1 60 | awk '{print "  l" $1 " = \"${local.l" $1-1 "}${local.l" $1-1 "}\""}'; echo '}'; } | tf doubling main.tf; try doubling 0 1 3
{ echo 'locals {'; echo '  l0 = {a = 1}'; seq 1 60 | awk '{print "  l" $1 " = {x = local.l" $1-1 ", y = local.l" $1-1 "}"}'; echo '}'; echo 'resource "kubernetes_manifest" "m" { manifest = merge({apiVersion = "v1", kind = "Pod"}, local.l60) }'; } | tf shared main.tf; try shared 0 1 3
{ echo 'locals {'; seq 1 50000 | awk '{print "  l" $1 " = local.l" $1+1}'; echo '  l50001 = 1'; echo '}'; } | tf chain main.tf; try chain 0 1 3
path=nested; for n in $(seq 1 25); do printf 'module "x" {\n  source = "./m"\n}\n' | tf $path main.tf; path=$path/m; done; try nested 1 3
for n in $(seq 0 11); do seq 1 10 | awk -v n="$n" '{print "module \"x" $1 "\" { source = \"../m" n+1 "\" }"}' | tf "calls/m$n" main.tf; done; echo 'resource "aws_s3_bucket" "b" {}' | tf calls/m12 main.tf; try calls 1 3
printf 'module "a" {\n  source = "."\n}\n' | tf itself main.tf; try itself 1
{ printf '{"locals": {"a": '; head -c 100000 /dev/zero | tr '\0' '['; } | tf json main.tf.json; try json 3
{ printf '{"format_version": "1", "terraform_version": "1", "values": {"root_module": '; yes '{"child_modules": [' | head -n 3000; } | tf plan plan.json; try plan 3
{ printf '{"format_version": "1", "terraform_version": "1", "planned_values": {"root_module": {"resources": ['; yes '{"address": "a.b", "type": "a", "name": "b", "values": {"id": "same"}},' | head -n 5000; echo '{}]}}, "configuration": {"root_module": {"resources": [{"address": "a.b", "expressions": {"x": {"references": ["a.b"]}}}]}}}'; } | tf plans plan.json; try plans 0 1
{ echo 'data "aws_iam_policy_document" "a" {'; yes 'statement { actions = ["*"] }' | head -n 5000; echo '}'; seq 1 500 | sed 's/.*/resource "aws_iam_policy" "p&" { policy = data.aws_iam_policy_document.a.json }/'; } | tf statements main.tf; try statements 1 3

seq 1 60000 | awk '{print "resource \"aws_security_group\" \"s" $1 "\" { name = \"x${aws_security_group.s" $1+1 ".id}\" }"}' | tf references main.tf; try references 0 1
{ echo 'terraform {'; echo '  required_providers {'; seq 1 30000 | sed 's/.*/    p& = { source = "a\/p&", version = "1.0" }/'; echo '  }'; echo '}'; } | tf locks main.tf; seq 1 60000 | sed 's/.*/provider "registry.terraform.io\/a\/p&" {\n  version = "1.0"\n}/' | tf locks .terraform.lock.hcl; try locks 0 1

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
