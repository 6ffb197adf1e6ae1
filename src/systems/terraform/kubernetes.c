/* kubernetes_* resources as the manifests they make: https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs
 * The provider writes a field in snake case, and a list of objects as blocks named after one of them; the schema of Kubernetes
 * tells which field is meant. What the schema does not know is left out. */
#include "facts/schema.h"
#include "systems/kubernetes.h"
#include "systems/terraform/module.h"

#define BODY_DEPTH_MAX 40
#define BODY_VALUES_MAX 20000u /* of one manifest: values that share parts would multiply */

typedef struct Lowering {
    const Object *block;
    Arena *arena;
    uint32_t values;
} Lowering;

static Value convert(Lowering *l, Value v, const SchemaType *type, Span around, int depth);

static bool same_letters(Str snake, Str camel, Str plural) {
    size_t k = 0;
    for (size_t i = 0; i < snake.len; i++) {
        if (snake.at[i] == '_') continue;
        if (k == camel.len || (snake.at[i] | 32) != (camel.at[k] | 32)) return false;
        k++;
    }
    return str_eq(str_skip(camel, k), plural);
}

/* host_ipc → hostIPC, container → containers, ingress → ingress. */
static bool field_of(const SchemaType *type, Str snake, SchemaField *out) {
    static const Str plurals[] = {STR_INIT(""), STR_INIT("s"), STR_INIT("es")};
    for (size_t p = 0; p < ARRAY_COUNT(plurals); p++) {
        for (uint32_t i = 0; i < schema_field_count(type); i++) {
            *out = schema_field_at(type, i);
            if (!out->is_free && same_letters(snake, out->name, plurals[p])) return true;
        }
    }
    return schema_field(type, snake, out) && out->is_free;
}

/* Values from elsewhere (a variable, a module call) point at what encloses them here. */
static Value own(const Lowering *l, Value v, Span around) {
    bool here = v.source == l->block->source && span_holds(l->block->extent, v.span);
    return here ? v : value_at(v, l->block->source, around);
}

/* allow_privilege_escalation → allowPrivilegeEscalation, host_ipc → hostIPC: for kinds that the API has no more. */
static Str camel_case(const Lowering *l, Str snake) {
    Buf out = {0};
    Str part;
    for (bool first = true; str_next(&snake, '_', &part); first = false) {
        bool initials = !first && (str_is(part, "ipc") || str_is(part, "pid"));
        for (size_t i = 0; i < part.len; i++) buf_byte(&out, (initials || (!i && !first)) && part.at[i] >= 'a' && part.at[i] <= 'z' ? (char)(part.at[i] - 32) : part.at[i]);
    }
    Str name = str_copy(l->arena, buf_str(&out));
    buf_free(&out);
    return name;
}

static Value convert_map(Lowering *l, Value v, const SchemaType *type, int depth) {
    VEC(Entry) entries = {0};
    for (uint32_t i = 0; i < v.count; i++) {
        Entry e = v.as.entries[i];
        SchemaField field = {0};
        if (e.key.kind != VALUE_STRING || e.value.kind == VALUE_NULL) continue;
        if (!type) field.name = camel_case(l, value_str(e.key));
        else if (!field_of(type, value_str(e.key), &field)) continue;
        Value key = own(l, field.is_free ? e.key : value_at(value_string(field.name), e.key.source, e.key.span), v.span);
        vec_push(l->arena, &entries, ((Entry){key, convert(l, e.value, field.type, v.span, depth + 1)}));
    }
    Value out = value_at(value_map(entries.items, entries.count), v.source, v.span);
    out.flags = v.flags & VALUE_OPEN;
    return out;
}

static Value convert_list(Lowering *l, Value v, const SchemaType *item, int depth) {
    Value *items = arena_array(l->arena, Value, v.count);
    for (uint32_t i = 0; i < v.count; i++) items[i] = convert(l, v.as.items[i], item, v.span, depth + 1);
    Value out = value_at(value_list(items, v.count), v.source, v.span);
    out.flags = v.flags & VALUE_OPEN;
    return out;
}

/* What of a string a template could have made of the body by itself: "true" and "8080" where Kubernetes wants a text. */
static Value as_text(Lowering *l, Value v, const SchemaType *type) {
    Str text;
    bool wanted = schema_kinds(type) == SCHEMA_STRING && (v.kind == VALUE_INT || v.kind == VALUE_BOOL);
    return wanted && hcl_to_string(v, l->arena, &text) ? value_at(value_string(text), v.source, v.span) : v;
}

static Value convert(Lowering *l, Value v, const SchemaType *type, Span around, int depth) {
    v = own(l, v, around);
    bool block = v.kind == VALUE_LIST && v.count == 1 && v.as.items[0].kind == VALUE_MAP;
    bool map = type ? (schema_kinds(type) & SCHEMA_MAP) != 0 : block;
    if (depth > BODY_DEPTH_MAX || ++l->values > BODY_VALUES_MAX) return value_at(value_hole(HOLE_UNREAD), v.source, v.span);
    if (v.kind == VALUE_LIST && map) { /* a block that stands once */
        if (v.count != 1) return value_at(v.count ? value_hole(HOLE_VARIABLE) : value_null(), v.source, v.span);
        v = own(l, v.as.items[0], v.span);
    }
    if (v.kind == VALUE_MAP) return convert_map(l, v, type, depth);
    if (v.kind == VALUE_LIST) return convert_list(l, v, schema_item(type), depth);
    return as_text(l, v, type);
}

/* ---- kinds ---- */

/* kubernetes_cron_job_v1beta1 → cron_job and v1beta1. */
static Str kind_words(Str type, Str *version) {
    Str words = str_skip(type, strlen("kubernetes_"));
    size_t mark = str_find_last(words, '_');
    Str last = mark == STR_NONE ? (Str){NULL, 0} : str_skip(words, mark + 1);
    bool versioned = last.len > 1 && last.at[0] == 'v' && last.at[1] >= '0' && last.at[1] <= '9';
    *version = versioned ? last : (Str){NULL, 0};
    if (versioned) words = str_slice(words, 0, mark);
    return str_starts(words, STR("default_")) ? str_skip(words, strlen("default_")) : words;
}

/* The kind in the version of the type's name, else in the one that came last. */
static bool kind_of(Str type, SchemaKind *out) {
    static const Str kinds[] = {
        STR_INIT("Pod"), STR_INIT("Deployment"), STR_INIT("StatefulSet"), STR_INIT("DaemonSet"), STR_INIT("Job"), STR_INIT("CronJob"), STR_INIT("ReplicationController"),
        STR_INIT("PodSecurityPolicy"), STR_INIT("Service"), STR_INIT("ServiceAccount"), STR_INIT("Role"), STR_INIT("ClusterRole"), STR_INIT("RoleBinding"),
        STR_INIT("ClusterRoleBinding"), STR_INIT("Ingress"), STR_INIT("NetworkPolicy"), STR_INIT("Namespace"), STR_INIT("ConfigMap"), STR_INIT("Secret"),
        STR_INIT("PersistentVolume"), STR_INIT("PersistentVolumeClaim"), STR_INIT("HorizontalPodAutoscaler"), STR_INIT("PodDisruptionBudget"), STR_INIT("LimitRange"), STR_INIT("ResourceQuota")};
    Str version, words = kind_words(type, &version);
    for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
        if (!same_letters(words, kinds[i], STR(""))) continue;
        bool found = false;
        SchemaKind k;
        for (uint32_t n = 0; schema_kind(kinds[i], n, &k); n++) {
            Str last = str_base_name(k.api_version);
            bool stable = str_find(last, STR("alpha")) == STR_NONE && str_find(last, STR("beta")) == STR_NONE;
            bool wanted = version.len ? str_eq(last, version) : stable;
            if (!found || wanted) *out = k;
            found = true;
        }
        if (!found) *out = (SchemaKind){.api_version = STR("policy/v1beta1"), .kind = kinds[i]}; /* PodSecurityPolicy: gone, and still written */
        return true;
    }
    return false;
}

static Value manifest(Lowering *l, Value body, const SchemaKind *kind) {
    Value spread = convert(l, body, kind->type, l->block->span, 0);
    if (spread.kind != VALUE_MAP) return spread;
    Entry *entries = arena_array(l->arena, Entry, spread.count + 2);
    entries[0] = (Entry){value_string(STR("apiVersion")), value_at(value_string(kind->api_version), l->block->source, l->block->span)};
    entries[1] = (Entry){value_string(STR("kind")), value_at(value_string(kind->kind), l->block->source, l->block->span)};
    if (spread.count) memcpy(entries + 2, spread.as.entries, spread.count * sizeof *entries);
    Value out = value_at(value_map(entries, spread.count + 2), l->block->source, l->block->span);
    out.flags = spread.flags;
    return out;
}

/* An object that is written as the API takes it. */
static Value rehome(Lowering *l, Value v, Span around, int depth) {
    v = own(l, v, around);
    if (depth > BODY_DEPTH_MAX || ++l->values > BODY_VALUES_MAX) return value_at(value_hole(HOLE_UNREAD), v.source, v.span);
    if (v.kind == VALUE_LIST) return convert_list(l, v, NULL, depth);
    if (v.kind != VALUE_MAP) return v;
    Entry *entries = arena_array(l->arena, Entry, v.count);
    for (uint32_t i = 0; i < v.count; i++) entries[i] = (Entry){own(l, v.as.entries[i].key, v.span), rehome(l, v.as.entries[i].value, v.span, depth + 1)};
    Value out = value_at(value_map(entries, v.count), v.source, v.span);
    out.flags = v.flags & VALUE_OPEN;
    return out;
}

void terraform_kubernetes(const Object *block, Model *model) {
    Str type = value_text(block->fields[BLOCK_BLOCK_TYPE]);
    if (!str_starts(type, STR("kubernetes_"))) return;
    Lowering l = {.block = block, .arena = model->arena};
    Value body = block->fields[BLOCK_BODY];
    SchemaKind kind;
    if (str_is(type, "kubernetes_manifest")) body = rehome(&l, terraform_member(body, "manifest"), block->span, 0);
    else if (kind_of(type, &kind)) body = manifest(&l, body, &kind);
    else return;
    kubernetes_object(block->source, body, block->address, model);
}
