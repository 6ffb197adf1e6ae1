/* spec.forProvider is the block's body: its names in snake case, a map that is no map of names a nested block. What a reference, a selector
 * or a secret gives is there and not known; what is read of other resources (users, uses) is open, so that nothing is missed there. */
#include "systems/crossplane.h"

#include "systems/terraform/module.h"

#define DEPTH_MAX 20

static const struct {
    const char *group, *kind, *type;
} types[] = {
#define CROSSPLANE(group, kind, type) {group, kind, type},
#include "systems/crossplane.def"
};

/* "LBListener" → "lb_listener", "ipv6CidrBlocks" → "ipv6_cidr_blocks" */
static Str snake(Str camel, Arena *a) {
    char *out = arena_array(a, char, camel.len * 2 + 1);
    size_t len = 0;
    for (size_t i = 0; i < camel.len; i++) {
        char c = camel.at[i];
        bool upper = c >= 'A' && c <= 'Z', after = i > 0 && !(camel.at[i - 1] >= 'A' && camel.at[i - 1] <= 'Z');
        bool before = i + 1 < camel.len && camel.at[i + 1] >= 'a' && camel.at[i + 1] <= 'z';
        if (upper && i > 0 && (after || before) && out[len - 1] != '_') out[len++] = '_';
        out[len++] = upper ? (char)(c + ('a' - 'A')) : c;
    }
    return (Str){out, len};
}

/* "s3.aws.upbound.io", "s3.aws.m.upbound.io" (in a namespace) → "s3.aws"; empty for any other. */
static Str family_of(Str group) {
    static const char *const ends[] = {".m.upbound.io", ".upbound.io"};
    for (size_t i = 0; i < ARRAY_COUNT(ends); i++) {
        if (!str_ends(group, str_of(ends[i]))) continue;
        Str family = str_slice(group, 0, group.len - str_of(ends[i]).len);
        return str_find_byte(family, '.') == STR_NONE ? (Str){NULL, 0} : family;
    }
    return (Str){NULL, 0};
}

static Str type_of(Str group, Str kind, Arena *a) {
    Str family = family_of(group), service, cloud, name = snake(kind, a);
    if (!family.len || !kind.len) return (Str){NULL, 0};
    for (size_t i = 0; i < ARRAY_COUNT(types); i++) {
        if (str_is(family, types[i].group) && str_is(kind, types[i].kind)) return str_of(types[i].type);
    }
    str_cut(family, '.', &service, &cloud);
    if (str_is(cloud, "azure")) return str_format(a, "azurerm_%.*s", STR_ARGS(name));
    const char *provider = str_is(cloud, "aws") ? "aws" : str_is(cloud, "gcp") ? "google" : NULL;
    return provider ? str_format(a, "%s_%.*s_%.*s", provider, STR_ARGS(service), STR_ARGS(name)) : (Str){NULL, 0};
}

/* ---- the body ---- */

static Value body_of(Value map, Arena *a, int depth);

/* Maps of names that people choose. */
static bool is_free(Str name) {
    static const char *const names[] = {"tags", "tagsAll", "labels", "annotations", "variables", "parameters", "metadata", "userLabels", "resourceLabels", "appSettings", "requestParameters", "responseParameters"};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (str_is(name, names[i])) return true;
    }
    return false;
}

static Value value_of(Value v, Arena *a, int depth) {
    if (depth > DEPTH_MAX) return value_at(value_hole(HOLE_UNREAD), v.source, v.span);
    Value place = value_absent(v);
    if (value_is_map(v)) {
        Value *one = arena_new(a, Value);
        *one = body_of(v, a, depth + 1);
        return value_at(value_list(one, 1), place.source, place.span);
    }
    if (!value_is_list(v)) return v;
    uint32_t count;
    const Value *items = value_items(v, &count, a);
    Value *out = arena_array(a, Value, count);
    for (uint32_t i = 0; i < count; i++) out[i] = value_is_map(items[i]) ? body_of(items[i], a, depth + 1) : value_of(items[i], a, depth + 1);
    Value list = value_list(out, count);
    list.flags = v.flags;
    return value_at(list, place.source, place.span);
}

/* The attribute that another resource gives: bucketRef, subnetIdRefs, passwordSecretRef … Empty when the field is one itself. */
static Str referred(Str name) {
    static const char *const ends[] = {"SecretRef", "Selector", "Refs", "Ref"};
    for (size_t i = 0; i < ARRAY_COUNT(ends); i++) {
        if (str_ends(name, str_of(ends[i])) && name.len > str_of(ends[i]).len) return str_slice(name, 0, name.len - str_of(ends[i]).len);
    }
    return (Str){NULL, 0};
}

static Value body_of(Value map, Arena *a, int depth) {
    uint32_t count, kept = 0;
    const Entry *entries = value_entries(map, &count, a);
    Entry *out = arena_array(a, Entry, count);
    for (uint32_t pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < count; i++) {
            Str key = value_text(entries[i].key), base = referred(key);
            if (!key.len || (base.len > 0) != (pass == 1)) continue;
            Value name = entries[i].key, value = is_free(key) ? value_spread(entries[i].value, a) : value_of(entries[i].value, a, depth + 1);
            Str text = snake(base.len ? base : key, a);
            if (base.len && entries_hold(out, kept, text)) continue;
            if (base.len) value = value_at(value_hole(HOLE_REMOTE), name.source, name.span);
            out[kept++] = (Entry){value_at(value_string(text), name.source, name.span), value};
        }
    }
    Value body = value_map(out, kept), place = value_absent(map);
    body.flags = map.flags & VALUE_OPEN;
    return value_at(body, place.source, place.span);
}

/* ---- the block ---- */

void crossplane_model(const Object *manifest, bool open, Model *model) {
    Arena *a = model->arena;
    Value spec = manifest->fields[MANIFEST_SPEC], given = value_field(spec, "forProvider", a), initial = value_field(spec, "initProvider", a);
    Str type = value_is_map(given) ? type_of(value_text(manifest->fields[MANIFEST_GROUP]), value_text(manifest->fields[MANIFEST_KIND]), a) : (Str){NULL, 0};
    if (!type.len) return;
    Object *o = object_new(a, SHAPE_BLOCK, manifest->source, manifest->span);
    o->extent = manifest->extent;
    o->address = manifest->address;
    o->composite = manifest->composite;
    Value none = value_list(NULL, 0);
    none.flags |= VALUE_OPEN;
    o->fields[BLOCK_BLOCK_TYPE] = value_at(value_string(type), o->source, o->span);
    o->fields[BLOCK_BLOCK_NAME] = manifest->fields[MANIFEST_NAME];
    o->fields[BLOCK_BLOCK_KIND] = value_at(value_string(STR("resource")), o->source, o->span);
    o->fields[BLOCK_BODY] = body_of(given, a, 0);
    if (open || value_size(initial)) o->fields[BLOCK_BODY].flags |= VALUE_OPEN;
    o->fields[BLOCK_FILE_NAME] = value_at(value_string(str_base_name(o->source->path)), o->source, o->span);
    o->fields[BLOCK_IS_ROOT] = o->fields[BLOCK_IS_USED] = value_at(value_bool(true), o->source, o->span);
    o->fields[BLOCK_USES] = o->fields[BLOCK_USERS] = o->fields[BLOCK_PEERS] = o->fields[BLOCK_STATEMENTS] = value_at(none, o->source, o->span);
    model_subject(model, o);
    terraform_statements(o, model);
    terraform_rules(o, model);
    terraform_grants(o, model);
}
