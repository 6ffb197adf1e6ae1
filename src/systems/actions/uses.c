/* What stands behind `uses:`, taken apart and looked up: pins, inputs, outputs, runtimes, archived repositories. A table is as old
 * as its date: what it does not know is a hole, never a fault. */
#include "facts/fact.h"
#include "systems/actions/actions.h"
#include "systems/actions/lower.h"
#include "systems/facets.h"

typedef struct Uses {
    Str owner, repository, name, version; /* lower case but the version */
} Uses;

static Value text_at(const Actions *w, Str s, Span span) { return s.len ? value_at(value_string(s), w->source, span) : value_at(value_null(), w->source, span); }

/* owner/name[/path]@version; false when it is nothing of the kind. */
static bool split(const Actions *w, Str text, Uses *out) {
    Str path, rest, owner, name, more;
    bool versioned = str_cut(text, '@', &path, &out->version);
    bool slash = str_cut(path, '/', &owner, &rest);
    str_cut(rest, '/', &name, &more);
    bool blank = str_find_byte(text, ' ') != STR_NONE;
    if (!versioned || !out->version.len || !slash || !owner.len || !name.len || owner.at[0] == '.' || blank) return false;
    out->name = str_lower(w->arena, path);
    out->owner = str_slice(out->name, 0, owner.len);
    out->repository = str_slice(out->name, 0, owner.len + 1 + name.len);
    return true;
}

static bool is_hex(Str s) {
    for (size_t i = 0; i < s.len; i++) {
        if (!((s.at[i] >= '0' && s.at[i] <= '9') || (s.at[i] >= 'a' && s.at[i] <= 'f') || (s.at[i] >= 'A' && s.at[i] <= 'F'))) return false;
    }
    return s.len > 0;
}

/* v4, 1.2.3, v1.2.3-beta.1: a digit first, and no slash. */
static bool is_version(Str s) {
    if (s.len && (s.at[0] == 'v' || s.at[0] == 'V')) s = str_skip(s, 1);
    return s.len && s.at[0] >= '0' && s.at[0] <= '9' && str_find_byte(s, '/') == STR_NONE;
}

Str revision_kind(Str version) {
    if (is_hex(version) && (version.len == 40 || version.len == 64)) return STR("commit");
    bool letter = false;
    for (size_t i = 0; i < version.len; i++) letter = letter || version.at[i] > '9';
    if (is_hex(version) && version.len >= 7 && version.len < 40 && letter) return STR("short-commit");
    return is_version(version) ? STR("version") : STR("branch");
}

/* The version that a comment begins with: `v4.1.2`, `tag=v4`, `pin@v4`. */
static Str comment_version(Str comment) {
    static const char *const starts[] = {"tag=", "tag:", "pin@", "version:", "renovate: tag="};
    for (size_t i = 0; i < ARRAY_COUNT(starts); i++) {
        if (str_starts(comment, str_of(starts[i]))) comment = str_trim(str_skip(comment, strlen(starts[i])));
    }
    size_t end = 0;
    while (end < comment.len && !memchr(" ,;()\t", comment.at[end], 6)) end++;
    Str word = str_slice(comment, 0, end);
    return is_version(word) ? word : (Str){NULL, 0};
}

/* ---- pins ---- */

static Str without_v(Str tag) { return tag.len && tag.at[0] == 'v' ? str_skip(tag, 1) : tag; }

static Str commit_of(Str repository, Str tag) {
    FactRows rows = fact_rows(fact_table(STR("action-pins")), repository);
    for (uint32_t i = 0; i < rows.count; i++) {
        if (str_eq(without_v(fact_cell(rows.table, rows.first + i, 1)), without_v(tag))) return fact_cell(rows.table, rows.first + i, 2);
    }
    return (Str){NULL, 0};
}

/* The fullest tag of a commit: a release before a moving one. */
static Str tag_of(Str repository, Str commit) {
    FactRows rows = fact_rows(fact_table(STR("action-pins")), repository);
    Str best = {NULL, 0};
    for (uint32_t i = 0; i < rows.count; i++) {
        if (!str_eq_nocase(fact_cell(rows.table, rows.first + i, 2), commit)) continue;
        Str tag = fact_cell(rows.table, rows.first + i, 1);
        if (tag.len > best.len) best = tag;
    }
    return best;
}

/* A pin where the tag once pointed is as good as one where it points. */
static bool tag_had(Str repository, Str tag, Str commit) {
    FactRows rows = fact_rows(fact_table(STR("action-pins")), repository);
    for (uint32_t i = 0; i < rows.count; i++) {
        bool here = str_eq(without_v(fact_cell(rows.table, rows.first + i, 1)), without_v(tag));
        if (here && str_eq_nocase(fact_cell(rows.table, rows.first + i, 2), commit)) return true;
    }
    return false;
}

/* The youngest release that the table has: how far it reaches. */
static void newest_facts(const Actions *w, Object *o, Str repository, Span span) {
    FactRows rows = fact_rows(fact_table(STR("action-pins")), repository);
    Str tag = {NULL, 0}, date = {NULL, 0};
    for (uint32_t i = 0; i < rows.count; i++) {
        Str day = fact_cell(rows.table, rows.first + i, 4);
        bool release = str_is(fact_cell(rows.table, rows.first + i, 3), "release");
        if (!release || !day.len || str_compare(day, date) <= 0) continue;
        date = day;
        tag = fact_cell(rows.table, rows.first + i, 1);
    }
    o->fields[ACTION_NEWEST] = text_at(w, tag, span);
    o->fields[ACTION_NEWEST_DATE] = text_at(w, date, span);
}

static void pin_facts(const Actions *w, Object *o, Str repository, Str version, Str comment, Span span) {
    newest_facts(w, o, repository, span);
    bool commit = value_is_string(o->fields[ACTION_VERSION_KIND], "commit");
    Str named = comment_version(comment);
    if (!commit) o->fields[ACTION_KNOWN_COMMIT] = text_at(w, commit_of(repository, version), span);
    if (commit) o->fields[ACTION_KNOWN_TAG] = text_at(w, tag_of(repository, version), span);
    if (commit) o->fields[ACTION_COMMENT_VERSION] = text_at(w, named, span);
    if (commit && named.len) o->fields[ACTION_COMMENT_COMMIT] = text_at(w, tag_had(repository, named, version) ? version : commit_of(repository, named), span);
}

/* ---- what the action is ---- */

/* The key of the tables of inputs: owner/name@v4, whatever the version says exactly. */
static Str major_key(const Actions *w, const Object *o, const Uses *u) {
    const FactTable *table = fact_table(STR("action-index"));
    bool commit = value_is_string(o->fields[ACTION_VERSION_KIND], "commit");
    Str version = commit ? value_text(o->fields[ACTION_KNOWN_TAG]) : u->version; /* what it is counts more than what is said of it */
    if (!version.len && commit) version = comment_version(value_text(o->fields[ACTION_COMMENT]));
    if (!version.len) return (Str){NULL, 0};
    Str key = str_format(w->arena, "%.*s@%.*s", STR_ARGS(u->name), STR_ARGS(version));
    if (fact_rows(table, key).count) return key;
    size_t dot = str_find_byte(version, '.');
    Str major = dot == STR_NONE ? version : str_slice(version, 0, dot);
    key = str_format(w->arena, "%.*s@v%.*s", STR_ARGS(u->name), STR_ARGS(without_v(major)));
    return fact_rows(table, key).count ? key : (Str){NULL, 0};
}

static bool index_flag(Str key, const char *column) {
    FactRows rows = fact_rows(fact_table(STR("action-index")), key);
    int at = fact_column(fact_table(STR("action-index")), str_of(column));
    return key.len && rows.count && at >= 0 && str_is(fact_cell(rows.table, rows.first, (uint32_t)at), "1");
}

/* One letter more, less, other, or two changed over. */
static bool one_slip(Str a, Str b) {
    if (a.len > b.len) return one_slip(b, a);
    if (b.len - a.len > 1 || str_eq(a, b)) return false;
    size_t i = 0, k = 0;
    while (i < a.len && a.at[i] == b.at[i]) i++;
    while (k < a.len - i && a.at[a.len - 1 - k] == b.at[b.len - 1 - k]) k++;
    size_t left = a.len - i - k;
    if (left <= 1 && b.len - i - k <= 1) return true;
    return a.len == b.len && left == 2 && a.at[i] == b.at[i + 1] && a.at[i + 1] == b.at[i];
}

static Str lookalike(Str repository) {
    const FactTable *table = fact_table(STR("action-popular"));
    if (fact_rows(table, repository).count || fact_rows(fact_table(STR("action-pins")), repository).count) return (Str){NULL, 0};
    for (uint32_t i = 0; i < fact_row_count(table); i++) {
        if (one_slip(repository, fact_cell(table, i, 0))) return fact_cell(table, i, 0);
    }
    return (Str){NULL, 0};
}

/* ---- inputs ---- */

static const Node *input_of(const Actions *w, const Node *with, Str name) {
    Pair pair = {0};
    while (with && actions_next(w, with, &pair)) {
        if (str_eq_nocase(actions_text(w, pair.key), name)) return pair.value;
    }
    return NULL;
}

/* Whether a row of a table of toggles is on: 1, 0, or -1 when an expression decides. */
static int toggle(const Actions *w, FactRows rows, uint32_t row, const Node *with) {
    Str input = fact_cell(rows.table, row, 1), kind = fact_cell(rows.table, row, 2), values = fact_cell(rows.table, row, 4), piece;
    if (str_is(kind, "always")) return 1;
    const Node *node = input_of(w, with, input);
    if (!node) return str_is(fact_cell(rows.table, row, 5), "1");
    Str text = actions_text(w, node);
    if (expressions_in(text)) return -1;
    bool on = text.len && !str_eq_nocase(text, STR("false"));
    if (values.len) {
        on = false;
        while (str_next(&values, '|', &piece)) on = on || str_eq(piece, text);
    }
    return str_is(kind, "opt-out") ? !on : on;
}

static Value toggles(const Actions *w, const char *table, Str name, const Node *with, Span span) {
    FactRows rows = fact_rows(fact_table(str_of(table)), name);
    int all = 0;
    for (uint32_t i = 0; i < rows.count; i++) {
        int one = toggle(w, rows, rows.first + i, with);
        bool again = i + 1 < rows.count && str_eq(fact_cell(rows.table, rows.first + i, 1), fact_cell(rows.table, rows.first + i + 1, 1));
        if (again && one != toggle(w, rows, rows.first + ++i, with)) one = -1; /* older and newer releases differ */
        if (one > 0) all = 1;
        else if (one < 0 && !all) all = -1;
    }
    return value_at(all < 0 ? value_hole(HOLE_VARIABLE) : value_bool(all > 0), w->source, span);
}

/* Inputs that must be given and are not. */
static Value missing_inputs(const Actions *w, Str key, const Node *with, Span span) {
    ValueVec missing = {0};
    bool known = index_flag(key, "inputs_known");
    FactRows rows = fact_rows(fact_table(STR("action-inputs")), key);
    for (uint32_t i = 0; known && i < rows.count; i++) {
        Str name = fact_cell(rows.table, rows.first + i, 1);
        if (!str_is(fact_cell(rows.table, rows.first + i, 2), "1") || input_of(w, with, name)) continue;
        vec_push(w->arena, &missing, value_at(value_string(name), w->source, span));
    }
    Value v = value_at(value_list(missing.items, missing.count), w->source, span);
    if (!known) v.flags |= VALUE_OPEN;
    return v;
}

static void argument_facts(const Actions *w, Object *o, Str key, Str name) {
    if (!index_flag(key, "inputs_known")) return;
    FactRows rows = fact_rows(fact_table(STR("action-inputs")), key);
    Str *names = arena_array(w->arena, Str, rows.count + 1);
    bool declared = str_eq_nocase(name, STR("args")) || str_eq_nocase(name, STR("entrypoint")), deprecated = false;
    for (uint32_t i = 0; i < rows.count; i++) {
        names[i] = fact_cell(rows.table, rows.first + i, 1);
        if (!str_eq_nocase(names[i], name)) continue;
        declared = true;
        deprecated |= str_is(fact_cell(rows.table, rows.first + i, 3), "1");
    }
    o->fields[ARGUMENT_DECLARED] = value_at(value_bool(declared), w->source, o->span);
    o->fields[ARGUMENT_DEPRECATED] = value_at(value_bool(deprecated), w->source, o->span);
    Str near = declared ? (Str){NULL, 0} : str_nearest(name, names, rows.count);
    if (str_is_slip(name, near)) o->fields[ARGUMENT_NEAREST] = text_at(w, near, o->span);
}

void arguments_lower(Actions *w, Object *action, const Node *map, const char *kind) {
    Pair pair = {0};
    Str key = value_text(action->fields[ACTION_MAJOR]);
    while (actions_next(w, map, &pair)) {
        if (pair.key->kind != YAML_SCALAR) continue;
        Str name = actions_text(w, pair.key);
        Object *o = object_new(w->arena, SHAPE_ARGUMENT, w->source, node_span(w->tree, pair.key));
        o->address = action->address;
        o->fields[ARGUMENT_NAME] = value_at(value_string(name), w->source, o->span);
        o->fields[ARGUMENT_KIND] = value_at(value_string(str_of(kind)), w->source, o->span);
        o->fields[ARGUMENT_VALUE] = actions_value(w, pair.value);
        o->fields[ARGUMENT_DECLARED] = o->fields[ARGUMENT_DEPRECATED] = value_at(value_hole(HOLE_REMOTE), w->source, o->span);
        o->fields[ARGUMENT_GIVEN] = value_at(value_string(type_name(expressions_type(w, pair.value))), w->source, o->span);
        o->fields[ARGUMENT_ACTION] = value_object(action);
        if (key.len && str_is(str_of(kind), "input")) argument_facts(w, o, key, name);
        model_subject(w->model, o);
    }
}

const Type *uses_outputs(Actions *w, const Object *action) {
    Str key = value_text(action->fields[ACTION_MAJOR]);
    bool runs_code = fact_rows(fact_table(STR("action-sinks")), value_text(action->fields[ACTION_NAME])).count > 0;
    if (!index_flag(key, "outputs_known") || runs_code) return &type_any; /* code may set any output */
    Type *type = type_object(w->arena);
    FactRows rows = fact_rows(fact_table(STR("action-outputs")), key);
    for (uint32_t i = 0; i < rows.count; i++) type_add(w->arena, type, fact_cell(rows.table, rows.first + i, 1), &type_string);
    return rows.count ? type : &type_any;
}

/* ---- the use ---- */

static void fill_repository(Actions *w, Object *o, const Uses *u, const Node *uses, bool is_workflow) {
    Span span = o->span;
    uint32_t end = span.end - (uses->style == YAML_SINGLE || uses->style == YAML_DOUBLE);
    Span at = {end - (uint32_t)MIN(u->version.len, (size_t)(end - span.start)), end};
    Str comment = actions_comment(w, span, false);
    o->fields[ACTION_OWNER] = value_at(value_string(u->owner), w->source, span);
    o->fields[ACTION_REPOSITORY] = value_at(value_string(u->repository), w->source, span);
    o->fields[ACTION_NAME] = value_at(value_string(u->name), w->source, span);
    o->fields[ACTION_VERSION] = value_at(value_string(u->version), w->source, at);
    o->fields[ACTION_VERSION_KIND] = value_at(value_string(revision_kind(u->version)), w->source, at);
    o->fields[ACTION_COMMENT] = text_at(w, comment, span);
    if (!w->source->brief) pin_facts(w, o, u->repository, u->version, comment, at);
    Str key = is_workflow ? (Str){NULL, 0} : major_key(w, o, u);
    o->fields[ACTION_MAJOR] = text_at(w, key, at);
    bool branch = value_is_string(o->fields[ACTION_VERSION_KIND], "branch"); /* release/v1 is where its project keeps its releases */
    if (branch && key.len && str_has(u->version, STR("/v"))) o->fields[ACTION_VERSION_KIND] = value_at(value_string(STR("version")), w->source, at);
    o->fields[ACTION_IS_OUTDATED] = value_at(value_bool(index_flag(key, "outdated")), w->source, at);
    o->fields[ACTION_IS_ARCHIVED] = value_at(value_bool(fact_rows(fact_table(STR("action-archived")), u->repository).count > 0), w->source, span);
    o->fields[ACTION_LOOKALIKE] = text_at(w, lookalike(u->repository), span);
}

static void fill_local(Actions *w, Object *o, Str path) {
    while (str_starts(path, STR("./")) || str_starts(path, STR("$/"))) path = str_skip(path, 2);
    while (path.len && path.at[path.len - 1] == '/') path.len--;
    o->fields[ACTION_NAME] = value_at(value_string(path), w->source, o->span);
}

static bool docker_lower(Actions *w, Object *o, const Node *uses, Str image) {
    Str name, tag;
    if (!image.len || (str_cut(image, ':', &name, &tag) && !tag.len)) return false;
    Value whole = actions_value(w, uses);
    Value ref = value_at(value_string(image), w->source, (Span){whole.span.end - (uint32_t)image.len - (uses->style != YAML_PLAIN), whole.span.end - (uses->style != YAML_PLAIN)});
    Object *facet = image_model(w->model, ref, image, "action");
    facet->address = o->address;
    return true;
}

static bool is_workflow_path(Str path) { return str_ends(path, STR(".yml")) || str_ends(path, STR(".yaml")); }

/* Fills what kind it is; false when it is none. */
static bool classify(Actions *w, Object *o, const Node *uses, Str text, bool is_call) {
    const char *kind = is_call ? "workflow" : "repository";
    bool local = str_starts(text, STR("./")) || str_starts(text, STR("$/")), docker = str_starts(text, STR("docker://"));
    Uses u = {0};
    if (local) {
        fill_local(w, o, text);
        kind = is_call ? "workflow" : "local";
        if (is_call && (!is_workflow_path(text) || str_find_byte(text, '@') != STR_NONE)) return false;
    } else if (docker && !is_call) {
        kind = "docker";
        if (!docker_lower(w, o, uses, str_skip(text, 9))) return false;
    } else {
        if (!split(w, text, &u) || (is_call && !is_workflow_path(u.name))) return false;
        fill_repository(w, o, &u, uses, is_call);
    }
    o->fields[ACTION_KIND] = value_at(value_string(str_of(kind)), w->source, o->span);
    return true;
}

Object *uses_lower(Actions *w, const Node *uses, const Node *with, JobInfo *job, StepInfo *step) {
    Str text = actions_text(w, uses);
    if (!text.len || expressions_in(text)) return NULL;
    bool is_call = !step;
    Object *o = object_new(w->arena, SHAPE_ACTION, w->source, node_span(w->tree, uses));
    o->address = job ? job->object->address : w->file->address;
    o->fields[ACTION_WRITTEN] = value_at(value_string(text), w->source, o->span);
    if (!classify(w, o, uses, text, is_call)) {
        actions_problem(w, is_call ? PROBLEM_PIPELINE_INVALID_CALL : PROBLEM_PIPELINE_INVALID_USES, uses, text, (Str){NULL, 0});
        return NULL;
    }
    Str name = value_text(o->fields[ACTION_NAME]), key = value_text(o->fields[ACTION_MAJOR]);
    o->fields[ACTION_INPUTS] = with ? actions_value(w, with) : value_at(value_map(NULL, 0), w->source, o->span);
    o->fields[ACTION_LIES_HERE] = value_at(value_bool(false), o->source, o->span); /* until files are joined */
    if (!w->source->brief) o->fields[ACTION_MISSING] = missing_inputs(w, key, with, o->span);
    o->fields[ACTION_CACHES] = toggles(w, "action-caches", name, with, o->span);
    o->fields[ACTION_PUBLISHES] = toggles(w, "action-publishers", name, with, o->span);
    if (step) o->fields[ACTION_STEP] = value_object(step->object);
    if (job) o->fields[ACTION_JOB] = value_object(job->object);
    o->fields[ACTION_WORKFLOW] = value_object(w->file);
    model_subject(w->model, o);
    if (with && !w->source->brief) arguments_lower(w, o, with, "input");
    return o;
}
