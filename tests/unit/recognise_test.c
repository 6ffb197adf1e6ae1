/* What a file is, by its name and, where that says too little, by its first bytes. */
#include "discover/recognise.h"

#include "facts/fact.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void names_and_content(void **state UNUSED) {
    static const struct {
        const char *path, *head;
        SystemId want;
    } cases[] = {
        {"Dockerfile", "nonsense", SYSTEM_DOCKERFILE},
        {"Dockerfile.dev", "# a\n\nFROM debian:12\n", SYSTEM_DOCKERFILE},
        {"Dockerfile.dev", "FORM debian:12\nRUN make\n", SYSTEM_DOCKERFILE},
        {"web.dockerfile", "run make\n", SYSTEM_DOCKERFILE},
        {"Dockerfile.tmLanguage", "<?xml version=\"1.0\"?>\n<plist>\n", SYSTEM_NONE},
        {"Dockerfile.nanorc", "syntax \"Dockerfile\"\ncolor red \"^FROM\"\n", SYSTEM_NONE},
        {".github/workflows/ci.yml", "", SYSTEM_GITHUB_ACTIONS},
        {"a/.github/workflows/ci.yml", "", SYSTEM_GITHUB_ACTIONS},
        {".github/workflows/mint/compose.yaml", "services:\n  a:\n    image: b\n", SYSTEM_COMPOSE},
        {".github/workflows/mint/x.yaml", "services:\n  a:\n    image: b\n", SYSTEM_COMPOSE},
        {"a/action.yml", "# one\nruns: {using: node20, main: a.js}\n", SYSTEM_GITHUB_ACTIONS},
        {"models/fixtures/action.yml", "# rows\n-\n  id: 1\n", SYSTEM_NONE},
        {"web/.drone.yml", "kind: pipeline\nsteps:\n- name: a\n  image: b\nservices:\n- name: docker\n  image: docker:dind\n", SYSTEM_OTHER_PIPELINE},
        {"web/stack.yml", "services:\n\n  # one\n  a:\n    image: b\n", SYSTEM_COMPOSE},
        {"docs/docker_compose_rm.yaml", "command: docker compose rm\n", SYSTEM_NONE},
        {"deploy/docker_compose.yaml", "services:\n  a:\n    image: b\n", SYSTEM_COMPOSE},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        bool look;
        SystemId got = recognise_name(str_of(cases[i].path), &look);
        if (look) got = recognise_content(str_of(cases[i].path), str_of(cases[i].head));
        if (got != cases[i].want) fail_msg("%s: %d instead of %d", cases[i].path, (int)got, (int)cases[i].want);
    }
    assert_int_equal(recognise_content(STR("Dockerfile.x"), (Str){"\0\1\2", 3}), SYSTEM_DOCKERFILE); /* so that its being binary is told */
}

static const struct {
    const char *path, *head, *want; /* a key of facts/unread-systems.tsv; empty: nothing */
} unread[] = {
    {".circleci/config.yml", "version: 2.1\n", "circleci"},
    {"a/.circleci/config.yaml", "", "circleci"},
    {".circleci/values.yml", "a: b\n", ""},
    {"azure-pipelines-pr.yml", "", "azure-pipelines"},
    {"ci/build.yml", "pool:\n  vmImage: ubuntu-24.04\nsteps:\n- script: make\n", "azure-pipelines"},
    {".travis.yml", "language: go\nscript:\n  - make\n", "travis"},
    {"travis.md", "", ""},
    {".drone.yml", "kind: pipeline\n", "drone"},
    {"deploy/pipeline.yaml", "apiVersion: tekton.dev/v1\nkind: Pipeline\nsteps:\n", ""},
    {"buildspec-test.yml", "version: 0.2\nphases:\n  build:\n", "codebuild"},
    {"buildspec.yml", "name: a description of builds\n", ""},
    {"cloudbuild.yaml", "steps:\n- name: golang\n", "cloud-build"},
    {"bitbucket-pipelines.yml", "", "bitbucket"},
    {".buildkite/pipeline.yml", "", "buildkite"},
    {".buildkite/plugins.yml", "name: a\n", ""},
    {".woodpecker/test.yaml", "steps:\n  a:\n", "woodpecker"},
    {".gitea/workflows/ci.yaml", "", "gitea-actions"},
    {".forgejo/workflows/ci.yaml", "", "forgejo-actions"},
    {"site.yml", "---\n- hosts: all\n  roles: [web]\n", "ansible"},
    {"plays/db.yml", "- name: the database\n  hosts: db\n  tasks: []\n", "ansible"},
    {"roles/web/tasks/main.yml", "---\n- apt: name=nginx\n", "ansible"},
    {"roles/web/defaults/main.yml", "port: 80\n", "ansible"},
    {"docs/roles.yml", "- name: admin\n  rights: all\n", ""},
    {"main.bicep", "", "bicep"},
    {"azuredeploy.json", "{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\"}", "arm"},
    {"package.json", "{\"name\": \"a\", \"version\": \"1.0.0\"}", ""},
    {"image.pkr.hcl", "", "packer"},
    {"api.nomad.hcl", "job \"api\" {\n  group \"a\" {\n", "nomad"},
    {"app.hcl", "name = \"a\"\n", ""},
    {"serverless.yml", "", "serverless"},
    {"helmfile.yaml.gotmpl", "", "helmfile"},
    {"docker-bake.hcl", "", "docker-bake"},
    {"docker-bake.override.json", "{}", "docker-bake"},
    {"Vagrantfile", "", "vagrant"},
    {"render.yaml", "services:\n  - type: web\n    name: a\n", "render"},
    {"render.yaml", "title: how to render\n", ""},
    {"fly.toml", "app = \"a\"\n", "fly"},
    {"Caddyfile", "", "caddy"},
    {"haproxy.cfg", "", "haproxy"},
    {"setup.cfg", "[metadata]\nname = a\n", ""},
    {"application.conf", "server {\n  listen-port = 80\n}\n", ""},
    {"cdk.json", "{\"app\": \"npx ts-node a.ts\"}", "aws-cdk"},
    {"app.yaml", "runtime: python312\n", "app-engine"},
    {"app.yaml", "name: a\nport: 80\n", ""},
    {"policy.json", "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\"}]}", "iam-policy"},
    {"seed.yaml", "#cloud-config\nusers: []\n", "cloud-init"},
    {"otel.yaml", "receivers:\n  otlp:\nexporters:\n", "otel-collector"},
};

/* What no grammar reads is told by name; what only looks like it is nothing. */
static void unread_kinds(void **state UNUSED) {
    for (size_t i = 0; i < ARRAY_COUNT(unread); i++) {
        bool look;
        Str path = str_of(unread[i].path), head = str_of(unread[i].head);
        SystemId got = recognise_name(path, &look);
        if (look) got = recognise_content(path, head);
        Str kind = recognise_kind(path, head, got);
        if (!str_is(kind, unread[i].want)) fail_msg("%s: '%.*s' instead of '%s'", unread[i].path, STR_ARGS(kind), unread[i].want);
        if (kind.len && !recognise_title(got, kind).in[LANGUAGE_ES].len) fail_msg("%s has no title", unread[i].want);
    }
}

/* Signs may name a system of ours, too. */
static void signs_of_ours(void **state UNUSED) {
    static const struct {
        const char *path, *head;
        SystemId want;
    } cases[] = {
        {"web/default.conf", "server {\n  listen 80;\n}\n", SYSTEM_NGINX},
        {"stack.yaml", "Resources:\n  Logs:\n    Type: AWS::S3::Bucket\n", SYSTEM_CLOUDFORMATION},
        {"region.hcl", "include \"root\" {\n  path = find_in_parent_folders()\n}\n", SYSTEM_TERRAFORM},
        {"README.md.gotmpl", "apiVersion: v1\nkind: Pod\n", SYSTEM_NONE},
        {"deploy.yaml.j2", "apiVersion: v1\nkind: Pod\n", SYSTEM_KUBERNETES},
        {"kubeconfig", "clusters: []\nusers: []\n", SYSTEM_KUBERNETES},
        {"charts/a/templates/_helpers.tpl", "{{- define \"a.name\" -}}\n", SYSTEM_HELM},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        bool look;
        SystemId got = recognise_name(str_of(cases[i].path), &look);
        if (look) got = recognise_content(str_of(cases[i].path), str_of(cases[i].head));
        if (got != cases[i].want) fail_msg("%s: %d instead of %d", cases[i].path, (int)got, (int)cases[i].want);
    }
}

static void signs_name_systems(void **state UNUSED) {
    const FactTable *signs = fact_table(STR("file-signs")), *systems = fact_table(STR("unread-systems"));
    int column = fact_column(signs, STR("system"));
    for (uint32_t i = 0; i < fact_row_count(signs); i++) {
        Str system = fact_cell(signs, i, (uint32_t)column);
        if (!fact_rows(systems, system).count && system_find(system) == SYSTEM_NONE) fail_msg("row %u: there is no system '%.*s'", i + 3, STR_ARGS(system));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(names_and_content), cmocka_unit_test(unread_kinds), cmocka_unit_test(signs_of_ours), cmocka_unit_test(signs_name_systems)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
