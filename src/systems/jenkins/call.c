/* Calls of steps that are no shell, with the arguments that are written out: input, httpRequest, evaluate, password … Images that a
 * script runs its steps in. https://www.jenkins.io/doc/pipeline/steps/ */
#include "systems/facets.h"
#include "systems/jenkins/lower.h"

#define CALLS_MAX 20000
#define WAITS_MAX 200 /* calls of which it is asked what is around them */

static Value literal(Jenkins *j, const Node *node) {
    if (node->kind == GROOVY_STRING) return jenkins_string(j, node);
    Str text = node_text(j->tree, node);
    bool truth = node->kind == GROOVY_WORD && (str_is(text, "true") || str_is(text, "false"));
    return value_at(truth ? value_bool(str_is(text, "true")) : value_hole(HOLE_VARIABLE), j->source, node_span(j->tree, node));
}

static bool is_operator(const Jenkins *j, const Node *node, const char *text) { return node && node->kind == GROOVY_OPERATOR && str_is(node_text(j->tree, node), text); }

/* `name: value, name: value` and bare values among the siblings from `from` on. */
static void arguments(Jenkins *j, const Node *from, Object *o) {
    VEC(Entry) named = {0};
    ValueVec bare = {0};
    bool computed = false, fresh = true; /* at the beginning or behind a comma */
    for (const Node *n = from; n; n = node_next(n)) {
        const Node *colon = node_next(n), *value = is_operator(j, colon, ":") ? node_next(colon) : NULL;
        if (fresh && n->kind == GROOVY_WORD && value) {
            const Node *after = node_next(value);
            bool whole = !after || is_operator(j, after, ",");
            Value v = whole ? literal(j, value) : value_at(value_hole(HOLE_VARIABLE), j->source, node_span(j->tree, value));
            vec_push(j->arena, &named, ((Entry){value_at(value_string(node_text(j->tree, n)), j->source, node_span(j->tree, n)), v}));
            n = value;
        } else if (fresh && n->kind != GROOVY_BLOCK) {
            vec_push(j->arena, &bare, literal(j, n));
            computed = computed || bare.items[bare.count - 1].kind == VALUE_HOLE;
        }
        fresh = is_operator(j, n, ",");
    }
    o->fields[CALL_NAMED] = value_at(value_map(named.items, named.count), j->source, o->span);
    o->fields[CALL_COMPUTED] = value_at(value_bool(computed), j->source, o->span);
    o->fields[CALL_BARE] = value_at(value_list(bare.items, bare.count), j->source, o->span);
}

/* ---- what is around ---- */

static bool limits_time(const Jenkins *j, const Node *block) {
    const Node *options = jenkins_section(j->tree, block, "options", NULL);
    bool found = false;
    if (options) node_each(child, options) found = found || str_is(jenkins_name(j->tree, child), "timeout");
    return found;
}

static bool holds_executor(const Jenkins *j, const Node *block) {
    const Node *statement = NULL;
    jenkins_section(j->tree, block, "agent", &statement);
    const Node *what = statement ? node_next(node_first(statement)) : NULL;
    return what && !str_is(node_text(j->tree, what), "none");
}

static void around(Jenkins *j, const Node *node, Object *o) {
    bool timed = false, held = false;
    for (const Node *up = node_parent(node); up; up = node_parent(up)) {
        Str name = up->kind == GROOVY_STATEMENT ? jenkins_name(j->tree, up) : (Str){NULL, 0};
        timed = timed || str_is(name, "timeout");
        held = held || str_is(name, "node");
        if (up->kind != GROOVY_BLOCK) continue;
        timed = timed || limits_time(j, up);
        held = held || holds_executor(j, up);
    }
    o->fields[CALL_TIMED] = value_at(value_bool(timed), j->source, o->span);
    o->fields[CALL_HOLDS] = value_at(value_bool(held), j->source, o->span);
}

/* ---- calls ---- */

static void call_at(Jenkins *j, const Node *statement, uint32_t *waits) {
    const Node *word = node_first(statement), *next = word ? node_next(word) : NULL;
    if (!word || word->kind != GROOVY_WORD || !next || next->kind == GROOVY_BLOCK || next->kind == GROOVY_OPERATOR) return;
    Str name = node_text(j->tree, word);
    if (str_is(name, "stage") || str_is(name, "sh") || str_is(name, "def") || str_is(name, "import")) return;
    Object *o = object_new(j->arena, SHAPE_CALL, j->source, node_span(j->tree, word));
    o->extent = node_span(j->tree, statement);
    o->address = j->pipeline->address;
    o->fields[CALL_NAME] = value_at(value_string(name), j->source, o->span);
    o->fields[CALL_WORKFLOW] = value_object(j->pipeline);
    arguments(j, next->kind == GROOVY_GROUP ? node_first(next) : next, o);
    if (str_is(name, "input") && ++*waits <= WAITS_MAX) around(j, statement, o);
    else o->fields[CALL_TIMED] = o->fields[CALL_HOLDS] = value_at(value_hole(HOLE_UNREAD), j->source, o->span);
    if (str_is(name, "password")) {
        Value initial = value_field(o->fields[CALL_NAMED], "defaultValue", NULL), what = value_field(o->fields[CALL_NAMED], "name", NULL);
        if (initial.kind == VALUE_STRING && what.kind == VALUE_STRING) secret_model(j->model, initial, value_str(what), "env");
    }
    model_subject(j->model, o);
}

/* docker.image('node:22').inside { … } */
static void image_at(Jenkins *j, const Node *word) {
    const Node *group = node_next(word), *string = group && group->kind == GROOVY_GROUP && group->size == 2 ? group + 1 : NULL, *dot = group ? node_next(group) : NULL;
    bool runs = dot && is_operator(j, dot, ".") && node_next(dot) && (str_is(node_text(j->tree, node_next(dot)), "inside") || str_is(node_text(j->tree, node_next(dot)), "withRun"));
    if (!string || string->kind != GROOVY_STRING || !runs) return;
    Value image = jenkins_string(j, string);
    Span inside = image.span;
    if (inside.end - inside.start > 2) inside = (Span){inside.start + 1, inside.end - 1};
    if (image.kind == VALUE_STRING) image.span = inside;
    image_model(j->model, image, source_slice(j->source, inside), "job")->address = j->pipeline->address;
}

void jenkins_calls(Jenkins *j) {
    uint32_t waits = 0, calls = 0;
    for (uint32_t i = 0; i < j->tree->count; i++) {
        const Node *node = &j->tree->nodes[i];
        if (node->kind == GROOVY_WORD && str_is(node_text(j->tree, node), "docker.image")) image_at(j, node);
        if (node->kind != GROOVY_STATEMENT) continue;
        if (calls++ == CALLS_MAX) {
            model_cut(j->model, j->source);
            break;
        }
        call_at(j, node, &waits);
    }
}
