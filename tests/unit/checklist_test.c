/* The twenty items of the code review: for each a repository where it is kept, one where it isn't, and one where nobody can tell. */

#include "scan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

typedef struct Case {
    const char *item, *state, *path, *text;
} Case;

#define WORKFLOW ".github/workflows/ci.yml"
#define JOB(head, steps) head "\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n" steps
#define PUSH(steps) JOB("on: push", steps)
#define POD(container) "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {app: a}}\nspec:\n  containers:\n    - name: c\n" container
#define SERVED(container) POD(container) "---\napiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec:\n  selector: {app: a}\n  ports: [{port: 80}]\n"
#define BROKEN "kind: [\n"

static const Case cases[] = {
    {"docker/multi-stage", "yes", "Dockerfile", "FROM golang:1.23 AS b\nRUN go build -o /a\nFROM scratch\nCOPY --from=b /a /a\n"},
    {"docker/multi-stage", "no", "Dockerfile", "FROM golang:1.23\nRUN go build -o /a\n"},
    {"docker/multi-stage", "not-applicable", "Dockerfile", "FROM python:3.13\n"},
    {"docker/multi-stage", "unknown", "Dockerfile", "FROM golang:1.23 AS b\nFROM scratch\nRUN <<E\n"},
    {"docker/non-root", "yes", "Dockerfile", "FROM debian:12\nUSER app\n"},
    {"docker/non-root", "no", "Dockerfile", "FROM debian:12\n"},
    {"docker/non-root", "unknown", "Dockerfile", "ARG BASE\nFROM $BASE\n"},
    {"docker/non-root", "not-applicable", "Dockerfile", "FROM golang:1.26\nRUN go install example.com/x@v1\n"},
    {"docker/no-secrets", "yes", "Dockerfile", "FROM debian:12\n"},
    {"docker/no-secrets", "no", "Dockerfile", "FROM debian:12\nENV DB_PASSWORD=hunter2x9\n"},
    {"docker/no-secrets", "unknown", "Dockerfile", "FROM debian:12\nRUN <<E\n"},
    {"docker/health-check", "yes", "Dockerfile", "FROM debian:12\nHEALTHCHECK CMD [\"a\"]\n"},
    {"docker/health-check", "no", "Dockerfile", "FROM debian:12\n"},
    {"docker/health-check", "unknown", "Dockerfile", "FROM debian:12\nHEALTHCHECK CMD [\"a\"]\nRUN <<E\n"},
    {"docker/dockerignore", "no", "Dockerfile", "FROM debian:12\nCOPY . /a\n"},
    {"docker/dockerignore", "not-applicable", "Dockerfile", "FROM debian:12\nCOPY a /a\n"},
    {"docker/dockerignore", "unknown", "Dockerfile", "FROM debian:12\nCOPY $A /a\nRUN <<E\n"},
    {"ci/tests-before-build", "yes", WORKFLOW, PUSH("      - run: pytest\n      - run: docker push acme/a\n")},
    {"ci/tests-before-build", "no", WORKFLOW, PUSH("      - run: docker push acme/a\n")},
    {"ci/tests-before-build", "no", WORKFLOW, PUSH("      - run: pytest || true\n      - run: docker push acme/a\n")},
    {"ci/tests-before-build", "unknown", WORKFLOW, PUSH("      - run: ./ci/ready.sh\n      - run: docker push acme/a\n")},
    {"ci/tests-before-build", "not-applicable", WORKFLOW, PUSH("      - run: echo hello\n")},
    {"ci/tests-before-build", "yes", ".gitlab-ci.yml", "unit: {stage: test, script: [pytest]}\nship: {stage: deploy, script: [docker push acme/a]}\n"},
    {"ci/security-scan", "yes", WORKFLOW, PUSH("      - run: trivy fs --exit-code 1 .\n      - run: docker push acme/a\n")},
    {"ci/security-scan", "no", WORKFLOW, PUSH("      - run: docker push acme/a\n")},
    {"ci/security-scan", "no", WORKFLOW, PUSH("      - run: pytest\n")},
    {"ci/security-scan", "unknown", WORKFLOW, PUSH("      - run: ./ci/ready.sh\n      - run: docker push acme/a\n")},
    {"ci/caching", "yes", WORKFLOW, PUSH("      - uses: actions/setup-node@v4\n        with: {cache: npm}\n      - run: npm ci\n")},
    {"ci/caching", "no", WORKFLOW, PUSH("      - run: npm ci\n")},
    {"ci/caching", "unknown", WORKFLOW, PUSH("      - uses: ./setup\n      - run: npm ci\n")},
    {"ci/secrets-manager", "yes", WORKFLOW, PUSH("      - run: make\n        env: {TOKEN: '${{ secrets.T }}'}\n")},
    {"ci/secrets-manager", "no", WORKFLOW, PUSH("      - run: make\n        env: {DB_PASSWORD: hunter2x9}\n")},
    {"ci/secrets-manager", "unknown", WORKFLOW, BROKEN},
    {"ci/rollback", "yes", WORKFLOW, PUSH("      - run: kubectl apply -f k\n      - if: failure()\n        run: kubectl rollout undo deploy/a\n")},
    {"ci/rollback", "no", WORKFLOW, PUSH("      - run: kubectl apply -f k\n")},
    {"ci/rollback", "unknown", WORKFLOW, PUSH("      - run: kubectl apply -f k\n      - run: ./ci/finish.sh\n")},
    {"ci/rollback", "not-applicable", WORKFLOW, PUSH("      - run: pytest\n")},
    {"kubernetes/limits-and-requests", "yes", "a.yaml", POD("      image: a:1\n      resources: {requests: {cpu: 1, memory: 1Gi}, limits: {cpu: 1, memory: 1Gi}}\n")},
    {"kubernetes/limits-and-requests", "no", "a.yaml", POD("      image: a:1\n")},
    {"kubernetes/limits-and-requests", "not-applicable", "a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"},
    {"kubernetes/limits-and-requests", "unknown", "a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\n" BROKEN},
    {"kubernetes/probes", "yes", "a.yaml", SERVED("      image: a:1\n      ports: [{containerPort: 80}]\n      livenessProbe: {httpGet: {path: /l, port: 80}}\n      readinessProbe: {httpGet: {path: /r, port: 80}}\n")},
    {"kubernetes/probes", "no", "a.yaml", SERVED("      image: a:1\n      ports: [{containerPort: 80}]\n")},
    {"kubernetes/probes", "unknown", "a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\n" BROKEN},
    {"kubernetes/no-secrets", "yes", "a.yaml", POD("      image: a:1\n")},
    {"kubernetes/no-secrets", "no", "a.yaml", POD("      image: a:1\n      env: [{name: DB_PASSWORD, value: hunter2x9}]\n")},
    {"kubernetes/no-secrets", "unknown", "a.yaml", POD("      image: a:1\n") "---\n" BROKEN},
    {"kubernetes/pinned-images", "yes", "a.yaml", POD("      image: a:1\n")},
    {"kubernetes/pinned-images", "no", "a.yaml", POD("      image: a:latest\n")},
    {"kubernetes/pinned-images", "unknown", "a.yaml", POD("      image: a:1\n") "---\n" BROKEN},
    {"kubernetes/network-policies", "yes", "a.yaml", POD("      image: a:1\n") "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: n}\nspec: {podSelector: {}}\n"},
    {"kubernetes/network-policies", "no", "a.yaml", POD("      image: a:1\n")},
    {"kubernetes/network-policies", "unknown", "a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\n" BROKEN},
    {"terraform/remote-state", "yes", "main.tf", "provider \"aws\" {}\nterraform {\n  backend \"s3\" {}\n}\n"},
    {"terraform/remote-state", "no", "main.tf", "provider \"aws\" {}\n"},
    {"terraform/remote-state", "not-applicable", "main.tf", "terraform {\n  required_version = \">= 1.0\"\n}\n"},
    {"terraform/remote-state", "unknown", "main.tf", "provider \"aws\" {}\nterraform {\n  backend \"s3\" {}\n}\nresource \"a\" {\n"},
    {"terraform/sane-defaults", "yes", "main.tf", "variable \"a\" {\n  type = string\n  description = \"A\"\n  default = \"10.0.0.0/8\"\n}\n"},
    {"terraform/sane-defaults", "yes", "main.tf", "variable \"nat_destination_cidr\" {\n  type    = string\n  default = \"0.0.0.0/0\"\n}\n"},
    {"terraform/sane-defaults", "no", "main.tf", "variable \"a\" {\n  type = string\n  description = \"A\"\n  default = \"0.0.0.0/0\"\n}\n"},
    {"terraform/sane-defaults", "unknown", "main.tf", "variable \"a\" {\n  type = string\n  description = \"A\"\n  default = \"10.0.0.0/8\"\n}\nresource \"a\" {\n"},
    {"terraform/documented-outputs", "yes", "main.tf", "output \"a\" {\n  value = 1\n  description = \"One\"\n}\n"},
    {"terraform/documented-outputs", "no", "main.tf", "output \"a\" {\n  value = 1\n}\n"},
    {"terraform/documented-outputs", "unknown", "main.tf", "resource \"a\" {\n"},
    {"terraform/reusable-modules", "not-applicable", "main.tf", "provider \"aws\" {}\n"},
    {"terraform/reusable-modules", "unknown", "main.tf", "resource \"a\" {\n"},
    {"terraform/plan-before-apply", "unknown", "main.tf", "provider \"aws\" {}\n"},
    {"terraform/plan-before-apply", "not-applicable", "Dockerfile", "FROM debian:12\n"},
};

static const MemoryOptions today = {.now = 1800000000};

static const Item *item_of(const Review *review, const char *id) {
    vec_each(Item, item, &review->checklist) {
        if (str_is(item->id, id)) return item;
    }
    return NULL;
}

static void states(void **state) {
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        const Case *c = &cases[i];
        Scan *scan = scan_new();
        MemoryFile file = {str_of(c->path), str_of(c->text)};
        const Item *item = item_of(scan_memory(scan, &file, 1, &today), c->item);
        assert_non_null(item);
        if (!str_is(item_state_name(item->state), c->state)) fail_msg("%s: %.*s, not %s, of:\n%s", c->item, STR_ARGS(item_state_name(item->state)), c->state, c->text);
        bool told = item->state == ITEM_YES || item->state == ITEM_NO;
        if (told && !item->evidence.count) fail_msg("%s: no evidence of:\n%s", c->item, c->text);
        scan_free(scan);
    }
}

/* ---- repositories of two files ---- */

typedef struct Pair {
    const char *item, *state;
    MemoryFile a, b;
} Pair;

#define FILE_OF(path, text) {STR_INIT(path), STR_INIT(text)}

static const Pair pairs[] = {
    {"docker/dockerignore", "yes", FILE_OF("Dockerfile", "FROM debian:12\nCOPY . /a\n"), FILE_OF(".dockerignore", ".git\n.env\n")},
    {"terraform/reusable-modules", "yes", FILE_OF("main.tf", "module \"a\" {\n  source = \"./a\"\n}\n"), FILE_OF("a/main.tf", "variable \"n\" {\n  type = string\n}\n")},
    {"terraform/reusable-modules", "no", FILE_OF("main.tf", "module \"a\" {\n  source = \"./a\"\n}\n"), FILE_OF("a/main.tf", "provider \"aws\" {}\n")},
    {"terraform/plan-before-apply", "yes", FILE_OF("main.tf", "provider \"aws\" {}\n"), FILE_OF(WORKFLOW, PUSH("      - run: terraform plan -out p\n      - run: terraform apply p\n"))},
    {"terraform/plan-before-apply", "no", FILE_OF("main.tf", "provider \"aws\" {}\n"), FILE_OF(WORKFLOW, PUSH("      - run: terraform apply -auto-approve\n"))},
    /* a way back in another workflow is one */
    {"ci/rollback", "yes", FILE_OF(WORKFLOW, PUSH("      - run: kubectl apply -f k\n")), FILE_OF(".github/workflows/back.yml", JOB("on: workflow_dispatch", "      - run: kubectl rollout undo deploy/a\n"))},
};

static void across_files(void **state) {
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(pairs); i++) {
        Scan *scan = scan_new();
        const MemoryFile files[] = {pairs[i].a, pairs[i].b};
        const Item *item = item_of(scan_memory(scan, files, 2, &today), pairs[i].item);
        if (!str_is(item_state_name(item->state), pairs[i].state)) fail_msg("pair %zu, %s: %.*s, not %s", i, pairs[i].item, STR_ARGS(item_state_name(item->state)), pairs[i].state);
        scan_free(scan);
    }
}

/* ---- all twenty, in every state ---- */

static const char *const items[] = {
#define ITEM(id, ...) id,
#include "check/checklist.def"
#undef ITEM
};

static const Case *case_of(const char *item, const char *state) {
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        if (!strcmp(cases[i].item, item) && !strcmp(cases[i].state, state)) return &cases[i];
    }
    return NULL;
}

static void every_item_in_every_state(void **state) {
    (void)state;
    static const char *const needed[] = {"yes", "no", "unknown"};
    assert_int_equal(ARRAY_COUNT(items), 20);
    for (size_t i = 0; i < ARRAY_COUNT(items); i++) {
        for (size_t n = 0; n < ARRAY_COUNT(needed); n++) {
            bool there = case_of(items[i], needed[n]) != NULL;
            for (size_t p = 0; p < ARRAY_COUNT(pairs); p++) there = there || (!strcmp(pairs[p].item, items[i]) && !strcmp(pairs[p].state, needed[n]));
            if (!there) fail_msg("%s has no repository where it is '%s'", items[i], needed[n]);
        }
        Scan *scan = scan_new(); /* where there is nothing of its kind */
        bool docker = !strncmp(items[i], "docker/", 7);
        MemoryFile other = docker ? (MemoryFile)FILE_OF("main.tf", "provider \"aws\" {}\n") : (MemoryFile)FILE_OF("Dockerfile", "FROM debian:12\n");
        const Item *item = item_of(scan_memory(scan, &other, 1, &today), items[i]);
        if (item->state != ITEM_NOT_APPLICABLE) fail_msg("%s: %.*s, of a file it is not about", items[i], STR_ARGS(item_state_name(item->state)));
        scan_free(scan);
    }
}

/* ---- several components ---- */

/* The file of a case, in another place of the same repository. */
static MemoryFile moved(const Case *c, const char *folder, Arena *a) {
    bool workflow = !strcmp(c->path, WORKFLOW);
    return (MemoryFile){workflow ? str_format(a, ".github/workflows/%s.yml", folder) : str_format(a, "%s/%s", folder, c->path), str_of(c->text)};
}

static const char *const serve_all[] = {"kubernetes/network-policies", "ci/rollback", "ci/tests-before-build", "ci/security-scan"};

/* Of two components, the evidence names the one that fails, and not the other. */
static void those_that_fail_are_named(void **state) {
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(items); i++) {
        const Case *good = case_of(items[i], "yes"), *bad = case_of(items[i], "no");
        bool shared = false; /* one serves all of a namespace, or of a repository */
        for (size_t k = 0; k < ARRAY_COUNT(serve_all); k++) shared = shared || !strcmp(items[i], serve_all[k]);
        if (!good || !bad || shared) continue;
        Arena a = {0};
        Scan *scan = scan_new();
        const MemoryFile files[] = {moved(good, "good", &a), moved(bad, "bad", &a)};
        const Item *item = item_of(scan_memory(scan, files, 2, &today), items[i]);
        if (item->state != ITEM_NO) fail_msg("%s: %.*s, where one of two fails", items[i], STR_ARGS(item_state_name(item->state)));
        for (uint32_t e = 0; e < item->evidence.count; e++) {
            Str path = item->evidence.items[e].source->path;
            if (!str_eq(path, files[1].path)) fail_msg("%s: names %.*s", items[i], STR_ARGS(path));
        }
        assert_true(item->evidence.count > 0);
        scan_free(scan);
        arena_free(&a);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(states), cmocka_unit_test(across_files), cmocka_unit_test(every_item_in_every_state), cmocka_unit_test(those_that_fail_are_named)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
