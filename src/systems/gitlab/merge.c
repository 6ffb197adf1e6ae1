/* What GitLab makes of a job before it runs it: first `!reference`, then `extends`, then `default`.
 * https://docs.gitlab.com/ci/yaml/yaml_optimization/, https://docs.gitlab.com/ci/yaml/#default */
#include "systems/gitlab/lower.h"

#define MERGE_DEPTH_MAX 40
#define REFERENCE_DEPTH_MAX 10
#define EXTENDS_DEPTH_MAX 11

static Value unread(Value at) { return value_at(value_hole(HOLE_UNREAD), at.source, at.span); }
static Value opened(Value v) {
    if (v.kind == VALUE_MAP) v.flags |= VALUE_OPEN;
    return v;
}

/* ---- maps over maps ---- */

static Value merge(Gitlab *g, Value base, Value over, int depth) {
    if (base.kind != VALUE_MAP || over.kind != VALUE_MAP || depth > MERGE_DEPTH_MAX) return over;
    g->values += base.count + over.count;
    if (g->values > GITLAB_VALUES_MAX) return opened(over);
    Entry *entries = arena_array(g->arena, Entry, base.count + over.count);
    Map places = {0};
    uint32_t count = 0;
    for (uint32_t i = 0; i < base.count; i++) {
        map_put(g->arena, &places, value_text(base.as.entries[i].key), (void *)(uintptr_t)(count + 1));
        entries[count++] = base.as.entries[i];
    }
    for (uint32_t i = 0; i < over.count; i++) {
        Entry e = over.as.entries[i];
        uintptr_t at = (uintptr_t)map_get(&places, value_text(e.key));
        if (!at) entries[count++] = e;
        else entries[at - 1] = (Entry){e.key, merge(g, entries[at - 1].value, e.value, depth + 1)};
    }
    Value out = value_at(value_map(entries, count), over.source, over.span);
    out.flags = (base.flags | over.flags) & VALUE_OPEN;
    return out;
}

Value gitlab_merge(Gitlab *g, Value base, Value over) { return merge(g, base, over, 0); }

/* ---- !reference ---- */

static Value resolve(Gitlab *g, Value v, int references, int depth);

static Value follow_reference(Gitlab *g, Value path, int references, int depth) {
    Value v = g->config;
    for (uint32_t i = 0; i < path.count; i++) {
        Value key = path.as.items[i];
        if (key.kind != VALUE_STRING) return unread(path);
        Value next = v.kind == VALUE_MAP ? value_field(v, str_copy(g->arena, value_str(key)).at, NULL) : value_null();
        bool whole = v.kind == VALUE_MAP && !(v.flags & VALUE_OPEN) && (i == 0 || value_is_null(value_field(v, "extends", NULL)));
        if (value_is_null(next) && whole && !g->more_jobs) gitlab_problem(g, PROBLEM_PIPELINE_UNKNOWN_REFERENCE, key, value_str(key), (Str){NULL, 0});
        if (value_is_null(next)) return unread(path);
        v = next;
    }
    return references < REFERENCE_DEPTH_MAX ? resolve(g, v, references + 1, depth + 1) : unread(path);
}

static Value resolve_map(Gitlab *g, Value v, int references, int depth) {
    Entry *entries = arena_array(g->arena, Entry, v.count);
    for (uint32_t i = 0; i < v.count; i++) entries[i] = (Entry){v.as.entries[i].key, resolve(g, v.as.entries[i].value, references, depth + 1)};
    Value out = value_at(value_map(entries, v.count), v.source, v.span);
    out.flags = v.flags;
    return out;
}

static Value resolve_list(Gitlab *g, Value v, int references, int depth) {
    ValueVec items = {0};
    for (uint32_t i = 0; i < v.count; i++) {
        Value item = v.as.items[i], made = resolve(g, item, references, depth + 1);
        bool spliced = item.flags & GITLAB_REFERENCE && made.kind == VALUE_LIST;
        for (uint32_t k = 0; spliced && k < made.count; k++) vec_push(g->arena, &items, made.as.items[k]);
        if (!spliced) vec_push(g->arena, &items, made);
        g->values += spliced ? made.count : 0;
        if (g->values > GITLAB_VALUES_MAX) break;
    }
    Value out = value_at(value_list(items.items, items.count), v.source, v.span);
    out.flags = v.flags & VALUE_OPEN;
    return out;
}

static Value resolve(Gitlab *g, Value v, int references, int depth) {
    if (v.kind != VALUE_MAP && v.kind != VALUE_LIST) return v;
    if (++g->values > GITLAB_VALUES_MAX || depth > MERGE_DEPTH_MAX) return unread(v);
    if (v.flags & GITLAB_REFERENCE) return follow_reference(g, v, references, depth);
    return v.kind == VALUE_MAP ? resolve_map(g, v, references, depth) : resolve_list(g, v, references, depth);
}

/* ---- extends ---- */

static Str nearest_job(Gitlab *g, Str wrong) {
    Str *names = arena_array(g->arena, Str, g->jobs.count + 1);
    for (uint32_t i = 0; i < g->jobs.count; i++) names[i] = g->jobs.items[i]->name;
    return g->jobs.count < 300 ? str_nearest(wrong, names, g->jobs.count) : (Str){NULL, 0};
}

static Value without_extends(Gitlab *g, Value body) {
    Entry *entries = arena_array(g->arena, Entry, body.count + 1);
    uint32_t count = 0;
    for (uint32_t i = 0; i < body.count; i++) {
        if (!value_is_string(body.as.entries[i].key, "extends")) entries[count++] = body.as.entries[i];
    }
    Value out = value_at(value_map(entries, count), body.source, body.span);
    out.flags = body.flags;
    return out;
}

static Value extended(Gitlab *g, GitlabJob *job, int depth);

/* What `name` gives; null when there is no such job. */
static Value parent(Gitlab *g, GitlabJob *job, Value name, int depth) {
    GitlabJob *from = name.kind == VALUE_STRING ? map_get(&g->names, value_str(name)) : NULL;
    if (!from) {
        if (name.kind == VALUE_STRING && !g->more_jobs) gitlab_problem(g, PROBLEM_PIPELINE_UNKNOWN_TEMPLATE, name, value_str(name), nearest_job(g, value_str(name)));
        return value_null();
    }
    if (from->mark == 1) {
        gitlab_problem(g, PROBLEM_PIPELINE_EXTENDS_CYCLE, name, job->name, from->name);
        return value_null();
    }
    return extended(g, from, depth + 1);
}

static Value extended(Gitlab *g, GitlabJob *job, int depth) {
    if (job->mark == 2 || job->own.kind != VALUE_MAP) return job->body;
    Value body = job->body, names = unfold_field(body, "extends"), base = value_null();
    if (depth > EXTENDS_DEPTH_MAX) return opened(body);
    job->mark = 1;
    uint32_t count = names.kind == VALUE_LIST ? names.count : !value_is_null(names);
    bool missing = false;
    for (uint32_t i = 0; i < count; i++) {
        Value from = parent(g, job, names.kind == VALUE_LIST ? names.as.items[i] : names, depth);
        missing = missing || from.kind != VALUE_MAP;
        if (from.kind == VALUE_MAP) base = base.kind == VALUE_MAP ? gitlab_merge(g, base, from) : from;
    }
    body = base.kind == VALUE_MAP ? gitlab_merge(g, base, body) : body;
    job->body = value_at(without_extends(g, missing ? opened(body) : body), job->key.source, job->key.span);
    job->mark = 2;
    return job->body;
}

/* ---- default ---- */

/* Whether `inherit:default` lets a key in. */
static bool inherits(Value body, const char *key) {
    Value which = unfold_path(body, "inherit.default");
    if (which.kind == VALUE_BOOL) return which.as.boolean;
    for (uint32_t i = 0; which.kind == VALUE_LIST && i < which.count; i++) {
        if (value_is_string(which.as.items[i], key)) return true;
    }
    return which.kind != VALUE_LIST;
}

static const char *const inherited[] = {"image", "services", "before_script", "after_script", "cache", "interruptible", "timeout", "retry", "tags", "artifacts", "hooks", "id_tokens", "identity"};

/* What the pipeline gives to its jobs, in the order of the keys: asked for once, for the pipeline is as large as it has jobs. */
static void read_defaults(Gitlab *g, Value given[ARRAY_COUNT(inherited)]) {
    Value defaults = unfold_field(g->config, "default");
    for (size_t i = 0; i < ARRAY_COUNT(inherited); i++) {
        given[i] = defaults.kind == VALUE_MAP ? value_field(defaults, inherited[i], NULL) : value_null();
        if (value_is_null(given[i]) && i < 5) given[i] = value_field(g->config, inherited[i], NULL); /* the old way, at the top */
    }
}

static Value with_defaults(Gitlab *g, Value body, const Value given[ARRAY_COUNT(inherited)]) {
    Entry *entries = arena_array(g->arena, Entry, body.count + ARRAY_COUNT(inherited));
    uint32_t count = body.count;
    if (count) memcpy(entries, body.as.entries, count * sizeof *entries);
    for (size_t i = 0; i < ARRAY_COUNT(inherited); i++) {
        if (value_is_null(given[i]) || !value_is_null(value_field(body, inherited[i], NULL)) || !inherits(body, inherited[i])) continue;
        entries[count++] = (Entry){value_string(str_of(inherited[i])), resolve(g, given[i], 0, 0)};
    }
    Value out = value_at(value_map(entries, count), body.source, body.span);
    out.flags = body.flags;
    return out;
}

/* A job that runs nothing changes one of a file that was not read: `semgrep-sast: {variables: …}` below a template of GitLab's. */
static bool changes_another(const Gitlab *g, Value body) {
    static const char *const works[] = {"script", "run", "trigger"};
    bool any = false;
    for (size_t i = 0; i < ARRAY_COUNT(works); i++) any = any || !value_is_null(value_field(body, works[i], NULL));
    return g->more_jobs && !any;
}

void gitlab_finish_jobs(Gitlab *g) {
    Value given[ARRAY_COUNT(inherited)];
    read_defaults(g, given);
    vec_each(GitlabJobRef, job, &g->jobs) (*job)->body = (*job)->own.kind == VALUE_MAP ? resolve(g, (*job)->own, 0, 0) : (*job)->own;
    vec_each(GitlabJobRef, job, &g->jobs) extended(g, *job, 0);
    vec_each(GitlabJobRef, job, &g->jobs) {
        if ((*job)->body.kind != VALUE_MAP) continue;
        if (g->more_defaults || changes_another(g, (*job)->body)) (*job)->body = opened((*job)->body);
        if (!(*job)->hidden) (*job)->body = with_defaults(g, (*job)->body, given);
        (*job)->mark = 0;
    }
}
