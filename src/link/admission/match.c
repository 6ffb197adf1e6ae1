/* Match constraints against a request. Every part must match; one that can't be known leaves it unknown, unless another one fails. */
#include "facts/schema.h"
#include "link/admission/policy.h"

static const Object *defined_by(const Admission *admission, const Request *request, Arena *a) {
    const ObjectVec *definitions = map_get(&admission->kinds, STR("CustomResourceDefinition"));
    for (uint32_t i = 0; definitions && i < definitions->count; i++) {
        Value spec = definitions->items[i]->fields[MANIFEST_SPEC];
        bool same = str_eq(value_text(value_field(spec, "group", a)), request->group);
        if (same && str_eq(value_text(value_path(spec, "names.kind", a)), request->kind)) return definitions->items[i];
    }
    return NULL;
}

void admission_resource(const Admission *admission, Request *request, Arena *a) {
    SchemaKind kind;
    request->namespaced = -1;
    request->resource = (Str){NULL, 0};
    for (uint32_t i = 0; schema_kind(request->kind, i, &kind); i++) {
        Str group, version;
        if (!str_cut(kind.api_version, '/', &group, &version)) group = STR("");
        if (!str_eq(group, request->group)) continue;
        request->resource = kind.resource;
        request->namespaced = kind.namespaced;
    }
    const Object *definition = request->resource.len ? NULL : defined_by(admission, request, a);
    if (!definition) return;
    Value spec = definition->fields[MANIFEST_SPEC], scope = value_field(spec, "scope", a);
    request->resource = value_text(value_path(spec, "names.plural", a));
    if (scope.kind == VALUE_STRING) request->namespaced = value_is_string(scope, "Namespaced");
}

/* Whether one of the strings is `wanted`, or a star. An empty list holds nothing. */
static Match among(Value list, Str wanted, bool known, Arena *a) {
    uint32_t count;
    const Value *items = value_items(list, &count, a);
    Match match = value_is_hole(list) ? MATCH_UNKNOWN : MATCH_NO;
    for (uint32_t i = 0; i < count; i++) {
        if (items[i].kind == VALUE_HOLE) match = MATCH_UNKNOWN;
        Str item = value_text(items[i]);
        if (str_is(item, "*") || str_is(item, "*/*") || (known && str_eq(item, wanted))) return MATCH_YES;
        if (!known && str_find_byte(item, '/') == STR_NONE) match = MATCH_UNKNOWN;
    }
    return match;
}

static Match scope_matches(Value scope, const Request *request) {
    if (scope.kind != VALUE_STRING || value_is_string(scope, "*")) return MATCH_YES;
    if (request->namespaced < 0) return MATCH_UNKNOWN;
    return value_is_string(scope, "Namespaced") == (request->namespaced == 1) ? MATCH_YES : MATCH_NO;
}

static Match names_match(Value names, const Request *request, Arena *a) {
    if (!value_size(names)) return MATCH_YES;
    Value name = request->manifest->fields[MANIFEST_NAME];
    bool known = name.kind == VALUE_STRING && value_is_null(request->template);
    return among(names, value_text(name), known, a);
}

/* *create, *update: which of both the rule asks for. With matchPolicy Equivalent, the default, any version of a group will do. */
static Match rule_matches(Value rule, const Request *request, bool equivalent, bool *create, bool *update, Arena *a) {
    Value operations = value_field(rule, "operations", a);
    *create = among(operations, STR("CREATE"), true, a) == MATCH_YES;
    *update = among(operations, STR("UPDATE"), true, a) == MATCH_YES;
    if (!*create && !*update) return MATCH_NO;
    Match match = among(value_field(rule, "apiGroups", a), request->group, true, a);
    if (!equivalent) match = match_both(match, among(value_field(rule, "apiVersions", a), request->version, true, a));
    if (match == MATCH_NO) return match;
    match = match_both(match, among(value_field(rule, "resources", a), request->resource, request->resource.len > 0, a));
    match = match_both(match, scope_matches(value_field(rule, "scope", a), request));
    return match_both(match, names_match(value_field(rule, "resourceNames", a), request, a));
}

static Match any_rule(Value rules, const Request *request, bool equivalent, bool *update, Arena *a) {
    uint32_t count;
    const Value *items = value_items(rules, &count, a);
    Match match = MATCH_NO;
    bool created = false;
    for (uint32_t i = 0; i < count; i++) {
        bool create = false, updates = false;
        Match one = rule_matches(items[i], request, equivalent, &create, &updates, a);
        if (one == MATCH_NO) continue;
        created = created || create;
        if (match != MATCH_YES) match = one;
    }
    *update = !created;
    return match;
}

static Value namespace_of(const Request *request) { return request->manifest->fields[MANIFEST_NAMESPACE]; }

Value admission_namespace(const Admission *admission, const Request *request, Arena *a) {
    Value name = namespace_of(request);
    if (request->namespaced == 0) return value_null();
    if (name.kind != VALUE_STRING) return value_hole(HOLE_REMOTE);
    const ObjectVec *found = map_get(&admission->names, str_format(a, "Namespace/%.*s", STR_ARGS(value_str(name))));
    if (!found || found->count != 1) return value_hole(HOLE_REMOTE);
    return admission_object(found->items[0]->fields[MANIFEST_BODY], STR("v1"), STR("Namespace"), a);
}

#define NAME_LABEL "kubernetes.io/metadata.name" /* every namespace has it, whoever wrote the others */

/* Whether a selector asks for nothing but the name. */
static bool asks_for_name(Value selector, Arena *a) {
    uint32_t labels, expressions;
    const Entry *entries = value_entries(value_field(selector, "matchLabels", a), &labels, a);
    const Value *items = value_items(value_field(selector, "matchExpressions", a), &expressions, a);
    for (uint32_t i = 0; i < labels; i++) {
        if (!value_is_string(entries[i].key, NAME_LABEL)) return false;
    }
    for (uint32_t i = 0; i < expressions; i++) {
        if (!value_is_string(value_field(items[i], "key", a), NAME_LABEL)) return false;
    }
    return true;
}

static Match in_namespace(const Admission *admission, Value selector, const Request *request, Arena *a) {
    if (!value_size(selector)) return MATCH_YES;
    if (request->namespaced == 0) return str_is(request->kind, "Namespace") ? selector_matches(selector, false, request->labels, a) : MATCH_YES;
    Value name = namespace_of(request), object = admission_namespace(admission, request, a);
    if (name.kind != VALUE_STRING) return MATCH_UNKNOWN;
    Value labels = value_path(object, "metadata.labels", a);
    uint32_t count = labels.kind == VALUE_MAP ? labels.count : 0;
    Entry *entries = arena_array(a, Entry, count + 1);
    if (count) memcpy(entries, labels.as.entries, count * sizeof *entries);
    entries[count] = (Entry){value_string(STR(NAME_LABEL)), name};
    if (object.kind == VALUE_HOLE && !asks_for_name(selector, a)) return MATCH_UNKNOWN;
    return selector_matches(selector, false, value_map(entries, count + 1), a);
}

Match admission_match(const Admission *admission, Value constraints, const Request *request, bool *update, Arena *a) {
    if (value_is_null(constraints)) return MATCH_YES;
    bool ignored, equivalent = !value_is_string(value_field(constraints, "matchPolicy", a), "Exact");
    Value rules = value_field(constraints, "resourceRules", a);
    Match match = value_is_null(rules) ? MATCH_YES : any_rule(rules, request, equivalent, update, a);
    if (match == MATCH_NO) return match;
    Match excluded = any_rule(value_field(constraints, "excludeResourceRules", a), request, equivalent, &ignored, a);
    if (excluded == MATCH_YES) return MATCH_NO;
    if (excluded == MATCH_UNKNOWN) match = MATCH_UNKNOWN;
    Value selector = value_field(constraints, "objectSelector", a);
    if (value_size(selector)) match = match_both(match, selector_matches(selector, false, request->labels, a));
    return match == MATCH_NO ? match : match_both(match, in_namespace(admission, value_field(constraints, "namespaceSelector", a), request, a));
}
