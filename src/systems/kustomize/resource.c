/* What a resource is called, was called, and who means it. Invariant: no two resources of a list have one id while it grows; an id that
 * a transformation gave up is remembered, since patches and references may use it. */
#include "systems/kustomize/build.h"

static const struct ClusterKind {
    const char *kind, *group;
} cluster_kinds[] = {
#define CLUSTER(kind, group) {kind, group},
#include "systems/kustomize/kinds.def"
#undef CLUSTER
};

bool kind_is_cluster_wide(const ResourceId *id) {
    for (size_t i = 0; i < ARRAY_COUNT(cluster_kinds); i++) {
        if (str_is(id->kind, cluster_kinds[i].kind) && str_is(id->group, cluster_kinds[i].group)) return true;
    }
    return false;
}

static ResourceId id_of(Build *b, const BuiltNode *root) {
    ResourceId id = {0};
    Str api = scalar_text(built_peek(b->tree, root, "apiVersion"), b->arena), version;
    bool grouped = str_cut(api, '/', &id.group, &version);
    id.version = grouped ? version : api;
    if (!grouped) id.group = STR("");
    id.kind = scalar_text(built_peek(b->tree, root, "kind"), b->arena);
    id.name = scalar_text(built_peek(b->tree, root, "metadata.name"), b->arena);
    id.namespace = scalar_text(built_peek(b->tree, root, "metadata.namespace"), b->arena);
    return id;
}

bool namespace_is(Str a, Str b) {
    bool left = !a.len || str_is(a, "default"), right = !b.len || str_is(b, "default");
    return left && right ? true : str_eq(a, b);
}

static bool same_kind(const ResourceId *a, const ResourceId *b) {
    return str_eq(a->group, b->group) && str_eq(a->version, b->version) && str_eq(a->kind, b->kind);
}

bool resource_is_id(const ResourceId *a, const ResourceId *b) {
    return same_kind(a, b) && str_eq(a->name, b->name) && (namespace_is(a->namespace, b->namespace) || kind_is_cluster_wide(a));
}

bool resource_was(const Resource *r, const ResourceId *id) {
    if (resource_is_id(&r->id, id)) return true;
    for (uint32_t i = 0; i < r->before.count; i++) {
        if (resource_is_id(&r->before.items[i], id)) return true;
    }
    return false;
}

Str resource_id_text(Arena *a, const ResourceId *id) {
    Str group = id->group.len ? str_format(a, ".%.*s", STR_ARGS(id->group)) : STR("");
    Str space = id->namespace.len ? str_format(a, ".%.*s", STR_ARGS(id->namespace)) : STR("");
    return str_format(a, "%.*s.%.*s%.*s/%.*s%.*s", STR_ARGS(id->kind), STR_ARGS(id->version), STR_ARGS(group), STR_ARGS(id->name), STR_ARGS(space));
}

void resource_layer(Build *b, Resource *r, Source *source, Span span) {
    for (uint32_t i = 0; i < r->layers.count; i++) {
        const Layer *l = &r->layers.items[i];
        if (l->source == source && l->span.start == span.start && l->span.end == span.end) return;
    }
    vec_push(b->arena, &r->layers, ((Layer){source, span}));
}

Resource *resource_new(Build *b, BuiltNode *root, Str path) {
    Resource *r = arena_new(b->arena, Resource);
    r->root = root;
    if (root->kind == BUILT_WHOLE) r->written = root->value;
    r->path = path;
    r->id = id_of(b, root);
    resource_layer(b, r, root->value.source, root->value.span);
    return r;
}

void resource_renamed(Build *b, Resource *r) {
    ResourceId now = id_of(b, r->root);
    bool same = same_kind(&now, &r->id) && str_eq(now.name, r->id.name) && str_eq(now.namespace, r->id.namespace);
    if (same) return;
    vec_push(b->arena, &r->before, r->id);
    r->id = now;
}

void resource_replaced(Build *b, Resource *r) { r->id = id_of(b, r->root); }

void resource_add(Build *b, ResourceVec *list, Resource *r, Value entry) {
    if (b->is_failed || !build_step(b, 1)) return;
    Str space = str_is(r->id.namespace, "default") || kind_is_cluster_wide(&r->id) ? STR("") : r->id.namespace;
    ResourceId plain = r->id;
    plain.namespace = space;
    void **slot = map_slot(b->arena, &list->ids, resource_id_text(b->arena, &plain));
    if (*slot) {
        build_fail(b, PROBLEM_KUSTOMIZE_DUPLICATE, entry, resource_id_text(b->arena, &r->id));
        return;
    }
    *slot = r;
    vec_push(b->arena, list, r);
}

/* The index by id, again after ids changed. */
void resources_index(Build *b, ResourceVec *list) {
    uint32_t kept = 0;
    list->ids = (Map){0};
    for (uint32_t i = 0; i < list->count; i++) {
        if (!list->items[i]->is_gone) list->items[kept++] = list->items[i];
    }
    ResourceVec old = *list;
    list->count = 0;
    for (uint32_t i = 0; i < kept; i++) resource_add(b, list, old.items[i], b->at->value);
}

/* ---- selectors ---- */

/* kustomize anchors each of them. */
static Pattern pattern_of(Build *b, Value map, const char *key, Selector *s) {
    Str text = build_string(b, map, key);
    Regex *regex = NULL;
    Error err;
    bool literal = true;
    for (size_t i = 0; i < text.len && literal; i++) literal = !memchr("\\^$.|?*+()[]{}", text.at[i], 14);
    if (literal) return (Pattern){.literal = text};
    if (!regex_compile(str_format(b->arena, "^(?:%.*s)$", STR_ARGS(text)), b->arena, &regex, &err)) s->is_bad = true;
    return (Pattern){.regex = regex};
}

Selector selector_read(Build *b, Value map) {
    Selector s = {0};
    s.group = pattern_of(b, map, "group", &s);
    s.version = pattern_of(b, map, "version", &s);
    s.kind = pattern_of(b, map, "kind", &s);
    s.name = pattern_of(b, map, "name", &s);
    s.namespace = pattern_of(b, map, "namespace", &s);
    s.labels = build_string(b, map, "labelSelector");
    s.annotations = build_string(b, map, "annotationSelector");
    return s;
}

static bool matches(Build *b, Pattern p, Str text) {
    if (!p.regex) return !p.literal.len || str_eq(p.literal, text);
    ArenaMark mark = arena_mark(b->arena);
    bool hit = regex_search(p.regex, text, b->arena, NULL, 0);
    arena_reset(b->arena, mark);
    b->world->steps += 100; /* what that costs beside a comparison */
    return hit;
}

static bool id_matches(Build *b, const Selector *s, const ResourceId *id) {
    Str space = id->namespace.len ? id->namespace : STR("default");
    return matches(b, s->name, id->name) && (matches(b, s->namespace, id->namespace) || (!id->namespace.len && matches(b, s->namespace, space)));
}

/* One requirement of a selector: "a=b", "a==b", "a!=b", "a in (b, c)", "a notin (b)", "a", "!a".
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors */
static bool requirement_holds(Build *b, Str text, Value labels) {
    text = str_trim(text);
    size_t open = str_find_byte(text, '('), equals = str_find_byte(text, '=');
    if (open != STR_NONE) {
        Str head = str_trim(str_slice(text, 0, open)), list = str_slice(text, open + 1, str_ends(text, STR(")")) ? text.len - 1 : text.len), item;
        bool none = str_ends(head, STR(" notin"));
        Str key = str_trim(str_slice(head, 0, head.len - (none ? 6 : MIN(head.len, (size_t)3)))), value = build_string(b, labels, str_copy(b->arena, key).at);
        bool found = false;
        while (str_next(&list, ',', &item)) found = found || str_eq(str_trim(item), value);
        return found != none;
    }
    if (equals == STR_NONE) {
        bool absent = str_starts(text, STR("!"));
        Str key = str_copy(b->arena, str_trim(str_skip(text, absent)));
        return value_is_null(value_field(labels, key.at, b->arena)) == absent;
    }
    bool unequal = equals > 0 && text.at[equals - 1] == '!', twice = equals + 1 < text.len && text.at[equals + 1] == '=';
    Str key = str_copy(b->arena, str_trim(str_slice(text, 0, equals - unequal))), value = str_trim(str_skip(text, equals + 1 + twice));
    Value there = value_field(labels, key.at, b->arena);
    return (!value_is_null(there) && str_eq(scalar_text(there, b->arena), value)) != unequal;
}

static bool labels_match(Build *b, Str selector, Value labels) {
    while (selector.len) { /* a comma inside of brackets parts nothing */
        size_t end = 0;
        for (int level = 0; end < selector.len && (level || selector.at[end] != ','); end++) level += selector.at[end] == '(' ? 1 : selector.at[end] == ')' ? -1 : 0;
        if (!requirement_holds(b, str_slice(selector, 0, end), labels)) return false;
        selector = str_skip(selector, end + 1);
    }
    return true;
}

bool selector_selects(Build *b, const Selector *s, const Resource *r) {
    if (!build_step(b, 4) || s->is_bad) return false;
    bool kind = matches(b, s->group, r->id.group) && matches(b, s->version, r->id.version) && matches(b, s->kind, r->id.kind);
    bool named = id_matches(b, s, &r->id);
    for (uint32_t i = 0; i < r->before.count && !named; i++) named = id_matches(b, s, &r->before.items[i]);
    if (!kind || !named) return false;
    return labels_match(b, s->labels, built_peek(b->tree, r->root, "metadata.labels")) &&
           labels_match(b, s->annotations, built_peek(b->tree, r->root, "metadata.annotations"));
}
