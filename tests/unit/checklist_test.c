/* The twenty items of the code review: for each a repository where it is kept, one where it isn't, and one where nobody can tell. */

#include "scan.h"

#include <setjmp.h>
#include <stdarg.h>
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

static const Item *of_two(Scan *scan, const char *item, MemoryFile a, MemoryFile b) {
    const MemoryFile files[] = {a, b};
    return item_of(scan_memory(scan, files, 2, &today), item);
}

#define FILE_OF(path, text) ((MemoryFile){STR(path), STR(text)})

static void across_files(void **state) {
    (void)state;
    Scan *scan = scan_new();
    assert_int_equal(of_two(scan, "docker/dockerignore", FILE_OF("Dockerfile", "FROM debian:12\nCOPY . /a\n"), FILE_OF(".dockerignore", ".git\n.env\n"))->state, ITEM_YES);
    scan_free(scan);
    scan = scan_new();
    assert_int_equal(of_two(scan, "terraform/reusable-modules", FILE_OF("main.tf", "module \"a\" {\n  source = \"./a\"\n}\n"), FILE_OF("a/main.tf", "variable \"n\" {\n  type = string\n}\n"))->state, ITEM_YES);
    scan_free(scan);
    scan = scan_new();
    assert_int_equal(of_two(scan, "terraform/reusable-modules", FILE_OF("main.tf", "module \"a\" {\n  source = \"./a\"\n}\n"), FILE_OF("a/main.tf", "provider \"aws\" {}\n"))->state, ITEM_NO);
    scan_free(scan);
    scan = scan_new();
    assert_int_equal(of_two(scan, "terraform/plan-before-apply", FILE_OF("main.tf", "provider \"aws\" {}\n"), FILE_OF(WORKFLOW, PUSH("      - run: terraform plan -out p\n      - run: terraform apply p\n")))->state, ITEM_YES);
    scan_free(scan);
    scan = scan_new();
    assert_int_equal(of_two(scan, "terraform/plan-before-apply", FILE_OF("main.tf", "provider \"aws\" {}\n"), FILE_OF(WORKFLOW, PUSH("      - run: terraform apply -auto-approve\n")))->state, ITEM_NO);
    scan_free(scan);
    scan = scan_new(); /* a way back in another workflow is one */
    const Item *item = of_two(scan, "ci/rollback", FILE_OF(WORKFLOW, PUSH("      - run: kubectl apply -f k\n")), FILE_OF(".github/workflows/back.yml", JOB("on: workflow_dispatch", "      - run: kubectl rollout undo deploy/a\n")));
    assert_int_equal(item->state, ITEM_YES);
    scan_free(scan);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(states), cmocka_unit_test(across_files)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
