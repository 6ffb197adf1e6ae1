/* What systems print, and the row of causes.def that it belongs to. The law: no row without a line that was printed by a real system. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "diagnose/diagnose.h"

typedef struct Sample {
    const char *line, *id, *word; /* word: {1}; NULL: none */
} Sample;

static const Sample samples[] = {
    {"exec /usr/local/bin/app: exec format error", "exec-format", NULL},
    {"standard_init_linux.go:228: exec user process caused: exec format error", "exec-format", NULL},
    {"failed to pull and unpack image \"docker.io/acme/api:1\": no match for platform in manifest: not found", "no-platform", NULL},
    {"no matching manifest for linux/arm64/v8 in the manifest list entries", "no-platform", "linux/arm64/v8"},
    {"Failed to pull image \"registry.example.com/shop:1.2.3\": rpc error: code = NotFound desc = failed to resolve reference \"registry.example.com/shop:1.2.3\": not found", "image-missing", "registry.example.com/shop:1.2.3"},
    {"Error response from daemon: manifest for nginx:1.999 not found: manifest unknown: manifest unknown", "image-missing", "nginx:1.999"},
    {"Error response from daemon: pull access denied for acme/api, repository does not exist or may require 'docker login': denied: requested access to the resource is denied", "image-denied", "acme/api"},
    {"failed to resolve reference \"ghcr.io/acme/api:1\": failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token: 401 Unauthorized", "image-credentials", "ghcr.io/acme/api:1"},
    {"toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading", "pull-rate", NULL},
    {"Error response from daemon: Get \"https://registry.local/v2/\": x509: certificate signed by unknown authority", "certificate-unknown", NULL},
    {"x509: certificate has expired or is not yet valid: current time 2026-02-01T00:00:00Z is after 2026-01-01T00:00:00Z", "certificate-over", NULL},
    {"OCI runtime create failed: runc create failed: unable to start container process: exec: \"wge\": executable file not found in $PATH: unknown", "command-missing", "wge"},
    {"OCI runtime create failed: unable to start container process: exec: \"/start.sh\": permission denied: unknown", "command-not-executable", "/start.sh"},
    {"exec /docker-entrypoint.sh: permission denied", "command-not-executable", "/docker-entrypoint.sh"},
    {"Error: EROFS: read-only file system, open '/app/cache/x'", "read-only", NULL},
    {"Error: EACCES: permission denied, mkdir '/data/uploads'", "file-denied", "/data/uploads"},
    {"PermissionError: [Errno 13] Permission denied: '/var/log/app.log'", "file-denied", "/var/log/app.log"},
    {"open /etc/app/config.yaml: permission denied", "file-denied", "/etc/app/config.yaml"},
    {"Error: container has runAsNonRoot and image will run as root (pod: \"api-5d\", container: api)", "root-not-allowed", NULL},
    {"      Reason:       OOMKilled", "memory", NULL},
    {"FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory", "heap", NULL},
    {"Exception in thread \"main\" java.lang.OutOfMemoryError: Java heap space", "heap", NULL},
    {"MountVolume.SetUp failed for volume \"config\" : configmap \"shop-config\" not found", "configuration-missing", "shop-config"},
    {"Error: couldn't find key url in Secret shop/shop-db", "key-missing", "url"},
    {"0/3 nodes are available: 3 Insufficient memory. preemption: 0/3 nodes are available", "no-room", "memory"},
    {"0/3 nodes are available: 3 node(s) had untolerated taint {dedicated: gpu}", "no-node", NULL},
    {"persistentvolumeclaim \"data\" not found", "volume-missing", "data"},
    {"0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims", "volume-unbound", NULL},
    {"Liveness probe failed: HTTP probe failed with statuscode: 404", "liveness", NULL},
    {"Readiness probe failed: Get \"http://10.0.0.3:8080/ready\": dial tcp 10.0.0.3:8080: connect: connection refused", "readiness", NULL},
    {"pods is forbidden: User \"system:serviceaccount:shop:api\" cannot list resource \"pods\" in API group \"\" in the namespace \"shop\"", "rbac", "api"},
    {"pods \"api\" is forbidden: exceeded quota: compute, requested: requests.cpu=1, used: requests.cpu=4, limited: requests.cpu=4", "quota", "compute"},
    {"pods \"api\" is forbidden: violates PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false", "pod-security", "restricted"},
    {"error: resource mapping not found for name: \"a\" namespace: \"\" from \"a.yaml\": no matches for kind \"Ingress\" in version \"extensions/v1beta1\"", "kind-missing", "Ingress"},
    {"The Deployment \"api\" is invalid: spec.selector: Invalid value: v1.LabelSelector{}: field is immutable", "immutable", "spec.selector"},
    {"Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress", "helm-pending", NULL},
    {"Error: INSTALLATION FAILED: Unable to continue with install: Service \"api\" in namespace \"shop\" exists and cannot be imported into the current release: invalid ownership metadata", "helm-owner", "Service \"api\""},
    {"Error: template: shop/templates/deployment.yaml:27:24: executing \"shop/templates/deployment.yaml\" at <.Values.a.b>: nil pointer evaluating interface {}.b", "helm-value", "templates/deployment.yaml"},
    {"│ Error: Error acquiring the state lock", "state-lock", NULL},
    {"│ Error while installing hashicorp/aws v5.31.0: the local package for registry.terraform.io/hashicorp/aws 5.31.0 doesn't match any of the checksums previously recorded in the dependency lock file", "provider-checksum", "registry.terraform.io/hashicorp/aws"},
    {"│ Error: Inconsistent dependency lock file", "lock-inconsistent", NULL},
    {"│ An input variable with the name \"region\" has not been declared. This variable can be", "variable-undeclared", "region"},
    {"User: arn:aws:sts::1:assumed-role/ci/x is not authorized to perform: s3:PutObject on resource: \"arn:aws:s3:::b\"", "cloud-denied", "s3:PutObject"},
    {"Error: No valid credential sources found", "cloud-credentials", NULL},
    {"RequestError [HttpError]: Resource not accessible by integration", "token-scope", NULL},
    {"remote: Permission to acme/shop.git denied to github-actions[bot].", "token-scope", NULL},
    {"Error: Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable", "oidc-token", NULL},
    {"Error: Could not assume role with OIDC: Not authorized to perform sts:AssumeRoleWithWebIdentity", "oidc-trust", NULL},
    {"Error: Unable to resolve action `actions/checkot@v4`, repository not found", "action-missing", "actions/checkot@v4"},
    {"This job is stuck because the project doesn't have any runners online assigned to it.", "runner-missing", NULL},
    {"ERROR: Cannot connect to the Docker daemon at tcp://docker:2375. Is the docker daemon running?", "docker-daemon", NULL},
    {"ERROR: failed to solve: failed to compute cache key: failed to calculate checksum of ref a::b: \"/dist\": not found", "context-missing", "/dist"},
    {"npm error peer react@\"^16.8.0\" from react-old@1.0.0", "npm-peer", "react"},
    {"npm ERR! peer @angular/core@\"^15.0.0\" from @ngx/x@1.0.0", "npm-peer", "@angular/core"},
    {"npm error `npm ci` can only install packages when your package.json and package-lock.json or npm-shrinkwrap.json are in sync.", "npm-lock", NULL},
    {"ERROR: No matching distribution found for torch==2.99", "pip-missing", "torch"},
    {"go: go.mod requires go >= 1.26 (running go 1.24.1; GOTOOLCHAIN=local)", "go-too-old", "1.26"},
    {"Error: Cannot find module 'express'", "module-missing", "express"},
    {"ModuleNotFoundError: No module named 'psycopg'", "module-missing", "psycopg"},
    {"KeyError: 'DATABASE_URL'", "variable-missing", "DATABASE_URL"},
    {"panic: environment variable STRIPE_KEY is not set", "variable-missing", "STRIPE_KEY"},
    {"Error: getaddrinfo ENOTFOUND postgres", "name-unknown", "postgres"},
    {"dial tcp: lookup redis on 10.96.0.10:53: no such host", "name-unknown", "redis"},
    {"Error: listen EADDRINUSE: address already in use :::3000", "port-taken", "3000"},
    {"Error: connect ECONNREFUSED 127.0.0.1:5432", "port-closed", "127.0.0.1:5432"},
    {"FATAL:  password authentication failed for user \"app\"", "database-password", "app"},
    {"write /var/lib/docker/tmp/x: no space left on device", "disk-full", NULL},
    {"Exit Code:    137", "killed", NULL},
    {"Warning  Failed  kubelet  Error: ImagePullBackOff", "image-back-off", NULL},
    {"Warning  BackOff  kubelet  Back-off restarting failed container api in pod api-5d", "crash-loop", NULL},
    {"npm error code ERESOLVE", "npm-resolve", NULL},
    {"│   on modules/service/main.tf line 12, in resource \"aws_ecr_repository\" \"service\":", "terraform-place", "modules/service/main.tf"},
    {"/usr/bin/env: 'bash\\r': No such file or directory", "line-ends", NULL},
    {"exec /app/server: no such file or directory", "interpreter-missing", "/app/server"},
    {"/app: error while loading shared libraries: libssl.so.1.1: cannot open shared object file", "library-missing", "libssl.so.1.1"},
    {"/app: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by /app)", "library-missing", "GLIBC_2.38"},
    {"error mounting \"/srv/nginx.conf\" to rootfs: not a directory: unknown: Are you trying to mount a directory onto a file (or vice-versa)?", "mount-directory", NULL},
    {"nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)", "low-port", "80"},
    {"Error: listen EACCES: permission denied 0.0.0.0:443", "low-port", "443"},
    {"The node was low on resource: memory. Threshold quantity: 100Mi, available: 50Mi.", "evicted", "memory"},
    {"Pod ephemeral local storage usage exceeds the total limit of containers 256Mi.", "storage-limit", NULL},
    {"FATAL: sorry, too many clients already", "connections-used-up", NULL},
    {"0/3 nodes are available: 3 node(s) had volume node affinity conflict.", "volume-elsewhere", NULL},
    {"pods \"api-1\" is forbidden: failed quota: compute: must specify limits.cpu for: api", "limits-demanded", "compute"},
    {"pods \"api-\" is forbidden: error looking up service account shop/api: serviceaccount \"api\" not found", "service-account-missing", "api"},
    {"error when evicting pods/\"api\": Cannot evict pod as it would violate the pod's disruption budget.", "drain-blocked", NULL},
    {"failed to get cpu utilization: missing request for cpu in container api of Pod api-1", "autoscaler-blind", "cpu"},
    {"Service \"shop/api\" does not have any active Endpoint.", "no-endpoints", "shop/api"},
    {"all(backend) <error: services \"api\" not found>", "service-missing", "api"},
    {"Internal error occurred: failed calling webhook \"validate.acme.io\": Post \"https://w.acme.svc:443/\": context deadline exceeded", "webhook-unreachable", "validate.acme.io"},
    {"admission webhook \"validation.gatekeeper.sh\" denied the request: [owner] you must provide labels", "policy-denied", "validation.gatekeeper.sh"},
    {"Error from server (BadRequest): strict decoding error: unknown field \"spec.template.spec.replicas\"", "field-unknown", "spec.template.spec.replicas"},
    {"The connection to the server localhost:8080 was refused - did you specify the right host or port?", "cluster-unreachable", NULL},
    {"storageclass.storage.k8s.io \"fast\" not found", "storage-class-missing", "fast"},
    {"Multi-Attach error for volume \"pvc-1\" Volume is already exclusively attached to one node", "volume-attached", "pvc-1"},
    {"Error: INSTALLATION FAILED: cannot re-use a name that is still in use", "helm-name-taken", NULL},
    {"ERROR: failed to solve: failed to read dockerfile: open Dockerfile.prod: no such file or directory", "dockerfile-missing", "Dockerfile.prod"},
    {"dockerfile parse error on line 7: unknown instruction: apt-get", "instruction-unknown", "apt-get"},
    {"E: Unable to locate package libpq-de", "apt-missing", "libpq-de"},
    {"  libpqq-dev (no such package):", "apt-missing", "libpqq-dev"},
    {"E: Failed to fetch http://deb.debian.org/x.deb  404  Not Found [IP: 1.2.3.4 80]", "apt-stale", NULL},
    {"validating compose.yaml: services.web additional properties 'port' not allowed", "compose-key", "web"},
    {"service \"web\" depends on undefined service \"db\": invalid compose project", "compose-undefined", "db"},
    {"service \"web\" refers to undefined volume data: invalid compose project", "compose-undefined", "data"},
    {"time=\"2026-01-01\" level=warning msg=\"The \\\"API_KEY\\\" variable is not set. Defaulting to a blank string.\"", "compose-variable", "API_KEY"},
    {"required variable DATABASE_PASSWORD is missing a value: ", "compose-variable", "DATABASE_PASSWORD"},
    {"dependency failed to start: container shop-db-1 is unhealthy", "compose-unhealthy", "shop-db-1"},
    {"Error: Database is uninitialized and superuser password is not specified.", "database-uninitialised", NULL},
    {"FATAL:  database files are incompatible with server", "database-upgraded", NULL},
    {"Error: Input required and not supplied: token", "input-empty", "token"},
    {"Invalid workflow file: .github/workflows/ci.yml#L12", "workflow-invalid", ".github/workflows/ci.yml"},
    {"denied: permission_denied: write_package", "package-write", NULL},
    {"Error: Dependencies lock file is not found in /runner/_work/shop/shop.", "cache-lock-missing", NULL},
    {"'deploy' job needs 'build' job, but 'build' is not in any previous stage", "gitlab-needs", "deploy"},
    {"deploy job: chosen stage release does not exist; available stages are .pre, build, test, .post", "gitlab-stage", "release"},
    {"java.lang.NoSuchMethodError: No such DSL method 'dockerBuild' found among steps [archive, bat]", "jenkins-step", "dockerBuild"},
    {"ERROR: Could not find credentials entry with ID 'registry'", "jenkins-credentials", "registry"},
    {"git@github.com: Permission denied (publickey).", "git-key", NULL},
    {"rpc error: code = Unknown desc = apps/shop: app path does not exist", "argo-path", "apps/shop"},
    {"application repo https://github.com/acme/shop is not permitted in project 'default'", "argo-project", "default"},
    {"│ Error: Unsupported Terraform Core version", "terraform-version", NULL},
    {"│ An argument named \"acl\" is not expected here.", "argument-unknown", "acl"},
    {"│ The argument \"bucket\" is required, but no definition was found.", "argument-missing", "bucket"},
    {"│ Error: Invalid for_each argument", "unknown-at-plan", "for_each"},
    {"Error: creating IAM Role (ci): EntityAlreadyExists: Role with name ci already exists.", "exists-already", NULL},
    {"│ Error: Instance cannot be destroyed", "destroy-forbidden", NULL},
    {"nginx: [emerg] host not found in upstream \"api\" in /etc/nginx/conf.d/default.conf:5", "upstream-unknown", "api"},
    {"nginx: [emerg] unknown directive \"prxy_pass\" in /etc/nginx/conf.d/default.conf:7", "nginx-configuration", "/etc/nginx/conf.d/default.conf"},
    {"connect() failed (111: Connection refused) while connecting to upstream, client: 10.0.0.1", "upstream-closed", NULL},
    {"x509: certificate is valid for api.acme.io, not api.acme.local", "certificate-name", "api.acme.io"},
    {"curl: (60) SSL certificate problem: unable to get local issuer certificate", "certificate-chain", NULL},
    {"error: deployment \"api\" exceeded its progress deadline", "rollout-stalls", NULL},
    {"Job has reached the specified backoff limit", "job-failed", NULL},
    {"Error: UPGRADE FAILED: timed out waiting for the condition", "waited-in-vain", NULL},
    {"ERROR: failed to solve: process \"/bin/sh -c make\" did not complete successfully: exit code: 2", "build-step", "/bin/sh -c make"},
    {"dial tcp 10.0.0.5:5432: i/o timeout", "network-silent", NULL},
    /* what is none of these */
    {"Process completed with exit code 1.", NULL, NULL},
    {"listening on :8080", NULL, NULL},
    {"INFO image built, 3 layers found", NULL, NULL},
    {"warning: the file was not found in the cache, building it", NULL, NULL},
};

static void read_text(Diagnoser *d, Arena *a, const char *text) {
    diagnose_begin(d, a);
    diagnose_log(d, STR("log"), str_of(text));
    diagnose_settle(d);
}

static void test_samples(void **state) {
    (void)state;
    uint32_t wrong = 0;
    for (size_t i = 0; i < ARRAY_COUNT(samples); i++) {
        Arena a = {0};
        Diagnoser d;
        const Sample *s = &samples[i];
        read_text(&d, &a, s->line);
        const Diagnosis *one = d.found.count ? &d.found.items[0] : NULL;
        Str id = one ? one->cause->id : STR("unknown"), word = one ? one->words[0] : (Str){NULL, 0};
        bool right = str_is(id, s->id ? s->id : "unknown") && str_is(word, s->word ? s->word : "");
        if (!right) print_error("%s: is %.*s '%.*s', not %s '%s'\n", s->line, STR_ARGS(id), STR_ARGS(word), s->id ? s->id : "unknown", s->word ? s->word : "");
        wrong += !right;
        arena_free(&a);
    }
    assert_int_equal(wrong, 0);
}

/* Every row has a sample; where a text names {1} or {2}, the row's pattern may give it; what is looked for has files to stand in. */
static void test_rows(void **state) {
    (void)state;
    Arena a = {0};
    Diagnoser d;
    diagnose_begin(&d, &a);
    for (uint32_t i = 0; i < d.row_count; i++) {
        const Cause *c = d.rows[i].cause;
        bool sampled = false;
        for (size_t s = 0; s < ARRAY_COUNT(samples); s++) sampled = sampled || (samples[s].id && str_is(c->id, samples[s].id));
        if (!sampled) fail_msg("%.*s has no line that was printed", STR_ARGS(c->id));
        for (int l = 0; l < LANGUAGE_COUNT; l++) {
            bool names = str_has(c->what.in[l], STR("{1}")) || str_has(c->act.in[l], STR("{1}"));
            assert_true(c->what.in[l].len && c->act.in[l].len && (!names || str_has(c->pattern, STR("("))));
            assert_false(str_ends(c->what.in[l], STR(".")) || str_ends(c->act.in[l], STR(".")));
        }
        assert_true((c->seek == SEEK_PLACE) == (c->place.len > 0));
        assert_true((c->seek == SEEK_WORD || c->seek == SEEK_PLACE) == (c->files.len > 0));
    }
    arena_free(&a);
}

/* A symptom is told only where no cause is; what repeats is counted; colours are no part of a line. */
static void test_log(void **state) {
    (void)state;
    Arena a = {0};
    Diagnoser d;
    read_text(&d, &a, "CrashLoopBackOff\n\x1b[31mKeyError: 'DATABASE_URL'\x1b[0m\nKeyError: 'DATABASE_URL'\nError: ImagePullBackOff\n");
    assert_int_equal(d.found.count, 1);
    assert_true(str_is(d.found.items[0].cause->id, "variable-missing"));
    assert_int_equal(d.found.items[0].count, 2);
    assert_int_equal(d.found.items[0].at.line, 2);
    assert_true(str_is(d.found.items[0].text, "KeyError: 'DATABASE_URL'"));
    read_text(&d, &a, "\x1b[31m\xe2\x94\x82\x1b[0m Error: Failed to install provider\n\xe2\x94\x82 \n\xe2\x94\x82 Error while installing hashicorp/aws v5.31.0: the local package for\n\xe2\x94\x82 registry.terraform.io/hashicorp/aws 5.31.0 doesn't match any of the\n"
                      "\xe2\x94\x82 checksums previously recorded in the dependency lock file\n\nKeyError: 'DB_URL'\n");
    assert_int_equal(d.found.count, 2);
    assert_true(str_is(d.found.items[0].cause->id, "provider-checksum") && str_is(d.found.items[0].words[0], "registry.terraform.io/hashicorp/aws"));
    assert_int_equal(d.found.items[0].at.line, 3);
    assert_int_equal(d.found.items[1].at.line, 7);
    assert_int_equal(d.lines, 7);
    read_text(&d, &a, "CrashLoopBackOff\n");
    assert_int_equal(d.found.count, 1);
    read_text(&d, &a, "");
    assert_int_equal(d.found.count, 0);
    arena_free(&a);
}

/* A word is found as a whole, in files of the kind; a path as a path. */
static void test_places(void **state) {
    (void)state;
    Arena a = {0};
    Diagnoser d;
    read_text(&d, &a, "KeyError: 'DB_URL'\n  on app/main.tf line 7, in resource:\n");
    assert_true(diagnose_wants(&d, STR("k8s/a.yaml")) && diagnose_wants(&d, STR("app/main.tf")) && !diagnose_wants(&d, STR("src/main.c")));
    diagnose_look(&d, STR("k8s/a.yaml"), STR("- name: OLD_DB_URL\n- name: DB_URL_X\n- name: DB_URL\n"));
    diagnose_look(&d, STR("src/main.c"), STR("DB_URL\n"));
    diagnose_look(&d, STR("map/main.tf"), STR("\n"));
    diagnose_look(&d, STR("app/main.tf"), STR("\n"));
    assert_int_equal(d.found.items[0].place_count, 1);
    assert_int_equal(d.found.items[0].places[0].line, 3);
    assert_int_equal(d.found.count, 2);
    assert_true(str_is(d.found.items[1].places[0].file, "app/main.tf"));
    assert_int_equal(d.found.items[1].places[0].line, 7);
    arena_free(&a);
}

/* Of many limits, that of the workload which the log is about; without its name, some of them. */
static void test_subject(void **state) {
    (void)state;
    Arena a = {0};
    Diagnoser d;
    const Str other = STR("name: mail\nlimits: {}\nmemory: 1Gi\n"), own = STR("memory: 9Mi\nname: shop\nmemory: 64Mi\n");
    read_text(&d, &a, "Name:             shop-7d9f8c6b5-x2x4z\n      Reason:       OOMKilled\n");
    assert_true(str_is(d.subject, "shop"));
    diagnose_look(&d, STR("a.yaml"), other);
    diagnose_look(&d, STR("b.yaml"), own);
    diagnose_look(&d, STR("c.yaml"), other);
    assert_int_equal(d.found.items[0].place_count, 1);
    assert_true(str_is(d.found.items[0].places[0].file, "b.yaml"));
    assert_int_equal(d.found.items[0].places[0].line, 3);
    read_text(&d, &a, "Warning  BackOff  kubelet  Back-off restarting failed container db in pod db-0_shop(uid)\nOOMKilled\n");
    assert_true(str_is(d.subject, "db"));
    read_text(&d, &a, "OOMKilled\n");
    diagnose_look(&d, STR("a.yaml"), other);
    assert_int_equal(d.found.items[0].place_count, 1);
    arena_free(&a);
}

/* Bytes that mean harm are shown as none, credentials are not shown. */
static void test_shown(void **state) {
    (void)state;
    Arena a = {0};
    Diagnoser d;
    Buf out = {0};
    read_text(&d, &a, "connect postgres://app:Kw9vLx2QpZ@db/x: dial tcp: lookup db on 10.0.0.1:53: no such host \x1b]0;pwned\x07\n");
    diagnose_tell(&d, LANGUAGE_ES, &out);
    assert_int_equal(d.found.count, 1);
    assert_false(str_has(buf_str(&out), STR("Kw9vLx2QpZ")));
    assert_int_equal(str_find_byte(buf_str(&out), '\x1b'), STR_NONE);
    assert_int_equal(str_find_byte(buf_str(&out), '\x07'), STR_NONE);
    buf_free(&out);
    arena_free(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_samples), cmocka_unit_test(test_rows), cmocka_unit_test(test_log), cmocka_unit_test(test_places), cmocka_unit_test(test_subject), cmocka_unit_test(test_shown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
