/* Which modules belong together: by the calls between them, merged as sets (R. E. Tarjan, "Efficiency of a Good but Not Linear Set Union
 * Algorithm", 1975). Modules that were fetched, and values of the command line, may join any of them to any other: then all are one group. */
#include "systems/terraform/module.h"

static uint32_t find(Module **modules, uint32_t i) {
    while (modules[i]->group != i) {
        modules[i]->group = modules[modules[i]->group]->group; /* the way is halved for whoever comes next */
        i = modules[i]->group;
    }
    return i;
}

static void join(Module **modules, uint32_t a, uint32_t b) {
    a = find(modules, a);
    b = find(modules, b);
    modules[MAX(a, b)]->group = MIN(a, b);
}

static void join_calls(World *w) {
    bool all = w->values.count > 0;
    for (uint32_t i = 0; i < w->modules.count; i++) all = all || w->modules.items[i]->is_fetched;
    for (uint32_t i = 0; i < w->modules.count; i++) {
        Module *m = w->modules.items[i];
        if (all) join(w->modules.items, 0, i);
        vec_each(Declaration, item, &m->items) {
            Module *called = item->kind == DECLARED_MODULE ? terraform_called(w, m, item) : NULL;
            if (called) join(w->modules.items, i, called->group);
        }
    }
}

/* A file of Terragrunt stands for itself, and says something of the module beside it all the same. */
static void join_beside(World *w, const SystemFile *files, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        const Module *own = terraform_module(w, &files[i]), *beside = map_get(&w->by_folder, str_folder(files[i].source->path));
        if (own && beside && own != beside) join(w->modules.items, own->group, beside->group);
    }
}

void terraform_groups(World *w, const SystemFile *files, uint32_t count, ModuleGroups *out) {
    for (uint32_t i = 0; i < w->modules.count; i++) w->modules.items[i]->group = i;
    join_calls(w);
    join_beside(w, files, count);
    for (uint32_t i = 0; i < w->modules.count; i++) find(w->modules.items, i);
    uint32_t *numbers = arena_array(w->arena, uint32_t, w->modules.count);
    for (uint32_t i = 0; i < w->modules.count; i++) {
        Module *m = w->modules.items[i];
        uint32_t first = find(w->modules.items, i); /* the smallest of its set: it was numbered already, or is the one */
        if (first == i) {
            numbers[i] = out->count;
            vec_push(w->arena, out, ((ModuleGroup){0}));
        }
        vec_push(w->arena, &out->items[numbers[first]].modules, m);
    }
    for (uint32_t g = 0; g < out->count; g++) {
        for (uint32_t i = 0; i < out->items[g].modules.count; i++) out->items[g].modules.items[i]->group = g;
    }
    for (uint32_t i = 0; i < count; i++) {
        const Module *m = terraform_module(w, &files[i]);
        if (m) vec_push(w->arena, &out->items[m->group].files, files[i]);
    }
}
