/* Any bytes as a check file, as a user's own may be: loaded with a principle to refer to, its examples taken apart. */
#include "check/load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char reason[] = "why: {en: because, es: porque}\nreferences: [https://example.com/]\n";
    Arena a = {0};
    Source principle, source;
    Error err;
    source_init(&principle, STR("principles/p.yaml"), (Str){reason, sizeof reason - 1});
    source_init(&source, STR("check.yaml"), (Str){(const char *)data, size});
    Principle loaded;
    ensure(principle_load(&principle, STR("reproducible-builds"), &a, &loaded, &err), "the principle is right");
    PrincipleVec principles = {0};
    vec_push(&a, &principles, loaded);
    Check check;
    if (check_load(&source, STR("user/check"), &principles, &a, &check, &err)) {
        ExampleVec examples = {0};
        check_examples(&source, &a, &examples);
    }
    source_free(&source);
    source_free(&principle);
    arena_free(&a);
    return 0;
}
