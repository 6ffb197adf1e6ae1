/* A few files of Terraform, evaluated together without any check: what the tests of its system share. */
#ifndef TESTS_UNIT_TERRAFORM_TRIAL_H
#define TESTS_UNIT_TERRAFORM_TRIAL_H

#include "model/shape.h"
#include "systems/system.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define FILES_MAX 8

typedef struct Trial {
    Arena arena;
    Source sources[FILES_MAX];
    Model models[FILES_MAX];
    SystemFile files[FILES_MAX];
    uint32_t count;
    const char *beside, *text; /* one file that expressions may read */
} Trial;

static inline bool read_beside(void *data, Str path, Arena *a, Str *out) {
    const Trial *t = data;
    if (!t->beside || !str_is(path, t->beside)) return false;
    *out = str_copy(a, str_of(t->text));
    return true;
}

/* Path, content, path, content …, NULL; sorted by path. */
static inline void evaluate(Trial *t, const char *value_file, ...) {
    va_list list;
    va_start(list, value_file);
    const System *system = system_of(SYSTEM_TERRAFORM);
    for (const char *path; (path = va_arg(list, const char *));) {
        uint32_t i = t->count++;
        source_init(&t->sources[i], str_of(path), str_of(va_arg(list, const char *)));
        t->sources[i].system = STR("terraform");
        t->models[i] = (Model){.arena = &t->sources[i].arena};
        const Tree *tree = system->parse(&t->sources[i]);
        const char *broken = tree_verify(tree);
        if (broken) fail_msg("%s: %s", path, broken);
        system->model(&t->sources[i], tree, &t->models[i]);
        t->files[i] = (SystemFile){&t->sources[i], tree, &t->models[i]};
    }
    va_end(list);
    Str values = value_file ? str_of(value_file) : STR("");
    Outside outside = {&values, value_file != NULL, read_beside, NULL, t, true, NULL, NULL, 0, 1, &t->arena, NULL};
    system->evaluate(t->files, t->count, &outside);
}

static inline void close_trial(Trial *t) {
    for (uint32_t i = 0; i < t->count; i++) source_free(&t->sources[i]);
    arena_free(&t->arena);
}

static inline const Object *find(const Trial *t, ShapeId shape, const char *address) {
    for (uint32_t i = 0; i < t->count; i++) {
        for (uint32_t k = 0; k < t->models[i].subjects.count; k++) {
            const Object *o = t->models[i].subjects.items[k];
            if (o->shape->id == shape && str_is(o->address, address)) return o;
        }
    }
    return NULL;
}

static inline void assert_body(const Trial *t, const char *address, const char *want) {
    const Object *o = find(t, SHAPE_BLOCK, address);
    if (!o) fail_msg("no block %s", address);
    Buf got = {0};
    value_dump(o->fields[BLOCK_BODY], &got);
    if (!str_is(buf_str(&got), want)) fail_msg("%s is %.*s instead of %s", address, (int)got.len, got.at, want);
    buf_free(&got);
}

#endif
