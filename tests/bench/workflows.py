"""GitHub Actions workflows as teams keep them: builds with matrices, releases, deployments, scheduled jobs, calls of reusable ones. The same
bytes for the same dice."""

import textwrap

WORDS = "api billing cart catalog checkout gateway identity inventory ledger mailer orders payments reports search shipping stock users web worker".split()
ACTIONS = {"actions/checkout": ("v4.3.0", "08eba0b27e820071cde6df949e0beb9ba4906955"), "actions/setup-node": ("v4.4.0", "49933ea5288caeca8642d1e84afbd3f7d6820020"), "actions/setup-python": ("v5.6.0", "a26af69be951a213d495a4c3e4e4022e16d87065"),
           "actions/cache": ("v4.3.0", "0057852bfaa89a56745cba8c7296529d2fc39830"), "actions/upload-artifact": ("v4.6.2", "ea165f8d65b6e75b540449e92b4886f43607fa02"), "docker/login-action": ("v3.5.0", "184bdaa0721073962dff0199f1fb9940f07167d1"),
           "docker/build-push-action": ("v6.18.0", "263435318d21b8e681c14492fe198d362a7d2c83"), "aws-actions/configure-aws-credentials": ("v4.3.1", "7474bc4690e29a8392af63c5b98e7449536d5c3a")}


def use(dice, action, care, **inputs):
    tag, commit = ACTIONS[action]
    where = f"{commit} # {tag}" if care == 2 else tag.split(".")[0]
    given = "".join(f"    {key.replace('_', '-')}: {value}\n" for key, value in inputs.items())
    return f"- uses: {action}@{where}\n" + (f"  with:\n{given}" if inputs else "")


def run(name, *commands):
    body = "".join(f"    {c}\n" for c in commands)
    return f"- name: {name}\n  run: |\n{body}" if len(commands) > 1 else f"- name: {name}\n  run: {commands[0]}\n"


def checkout(dice, care):
    return use(dice, "actions/checkout", care, **({"persist_credentials": "false"} if care == 2 else {}))


def job(name, steps, care, more="", runner="ubuntu-latest"):
    limit = "    timeout-minutes: 20\n" if care else ""
    return f"  {name}:\n    runs-on: {runner}\n{limit}{textwrap.indent(more, '    ')}    steps:\n" + textwrap.indent("".join(steps), "      ")


def test_job(dice, care):
    if dice.random() < .5:
        steps = [checkout(dice, care), use(dice, "actions/setup-node", care, node_version="${{ matrix.version }}", cache="npm"), run("Install", "npm ci"), run("Lint", "npm run lint"), run("Test", "npm test -- --coverage")]
        versions = "[18, 20, 22]"
    else:
        steps = [checkout(dice, care), use(dice, "actions/setup-python", care, python_version="${{ matrix.version }}", cache="pip"), run("Install", "python -m pip install --upgrade pip", "pip install -r requirements.txt"), run("Test", "pytest -q --junitxml=report.xml")]
        versions = "['3.11', '3.12', '3.13']"
    if dice.random() < .4: steps.append(use(dice, "actions/upload-artifact", care, name="report-${{ matrix.version }}", path="report.xml"))
    return job("test", steps, care, f"strategy:\n  fail-fast: false\n  matrix:\n    version: {versions}\n    os: [ubuntu-latest]\n", "${{ matrix.os }}")


def image_job(dice, care, word):
    steps = [checkout(dice, care), use(dice, "docker/login-action", care, registry="ghcr.io", username="${{ github.actor }}", password="${{ secrets.GITHUB_TOKEN }}"),
             use(dice, "docker/build-push-action", care, context=".", push="${{ github.event_name != 'pull_request' }}", tags=f"ghcr.io/example/{word}:${{{{ github.sha }}}}", cache_from="type=gha", cache_to="type=gha,mode=max")]
    return job("image", steps, care, "needs: test\npermissions:\n  contents: read\n  packages: write\n")


def deploy_job(dice, care, word, needs):
    steps = [checkout(dice, care), use(dice, "aws-actions/configure-aws-credentials", care, role_to_assume=f"arn:aws:iam::123456789012:role/deploy-{word}", aws_region="eu-west-1"),
             run("Deploy", f"helm upgrade --install {word} ./chart --namespace {word} --set image.tag=${{{{ github.sha }}}} --atomic --timeout 5m", f"kubectl -n {word} rollout status deployment/{word}")]
    if dice.random() < .5: steps.append("- name: Tell\n  if: failure()\n  env:\n    HOOK: ${{ secrets.CHAT_HOOK }}\n  run: |\n    curl -sf -X POST -d '{\"text\": \"failed\"}' \"$HOOK\"\n")
    return job("deploy", steps, care, f"needs: [{needs}]\nif: github.ref == 'refs/heads/main'\nenvironment: production\npermissions:\n  contents: read\n  id-token: write\n")


def greeting_job(dice, care):
    title = "${{ github.event.pull_request.title }}" if care == 0 else "$TITLE"
    env = "" if care == 0 else "  env:\n    TITLE: ${{ github.event.pull_request.title }}\n"
    return job("title", [f"- name: Title\n{env}  run: |\n    echo \"{title}\" | grep -Eq '^(feat|fix|chore)' || exit 1\n"], care)


def nightly(dice, care, word):
    text = f"name: {word} nightly\non:\n  schedule:\n    - cron: '{dice.randrange(60)} {dice.randrange(24)} * * *'\n  workflow_dispatch:\n"
    return text + ("permissions: {}\n" if care else "") + "jobs:\n" + job("clean", [checkout(dice, care), run("Clean", f"./scripts/clean.sh {word} --days {dice.randrange(5, 60)}")], care)


def reusable(dice, care, word):
    text = f"name: {word} release\non:\n  workflow_call:\n    inputs:\n      tag:\n        required: true\n        type: string\n      environment:\n        type: string\n        default: staging\n    secrets:\n      token:\n        required: true\n"
    return text + ("permissions:\n  contents: read\n" if care else "") + "jobs:\n" + job("release", [checkout(dice, care), "- name: Release\n  env:\n    TAG: ${{ inputs.tag }}\n    TOKEN: ${{ secrets.token }}\n  run: ./release.sh \"$TAG\"\n"], care)


def main_workflow(dice, care, word):
    text = f"name: {word}\non:\n  push:\n    branches: [main]\n    paths:\n      - '{word}/**'\n  pull_request:\n"
    if care: text += "permissions:\n  contents: read\nconcurrency:\n  group: ${{ github.workflow }}-${{ github.ref }}\n  cancel-in-progress: true\n"
    if dice.random() < .4: text += f"env:\n  SERVICE: {word}\n  CI: true\n"
    jobs, needs = [test_job(dice, care)], "test"
    if dice.random() < .3: jobs.append(greeting_job(dice, care))
    if dice.random() < .6: jobs, needs = jobs + [image_job(dice, care, word)], "test, image"
    if dice.random() < .5: jobs.append(deploy_job(dice, care, word, needs))
    return text + "jobs:\n" + "\n".join(jobs)


def workflows(dice, count):
    """(path, text) of `count` files, twenty a repository."""
    for n in range(count):
        word, care = f"{dice.choice(WORDS)}-{n}", dice.choice((0, 1, 1, 2))
        make = dice.choice((main_workflow,) * 6 + (nightly, nightly, reusable))
        yield f"{n // 20}/.github/workflows/{word}.yml", make(dice, care, word)
