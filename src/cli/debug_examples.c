/* Examples as they are: filled, where they are of the row of a table. */
#include "cli/debug_examples.h"

#include "check/catalogue.h"
#include "report/json_writer.h"

static void put_example(JsonWriter *w, const Check *check, const Example *example) {
    json_open(w, '{');
    json_put(w, "check", check->id);
    json_key(w, "bad");
    json_bool(w, example->bad);
    json_key(w, "files");
    json_open(w, '[');
    vec_each(ExampleFile, file, &example->files) {
        json_open(w, '{');
        json_put(w, "path", file->path);
        json_put(w, "text", file->bytes);
        json_close(w, '}');
    }
    json_close(w, ']');
    json_close(w, '}');
}

bool debug_examples(Str check, Buf *out, Error *err) {
    uint32_t count, shown = 0;
    const Check *checks = catalogue_checks(&count);
    JsonWriter w = {.out = out};
    json_open(&w, '{');
    json_key(&w, "examples");
    json_open(&w, '[');
    for (uint32_t i = 0; i < count; i++) {
        Arena arena = {0};
        ExampleVec examples = {0};
        if (str_starts(checks[i].id, check)) check_examples(&checks[i], &arena, &examples);
        vec_each(Example, example, &examples) put_example(&w, &checks[i], example);
        shown += examples.count;
        arena_free(&arena);
    }
    json_close(&w, ']');
    json_close(&w, '}');
    buf_byte(out, '\n');
    return shown || error_set(err, "%.*sthere is no check '%.*s'; `infra checks` lists them", 0, "", STR_ARGS(check));
}
