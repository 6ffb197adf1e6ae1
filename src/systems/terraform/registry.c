/* Well-known modules of the registry, which a repository names and does not hold: their inputs stand for the attributes of the
 * resource they make (registry.def), so that the same checks see them. Invariant: a default counts only for the versions that have it. */
#include "systems/terraform/module.h"

typedef VEC(Entry) EntryVec;

static const struct { Str module, type, majors, terms; } modules[] = {
#define REGISTRY(module, type, majors, terms) {STR_INIT(module), STR_INIT(type), STR_INIT(majors), STR_INIT(terms)},
#include "systems/terraform/registry.def"
#undef REGISTRY
};

/* terraform-aws-modules/NAME/aws, with the registry's host or without; of a module inside of it, NAME/INNER. */
static Str module_name(Str source, Arena *a) {
    static const Str prefixes[] = {STR_INIT("registry.terraform.io/terraform-aws-modules/"), STR_INIT("terraform-aws-modules/")};
    for (size_t i = 0; i < ARRAY_COUNT(prefixes); i++) {
        Str name, rest;
        if (!str_starts(source, prefixes[i]) || !str_cut(str_skip(source, prefixes[i].len), '/', &name, &rest)) continue;
        if (str_is(rest, "aws")) return name;
        if (str_starts(rest, STR("aws//modules/"))) return str_format(a, "%.*s/%.*s", STR_ARGS(name), STR_ARGS(str_skip(rest, strlen("aws//modules/"))));
    }
    return (Str){NULL, 0};
}

/* ---- versions: https://developer.hashicorp.com/terraform/language/expressions/version-constraints ---- */

#define NEWEST 1000 /* a major version that no module reaches: whatever came last */

/* The highest major version that one constraint allows; NEWEST for those that only say "at least". */
static int64_t highest(Str constraint) {
    size_t digits = 0;
    while (digits < constraint.len && (constraint.at[digits] < '0' || constraint.at[digits] > '9')) digits++;
    Str op = str_trim(str_slice(constraint, 0, digits)), version = str_skip(constraint, digits), major, rest;
    int64_t n;
    if (!str_cut(version, '.', &major, &rest)) major = version;
    if (str_is(op, ">=") || str_is(op, ">") || str_is(op, "!=") || !str_to_int(str_trim(major), &n)) return NEWEST;
    bool whole = true; /* 4, 4.0, 4.0.0: "< 4.0" means 3 */
    for (size_t i = major.len; i < version.len; i++) whole = whole && (version.at[i] == '.' || version.at[i] == '0');
    return str_is(op, "<") && whole ? n - 1 : n;
}

/* The major version that `terraform init` would take; false when nobody can tell. */
static bool major_version(Value version, int64_t *out) {
    *out = NEWEST;
    Str rest = value_text(version), constraint;
    while (rest.len && str_next(&rest, ',', &constraint)) *out = MIN(*out, highest(str_trim(constraint)));
    return version.kind == VALUE_NULL || version.kind == VALUE_STRING;
}

/* "" all, "4-" from 4 on, "-3" up to 3, "4-8"; "?" those that are not known. */
static bool is_among(bool known, int64_t major, Str majors) {
    Str from, to;
    int64_t n;
    if (!majors.len) return true;
    if (!known || str_is(majors, "?") || !str_cut(majors, '-', &from, &to)) return !known && str_is(majors, "?");
    return (!str_to_int(from, &n) || major >= n) && (!str_to_int(to, &n) || major <= n);
}

/* ---- a resource from the inputs ---- */

static Value input(Value body, Str name) { return hcl_member(body, value_string(name)); }

static Value word(Str text) {
    bool yes = str_is(text, "true");
    return str_is(text, "?") ? value_hole(HOLE_REMOTE) : yes || str_is(text, "false") ? value_bool(yes) : value_string(text);
}

/* One term of the table: an entry of the resource's body, or none. */
static bool term_entry(Value body, Str term, Entry *out) {
    for (size_t i = 0; i < term.len; i++) {
        char c = term.at[i];
        if (c != '=' && c != '<' && c != ':') continue;
        Str name = str_slice(term, 0, i), rest = str_skip(term, i + 1), other, absent;
        Value v = c == '<' ? value_null() : c == ':' ? value_string(rest) : word(rest);
        if (c == '<' && str_cut(rest, ',', &other, &absent)) {
            v = input(body, other);
            if (v.kind == VALUE_NULL) v = word(absent);
        } else if (c == '<') v = input(body, rest);
        bool given = c == '=' && input(body, name).kind != VALUE_NULL;
        *out = (Entry){value_string(name), v.source ? v : value_at(v, body.source, body.span)};
        return !given && v.kind != VALUE_NULL;
    }
    return false;
}

/* block.name: into the block that earlier terms began, as a list of one. */
static void add_nested(Value body, EntryVec *entries, Str block, Entry inner, Arena *a) {
    Entry *at = NULL;
    for (uint32_t i = body.count; i < entries->count; i++) {
        if (str_eq(value_text(entries->items[i].key), block)) at = &entries->items[i];
    }
    uint32_t count = at ? at->value.as.items[0].count : 0;
    Entry *all = arena_array(a, Entry, count + 1);
    if (count) memcpy(all, at->value.as.items[0].as.entries, count * sizeof *all);
    all[count] = inner;
    Value *one = arena_new(a, Value);
    *one = value_at(value_map(all, count + 1), body.source, inner.value.span);
    one->flags = VALUE_OPEN;
    Value list = value_at(value_list(one, 1), body.source, inner.value.span);
    if (at) at->value = list;
    else vec_push(a, entries, ((Entry){value_string(block), list}));
}

static Value resource_body(Value body, Str terms, Arena *a) {
    EntryVec entries = {0};
    uint8_t flags = 0;
    for (uint32_t i = 0; i < body.count; i++) vec_push(a, &entries, body.as.entries[i]);
    Str term, block, name;
    Entry entry;
    while (terms.len && str_next(&terms, ' ', &term)) {
        if (str_is(term, "*=?")) flags = VALUE_OPEN;
        else if (!term_entry(body, term, &entry)) continue;
        else if (str_cut(value_text(entry.key), '.', &block, &name)) {
            entry.key = value_string(name);
            add_nested(body, &entries, block, entry, a);
        } else vec_push(a, &entries, entry);
    }
    Value out = value_at(value_map(entries.items, entries.count), body.source, body.span);
    out.flags = flags;
    return out;
}

void terraform_registry(const Object *call, Arena *a, ObjectVec *out) {
    Value body = call->fields[BLOCK_BODY], source = input(body, STR("source"));
    Str name = module_name(value_text(source), a);
    int64_t major;
    bool known = major_version(input(body, STR("version")), &major);
    for (size_t i = 0; name.len && i < ARRAY_COUNT(modules); i++) {
        if (!str_eq(modules[i].module, name) || !is_among(known, major, modules[i].majors)) continue;
        Object *o = object_new(a, SHAPE_BLOCK, call->source, call->span);
        o->extent = call->extent;
        o->address = str_format(a, "%.*s.%.*s.this", STR_ARGS(call->address), STR_ARGS(modules[i].type));
        memcpy(o->fields, call->fields, BLOCK_FIELD_COUNT * sizeof(Value));
        o->fields[BLOCK_BLOCK_TYPE] = value_at(value_string(modules[i].type), call->source, call->span);
        o->fields[BLOCK_BLOCK_KIND] = value_at(value_string(STR("resource")), call->source, call->span);
        o->fields[BLOCK_BLOCK_NAME] = value_at(value_string(STR("this")), call->source, call->span);
        o->fields[BLOCK_BODY] = resource_body(body, modules[i].terms, a);
        vec_push(a, out, o);
    }
    /* What one module makes belongs together: the bucket and its public access block use each other. */
    ValueVec all = {0};
    for (uint32_t i = 0; i < out->count; i++) vec_push(a, &all, value_object(out->items[i]));
    for (uint32_t i = 0; i < out->count; i++) {
        Object *o = (Object *)(uintptr_t)out->items[i];
        o->fields[BLOCK_USES] = value_at(value_list(all.items, all.count), o->source, o->span);
    }
}
