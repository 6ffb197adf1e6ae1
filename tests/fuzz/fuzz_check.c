/* Any bytes as a check file, as a user's own may be: loaded with a principle to refer to, its examples taken apart. */
#include "check/catalogue.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char reason[] = "why: {en: because, es: porque}\nreferences: [https://example.com/]\n";
    static const char templates[] = "columns: {flag: a flag}\ncategory: security\nforms:\n  set: {when: \"it.program == '<flag>'\", bad: [{a.yaml: \"a: <flag> <--!\"}]}\n";
    Arena a = {0};
    Source principle, family, source;
    Error err;
    source_init(&principle, STR("principles/p.yaml"), (Str){reason, sizeof reason - 1});
    source_init(&source, STR("check.yaml"), (Str){(const char *)data, size});
    Principle loaded;
    Family members;
    source_init(&family, STR("families/flag.yaml"), (Str){templates, sizeof templates - 1});
    ensure(principle_load(&principle, STR("reproducible-builds"), &a, &loaded, &err), "the principle is right");
    ensure(family_load(&family, STR("flag"), &a, &members, &err), "the family is right");
    Shared shared = {0};
    vec_push(&a, &shared.principles, loaded);
    vec_push(&a, &shared.families, members);
    CheckVec checks = {0};
    ExampleVec examples = {0};
    if (check_load(&source, STR("user/check"), &shared, &a, &checks, &err)) {
        for (uint32_t i = 0; i < checks.count; i++) check_examples(&checks.items[i], &a, &examples);
    }
    source_free(&family);
    source_free(&source);
    source_free(&principle);
    arena_free(&a);
    return 0;
}
