#!/bin/sh
# The program as people call it: arguments, settings, ignores, baselines, what changed, outputs.
#   tests/cli/run.sh INFRA
set -u
infra=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
passed=0 failed=0
unset INFRA_LANG GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE 2> /dev/null
export LC_ALL=C NO_COLOR=1 GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
git() { command git -c user.email=a@example.com -c user.name=a -c init.defaultBranch=main -c commit.gpgsign=false "$@"; }

# expect STATUS WORDS COMMAND…: exit status, and words that the output must hold ("" for none; "!words": must not hold).
expect() {
    want=$1 words=$2
    shift 2
    "$@" > "$work/.out" 2>&1
    status=$?
    ok=true
    [ "$status" -eq "$want" ] || ok=false
    case $words in
        "") ;;
        !*) grep -qF -- "${words#!}" "$work/.out" && ok=false ;;
        *) grep -qF -- "$words" "$work/.out" || ok=false ;;
    esac
    if $ok; then passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "cli: $* ended with $status, expected $want and '$words':"
        head -n 8 "$work/.out"
    fi
}
new() { cd "$work" && rm -rf p && mkdir p && cd p || exit 2; }
good() { printf 'FROM debian:12.5@sha256:0000000000000000000000000000000000000000000000000000000000000000\nUSER 1\nHEALTHCHECK CMD ["true"]\n'; }

# ---- debug
new
printf 'ARG V\nFROM debian:latest\n# why\nRUN apt-get update && sh -c "echo $V"\nCOPY a$V /b\n' > Dockerfile
expect 0 '2:6-2:19  dockerfile WORD  "debian:latest"' "$infra" debug tokens Dockerfile
expect 0 '4:5-4:12  shell LITERAL  "apt-get"' "$infra" debug tokens Dockerfile
expect 0 '4:20-4:22  -  "&&"' "$infra" debug tokens Dockerfile
expect 0 '4:30-4:34  shell LITERAL  "echo"' "$infra" debug tokens Dockerfile
expect 0 "shell 4:5-4:38" "$infra" debug tree Dockerfile
expect 0 'tag: "latest"' "$infra" debug model Dockerfile
expect 0 'Dockerfile:2:13-2:19 "latest"' "$infra" debug cel Dockerfile --expression 'it.tag == "latest"'
expect 0 "strict: true" "$infra" debug cel Dockerfile --expression 'it.tag == "latest"'
expect 0 "check: unknown ?" "$infra" debug cel Dockerfile --subject copy --expression 'it.sources[0] == "ax"'
expect 0 "check: null" "$infra" debug cel Dockerfile --subject copy --expression 'it.from_stage.name'
expect 0 "strict: error(" "$infra" debug cel Dockerfile --subject copy --expression 'it.from_stage.name'
expect 2 "has no field 'tagg'; did you mean 'tag'?" "$infra" debug cel Dockerfile --subject image --expression 'it.tagg'
expect 2 "no tiene ningún campo 'tagg'" "$infra" debug cel Dockerfile --subject image --expression 'it.tagg' --lang es
expect 2 "ahí no hay ningún label" "$infra" debug cel Dockerfile --subject label --expression 'it.key' --lang es
expect 2 "needs --expression" "$infra" debug cel Dockerfile
expect 2 "allowed are tokens, tree, model, graph, cel, shapes, kustomize" "$infra" debug tokenz Dockerfile
expect 2 "¿quisiste decir tokens?" env INFRA_LANG=es "$infra" debug tokenz Dockerfile
expect 0 "target: string" "$infra" debug shapes mount
expect 2 "there is no shape 'mounts'" "$infra" debug shapes mounts
printf '/x\n' > .dockerignore
expect 0 "dockerfile -> .dockerignore" "$infra" debug graph .
printf 'apiVersion: v1\nkind: Service\nmetadata: {name: api}\nspec: {selector: {app: api}, ports: [{port: 80}]}\n' > svc.yaml
printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: api, labels: {app: api}}\nspec: {containers: [{name: a, image: a:1}]}\n' > pod.yaml
expect 0 "svc.yaml:3:18-3:21 manifest [Service/api] -> pod.yaml:3:18-3:21 pod [Pod/api] (selected Pod)" "$infra" debug graph .

# ---- a user's own checks: what does not compile
new
good > Dockerfile
mkdir -p .infra/checks
own() { printf 'title: {en: A, es: B}\nseverity: low\ncategory: correctness\nwhy: {en: A, es: B}\nreferences: [https://example.com]\nsubject: image\nwhen: %s\nsay: {en: A, es: B}\nsolve: {en: A, es: B}\nbad: [{Dockerfile: FROM a}]\ngood: [{Dockerfile: FROM b}]\n' "$1" > .infra/checks/a.yaml; }
own "it.tagg == 'x'"
expect 2 "image has no field 'tagg'; did you mean 'tag'? (at byte 3 of: it.tagg == 'x')" "$infra" review .
expect 2 "image no tiene ningún campo 'tagg'; ¿quisiste decir 'tag'? (en el byte 3 de: it.tagg == 'x')" "$infra" review . --lang es
own "it.tag.matches('(a')"
expect 2 ".infra/checks/a.yaml:7: falta ) en el byte 2 de la expresión regular '(a'" "$infra" review . --lang es
own "it.tag == 3"
expect 2 "se compara un string con un int" "$infra" review . --lang es

# ---- fix
new
printf 'FROM debian:12\nMAINTAINER a@b.c\nRUN apt-get install curl\nCMD a\n' > Dockerfile
chmod 640 Dockerfile
expect 1 "LABEL org" "$infra" fix
expect 1 "!apt-get install -y" "$infra" fix --check instruction
expect 1 "!CMD [" "$infra" fix
expect 1 'CMD ["a"]' "$infra" fix --unsafe
expect 0 "" "$infra" fix --write
expect 0 "LABEL org" cat Dockerfile
expect 0 "640" stat -c %a Dockerfile
expect 0 "nothing to fix" "$infra" fix
expect 0 "Dockerfile" ls -A
expect 2 "did you mean --unsafe" "$infra" fix --unsaf
# An attribute that is never closed reaches to the end: deleting it would take what was not read with it.
printf 'locals {\n  tags = {s = {\n    Team = "a"\n  }\n' > main.tf
expect 3 "nothing to fix" "$infra" fix --unsafe --profile all main.tf
rm main.tf
expect 2 "did you mean" "$infra" fix --check instruction/maintaner
printf 'FROM debian:12\nMAINTAINER a@b.c # infra: ignore instruction/maintainer kept\n' > Dockerfile
printf 'FROM debian:12\n# infra: ignore instruction/maintainer kept on purpose\nMAINTAINER a@b.c\n' > Dockerfile
expect 0 "nothing to fix" "$infra" fix
new
expect 3 "nothing to fix" "$infra" fix
printf 'FROM debian:12\nMAINTAINER a@b.c\n' > real && ln -s real Dockerfile
expect 0 "" "$infra" fix --write
expect 0 "LABEL" cat real
expect 0 "real" readlink Dockerfile

# ---- arguments
new
expect 2 "did you mean review" "$infra" reveiw
expect 2 "did you mean --format" "$infra" review --formt json
expect 2 "allowed are terminal, json" "$infra" review --format jsn
expect 2 "allowed are info, low, medium, high, critical" "$infra" review --fail-on hihg
expect 2 "needs a value" "$infra" review --format
expect 2 "takes no value" "$infra" review --staged=yes
expect 2 "did you mean create" "$infra" baseline creat
expect 2 "needs one of: create, update, show" "$infra" baseline
expect 2 "allowed are en, es" "$infra" review --lang fr
expect 2 "there is no check 'image/moving-tga'; did you mean image/moving-tag" "$infra" review --select image/moving-tga
expect 2 "I/N" "$infra" review --shard 3/2
expect 0 "--fail-on SEVERITY" "$infra" review --help
expect 0 "infra review" "$infra" --help
expect 0 "--fail-on SEVERITY" "$infra" help review

# ---- one file: nobody looked at what lies beside it
new
printf 'FROM debian:12.5\nCOPY . /app\nUSER 1\nHEALTHCHECK CMD ["true"]\n' > Dockerfile
expect 1 "context/no-dockerignore" "$infra" review
expect 0 "!context/no-dockerignore" "$infra" review Dockerfile
expect 0 "!context/no-dockerignore" sh -c "'$infra' review - < Dockerfile"

# ---- several paths
new
mkdir -p a/b c k && cp ../p/Dockerfile . 2> /dev/null; printf 'FROM debian:latest\n' > a/Dockerfile && cp a/Dockerfile a/b/Dockerfile && cp a/Dockerfile c/Dockerfile && printf 'c\n' > .gitignore && git init -q .
printf 'apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: n}\nspec: {selector: {app: s}, ports: [{port: 80}]}\n' > k/service.yaml
printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: s, namespace: n, labels: {app: s}}\nspec: {containers: [{name: c, image: "d:latest"}]}\n' > k/pod.yaml
expect 1 "infrastructure files 2," "$infra" review a/Dockerfile k/service.yaml
expect 1 "!service/selects-nothing" "$infra" review a/Dockerfile k/service.yaml
expect 1 "!pod.yaml" "$infra" review a/Dockerfile k/service.yaml
expect 1 "infrastructure files 2," "$infra" review a a/b/Dockerfile
expect 1 "b/Dockerfile" "$infra" review a/Dockerfile a/b
expect 1 "c/Dockerfile" "$infra" review ./k/pod.yaml c/Dockerfile
expect 1 "infrastructure files 2," sh -c "cd a && '$infra' review ../a/Dockerfile ../k/pod.yaml"
expect 2 "there is no such file" "$infra" review a/Dockerfile nothing
expect 1 "+++ b/a/Dockerfile" "$infra" fix --check stage/no-healthcheck --check image --check stage --unsafe a/Dockerfile c
expect 1 "!b/Dockerfile" "$infra" fix --unsafe a/Dockerfile k/pod.yaml

# ---- settings that fixes use, and what --since says of the rest
new
git init -q . && printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b}\nspec: {containers: [{name: c, image: d:1}]}\n' > pod.yaml
expect 1 "!cpu: 100m" "$infra" fix --unsafe
printf 'cpu-request: 100m\nmemory-limit: 64Mi\n' > .infra.yaml
expect 1 "cpu: 100m" "$infra" fix --unsafe
printf 'cpu-request: much\n' > .infra.yaml
expect 2 ".infra.yaml:1: cpu-request takes a quantity of Kubernetes such as 100m or 128Mi, not 'much'" "$infra" fix
rm .infra.yaml && git add -A && git commit -qm one && printf 'apiVersion: v2\nname: a\nversion: 1.0.0\n' > Chart.yaml && git add -A && git commit -qm two && good > Dockerfile
expect 0 "infrastructure files 1, read 1" "$infra" review --since HEAD
expect 3 "Chart.yaml" "$infra" review --since HEAD~1
expect 2 "--shard divides all files" "$infra" review --since HEAD --shard 1/2
expect 2 "one of 2 shards; here are 1 results" sh -c "'$infra' review --shard 1/2 --output json=one.json; '$infra' merge one.json"
expect 2 "are the same shard" "$infra" merge one.json one.json
expect 2 "of another review" sh -c "'$infra' review --no-config --profile all --shard 2/2 --output json=two.json; '$infra' merge one.json two.json"
expect 2 "is no result of a shard" "$infra" merge pod.yaml
expect 2 "a file each" "$infra" merge

# ---- ignores
new
{ echo '# infra: ignore image/moving-tag we rebuild every night'; echo FROM debian:latest; good | tail -n 2; } > Dockerfile
expect 0 "!image/moving-tag" "$infra" review
expect 1 "image/moving-tag" "$infra" review --no-inline-ignores
expect 0 '"kind":"inline","reason":"we rebuild every night"' "$infra" review --format json
expect 0 '"suppressed":[{"id"' "$infra" review --no-config --format json
{ echo '# infra: ignore image/moving-tag until=2026-01-31 soon'; echo FROM debian:latest; good | tail -n 2; } > Dockerfile
expect 0 "!image/moving-tag" "$infra" review --date 2026-01-31
expect 1 "ignore/expired" "$infra" review --date 2026-02-01
{ echo '# hadolint ignore=DL3007'; echo FROM debian:latest; good | tail -n 2; } > Dockerfile
expect 0 "!image/moving-tag" "$infra" review

# ---- settings
new
mkdir -p a/deep b && { echo FROM debian:latest; good | tail -n 2; } > a/Dockerfile && cp a/Dockerfile a/deep/Dockerfile && cp a/Dockerfile b/Dockerfile
printf 'severities: {image/moving-tag: low}\n' > .infra.yaml
expect 0 "image/moving-tag" "$infra" review
expect 1 "image/moving-tag" "$infra" review --no-config
printf 'severities: {image/: high}\n' > a/.infra.yaml
expect 1 "a/deep/Dockerfile" "$infra" review
printf 'fail-on: critical\n' > a/deep/.infra.yaml
expect 1 "high" "$infra" review
printf 'fail-on: critical\n' >> a/.infra.yaml
expect 0 "high" "$infra" review
expect 0 "fail-on: critical    # a/.infra.yaml:2" "$infra" config explain a/Dockerfile
printf 'exclude: [deep]\n' >> a/.infra.yaml
expect 0 "!a/deep/Dockerfile" "$infra" review
expect 0 "high" "$infra" review a/deep/Dockerfile
printf 'profil: strict\n' > b/.infra.yaml
expect 2 "b/.infra.yaml:1: unknown key 'profil'; did you mean profile" "$infra" review
printf 'ignores:\n- {check: image/moving-tag, path: Dockerfile, reason: old}\nseverities: {nothing/such: low}\n' > b/.infra.yaml
expect 2 "b/.infra.yaml:3: there is no check 'nothing/such'" "$infra" review
printf 'language: es\nignores:\n- {check: image/moving-tag, path: Dockerfile, reason: old}\n' > b/.infra.yaml
expect 0 '"kind":"settings","reason":"old","file":"b/.infra.yaml","line":3' "$infra" review --format json
printf 'language: es\n' > .infra.yaml
expect 0 "Hallazgos" "$infra" review
expect 0 '"severities"' "$infra" config schema
head -c 100000 /dev/zero | tr '\0' '[' > .infra.yaml
expect 2 ".infra.yaml:1" "$infra" review

# ---- what is no part of the review
new
mkdir -p modules/a
printf 'module "a" {\n  source = "./modules/a"\n}\n' > main.tf && printf 'variable "unused" {\n  default = 1\n}\n' > modules/a/main.tf
printf 'exclude: [modules/]\n' > .infra.yaml
expect 0 "!tf/missing-module" "$infra" review
expect 0 "!modules/a/main.tf" "$infra" review
new
mkdir -p pkg/testdata/deep other/testdata suite/case
good > Dockerfile
echo FROM debian:latest > pkg/testdata/deep/Dockerfile && cp pkg/testdata/deep/Dockerfile other/testdata && cp pkg/testdata/deep/Dockerfile suite/case
expect 1 "pkg/testdata/deep/Dockerfile" "$infra" review
echo 'module example.com/m' > pkg/go.mod && touch suite/chainsaw-test.yaml
expect 1 "!pkg/testdata" "$infra" review
expect 1 "!suite/case" "$infra" review
expect 1 "other/testdata/Dockerfile" "$infra" review
touch other/main.go
expect 0 "!other/testdata/Dockerfile" "$infra" review
rm other/main.go
expect 1 "data of tests, which is not reviewed: 2" "$infra" review
expect 1 '"test_data":2' "$infra" review --format json
expect 1 "FROM debian:latest" "$infra" review pkg/testdata
expect 1 "pkg/testdata/deep/Dockerfile" "$infra" review pkg/testdata/deep/Dockerfile Dockerfile
expect 1 "pkg/testdata/deep/Dockerfile" "$infra" review pkg/testdata Dockerfile
expect 0 "!pkg/testdata" "$infra" review pkg Dockerfile
"$infra" review --shard 1/2 --format json > 1.json
"$infra" review --shard 2/2 --format json > 2.json
expect 1 '"test_data":2' "$infra" merge 1.json 2.json
rm 1.json 2.json

new
mkdir -p vendor/github.com/a/b php/vendor/a own/vendor
echo FROM debian:latest > vendor/github.com/a/b/Dockerfile && cp vendor/github.com/a/b/Dockerfile php/vendor/a && cp vendor/github.com/a/b/Dockerfile own/vendor
touch vendor/modules.txt php/vendor/autoload.php
expect 1 "!b/Dockerfile" "$infra" review
expect 1 "!php/vendor" "$infra" review
expect 1 "own/vendor/Dockerfile" "$infra" review
expect 1 "FROM debian:latest" "$infra" review vendor/github.com/a/b/Dockerfile

# ---- baseline and identity
new
git init -q .
{ echo FROM debian:latest; good | tail -n 2; } > Dockerfile
expect 1 "" "$infra" review
expect 0 "1 known findings" "$infra" baseline create
expect 0 "image/moving-tag" "$infra" baseline show
expect 0 "!image/moving-tag" "$infra" review --baseline .infra-baseline.json
{ echo; echo '# moved'; echo 'from   "debian:latest"' | tr -d '"'; good | tail -n 2; } > Dockerfile
expect 0 "!image/moving-tag" "$infra" review --baseline .infra-baseline.json
mkdir sub && mv Dockerfile sub/Containerfile
expect 0 "!image/moving-tag" "$infra" review --baseline .infra-baseline.json
cp sub/Containerfile Dockerfile
expect 1 "image/moving-tag" "$infra" review --baseline .infra-baseline.json
printf 'baseline: .infra-baseline.json\n' > .infra.yaml
expect 1 "Findings: 1" "$infra" review
expect 0 "1 known findings" "$infra" baseline update
expect 0 "2 known findings" "$infra" baseline create
expect 0 "Findings: 0" "$infra" review
expect 0 "Findings: 0" "$infra" review sub
rm sub/Containerfile
expect 0 "1 known findings" "$infra" baseline update
echo '{' > broken.json
expect 2 "broken.json" "$infra" review --baseline broken.json
expect 2 "infra baseline create" "$infra" review --baseline absent.json

# ---- what changed; nothing that the repository configures is executed
new
git init -q . && good > Dockerfile && { echo 'FROM debian:latest'; good | tail -n 2; } > Containerfile && git add -A && git commit -qm one
expect 1 "image/moving-tag" "$infra" review
expect 0 "Findings: 0" "$infra" review --since HEAD
sed -i 's/$/\r/' Containerfile
expect 0 "Findings: 0" "$infra" review --since HEAD
git checkout -q -- Containerfile
echo 'FROM ubuntu:latest' >> Containerfile
expect 1 "ubuntu:latest" "$infra" review --since HEAD
expect 1 "!debian:latest" "$infra" review --since HEAD
expect 0 "Findings: 0" "$infra" review --staged
git add -A && good > Containerfile
expect 1 "ubuntu:latest" "$infra" review --staged
# What is built of a base and a patch is touched by either.
mkdir -p ../built/base ../built/prod && cd ../built && git init -q .
printf 'resources: [web.yaml]\n' > base/kustomization.yaml
printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    - name: web\n      image: acme/web:1.2.3\n      securityContext: {privileged: true}\n' > base/web.yaml
printf 'resources: [../base]\npatches: [{path: p.yaml}]\n' > prod/kustomization.yaml
printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  hostNetwork: true\n  priority: 1\n' > prod/p.yaml
git add -A && git -c user.name=a -c user.email=a@example.com commit -qm built
expect 0 "Findings: 0" "$infra" review --since HEAD
sed -i 's/priority: 1/priority: 2/' prod/p.yaml
expect 1 "container/privileged" "$infra" review --since HEAD
git checkout -q . && sed -i 's/1.2.3/1.2.4/' base/web.yaml
expect 1 "pod/host-network" "$infra" review --since HEAD
cd "$OLDPWD"
expect 2 "no such commit" "$infra" review --since nowhere
expect 2 "no such commit" "$infra" review --since --upload-pack=x
for setting in core.fsmonitor core.pager diff.external core.sshCommand filter.x.clean filter.x.smudge filter.x.process diff.x.textconv diff.x.command core.askPass gpg.program core.editor uploadpack.packObjectsHook core.alternateRefsCommand; do
    command git config "$setting" "touch $work/executed"
done
echo '* filter=x diff=x' > .gitattributes
mkdir -p .git/hooks
for hook in post-index-change fsmonitor-watchman pre-commit post-checkout reference-transaction; do printf '#!/bin/sh\ntouch %s/executed\n' "$work" > ".git/hooks/$hook" && chmod +x ".git/hooks/$hook"; done
expect 1 "ubuntu:latest" "$infra" review --staged
expect 0 "" "$infra" review --since HEAD
expect 0 "" test ! -e "$work/executed"
cd "$work" && rm -rf q && mkdir q && cd q && good > Dockerfile
GIT_CEILING_DIRECTORIES=$work expect 2 "git work tree" "$infra" review --since HEAD

# ---- outputs
new
good > Dockerfile
expect 0 "" "$infra" review --output json=a.json --output markdown=b.md
expect 0 '"version":1' cat a.json
expect 0 "# Approved" cat b.md
expect 2 "can't write" "$infra" review --output json=no/such/a.json
expect 2 "allowed are terminal" "$infra" review --output jsn=a.json
expect 0 "" sh -c 'test -z "$(find . -name "*.tmp")"'
# ---- formats: whatever stands in a file, the result is well-formed
new
mkdir -p 'a,b:c&<"' && printf 'FROM a:latest AS "<b>&]]>"\nENV API_KEY=AKIAIOSFODNN7EXAMPLE\nRUN echo "::error::x" \033[31m \001 \377\nUSER =cmd\n' > 'a,b:c&<"/Dockerfile'
expect 1 "" "$infra" review --output json=o.json --output sarif=o.sarif --output junit=o.xml --output gitlab=o.gitlab --output github=o.github --output csv=o.csv --output html=o.html --output markdown=o.md
cat > "$work/formats.py" << 'EOF'
import csv, html.parser, json, re, xml.dom.minidom
findings = json.load(open('o.json'))['findings']
sarif = json.load(open('o.sarif'))
run = sarif['runs'][0]
assert sarif['version'] == '2.1.0' and run['tool']['driver']['name'] == 'infra'
rules = run['tool']['driver']['rules']
assert len(run['results']) == len(findings)
for result in run['results']:
    assert rules[result['ruleIndex']]['id'] == result['ruleId'] and result['level'] in ('error', 'warning', 'note')
    place = result['locations'][0]['physicalLocation']
    assert re.fullmatch(r'[A-Za-z0-9/._~%-]+', place['artifactLocation']['uri']) and place['region']['startLine'] >= 1
    assert re.fullmatch('[0-9a-f]{16}', result['partialFingerprints']['infraIdentity/v1'])
assert len({f['id'] for f in findings}) == len(findings)
cases = xml.dom.minidom.parse('o.xml').getElementsByTagName('testcase')
assert len(cases) >= len(findings)
gitlab = json.load(open('o.gitlab'))
assert len(gitlab) == len(findings) and all(g['severity'] in ('info', 'minor', 'major', 'critical', 'blocker') and g['location']['lines']['begin'] >= 1 for g in gitlab)
lines = open('o.github', errors='replace').read().splitlines()
assert all(re.match(r'::(error|warning|notice) file=a%2Cb%3Ac&<"/Dockerfile,', line) for line in lines), lines
rows = list(csv.reader(open('o.csv', errors='replace', newline='')))
assert all(len(row) == len(rows[0]) for row in rows) and len(rows) == len(findings) + 1
page = open('o.html').read()
assert 'http-equiv="Content-Security-Policy"' in page and page.count('<details class="finding"') == len(findings) and '<b>&' not in page.split('</style>')[1].split('<script>')[0].replace('<b>1</b>', '')
for name in ('o.json', 'o.sarif', 'o.xml', 'o.gitlab', 'o.github', 'o.csv', 'o.html', 'o.md'):
    assert 'AKIAIOSFODNN7EXAMPLE' not in open(name, errors='replace').read(), name
EOF
expect 0 "" python3 "$work/formats.py"

# ---- admission policies
new
mkdir apps
cat > ../policy.yaml <<'END'
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: named-teams}
spec:
  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}]}
  validations: [{expression: "'team' in object.metadata.labels", message: say whose it is}]
END
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b, labels: {app: c}}\n' > apps/a.yaml
expect 0 "!named-teams" "$infra" review .
expect 1 '`named-teams` refuses it: say whose it is' "$infra" review --policy ../policy.yaml .
expect 2 "can't read the policy" "$infra" review --policy ../none.yaml .
expect 2 "holds no ValidatingAdmissionPolicy" "$infra" review --policy apps/a.yaml .

# ---- where the output goes
new
good > Dockerfile
expect 3 "infra: can't write the result: No space left on device" sh -c "'$infra' review . > /dev/full"
expect 3 "no queda espacio en el disco" sh -c "INFRA_LANG=es '$infra' checks > /dev/full"
expect 3 "can't write the result" sh -c "'$infra' --version >&-"
expect 2 "twice" "$infra" review . --output json=a --output markdown=a
# colour: asked for, or a terminal that has it
if command -v script > /dev/null; then
    printf 'FROM debian:latest\n' > Dockerfile
    colours() { script -qec "env $1 '$infra' review ." /dev/null < /dev/null | grep -c "$(printf '\033')\\[3"; }
    expect 0 "" test "$(colours 'NO_COLOR= TERM=xterm')" -gt 0
    expect 0 "" test "$(colours 'NO_COLOR=1 TERM=xterm')" -eq 0
    expect 0 "" test "$(colours '-u NO_COLOR TERM=dumb')" -eq 0
fi
# nothing in a name steers whoever looks at a result
name=$(printf 'e\033[31mx\342\200\256y\377')
mkdir -- "$name" 2> /dev/null && printf 'FROM debian:latest\n' > "$name/Dockerfile" && for format in terminal json markdown report html sarif junit gitlab sast github csv; do
    "$infra" review . --format $format > "$work/.format"
    expect 1 "" grep -q "$(printf '\033\\|\342\200\256\|\377')" "$work/.format"
done

# ---- a Terraform folder is one thing: an empty file in it is no gap
new
printf 'terraform {\n  required_version = ">= 1.10"\n}\n' > main.tf && : > variables.tf
expect 0 "read 2" "$infra" review .
: > main.tf
expect 3 "nothing in it that could be reviewed" "$infra" review .

# ---- reports of other scanners
new
mkdir -p web 'a b' && good > Dockerfile && good > web/Dockerfile && good > 'a b/Dockerfile'
claim() { printf '{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"results":[{"ruleId":"r","level":"error","locations":[{"physicalLocation":{"artifactLocation":{"uri":"%s"}}}]}]}]}' "$1" > r.sarif; }
for place in 'web/Dockerfile web/Dockerfile' './web/Dockerfile web/Dockerfile' '/src/web/Dockerfile web/Dockerfile' 'file:///src/Dockerfile Dockerfile' 'a%20b/Dockerfile a b/Dockerfile'; do
    claim "${place%% *}"
    expect 1 "\"file\":\"${place#* }\"" "$infra" review . --with r.sarif --format json
done
claim docs/Dockerfile
expect 1 '"place":"docs/Dockerfile","blocks"' "$infra" review . --with r.sarif --format json
printf '{"error": {"summary": "no \033[31mlock\\u001b[32m\\u0007file"}}' > r.json
expect 2 "the scan failed: no" "$infra" review . --with r.json
expect 2 "!$(printf '\033')" "$infra" review . --with r.json

# ---- the law Prose, on a check of one's own
new
mkdir -p .infra/checks/image
cat > .infra/checks/image/old.yaml <<'END'
title: {en: Image is old, es: La imagen es vieja}
severity: low
category: security
why: {en: Because., es: Porque sí.}
subject: image
when: it.tag == 'latest'
say: {en: It moves, es: Se mueve}
solve: {en: Pin it, es: Fijala}
references: [https://example.com]
bad: [{Dockerfile: "FROM a:latest <--!\n"}]
good: [{Dockerfile: "FROM a:1\n"}]
END
refuse() { sed "s/$1/$2/" .infra/checks/image/old.yaml > new.yaml && cp .infra/checks/image/old.yaml old.yaml && mv new.yaml .infra/checks/image/old.yaml && expect 1 "$3" "$infra" test && mv old.yaml .infra/checks/image/old.yaml; }
expect 0 "" "$infra" test
refuse "Fijala" "Usa otra" "voseo"
refuse "Fijala" "Fijala; debes elegir" "voseo"
refuse "Se mueve" "Se  mueve" "two spaces"
refuse "Pin it" "Pin it." "no final period"
refuse "Porque sí." "Porque sí" "ends with a period"
refuse "Se mueve" "'{it.tag} se mueve'" "other values"
refuse "Se mueve" "'Se mueve; \`Usa\` no, pero puedes sí'" ".infra/checks/image/old.yaml:1: prose: Spanish is in voseo"

# ---- a table of one's own: rows are checks, faults and broken laws name file, line and row
new
mkdir -p .infra/checks/image
table() { cat > .infra/checks/image/tags.yaml <<END
severity: low
category: security
why: {en: Because., es: Porque sí.}
subject: image
columns: {tag: what must not be there}
title: {en: Tag <tag>, es: Un tag <tag>}
when: it.tag == '<tag>'
say: {en: "\`{it.tag}\` moves", es: "\`{it.tag}\` se mueve"}
solve: {en: Pin it, es: Fijala}
references: [https://example.com]
bad: [{Dockerfile: "FROM a:<tag> <--!\n"}]
good: [{Dockerfile: "FROM a:1\n"}]
rows:
  - {id: no-edge, tag: edge}
  - {id: no-nightly, tag: nightly$1}
END
}
table ""
expect 0 "" "$infra" test image/no-
expect 0 "Un tag nightly" "$infra" explain image/no-nightly --lang es
printf 'FROM debian:edge\n' > Dockerfile
expect 1 "image/no-edge" "$infra" review . --fail-on low
table ", title: {en: Tag edge, es: Otro}"
expect 1 ".infra/checks/image/tags.yaml:15: image/no-nightly: own words: the title is that of image/no-edge" "$infra" test image/no-
table ", bad: [{Dockerfile: FROM a}]"
expect 1 ".infra/checks/image/tags.yaml:15: image/no-nightly: bad: nothing is found" "$infra" test image/no-
table ", severity: hgh"
expect 2 ".infra/checks/image/tags.yaml:15: unknown severity 'hgh'; allowed are info, low, medium, high, critical (row 'no-nightly')" "$infra" review .
expect 2 "(fila 'no-nightly')" "$infra" review . --lang es
table ", tg: x"
expect 2 ".infra/checks/image/tags.yaml:15: unknown key 'tg'; did you mean tag (row 'no-nightly')" "$infra" review .

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
