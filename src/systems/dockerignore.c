/* .dockerignore (https://docs.docker.com/build/concepts/context/#dockerignore-files): the last pattern that matches decides. */
#include "systems/dockerfile.h"

#include "values/glob.h"

/* Whether `path` is kept out of the build context. A pattern that matches a folder also covers what is in it. */
static bool excludes(ValueVec patterns, Str path) {
    bool out = false;
    for (uint32_t i = 0; i < patterns.count; i++) {
        Str pattern = value_str(patterns.items[i]);
        bool negated = pattern.len && pattern.at[0] == '!';
        if (negated) pattern = str_skip(pattern, 1);
        while (pattern.len && pattern.at[0] == '/') pattern = str_skip(pattern, 1);
        while (pattern.len && pattern.at[pattern.len - 1] == '/') pattern.len--;
        if (str_starts(pattern, STR("./"))) pattern = str_skip(pattern, 2);
        if (str_is(pattern, ".") || glob_matches(pattern, path)) out = !negated;
    }
    return out;
}

static bool excludes_any(ValueVec patterns, const char *const *paths, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (excludes(patterns, str_of(paths[i]))) return true;
    }
    return false;
}

const Object *dockerignore_model(Source *source, Model *model) {
    static const char *const dependencies[] = {"node_modules", ".venv", "venv", "vendor", "target", "__pycache__", "dist", "build"};
    Object *o = object_new(model->arena, SHAPE_DOCKERIGNORE, source, (Span){0, 0});
    ValueVec patterns = {0};
    Str rest = source->bytes, line;
    if (str_starts(rest, STR("\xEF\xBB\xBF"))) rest = str_skip(rest, 3);
    while (str_next(&rest, '\n', &line)) {
        Str pattern = str_trim(line);
        if (!pattern.len || pattern.at[0] == '#') continue;
        uint32_t at = (uint32_t)(pattern.at - source->bytes.at);
        vec_push(model->arena, &patterns, value_at(value_string(pattern), source, (Span){at, at + (uint32_t)pattern.len}));
    }
    Span all = {0, (uint32_t)source->bytes.len};
    o->fields[DOCKERIGNORE_PATH] = value_at(value_string(source->path), source, all);
    o->fields[DOCKERIGNORE_PATTERNS] = value_at(value_list(patterns.items, patterns.count), source, all);
    o->fields[DOCKERIGNORE_EXCLUDES_GIT] = value_at(value_bool(excludes(patterns, STR(".git"))), source, all);
    o->fields[DOCKERIGNORE_EXCLUDES_ENV] = value_at(value_bool(excludes(patterns, STR(".env"))), source, all);
    o->fields[DOCKERIGNORE_EXCLUDES_DEPENDENCIES] = value_at(value_bool(excludes_any(patterns, dependencies, ARRAY_COUNT(dependencies))), source, all);
    model_subject(model, o);
    return o;
}
