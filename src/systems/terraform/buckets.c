/* Resources that name the same bucket without referring to each other: by the same text, or by the same expression in one module,
 * whatever it is worth. The bucket counts as used by what else names it. */
#include "systems/terraform/module.h"

static const struct { Str type, attribute; } holders[] = {
    {STR_INIT("aws_s3_bucket"), STR_INIT("bucket")},
    {STR_INIT("google_storage_bucket"), STR_INIT("name")},
};

/* What the name is, as far as can be compared; empty when it can't. */
static Str identity(const World *w, const Instance *in, Value v) {
    if (v.kind == VALUE_STRING) return str_format(w->arena, "=%.*s", STR_ARGS(value_str(v)));
    if (v.kind != VALUE_HOLE || !v.source) return (Str){NULL, 0};
    Str expression = source_slice(v.source, v.span);
    bool named = str_starts(expression, STR("var.")) || str_starts(expression, STR("local."));
    return named ? str_format(w->arena, "?%.*s %.*s", STR_ARGS(in->address), STR_ARGS(expression)) : (Str){NULL, 0};
}

static const char *attribute_of(Value type) {
    for (size_t i = 0; i < ARRAY_COUNT(holders); i++) {
        if (type.kind == VALUE_STRING && str_eq(value_str(type), holders[i].type)) return holders[i].attribute.at;
    }
    return NULL;
}

static void note(World *w, Instance *in, Map *buckets) {
    for (uint32_t i = 0; i < in->blocks.count; i++) {
        const Object *o = in->blocks.items[i].as.object;
        const char *attribute = attribute_of(o->fields[BLOCK_BLOCK_TYPE]);
        Str name = attribute ? identity(w, in, terraform_member(o->fields[BLOCK_BODY], attribute)) : (Str){NULL, 0};
        if (name.len > 1 && !map_has(buckets, name)) map_put(w->arena, buckets, name, (void *)(uintptr_t)o);
    }
    for (uint32_t i = 0; i < in->children.count; i++) {
        if (in->children.items[i].value) note(w, in->children.items[i].value, buckets);
    }
}

static void add_use(World *w, Object *o, const Object *bucket) {
    Value uses = o->fields[BLOCK_USES];
    uint32_t count = uses.kind == VALUE_LIST ? uses.count : 0;
    for (uint32_t i = 0; i < count; i++) {
        if (uses.as.items[i].as.object == bucket) return;
    }
    Value *items = arena_array(w->arena, Value, count + 1);
    if (count) memcpy(items, uses.as.items, count * sizeof *items);
    items[count] = value_object(bucket);
    o->fields[BLOCK_USES] = value_at(value_list(items, count + 1), o->source, o->span);
}

static void join(World *w, Instance *in, const Map *buckets) {
    for (uint32_t i = 0; i < in->blocks.count; i++) {
        Object *o = (Object *)(uintptr_t)in->blocks.items[i].as.object;
        if (!value_is_string(o->fields[BLOCK_BLOCK_KIND], "resource")) continue;
        Str name = identity(w, in, terraform_member(o->fields[BLOCK_BODY], "bucket"));
        const Object *bucket = name.len > 1 ? map_get(buckets, name) : NULL;
        if (bucket && bucket != o && !attribute_of(o->fields[BLOCK_BLOCK_TYPE])) add_use(w, o, bucket);
    }
    for (uint32_t i = 0; i < in->children.count; i++) {
        if (in->children.items[i].value) join(w, in->children.items[i].value, buckets);
    }
}

void terraform_buckets(World *w, Instance *in) {
    Map buckets = {0};
    note(w, in, &buckets);
    if (buckets.count) join(w, in, &buckets);
}
