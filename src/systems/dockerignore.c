/* .dockerignore (https://docs.docker.com/build/concepts/context/#dockerignore-files): the last pattern that matches decides. */
#include "systems/dockerfile.h"

#include "values/glob.h"

typedef VEC(Str) LineVec;

static Value excludes_any(const Object *o, const LineVec *lines, const char *const *paths, size_t count) {
    bool any = false;
    for (size_t i = 0; i < count; i++) any = any || glob_excludes(lines->items, lines->count, str_of(paths[i]));
    return value_at(value_bool(any), o->source, (Span){0, (uint32_t)o->source->bytes.len});
}

const Object *dockerignore_model(Source *source, Model *model) {
    static const char *const dependencies[] = {"node_modules", ".venv", "venv", "vendor", "target", "__pycache__", "dist", "build"};
    Object *o = object_new(model->arena, SHAPE_DOCKERIGNORE, source, (Span){0, 0});
    static const char *const git[] = {".git"}, *const env[] = {".env"};
    ValueVec patterns = {0};
    LineVec lines = {0};
    Str rest = source->bytes, line;
    if (str_starts(rest, STR("\xEF\xBB\xBF"))) rest = str_skip(rest, 3);
    while (str_next(&rest, '\n', &line)) {
        Str pattern = str_trim(line);
        if (!pattern.len || pattern.at[0] == '#') continue;
        vec_push(model->arena, &lines, pattern);
        uint32_t at = (uint32_t)(pattern.at - source->bytes.at);
        vec_push(model->arena, &patterns, value_at(value_string(pattern), source, (Span){at, at + (uint32_t)pattern.len}));
    }
    Span all = {0, (uint32_t)source->bytes.len};
    o->fields[DOCKERIGNORE_PATH] = value_at(value_string(source->path), source, all);
    o->fields[DOCKERIGNORE_PATTERNS] = value_at(value_list(patterns.items, patterns.count), source, all);
    o->fields[DOCKERIGNORE_EXCLUDES_GIT] = excludes_any(o, &lines, git, 1);
    o->fields[DOCKERIGNORE_EXCLUDES_ENV] = excludes_any(o, &lines, env, 1);
    o->fields[DOCKERIGNORE_EXCLUDES_DEPENDENCIES] = excludes_any(o, &lines, dependencies, ARRAY_COUNT(dependencies));
    model_subject(model, o);
    return o;
}
