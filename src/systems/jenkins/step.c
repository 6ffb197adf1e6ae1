/* Shell steps. A string in double quotes is put together by Groovy before the shell sees it: what is put in is a hole of the
 * script, and a GROOVY_STRING tells what it is. https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#string-interpolation */
#include "systems/jenkins/lower.h"
#include "systems/shell_model.h"

/* ---- credentials ---- */

static void bind(Jenkins *j, Str name) {
    if (!name.len || map_has(&j->secrets, name)) return;
    map_put(j->arena, &j->secrets, name, j);
    vec_push(j->arena, &j->secret_list, value_string(name));
    j->secret_names = value_at(value_list(j->secret_list.items, j->secret_list.count), j->source, (Span){0, 0});
}

/* X = credentials('id') gives X, X_USR and X_PSW. */
static void bind_assigned(Jenkins *j, const Node *statement) {
    const Node *name = node_first(statement), *equals = name ? node_next(name) : NULL, *call = equals ? node_next(equals) : NULL;
    if (!call || call->kind != GROOVY_WORD || !str_is(node_text(j->tree, call), "credentials")) return;
    Str text = node_text(j->tree, name);
    bind(j, text);
    bind(j, str_format(j->arena, "%.*s_PSW", STR_ARGS(text)));
}

void jenkins_secrets(Jenkins *j) {
    static const char *const keys[] = {"variable", "passwordVariable", "keyFileVariable", "passphraseVariable", "secretKeyVariable", "tokenVariable", "keystoreVariable"};
    for (uint32_t i = 0; i < j->tree->count; i++) {
        const Node *node = &j->tree->nodes[i];
        if (node->kind == GROOVY_STATEMENT) bind_assigned(j, node);
        bool closed = node->kind == GROOVY_WORD && (str_is(node_text(j->tree, node), "choice") || str_is(node_text(j->tree, node), "booleanParam"));
        const Node *group = closed ? node_next(node) : NULL, *name = group && group->kind == GROOVY_GROUP ? jenkins_argument(j->tree, group, "name") : NULL;
        if (name && name->kind == GROOVY_STRING) map_put(j->arena, &j->closed, value_text(jenkins_string(j, name)), j);
        if (node->kind != GROOVY_GROUP || node->size > 64) continue;
        for (size_t k = 0; k < ARRAY_COUNT(keys); k++) {
            const Node *value = jenkins_argument(j->tree, node, keys[k]);
            if (value && value->kind == GROOVY_STRING) bind(j, value_text(jenkins_string(j, value)));
        }
    }
}

/* ---- strings ---- */

static bool is_untrusted(const Jenkins *j, Str name) {
    if (str_starts(name, STR("params.")) && map_has(&j->closed, str_skip(name, 7))) return false;
    static const char *const names[] = {"params.", "env.CHANGE_", "CHANGE_", "env.BRANCH_NAME", "BRANCH_NAME", "env.TAG_NAME", "ghprb", "env.ghprb", "gitlab", "env.gitlab", "env.GIT_BRANCH", "pullRequest."};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (str_starts(name, str_of(names[i]))) return !str_starts(name, STR("gitlabUrl")) && !str_is(name, "env.CHANGE_ID") && !str_is(name, "CHANGE_ID");
    }
    return false;
}

static void string_model(Jenkins *j, const Node *string, const GroovyNames *names, Str step, Object *job) {
    if (!names->count) return;
    ValueVec all = {0}, secrets = {0}, untrusted = {0};
    Map told = {0};
    Span span = node_span(j->tree, string);
    for (uint32_t i = 0; i < names->count; i++) {
        Str name = names->items[i], bare = str_starts(name, STR("env.")) ? str_skip(name, 4) : name;
        size_t from = (size_t)(name.at - j->tree->text.bytes.at); /* names are pieces of the text */
        Value v = value_at(value_string(name), j->source, from < j->tree->text.bytes.len ? text_span(&j->tree->text, (uint32_t)from, (uint32_t)(from + name.len)) : span);
        vec_push(j->arena, &all, v);
        if (map_has(&told, name)) continue; /* once is enough to say it */
        map_put(j->arena, &told, name, &told);
        if (map_has(&j->secrets, bare)) vec_push(j->arena, &secrets, v);
        if (is_untrusted(j, name)) vec_push(j->arena, &untrusted, v);
    }
    Object *o = object_new(j->arena, SHAPE_GROOVY_STRING, j->source, span);
    o->address = job->address;
    o->fields[GROOVY_STRING_STEP] = value_at(value_string(step), j->source, span);
    o->fields[GROOVY_STRING_NAMES] = value_at(value_list(all.items, all.count), j->source, span);
    o->fields[GROOVY_STRING_SECRETS] = value_at(value_list(secrets.items, secrets.count), j->source, span);
    o->fields[GROOVY_STRING_UNTRUSTED] = value_at(value_list(untrusted.items, untrusted.count), j->source, span);
    o->fields[GROOVY_STRING_JOB] = value_object(job);
    model_subject(j->model, o);
}

/* ---- steps ---- */

static ShellDialect dialect_of(Str step, Str script) {
    Str line = script;
    if (str_is(step, "powershell") || str_is(step, "pwsh")) return DIALECT_POWERSHELL;
    if (str_is(step, "bat")) return DIALECT_CMD;
    if (str_starts(script, STR("#!")) && str_next(&line, '\n', &script)) {
        size_t slash = str_find_last(script, '/');
        Str program = slash == STR_NONE ? script : str_skip(script, slash + 1);
        if (str_starts(program, STR("env "))) program = str_skip(program, 4);
        Str first, rest;
        str_cut(program, ' ', &first, &rest);
        return shell_dialect(first);
    }
    return DIALECT_BASH; /* sh is bash on most agents: nothing is said of what only sh lacks */
}

/* Its status is returned, or an error is caught and the build stays green. */
static bool is_unheard(const Jenkins *j, const Node *word, const Node *group) {
    const Node *given = group ? group : node_parent(word), *status = given->size <= 64 ? jenkins_argument(j->tree, given, "returnStatus") : NULL;
    if (status && str_is(node_text(j->tree, status), "true")) return true;
    int depth = 0;
    for (const Node *up = node_parent(word); up && depth < 40; up = node_parent(up), depth++) {
        if (up->kind != GROOVY_STATEMENT || !str_is(jenkins_name(j->tree, up), "catchError")) continue;
        const Node *arguments = jenkins_child(up, GROOVY_GROUP), *result = arguments ? jenkins_argument(j->tree, arguments, "buildResult") : NULL;
        if (result && result->kind == GROOVY_STRING && str_is(value_text(jenkins_string(j, result)), "SUCCESS")) return true;
    }
    return false;
}

static void shell_step(Jenkins *j, Str step, const Node *at, const Node *string, const Node *group, Object *job, ValueVec *steps) {
    GroovyNames names = {0};
    Text text = groovy_text(j->tree, string, SHELL_SPLICE, &names);
    string_model(j, string, &names, step, job);
    Span span = node_span(j->tree, string);
    Object *o = object_new(j->arena, SHAPE_STEP, j->source, node_span(j->tree, at));
    o->extent = span_join(o->span, span);
    o->address = job->address;
    const Node *label = group ? jenkins_argument(j->tree, group, "label") : NULL;
    if (label && label->kind == GROOVY_STRING) o->fields[STEP_NAME] = jenkins_string(j, label);
    o->fields[STEP_INDEX] = value_at(value_int(steps->count), j->source, o->span);
    o->fields[STEP_RUN] = value_at(names.count ? value_hole(HOLE_VARIABLE) : value_string(text.bytes), j->source, span);
    o->fields[STEP_SHELL] = value_at(value_string(step), j->source, o->span);
    if (is_unheard(j, at, group)) {
        Entry *entry = arena_new(j->arena, Entry);
        *entry = (Entry){value_string(STR("continue-on-error")), value_bool(true)};
        o->fields[STEP_BODY] = value_at(value_map(entry, 1), j->source, o->span);
    }
    o->fields[STEP_SECRETS] = j->secret_names;
    o->fields[STEP_JOB] = value_object(job);
    o->fields[STEP_WORKFLOW] = value_object(j->pipeline);
    model_subject(j->model, o);
    ShellContext context = {.dialect = dialect_of(step, str_trim(text.bytes)), .where = "step", .step = o, .errexit = true, .pipefail = true, .variable = shell_any_variable};
    o->fields[STEP_SCRIPT] = value_object(shell_model(j->model, text, &context));
    vec_push(j->arena, steps, value_object(o));
}

static bool is_shell(Str word) { return str_is(word, "sh") || str_is(word, "bat") || str_is(word, "powershell") || str_is(word, "pwsh"); }

/* `sh '…'`, `sh('…')`, `sh(script: '…', …)`, `sh script: '…'`. */
static void step_at(Jenkins *j, const Node *word, Object *job, ValueVec *steps) {
    const Node *next = node_next(word), *string = next;
    Str step = node_text(j->tree, word);
    if (next && next->kind == GROOVY_GROUP) {
        const Node *script = jenkins_argument(j->tree, next, "script");
        string = script ? script : node_first(next);
    } else if (next && next->kind == GROOVY_WORD) {
        string = jenkins_argument(j->tree, node_parent(word), "script");
    }
    if (string && string->kind == GROOVY_STRING) shell_step(j, step, word, string, next->kind == GROOVY_GROUP ? next : NULL, job, steps);
    else j->opaque = true;
}

void jenkins_steps(Jenkins *j, const Node *node, Object *job, ValueVec *steps) {
    const Node *end = node + node->size;
    for (const Node *at = node + 1; at < end; at++) {
        if (at->kind == GROOVY_WORD && is_shell(node_text(j->tree, at))) step_at(j, at, job, steps);
        if (at->kind != GROOVY_STRING || !groovy_interpolates(at)) continue;
        /* strings that are no scripts: echo "…${TOKEN}" */
        const Node *parent = node_parent(at), *owner = parent && parent->kind == GROOVY_GROUP ? node_parent(parent) : parent;
        Str name = owner && owner->kind == GROOVY_STATEMENT ? jenkins_name(j->tree, owner) : (Str){NULL, 0};
        if (!str_is(name, "echo") && !str_is(name, "println") && !str_is(name, "error")) continue;
        GroovyNames names = {0};
        groovy_text(j->tree, at, '\x01', &names);
        string_model(j, at, &names, name, job);
    }
}
