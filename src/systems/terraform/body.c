/* From a body to a map: attributes by name, nested blocks as lists by type, dynamic ones expanded when what they repeat over is known. */
#include "systems/terraform/module.h"

typedef struct Group { /* nested blocks of one type */
    Str type;
    ValueVec items;
    bool open;
    Span header;
} Group;

typedef struct Builder {
    HclScope *scope;
    Arena *a;
    VEC(Entry) entries;
    VEC(Group) groups;
} Builder;

Span terraform_header(const Tree *tree, const Node *block) {
    uint32_t end = MAX(block->data, block->start);
    while (end > block->start && (tree->text.bytes.at[end - 1] == ' ' || tree->text.bytes.at[end - 1] == '\t')) end--;
    return text_span(&tree->text, block->start, end);
}

/* Providers convert: "true" is true, "22" is 22. A text that only looks like a number (a version, an account) stays. */
static Value plain(Value v) {
    int64_t integer;
    if (v.kind == VALUE_STRING && !v.count) return value_at(value_null(), v.source, v.span); /* as providers take it */
    if (v.kind != VALUE_STRING || v.count > 9) return v;
    Str text = value_str(v);
    Value out = v;
    if (str_is(text, "true") || str_is(text, "false")) out = value_bool(str_is(text, "true"));
    else if ((text.at[0] != '0' || text.len == 1) && text.at[0] != '+' && str_to_int(text, &integer)) out = value_int(integer);
    return value_at(out, v.source, v.span);
}

/* Where an attribute's value was written, when that is elsewhere. */
static void note_origin(HclScope *s, const Node *expression, Value v, Arena *a) {
    Reader *r = s->data;
    bool here = !s->origin || (s->origin == v.source && span_holds(v.span, s->origin_span));
    if (!here && r && v.kind != VALUE_HOLE && expression->kind != HCL_TUPLE) vec_push(a, &r->origins, ((Origin){v.span, s->origin, s->origin_span}));
}

/* ignore_changes = [tags, ami], or all: names, not values. */
static Value names(HclScope *s, const Node *expression, Arena *a) {
    ValueVec items = {0};
    if (expression->kind != HCL_TUPLE) {
        Value one = value_at(value_string(node_text(s->tree, expression)), s->tree->text.source, node_span(s->tree, expression));
        vec_push(a, &items, one);
    } else node_each(item, expression) {
        Value one = value_at(value_string(node_text(s->tree, item)), s->tree->text.source, node_span(s->tree, item));
        vec_push(a, &items, one);
    }
    return value_at(value_list(items.items, items.count), s->tree->text.source, node_span(s->tree, expression));
}

/* What an attribute is worth, and where that was written. */
static Value attribute_value(HclScope *s, Str name, const Node *expression, Arena *a) {
    if (str_is(name, "ignore_changes") || str_is(name, "replace_triggered_by")) return names(s, expression, a);
    Value raw = hcl_value(s, expression), v = plain(raw);
    note_origin(s, expression, v, a);
    Reader *r = s->data;
    bool text = raw.kind == VALUE_STRING && raw.count && s->origin && r;
    if (text && terraform_is_credential(name)) vec_push(a, &r->bound, ((Bound){name, value_str(raw), s->origin, s->origin_span}));
    return v;
}

static Group *group_of(Builder *b, Str type, Span header) {
    vec_each(Group, group, &b->groups) {
        if (str_eq(group->type, type)) return group;
    }
    vec_push(b->a, &b->groups, (Group){.type = type, .header = header});
    return &b->groups.items[b->groups.count - 1];
}

/* backend "s3" { … }: what it is, is its label. */
static Value labelled(Builder *b, Value v, const Node *label) {
    const Tree *tree = b->scope->tree;
    Entry *entries = arena_array(b->a, Entry, v.count + 1);
    if (v.count) memcpy(entries, v.as.entries, v.count * sizeof *entries);
    entries[v.count] = (Entry){value_string(STR("label")), value_at(value_string(hcl_name(tree, label)), tree->text.source, node_span(tree, label))};
    v.as.entries = entries;
    v.count++;
    return v;
}

static void add_block(Builder *b, Str type, const Node *body, const Node *label, Span header, bool open) {
    Value v = terraform_body(b->scope, body, header, b->a);
    if (label) v = labelled(b, v, label);
    Group *group = group_of(b, type, header);
    vec_push(b->a, &group->items, v);
    group->open = group->open || open;
}

static const Node *body_of(const Node *block) {
    const Node *last = NULL;
    node_each(child, block) last = child;
    return last && last->kind == HCL_BODY ? last : NULL;
}

static const Node *find(const Tree *tree, const Node *body, const char *name, HclKind kind) {
    node_each(child, body) {
        if (child->kind == kind && str_is(node_text(tree, node_first(child)), name)) return child;
    }
    return NULL;
}

static Value iteration(Builder *b, Value key, Value value) {
    Entry *entries = arena_array(b->a, Entry, 2);
    entries[0] = (Entry){value_string(STR("key")), key};
    entries[1] = (Entry){value_string(STR("value")), value};
    return value_map(entries, 2);
}

/* dynamic "ingress" { for_each = …  content { … } } */
static void add_dynamic(Builder *b, Str type, const Node *body, Span header) {
    HclScope *s = b->scope;
    const Node *each = find(s->tree, body, "for_each", HCL_ATTRIBUTE), *content = find(s->tree, body, "content", HCL_BLOCK);
    const Node *iterator = find(s->tree, body, "iterator", HCL_ATTRIBUTE);
    if (!content || !body_of(content)) return;
    Str name = iterator ? node_text(s->tree, hcl_child(iterator, 1)) : type;
    Value of = each ? hcl_value(s, hcl_child(each, 1)) : value_hole(HOLE_UNREAD);
    bool known = (of.kind == VALUE_LIST || of.kind == VALUE_MAP) && of.count <= TERRAFORM_COPIES_MAX;
    HclLocal local = {name, iteration(b, value_hole(HOLE_VARIABLE), value_hole(HOLE_VARIABLE)), s->locals};
    s->locals = &local;
    for (uint32_t i = 0; known && i < of.count; i++) {
        bool map = of.kind == VALUE_MAP;
        Value value = map ? of.as.entries[i].value : of.as.items[i];
        local.value = iteration(b, map ? of.as.entries[i].key : value, value);
        add_block(b, type, body_of(content), NULL, header, of.flags & VALUE_OPEN);
    }
    bool null = of.kind == VALUE_NULL;
    if (!known && !null) add_block(b, type, body_of(content), NULL, header, true);
    s->locals = local.next;
}

Value terraform_body(HclScope *scope, const Node *body, Span header, Arena *a) {
    Builder b = {.scope = scope, .a = a};
    const Tree *tree = scope->tree;
    Source *source = tree->text.source;
    if (++scope->depth > NODE_DEPTH_MAX) body = NULL;
    uint32_t members = 0; /* nearly always as many entries */
    if (body) node_each(child, body) members++;
    vec_reserve(a, &b.entries, members);
    if (body) node_each(child, body) {
        const Node *name = node_first(child);
        Str text = node_text(tree, name);
        if (child->kind == HCL_ATTRIBUTE) {
            Value key = value_at(value_string(text), source, node_span(tree, name)), v = attribute_value(scope, text, hcl_child(child, 1), a);
            vec_push(a, &b.entries, ((Entry){key, v}));
        } else if (child->kind == HCL_BLOCK) {
            const Node *label = hcl_child(child, 1), *inner = body_of(child);
            bool dynamic = str_is(text, "dynamic") && label && label->kind == HCL_LABEL;
            if (dynamic && inner) add_dynamic(&b, node_text(tree, label), inner, terraform_header(tree, child));
            else if (inner) add_block(&b, text, inner, label && label->kind == HCL_LABEL ? label : NULL, terraform_header(tree, child), false);
        }
    }
    scope->depth--;
    vec_each(Group, group, &b.groups) {
        Value list = value_at(value_list(group->items.items, group->items.count), source, group->header);
        list.flags = group->open ? VALUE_OPEN : 0;
        vec_push(a, &b.entries, ((Entry){value_at(value_string(group->type), source, group->header), list}));
    }
    Value out = value_map(b.entries.items, b.entries.count);
    out.flags = HCL_BLOCK_MAP;
    return value_at(out, source, header);
}

Value terraform_member(Value map, const char *key) {
    Value v = hcl_member(map, value_string(str_of(key)));
    return v.source ? v : value_at(v, map.source, map.span);
}
