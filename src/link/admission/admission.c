/* Every manifest of a file meets every binding whose scope it is in. Invariant: a refusal needs a match that is known and an expression
 * that is false (or an error with failurePolicy Fail); work is bounded by JOIN_STEPS_MAX a file. */
#include "link/admission/admission.h"

#include "facts/schema.h"
#include "link/admission/policy.h"
#include "link/group.h"

#define JOIN_STEPS_MAX UINT64_C(8000000) /* of one file: about half a second; a real one needs a few thousand */
#define MATCH_STEPS 20                    /* what one match weighs */

/* ---- the index ---- */

static void add_named(Map *map, Str key, const Object *o, Arena *a) {
    void **slot = map_slot(a, map, key);
    if (!*slot) *slot = arena_new(a, ObjectVec);
    ObjectVec *list = *slot;
    vec_push(a, list, o);
}

/* A policy, or with `binding` a binding; those that validate, and those that mutate. */
static bool is_registration(const Object *o, bool binding) {
    if (!value_is_string(o->fields[MANIFEST_GROUP], "admissionregistration.k8s.io")) return false;
    Value kind = o->fields[MANIFEST_KIND];
    if (binding) return value_is_string(kind, "ValidatingAdmissionPolicyBinding") || value_is_string(kind, "MutatingAdmissionPolicyBinding");
    return value_is_string(kind, "ValidatingAdmissionPolicy") || value_is_string(kind, "MutatingAdmissionPolicy");
}

bool admission_is_policy(const Object *o) { return o->shape->id == SHAPE_MANIFEST && (is_registration(o, false) || is_registration(o, true)); }

void admission_add(Admission *admission, const Object *o, bool given, Arena *a) {
    if (o->shape->id != SHAPE_MANIFEST) return;
    Str kind = value_text(o->fields[MANIFEST_KIND]), name = value_text(o->fields[MANIFEST_NAME]);
    add_named(&admission->kinds, kind, o, a);
    add_named(&admission->names, str_format(a, "%.*s/%.*s", STR_ARGS(kind), STR_ARGS(name)), o, a);
    if (is_registration(o, false)) {
        AdmissionPolicy *policy = admission_policy(o, given, a);
        vec_push(a, &admission->policies, policy);
    }
    if (is_registration(o, true)) vec_push(a, &admission->unbound, o);
}

static Str parent(Str folder) {
    size_t slash = str_find_last(folder, '/');
    return slash == STR_NONE ? STR("") : str_slice(folder, 0, slash);
}

static bool lies_in(Str path, Str folder) {
    return !folder.len || (str_starts(path, folder) && path.len > folder.len && path.at[folder.len] == '/');
}

/* The folder around that of both ends. */
static Str scope_of(const Object *policy, const Object *binding) {
    Str folder = group_folder(policy);
    while (!lies_in(binding->source->path, folder)) folder = parent(folder);
    return parent(folder);
}

static void bind_policy(Admission *admission, const AdmissionPolicy *policy, const Object *manifest, Arena *a) {
    AdmissionBinding binding = {.policy = policy, .manifest = manifest};
    if (manifest) binding.spec = manifest->fields[MANIFEST_SPEC];
    if (manifest && !policy->given) binding.scope = scope_of(policy->manifest, manifest);
    AdmissionBinding *kept = arena_new(a, AdmissionBinding);
    *kept = binding;
    vec_push(a, &admission->bindings, kept);
}

/* A policy that validates and one that mutates may have the same name. */
static Str policy_key(const Object *manifest, Value name, Arena *a) {
    bool mutates = str_starts(value_text(manifest->fields[MANIFEST_KIND]), STR("Mutating"));
    return str_join(a, mutates ? STR("Mutating ") : STR(""), value_text(name));
}

/* Copies of a policy in several folders belong to as many systems: each binding has the one that lies nearest. */
void admission_bind(Admission *admission, Arena *a) {
    Map bound = {0}, by_name = {0};
    vec_each(AdmissionPolicyRef, policy, &admission->policies) {
        Str name = policy_key((*policy)->manifest, (*policy)->manifest->fields[MANIFEST_NAME], a);
        Str folder = group_folder((*policy)->manifest);
        map_put(a, &by_name, str_format(a, "%.*s//%.*s", STR_ARGS(folder), STR_ARGS(name)), *policy);
        void **slot = map_slot(a, &by_name, name);
        *slot = *slot ? (void *)admission : (void *)*policy; /* several: none by name alone */
    }
    for (uint32_t i = 0; i < admission->unbound.count; i++) {
        const Object *manifest = admission->unbound.items[i];
        Str name = policy_key(manifest, value_field(manifest->fields[MANIFEST_SPEC], "policyName", a), a), folder = group_folder(manifest);
        void *policy = map_get(&by_name, str_format(a, "%.*s//%.*s", STR_ARGS(folder), STR_ARGS(name)));
        if (!policy) policy = map_get(&by_name, name);
        if (!policy || policy == (void *)admission) continue;
        bind_policy(admission, policy, manifest, a);
        map_put(a, &bound, str_format(a, "%p", policy), policy);
    }
    vec_each(AdmissionPolicyRef, policy, &admission->policies) {
        if ((*policy)->given && !map_has(&bound, str_format(a, "%p", (void *)*policy))) bind_policy(admission, *policy, NULL, a);
    }
}

/* ---- a file meets the policies ---- */

typedef struct Join {
    const Admission *admission;
    Model *model;
    Arena scratch;      /* of one binding and request */
    Arena objects;      /* what requests are about, of one manifest */
    uint64_t steps;
    bool told;          /* a gap was noted for this policy and request */
    const AdmissionBinding *binding;
    Request *request;
    Value variables[ADMIT_COUNT];
    CelTrace trace;
    Match match;
} Join;

static Value host(CelScope *scope UNUSED, Str function UNUSED, const Value *arguments UNUSED, uint32_t count UNUSED) { return value_hole(HOLE_REMOTE); }

static Value evaluate(Join *j, const Expression *e, bool traced) {
    if (!e->compiled) return value_hole(HOLE_REMOTE);
    j->trace = (CelTrace){0};
    CelScope scope = {.variables = j->variables, .arena = &j->scratch, .trace = traced ? &j->trace : NULL, .host = host};
    Value v = cel_evaluate(&e->program, &scope);
    j->steps += scope.steps;
    return v;
}

static Str name_of(const Object *o) { return value_text(o->fields[MANIFEST_NAME]); }

/* Not verified: once for a policy and a request. */
static void note_gap(Join *j) {
    if (j->told) return;
    j->told = true;
    const Object *o = j->request->manifest, *policy = j->binding->policy->manifest;
    Arena *a = j->model->arena;
    Str name = name_of(policy), address = o->address;
    Gap gap = {.file = o->source->path, .line = source_place(o->source, o->span.start).line};
    gap.reason.in[LANGUAGE_EN] = str_format(a, "%.*s: whether the admission policy '%.*s' takes it depends on what only the cluster knows", STR_ARGS(address), STR_ARGS(name));
    gap.reason.in[LANGUAGE_ES] = str_format(a, "%.*s: que la política de admisión '%.*s' lo acepte depende de algo que solo sabe el clúster", STR_ARGS(address), STR_ARGS(name));
    vec_push(a, &j->model->gaps, gap);
}

/* What in the manifest decided it: the last thing that was looked at there. */
static Value decided(const Join *j) {
    const Object *o = j->request->manifest;
    for (uint32_t i = j->trace.count; i-- > 0;) {
        Value v = j->trace.items[i];
        if (v.source == o->source && span_holds(o->extent, v.span)) return v;
    }
    return value_at(value_null(), o->source, o->span);
}

static Value text_at(const Join *j, Str text, Value origin) {
    Value v = value_string(str_copy(j->model->arena, text));
    v.flags |= VALUE_DERIVED;
    return value_at(v, origin.source, origin.span);
}

static const char *action_of(Join *j) {
    static const char *const actions[] = {"Deny", "Warn", "Audit"}, *const words[] = {"deny", "warn", "audit"};
    if (!j->binding->manifest) return "deny";
    uint32_t count;
    const Value *items = value_items(value_field(j->binding->spec, "validationActions", &j->scratch), &count, &j->scratch);
    for (size_t k = 0; k < ARRAY_COUNT(actions); k++) {
        for (uint32_t i = 0; i < count; i++) {
            if (value_is_string(items[i], actions[k])) return words[k];
        }
    }
    return "deny";
}

/* As the API server says it: messageExpression, else message, else the expression. */
static Str message_of(Join *j, const Expression *e) {
    if (e->message_at) {
        Value v = evaluate(j, &j->binding->policy->others.items[e->message_at - 1], false);
        Str text = str_trim(value_text(v));
        if (text.len && str_find_byte(text, '\n') == STR_NONE) return text;
    }
    if (e->message.kind == VALUE_STRING) return str_trim(value_str(e->message));
    return str_format(&j->scratch, "failed expression: %.*s", STR_ARGS(str_trim(value_text(e->written))));
}

static void emit(Join *j, const Expression *e, Value state, const char *reason, Str message) {
    Value place = decided(j);
    const Object *manifest = j->request->manifest;
    Object *o = object_new(j->model->arena, SHAPE_VIOLATION, place.source, place.span);
    o->extent = manifest->extent;
    o->address = manifest->address;
    o->fields[VIOLATION_STATE] = value_at(state, place.source, place.span);
    o->fields[VIOLATION_ACTION] = text_at(j, str_of(action_of(j)), place);
    o->fields[VIOLATION_REASON] = text_at(j, str_of(reason), place);
    o->fields[VIOLATION_MESSAGE] = text_at(j, message, place);
    o->fields[VIOLATION_EXPRESSION] = e->written;
    bool plain = place.kind == VALUE_INT || place.kind == VALUE_DOUBLE || place.kind == VALUE_BOOL;
    o->fields[VIOLATION_VALUE] = plain ? place : value_at(value_null(), place.source, place.span);
    o->fields[VIOLATION_RESOURCE] = text_at(j, j->request->resource, place);
    o->fields[VIOLATION_POLICY] = value_object(j->binding->policy->manifest);
    if (j->binding->manifest) o->fields[VIOLATION_BINDING] = value_object(j->binding->manifest);
    o->fields[VIOLATION_MANIFEST] = value_object(manifest);
    model_subject(j->model, o);
}

/* What the cluster alone knows is a gap, what the manifest leaves open a hole. */
static void emit_unknown(Join *j, const Expression *e, Value v) {
    if (v.reason == HOLE_REMOTE || j->match == MATCH_UNKNOWN) note_gap(j);
    else emit(j, e, value_hole((HoleReason)v.reason), "false", STR("")); /* what is known of it lives in the scratch */
}

static void judge(Join *j, const Expression *e, Value v, bool only_condition) {
    if (v.kind == VALUE_BOOL && (v.as.boolean || only_condition)) return;
    if (v.kind == VALUE_HOLE) {
        emit_unknown(j, e, v);
        return;
    }
    bool error = v.kind != VALUE_BOOL;
    if (error && j->binding->policy->fails_open) return;
    if (j->match != MATCH_YES || j->request->doubted) {
        note_gap(j);
        return;
    }
    Str problem = v.kind == VALUE_ERROR ? value_str(v) : STR("it gives no bool");
    Str message = error ? str_format(&j->scratch, "the expression can't be evaluated: %.*s", STR_ARGS(problem)) : message_of(j, e);
    ArenaMark mark = arena_mark(&j->scratch);
    message = str_copy(j->model->arena, message);
    evaluate(j, e, true);
    emit(j, e, text_at(j, STR("refused"), e->written), error ? "error" : "false", message);
    arena_reset(&j->scratch, mark);
}

/* All of them must be true. *stop: it is settled without the validations. */
static void judge_conditions(Join *j, bool *stop) {
    Value doubt = value_null();
    const Expression *doubted = NULL;
    vec_each(Expression, e, &j->binding->policy->conditions) {
        Value v = evaluate(j, e, false);
        if (v.kind == VALUE_BOOL && v.as.boolean) continue;
        *stop = true;
        if (v.kind == VALUE_BOOL) return;
        if (!doubted || v.kind == VALUE_ERROR) doubt = v, doubted = e;
    }
    if (doubted) judge(j, doubted, doubt, true);
}

static void fill_variables(Join *j) {
    const ExpressionVec *list = &j->binding->policy->variables;
    Entry *entries = arena_array(&j->scratch, Entry, list->count);
    Value map = value_map(entries, 0);
    for (uint32_t i = 0; i < list->count; i++) {
        j->variables[ADMIT_VARIABLES] = map;
        Value v = evaluate(j, &list->items[i], false);
        entries[map.count++] = (Entry){list->items[i].name, v};
    }
    j->variables[ADMIT_VARIABLES] = map;
}

/* The object as it is after the mutations; where one of them, or whether it is made, can't be known, the rest is in doubt. */
static void mutate(Join *j) {
    const AdmissionPolicy *policy = j->binding->policy;
    Request *r = j->request;
    Value object = r->object;
    bool known = j->match == MATCH_YES;
    vec_each(Expression, e, &policy->conditions) {
        Value v = evaluate(j, e, false);
        if (v.kind == VALUE_BOOL && !v.as.boolean) return;
        known = known && v.kind == VALUE_BOOL;
    }
    const SchemaType *type = schema_find(r->group.len ? str_format(&j->scratch, "%.*s/%.*s", STR_ARGS(r->group), STR_ARGS(r->version)) : r->version, r->kind);
    vec_each(Expression, e, &policy->mutations) {
        j->variables[ADMIT_OBJECT] = object;
        Value change = known ? evaluate(j, e, false) : value_null();
        known = known && admission_mutate(&object, change, e->json_patch, type, &j->scratch, &j->steps);
    }
    r->mutated = true;
    if (known) r->object = object;
    else r->doubted = true;
}

static void run_policy(Join *j, Value params) {
    const AdmissionPolicy *policy = j->binding->policy;
    bool stop = false;
    j->variables[ADMIT_PARAMS] = params;
    fill_variables(j);
    if (policy->mutates) {
        mutate(j);
        return;
    }
    judge_conditions(j, &stop);
    if (stop) return;
    vec_each(Expression, e, &policy->validations) {
        if (!e->fault.in[0].len) judge(j, e, evaluate(j, e, false), false); /* else it is a finding of the policy */
    }
}

/* ---- parameters ---- */

static bool is_param(Join *j, const Object *o, Value reference) {
    Arena *a = &j->scratch;
    Value kind = j->binding->policy->param_kind, namespace = value_field(reference, "namespace", a), own = o->fields[MANIFEST_NAMESPACE];
    if (!str_eq(value_text(value_field(kind, "apiVersion", a)), value_text(o->fields[MANIFEST_API_VERSION]))) return false;
    if (value_is_null(namespace)) namespace = j->request->manifest->fields[MANIFEST_NAMESPACE];
    if (namespace.kind != VALUE_STRING || own.kind != VALUE_STRING) return true;
    return str_eq(value_str(namespace), value_str(own));
}

/* Runs the policy once for each parameter; one that the repository does not have is known to the cluster only. */
static void run_params(Join *j) {
    Value kind = value_field(j->binding->policy->param_kind, "kind", &j->scratch), reference = value_field(j->binding->spec, "paramRef", &j->scratch);
    if (kind.kind != VALUE_STRING || (j->binding->manifest && value_is_null(reference))) {
        run_policy(j, value_null());
        return;
    }
    Value name = value_field(reference, "name", &j->scratch), selector = value_field(reference, "selector", &j->scratch);
    Str key = value_str(kind);
    bool named = name.kind == VALUE_STRING;
    const ObjectVec *found = named ? map_get(&j->admission->names, str_format(&j->scratch, "%.*s/%.*s", STR_ARGS(key), STR_ARGS(value_str(name))))
                                   : map_get(&j->admission->kinds, key);
    uint32_t ran = 0;
    for (uint32_t i = 0; found && i < found->count && j->steps < JOIN_STEPS_MAX; i++) {
        const Object *o = found->items[i];
        if (!is_param(j, o, reference)) continue;
        if (!named && selector_matches(selector, false, o->fields[MANIFEST_LABELS], &j->scratch) != MATCH_YES) continue;
        run_policy(j, admission_object(o->fields[MANIFEST_BODY], value_text(o->fields[MANIFEST_API_VERSION]), key, &j->scratch));
        j->steps += MATCH_STEPS;
        ran++;
    }
    if (!ran) run_policy(j, value_hole(HOLE_REMOTE));
}

/* ---- requests ---- */

static Value text_map(Arena *a, const char *const *keys, const Str *texts, uint32_t count) {
    Entry *entries = arena_array(a, Entry, count);
    for (uint32_t i = 0; i < count; i++) entries[i] = (Entry){value_string(str_of(keys[i])), value_string(texts[i])};
    return value_map(entries, count);
}

static Value request_value(const Request *r, bool update, Arena *a) {
    static const char *const kind_keys[] = {"group", "version", "kind"}, *const resource_keys[] = {"group", "version", "resource"};
    Str kind[] = {r->group, r->version, r->kind}, resource[] = {r->group, r->version, r->resource};
    Value namespace = r->manifest->fields[MANIFEST_NAMESPACE], unknown = value_hole(HOLE_REMOTE);
    if (namespace.kind != VALUE_STRING) namespace = r->namespaced == 0 ? value_string(STR("")) : unknown;
    Value name = value_is_null(r->template) && r->manifest->fields[MANIFEST_NAME].kind == VALUE_STRING ? r->manifest->fields[MANIFEST_NAME] : unknown;
    const struct {
        const char *key;
        Value value;
    } fields[] = {{"kind", text_map(a, kind_keys, kind, 3)}, {"requestKind", text_map(a, kind_keys, kind, 3)},
                  {"resource", text_map(a, resource_keys, resource, 3)}, {"requestResource", text_map(a, resource_keys, resource, 3)},
                  {"subResource", value_string(STR(""))}, {"name", name}, {"namespace", namespace},
                  {"operation", value_string(update ? STR("UPDATE") : STR("CREATE"))}, {"dryRun", value_bool(false)},
                  {"userInfo", unknown}, {"uid", unknown}, {"options", unknown}};
    Entry *entries = arena_array(a, Entry, ARRAY_COUNT(fields));
    for (size_t i = 0; i < ARRAY_COUNT(fields); i++) entries[i] = (Entry){value_string(str_of(fields[i].key)), fields[i].value};
    return value_map(entries, ARRAY_COUNT(fields));
}

/* Findings keep places and numbers of it, nothing that lives in it. */
static void make_object(Join *j) {
    Request *r = j->request;
    if (!value_is_null(r->object)) return;
    const Object *o = r->manifest;
    Arena *a = &j->objects;
    if (!value_is_null(r->template)) r->object = admission_pod(r->template, o->fields[MANIFEST_NAMESPACE], a);
    else r->object = admission_object(o->fields[MANIFEST_BODY], value_text(o->fields[MANIFEST_API_VERSION]), r->kind, a);
}

/* False when the binding has nothing to do with the request. */
static bool meet(Join *j, const AdmissionBinding *binding, Request *request) {
    bool update = false, ignored;
    Arena *a = &j->scratch;
    j->steps += MATCH_STEPS;
    if (value_is_null(binding->policy->constraints)) return false; /* the API demands them */
    j->match = admission_match(j->admission, binding->policy->constraints, request, &update, a);
    if (j->match != MATCH_NO) j->match = match_both(j->match, admission_match(j->admission, value_field(binding->spec, "matchResources", a), request, &ignored, a));
    if (j->match == MATCH_NO) return false;
    j->binding = binding;
    j->request = request;
    j->told = false;
    make_object(j);
    Value unknown = value_hole(HOLE_REMOTE);
    j->variables[ADMIT_OBJECT] = request->object;
    j->variables[ADMIT_OLD_OBJECT] = update ? unknown : value_null();
    j->variables[ADMIT_REQUEST] = request_value(request, update, a);
    j->variables[ADMIT_NAMESPACE] = admission_namespace(j->admission, request, a);
    j->variables[ADMIT_AUTHORIZER] = j->variables[ADMIT_FORMAT] = unknown;
    run_params(j);
    return true;
}

/* `pod`: of a workload, or NULL. Policies that mutate come first, as in the API server. */
static void meet_bindings(Join *j, Request *whole, Request *pod, bool mutating) {
    for (uint32_t i = 0; i < j->admission->bindings.count; i++) {
        const AdmissionBinding *binding = j->admission->bindings.items[i];
        if (binding->policy->mutates != mutating || !lies_in(whole->manifest->source->path, binding->scope) || j->steps > JOIN_STEPS_MAX) continue;
        ArenaMark mark = arena_mark(&j->scratch);
        bool met = meet(j, binding, whole);
        if ((mutating || !met) && pod) meet(j, binding, pod);
        if (!mutating) arena_reset(&j->scratch, mark);
    }
}

/* The pods of a workload are not asked again where the policy looks at the workload itself. */
static void meet_all(Join *j, const Object *o) {
    Str group = value_text(o->fields[MANIFEST_GROUP]), version = value_text(o->fields[MANIFEST_VERSION]);
    Request whole = {.manifest = o, .labels = o->fields[MANIFEST_LABELS], .group = group, .version = version, .kind = value_text(o->fields[MANIFEST_KIND])};
    Request pod = {.manifest = o, .group = STR(""), .version = STR("v1"), .kind = STR("Pod"), .resource = STR("pods"), .namespaced = 1};
    admission_resource(j->admission, &whole, &j->scratch);
    bool makes_pods = o->fields[MANIFEST_POD].kind == VALUE_OBJECT && !str_is(whole.kind, "Pod") && !str_is(whole.kind, "PodTemplate");
    if (makes_pods) {
        const Object *template = o->fields[MANIFEST_POD].as.object;
        pod.labels = template->fields[POD_LABELS];
        Entry *parts = arena_array(&j->objects, Entry, 2);
        parts[0] = (Entry){value_string(STR("metadata")), template->fields[POD_METADATA]};
        parts[1] = (Entry){value_string(STR("spec")), template->fields[POD_SPEC]};
        pod.template = value_at(value_map(parts, 2), template->source, template->span);
    }
    ArenaMark all = arena_mark(&j->scratch); /* what mutations made stays until the validations are done */
    meet_bindings(j, &whole, makes_pods ? &pod : NULL, true);
    pod.doubted = pod.doubted || whole.mutated;
    meet_bindings(j, &whole, makes_pods ? &pod : NULL, false);
    arena_reset(&j->scratch, all);
}

/* ---- the policies of a file themselves ---- */

static void describe(Model *model, const Object *manifest, const ExpressionVec *list) {
    vec_each(Expression, e, list) {
        if (!e->written.source || value_is_null(e->written)) continue;
        Object *o = object_new(model->arena, SHAPE_POLICY_EXPRESSION, e->written.source, e->written.span);
        o->address = manifest->address;
        o->fields[POLICY_EXPRESSION_TEXT] = e->written;
        o->fields[POLICY_EXPRESSION_ROLE] = value_at(value_string(str_of(e->role)), e->written.source, e->written.span);
        for (int i = 0; i < LANGUAGE_COUNT && e->fault.in[i].len; i++) {
            o->fields[i == LANGUAGE_ES ? POLICY_EXPRESSION_FAULT_ES : POLICY_EXPRESSION_FAULT] = value_at(value_string(e->fault.in[i]), e->written.source, e->written.span);
        }
        o->fields[POLICY_EXPRESSION_MANIFEST] = value_object(manifest);
        model_subject(model, o);
    }
}

static void describe_policy(const Admission *admission, Model *model, const Object *o) {
    vec_each(AdmissionPolicyRef, policy, &admission->policies) {
        if ((*policy)->manifest != o) continue;
        describe(model, o, &(*policy)->conditions);
        describe(model, o, &(*policy)->variables);
        describe(model, o, &(*policy)->validations);
        describe(model, o, &(*policy)->others);
        describe(model, o, &(*policy)->mutations);
    }
}

void admission_join(const Admission *admission, Model *model) {
    Join j = {.admission = admission, .model = model};
    uint32_t count = model->subjects.count;
    for (uint32_t i = 0; i < count && admission->policies.count; i++) {
        const Object *o = model->subjects.items[i];
        if (o->shape->id != SHAPE_MANIFEST) continue;
        if (is_registration(o, false)) describe_policy(admission, model, o);
        ArenaMark mark = arena_mark(&j.objects);
        if (admission->bindings.count) meet_all(&j, o);
        arena_reset(&j.objects, mark);
    }
    if (j.steps > JOIN_STEPS_MAX) {
        Str path = model->subjects.items[0]->source->path;
        Prose reason = PROSE("too much for the admission policies: not all of them were run", "demasiado para las políticas de admisión: no se corrieron todas");
        vec_push(model->arena, &model->gaps, ((Gap){path, 0, reason}));
    }
    arena_free(&j.scratch);
    arena_free(&j.objects);
}
