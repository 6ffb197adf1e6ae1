/* What a file is, by its name and, where that says too little, by its first bytes. */
#include "discover/recognise.h"

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
        {"web/.drone.yml", "kind: pipeline\nsteps:\n- name: a\n  image: b\nservices:\n- name: docker\n  image: docker:dind\n", SYSTEM_NONE},
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

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(names_and_content)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
