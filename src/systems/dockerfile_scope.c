/* What variables hold, stage by stage. A stage that begins with another takes its ENV over without a copy: thousands of them
 * may each take over thousands. */
#include "systems/dockerfile_lower.h"

static bool named(const Lower *l, Str name, uint32_t *index) {
    uintptr_t known = (uintptr_t)map_get(l->env_names, name);
    if (known) *index = (uint32_t)known - 1;
    return known != 0;
}

static Value *env_of(const Lower *l, const Pages *env, Str name) {
    uint32_t index;
    Setting *setting = named(l, name, &index) ? pages_get(env, index) : NULL;
    return setting ? &setting->value : NULL;
}

/* What the stage sets itself, before what ONBUILD of its base set, before what is in force there. */
static Value *variable_of(const Lower *l, const StageState *stage, Str name) {
    Value *own = map_get(&stage->own, name);
    if (!own && stage->base) own = map_get(&stage->base->triggered, name);
    return own || !stage->base ? own : env_of(l, &stage->base->env, name);
}

/* An ONBUILD instruction runs in a build on top of this image: it sees what ENV left there and what ONBUILD sets, no ARG of this file. */
Value *lower_variable(const Lower *l, Str name) {
    if (!l->stage) return map_get(&l->globals, name);
    if (!l->onbuild) return variable_of(l, l->stage, name);
    Value *triggered = map_get(&l->stage->triggered, name);
    return triggered ? triggered : env_of(l, &l->stage->env, name);
}

Value lower_set_elsewhere(const Lower *l, Str name) {
    const Setters *setters = l->stage ? map_get(&l->setters, name) : NULL;
    const StageState *stage = !setters ? NULL : setters->last != l->stage ? setters->last : setters->before;
    if (stage) return value_string(stage->object->address);
    return l->stage && map_has(&l->globals, name) ? value_string(STR("ARG")) : value_null();
}

void lower_inherit_variables(StageState *stage, StageState *base) {
    stage->base = base;
    stage->env = pages_copy(&base->env);
}

static void note_setter(Lower *l, Str name) {
    void **slot = map_slot(l->arena, &l->setters, name);
    if (!*slot) *slot = arena_new(l->arena, Setters);
    Setters *setters = *slot;
    if (setters->last == l->stage) return;
    setters->before = setters->last;
    setters->last = l->stage;
}

static void set_env(Lower *l, Str name, Value value) {
    uint32_t index = l->env_names->count;
    if (!named(l, name, &index)) map_put(l->arena, l->env_names, name, (void *)(uintptr_t)(index + 1));
    Setting *setting = arena_new(l->arena, Setting);
    *setting = (Setting){name, value};
    pages_put(l->arena, &l->stage->env, index, setting);
}

void lower_set_variable(Lower *l, Str name, Value value, bool env) {
    if (l->stage && !l->onbuild && !env && env_of(l, &l->stage->env, name)) return; /* ENV beats ARG */
    Value *slot = arena_new(l->arena, Value);
    *slot = value;
    Map *map = !l->stage ? &l->globals : l->onbuild ? &l->stage->triggered : &l->stage->own;
    map_put(l->arena, map, name, slot);
    if (!l->stage || l->onbuild) return;
    note_setter(l, name);
    if (env) set_env(l, name, value);
}

uint32_t lower_names(const Lower *l, Str *names, uint32_t max) {
    uint32_t count = 0;
    const StageState *base = l->stage ? l->stage->base : NULL;
    for (uint32_t i = 0; base && count < max && i < pages_count(&base->env); i++) names[count++] = ((const Setting *)pages_at(&base->env, i))->name;
    const Map *maps[] = {base ? &base->triggered : NULL, l->stage ? &l->stage->own : &l->globals};
    for (size_t m = 0; m < ARRAY_COUNT(maps); m++) {
        for (uint32_t i = 0; maps[m] && count < max && i < maps[m]->count; i++) names[count++] = maps[m]->items[i].key;
    }
    return count;
}

/* ---- ENV as a map that checks may ask ---- */

typedef struct EnvMap {
    const Map *names;
    Pages env;
    Span span;
} EnvMap;

static const EnvMap *map_of(const Tree *tree) { return tree->extra; }
static Entry entry_of(const Setting *setting) { return (Entry){value_string(setting->name), setting->value}; }

static bool env_is_map(const Tree *tree, uint32_t node) { return tree && !node; }
static bool env_is_list(const Tree *tree, uint32_t node) { return tree && node; }
static uint32_t env_size(const Tree *tree, uint32_t node) { return node ? 0 : pages_count(&map_of(tree)->env); }
static Span env_header(const Tree *tree, uint32_t node) { return (void)node, map_of(tree)->span; }

static Value env_value(const Tree *tree, uint32_t node, Arena *a) {
    (void)a;
    return (Value){.kind = VALUE_TREE, .count = node, .flags = VALUE_OPEN, .as.tree = tree};
}

static bool env_field(const Tree *tree, uint32_t node, Str key, Arena *a, Value *out) {
    (void)node, (void)a;
    uintptr_t known = (uintptr_t)map_get(map_of(tree)->names, key);
    const Setting *setting = known ? pages_get(&map_of(tree)->env, (uint32_t)known - 1) : NULL;
    if (setting) *out = setting->value;
    return setting != NULL;
}

static Value env_item(const Tree *tree, uint32_t node, uint32_t index, Arena *a) {
    (void)tree, (void)node, (void)index, (void)a;
    return value_null();
}

static Entry env_entry(const Tree *tree, uint32_t node, uint32_t index, Arena *a) {
    (void)node, (void)a;
    return entry_of(pages_at(&map_of(tree)->env, index));
}

static const Value *env_items(const Tree *tree, uint32_t node, uint32_t *count, Arena *a) {
    (void)tree, (void)node, (void)a;
    *count = 0;
    return NULL;
}

static const Entry *env_entries(const Tree *tree, uint32_t node, uint32_t *count, Arena *a) {
    *count = env_size(tree, node);
    Entry *entries = arena_array(a, Entry, *count);
    for (uint32_t i = 0; i < *count; i++) entries[i] = env_entry(tree, node, i, a);
    return entries;
}

static const TreeView env_view = {env_value, env_is_map, env_is_list, env_size, env_field, env_item, env_entry, env_items, env_entries, env_header};
static const Grammar env_grammar = {.name = {"env", 3}, .view = &env_view};

Value lower_env(Lower *l, StageState *stage) {
    Tree *tree = arena_new(l->arena, Tree);
    EnvMap *map = arena_new(l->arena, EnvMap);
    *map = (EnvMap){l->env_names, pages_copy(&stage->env), stage->object->span};
    *tree = (Tree){.grammar = &env_grammar, .extra = map};
    return value_at(env_value(tree, 0, l->arena), l->source, stage->object->span);
}
