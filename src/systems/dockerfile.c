/* Dockerfile tree → objects, in one pass from top to bottom with the state that the builder keeps: the global ARGs, and
 * for each stage ARG, ENV, USER, WORKDIR, SHELL, HEALTHCHECK, ENTRYPOINT and CMD, inherited through FROM <stage>.
 * An object is made when its instruction is met; what only the end of a stage or file knows is filled in there. */
#include "systems/dockerfile.h"

#include "parse/dockerfile.h"
#include "parse/expand.h"
#include "systems/dockerfile_lower.h"
#include "systems/facets.h"

Value lower_at(const Lower *l, Value v, const Node *node) { return value_at(v, l->source, node_span(l->tree, node)); }
Value lower_bool(const Lower *l, bool b, const Node *node) { return lower_at(l, value_bool(b), node); }
static Value text_value(const Lower *l, const Node *node) { return lower_at(l, value_string(dockerfile_text(l->tree, node).bytes), node); }

/* Names the builder gives to every build; the first of each stage must be declared by ARG to be seen. */
static bool builder_sets(Str name) {
    static const char *const names[] = {"TARGETPLATFORM", "TARGETOS", "TARGETARCH", "TARGETVARIANT", "BUILDPLATFORM", "BUILDOS", "BUILDARCH", "BUILDVARIANT",
                                        "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "FTP_PROXY", "ftp_proxy", "NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy",
                                        "SOURCE_DATE_EPOCH", "TARGETSTAGE", "BUILDKIT_SBOM_SCAN_STAGE", "PATH"};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (str_is(name, names[i])) return true;
    }
    return false;
}

static bool look_up(void *data, Str name, Value *value) {
    Lower *l = data;
    Value *known = lower_variable(l, name);
    if (known) {
        *value = *known;
        return true;
    }
    bool builder = builder_sets(name);
    if (builder) *value = value_hole(HOLE_BUILD_ARGUMENT);
    else if (l->stage && l->has_from) *value = value_hole(HOLE_REMOTE); /* the base image may set it */
    return builder;
}

/* In FROM only the global ARGs count. */
static bool look_up_global(void *data, Str name, Value *value) {
    Lower *l = data;
    Value *known = map_get(&l->globals, name);
    bool builder = builder_sets(name);
    if (known) *value = *known;
    else if (builder) *value = value_hole(HOLE_BUILD_ARGUMENT);
    return known || builder;
}

#define NEAREST_SCOPE_MAX 64 /* names compared with a misspelt one: real files have a dozen */

static void add_reference(Lower *l, const ExpandUse *use, Text text, bool defined) {
    Span span = text_span(&text, use->start, use->end);
    Object *o = object_new(l->arena, SHAPE_REFERENCE, l->source, span);
    o->fields[REFERENCE_NAME] = value_at(value_string(use->name), l->source, span);
    o->fields[REFERENCE_DEFINED] = value_at(value_bool(defined), l->source, span);
    o->fields[REFERENCE_HAS_DEFAULT] = value_at(value_bool(use->has_default), l->source, span);
    if (l->instruction) o->fields[REFERENCE_INSTRUCTION] = value_object(l->instruction);
    Str names[NEAREST_SCOPE_MAX], near = {NULL, 0};
    if (!defined) o->fields[REFERENCE_SET_IN] = lower_set_elsewhere(l, use->name);
    if (!defined) near = str_nearest(use->name, names, lower_names(l, names, NEAREST_SCOPE_MAX));
    if (near.len) o->fields[REFERENCE_NEAREST] = value_at(value_string(near), l->source, span);
    model_subject(l->model, o);
}

/* A word after expansion. */
Value lower_word(Lower *l, const Node *node, bool global, ExpandUses *uses) {
    Text text = dockerfile_text(l->tree, node);
    ExpandUses own = {0};
    Value v = expand_word(text, dockerfile_escape(l->tree), global ? look_up_global : look_up, l, l->arena, &own);
    for (uint32_t i = 0; i < own.count; i++) {
        Value ignored;
        bool defined = global ? look_up_global(l, own.items[i].name, &ignored) : look_up(l, own.items[i].name, &ignored);
        add_reference(l, &own.items[i], text, defined);
        if (uses) vec_push(l->arena, uses, own.items[i]);
    }
    return v;
}

Value lower_list(const Lower *l, ValueVec items, const Node *node) { return lower_at(l, value_list(items.items, items.count), node); }

/* ---- instructions ---- */

static Value flags_map(Lower *l, const Node *node) {
    VEC(Entry) entries = {0};
    node_each(flag, node) {
        if (flag->kind != DOCKERFILE_FLAG) continue;
        const Node *name = node_first(flag), *value = name ? node_next(name) : NULL;
        Value v = value ? lower_word(l, value, l->in_from, NULL) : lower_at(l, value_string(STR("")), flag);
        vec_push(l->arena, &entries, (Entry){lower_at(l, value_string(dockerfile_text(l->tree, name).bytes), flag), v});
    }
    return lower_at(l, value_map(entries.items, entries.count), node);
}

Value lower_flag(const Object *instruction, const char *name) {
    Value flags = instruction->fields[INSTRUCTION_FLAGS];
    for (uint32_t i = flags.count; i-- > 0;) {
        if (value_is_string(flags.as.entries[i].key, name)) return flags.as.entries[i].value;
    }
    return value_at(value_null(), instruction->source, instruction->span);
}

static Value words_list(Lower *l, const Node *node) {
    ValueVec words = {0};
    for (const Node *child = node + 1, *end = node + node->size; child < end; child++) {
        if (child->kind == DOCKERFILE_STRING) vec_push(l->arena, &words, lower_at(l, value_string(dockerfile_string(l->tree, child, l->arena)), child));
        else if (child->kind == DOCKERFILE_WORD && child - child->up == node) vec_push(l->arena, &words, text_value(l, child));
    }
    return lower_list(l, words, node);
}

static const char *form_of(const Node *node, DockerfileKeyword keyword) {
    if (dockerfile_child(node, DOCKERFILE_JSON)) return "exec";
    if (keyword == KEYWORD_RUN && dockerfile_child(node, DOCKERFILE_HEREDOC)) return "heredoc";
    return dockerfile_child(node, DOCKERFILE_SHELL) ? "shell" : "plain";
}

static Value value_part(const Lower *l, const Node *node) {
    const Node *first = NULL;
    node_each(child, node) {
        if (child->kind != DOCKERFILE_KEYWORD && child->kind != DOCKERFILE_FLAG && !first) first = child;
    }
    if (!first) return lower_at(l, value_null(), node);
    Span span = {first->start, node->end};
    return value_at(value_string(source_slice(l->source, span)), l->source, span);
}

static Object *instruction(Lower *l, const Node *node) {
    const Node *keyword = dockerfile_child(node, DOCKERFILE_KEYWORD);
    Object *o = object_new(l->arena, SHAPE_INSTRUCTION, l->source, node_span(l->tree, node));
    Str name = dockerfile_keyword_name(dockerfile_keyword(node));
    Str written = node_text(l->tree, keyword);
    o->fields[INSTRUCTION_KEYWORD] = lower_at(l, value_string(name.len ? name : written), keyword);
    o->fields[INSTRUCTION_WRITTEN] = lower_at(l, value_string(written), keyword);
    o->fields[INSTRUCTION_VALUE] = value_part(l, node);
    o->fields[INSTRUCTION_WORDS] = words_list(l, node);
    o->fields[INSTRUCTION_FORM] = lower_at(l, value_string(str_of(form_of(node, dockerfile_keyword(node)))), node);
    l->in_from = dockerfile_keyword(node) == KEYWORD_FROM;
    l->instruction = o;
    o->fields[INSTRUCTION_FLAGS] = flags_map(l, node);
    o->fields[INSTRUCTION_IS_ONBUILD] = lower_bool(l, l->onbuild, node);
    o->fields[INSTRUCTION_INDEX] = lower_at(l, value_int(l->instructions.count), node);
    o->fields[INSTRUCTION_BEFORE_FROM] = lower_bool(l, !l->seen_from && l->has_from && !l->in_from, node);
    o->fields[INSTRUCTION_DOCKERFILE] = value_object(l->dockerfile);
    model_subject(l->model, o);
    vec_push(l->arena, &l->instructions, value_object(o));
    return o;
}

static void join_stage(Lower *l, Object *o) {
    StageState *stage = l->stage;
    if (!stage) return;
    o->fields[INSTRUCTION_STAGE] = value_object(stage->object);
    if (stage->instructions.count) {
        Object *previous = (Object *)(uintptr_t)stage->instructions.items[stage->instructions.count - 1].as.object;
        o->fields[INSTRUCTION_PREVIOUS] = value_object(previous);
        previous->fields[INSTRUCTION_NEXT] = value_object(o);
    }
    vec_push(l->arena, &stage->instructions, value_object(o));
}

/* ---- images and stages ---- */

StageState *lower_find_stage(const Lower *l, Str name) {
    return map_get(&l->stage_names, str_lower(l->arena, name));
}

/* A reference: parts when it is known, holes where it depends on an argument. */
Object *lower_image(Lower *l, Value ref, Str written, const char *role) {
    return image_model(l->model, ref, written, role);
}

static StageState *new_stage(Lower *l, const Node *node) {
    StageState *stage = arena_new(l->arena, StageState);
    stage->object = object_new(l->arena, SHAPE_STAGE, l->source, node_span(l->tree, node));
    stage->object->fields[STAGE_INDEX] = lower_at(l, value_int(l->stages.count), node);
    stage->object->fields[STAGE_DOCKERFILE] = value_object(l->dockerfile);
    stage->object->address = str_format(l->arena, "stage %u", l->stages.count);
    stage->dialect = DIALECT_SH;
    vec_push(l->arena, &l->stages, stage);
    model_subject(l->model, stage->object);
    return stage;
}

static void inherit(StageState *stage, StageState *base) {
    Object *o = stage->object, *from = base->object;
    static const int fields[] = {STAGE_USER, STAGE_WORKDIR, STAGE_HEALTHCHECK, STAGE_ENTRYPOINT, STAGE_CMD};
    for (size_t i = 0; i < ARRAY_COUNT(fields); i++) o->fields[fields[i]] = from->fields[fields[i]];
    o->fields[STAGE_BASE] = value_object(from);
    from->fields[STAGE_IS_USED] = value_bool(true);
    lower_inherit_variables(stage, base);
    Value under = from->fields[STAGE_IMAGE], image = o->fields[STAGE_IMAGE];
    if (under.kind == VALUE_OBJECT && image.kind == VALUE_OBJECT) { /* the user of the image below all stages, and its entrypoint's */
        static const int kept[] = {IMAGE_USER, IMAGE_IS_ROOT, IMAGE_STEPS_DOWN};
        for (size_t i = 0; i < ARRAY_COUNT(kept); i++) ((Object *)(uintptr_t)image.as.object)->fields[kept[i]] = under.as.object->fields[kept[i]];
    }
    stage->dialect = base->dialect;
    stage->pipefail = base->pipefail;
    stage->errexit = base->errexit;
    stage->windows = base->windows;
    stage->shell_set = base->shell_set;
}

static void lower_from(Lower *l, const Node *node) {
    const Node *ref = dockerfile_child(node, DOCKERFILE_WORD), *as = ref ? node_next(ref) : NULL, *name = as ? node_next(as) : NULL;
    Object *o = instruction(l, node);
    StageState *stage = new_stage(l, node);
    if (name) {
        stage->name = dockerfile_text(l->tree, name).bytes;
        stage->object->fields[STAGE_NAME] = lower_at(l, value_string(stage->name), name);
        stage->object->address = str_format(l->arena, "stage %.*s", STR_ARGS(stage->name));
        StageState *same = lower_find_stage(l, stage->name);
        if (same) stage->object->fields[STAGE_SAME_NAME] = value_object(same->object);
    }
    stage->object->fields[STAGE_PLATFORM] = lower_flag(o, "platform");
    if (ref) {
        Value value = lower_word(l, ref, true, NULL);
        Object *image = lower_image(l, value, dockerfile_text(l->tree, ref).bytes, "from");
        image->fields[IMAGE_PLATFORM] = stage->object->fields[STAGE_PLATFORM];
        image->fields[IMAGE_STAGE] = value_object(stage->object);
        stage->object->fields[STAGE_IMAGE] = value_object(image);
        StageState *base = NULL;
        if (value.kind == VALUE_STRING) {
            base = lower_find_stage(l, value_str(value)); /* its own name is not known yet */
            Str text = value_str(value);
            stage->windows = str_find_nocase(text, STR("windows")) != STR_NONE || str_find_nocase(text, STR("nanoserver")) != STR_NONE;
        }
        else stage->windows = str_find_nocase(str_base_name(l->source->path), STR("windows")) != STR_NONE; /* all that tells, where an argument says the image */
        if (value_is_string(value, "scratch")) stage->object->fields[STAGE_WORKDIR] = lower_at(l, value_string(STR("/")), ref); /* nobody set another */
        image->fields[IMAGE_IS_STAGE] = lower_bool(l, base != NULL, ref);
        if (base) inherit(stage, base);
        if (stage->windows && !base) stage->dialect = DIALECT_CMD;
    }
    if (stage->name.len) map_put(l->arena, &l->stage_names, str_lower(l->arena, stage->name), stage);
    l->stage = stage;
    l->seen_from = true;
    join_stage(l, o);
}

/* A fragment has one stage without an image. */
static void need_stage(Lower *l, const Node *node) {
    if (!l->stage && (l->seen_from || !l->has_from)) l->stage = new_stage(l, node);
}

/* ---- ARG, ENV, LABEL ---- */

void lower_secret_text(Lower *l, Value value, Str name, const char *where) {
    Object *o = secret_model(l->model, value, name, where);
    if (o && l->stage) o->fields[SECRET_STAGE] = value_object(l->stage->object);
}

static Value argument_value(Lower *l, Str name, const Node *pair) {
    Value *global = l->stage ? map_get(&l->globals, name) : NULL;
    Value v = global ? *global : value_hole(HOLE_BUILD_ARGUMENT);
    return lower_at(l, v, pair);
}

static Object *variable(Lower *l, const Node *pair, Object *o, bool env, Map *siblings) {
    const Node *key = node_first(pair), *word = node_next(key);
    Object *v = object_new(l->arena, SHAPE_VARIABLE, l->source, node_span(l->tree, pair));
    Value name = lower_word(l, key, false, NULL);
    Str text = name.kind == VALUE_STRING ? value_str(name) : (Str){NULL, 0};
    ExpandUses uses = {0};
    v->fields[VARIABLE_KEYWORD] = o->fields[INSTRUCTION_KEYWORD];
    v->fields[VARIABLE_NAME] = name;
    v->fields[VARIABLE_LEGACY] = lower_bool(l, (pair->flags & DOCKERFILE_LEGACY) != 0, pair);
    Value value = word ? lower_word(l, word, false, &uses) : env ? lower_at(l, value_null(), pair) : argument_value(l, text, pair);
    v->fields[VARIABLE_VALUE] = word ? value : lower_at(l, value_null(), pair);
    if (word) v->fields[VARIABLE_WRITTEN] = text_value(l, word);
    ValueVec names = {0};
    for (uint32_t i = 0; i < uses.count; i++) {
        vec_push(l->arena, &names, lower_at(l, value_string(uses.items[i].name), word));
        bool own = str_eq(uses.items[i].name, text); /* ENV PATH=/x:$PATH: what the base image set; twice in one ENV, the first is lost */
        bool sibling = own ? map_has(&l->pending_names, text) : map_has(siblings, uses.items[i].name) && !lower_variable(l, uses.items[i].name);
        if (env && sibling) v->fields[VARIABLE_USES_SIBLING] = lower_at(l, value_string(uses.items[i].name), word);
    }
    v->fields[VARIABLE_USES] = lower_list(l, names, pair);
    v->fields[VARIABLE_INSTRUCTION] = value_object(o);
    if (l->stage) {
        v->fields[VARIABLE_STAGE] = value_object(l->stage->object);
        vec_push(l->arena, &l->stage->all_variables, value_object(v));
    }
    model_subject(l->model, v);
    vec_push(l->arena, &l->pending, ((Setting){text, value}));
    map_put(l->arena, &l->pending_names, text, l);
    if (word) lower_secret_text(l, value, text, env ? "env" : "arg");
    return v;
}

/* Names set by the same instruction are not seen by its own values. */
static void lower_variables(Lower *l, const Node *node, Object *o, bool env) {
    Map siblings = {0};
    l->pending.count = 0;
    l->pending_names = (Map){0};
    node_each(pair, node) {
        if (pair->kind == DOCKERFILE_PAIR) map_put(l->arena, &siblings, dockerfile_text(l->tree, node_first(pair)).bytes, l);
    }
    node_each(pair, node) {
        if (pair->kind != DOCKERFILE_PAIR) continue;
        variable(l, pair, o, env, &siblings);
        if (!env) { /* ARG a=1 b=$a: each sees the one before */
            lower_set_variable(l, l->pending.items[0].name, l->pending.items[0].value, false);
            l->pending.count = 0;
        }
    }
    for (uint32_t i = 0; i < l->pending.count; i++) lower_set_variable(l, l->pending.items[i].name, l->pending.items[i].value, env);
}

/* A label's key as it stands, without quotes. */
static Value unquoted(const Lower *l, const Node *key) {
    Str text = dockerfile_text(l->tree, key).bytes;
    bool quotes = text.len >= 2 && (text.at[0] == '"' || text.at[0] == '\'') && text.at[text.len - 1] == text.at[0];
    return lower_at(l, value_string(quotes ? str_slice(text, 1, text.len - 1) : text), key);
}

static void lower_labels(Lower *l, const Node *node, Object *o) {
    node_each(pair, node) {
        if (pair->kind != DOCKERFILE_PAIR) continue;
        const Node *key = node_first(pair), *word = node_next(key);
        Object *label = object_new(l->arena, SHAPE_LABEL, l->source, node_span(l->tree, pair));
        label->fields[LABEL_KEY] = unquoted(l, key);
        if (word) label->fields[LABEL_VALUE] = lower_word(l, word, false, NULL);
        label->fields[LABEL_INSTRUCTION] = value_object(o);
        if (l->stage) label->fields[LABEL_STAGE] = value_object(l->stage->object);
        model_subject(l->model, label);
        if (word) lower_secret_text(l, label->fields[LABEL_VALUE], (Str){NULL, 0}, "label");
    }
}

/* ---- the file ---- */

static void dispatch(Lower *l, const Node *node) {
    DockerfileKeyword keyword = dockerfile_keyword(node);
    if (keyword == KEYWORD_FROM && !l->onbuild) {
        lower_from(l, node);
        return;
    }
    if (keyword != KEYWORD_ARG || !l->has_from) need_stage(l, node);
    Object *o = instruction(l, node);
    join_stage(l, o);
    if (keyword == KEYWORD_ARG || keyword == KEYWORD_ENV) lower_variables(l, node, o, keyword == KEYWORD_ENV);
    else if (keyword == KEYWORD_LABEL) lower_labels(l, node, o);
    else if (keyword == KEYWORD_ONBUILD) {
        const Node *inner = dockerfile_child(node, DOCKERFILE_INSTRUCTION);
        bool before = l->onbuild;
        l->onbuild = true;
        if (inner && l->stage) dispatch(l, inner);
        l->onbuild = before;
    } else if (l->stage) lower_instruction(l, node, o);
}

static void finish_stage(Lower *l, StageState *stage, bool last) {
    Object *o = stage->object;
    o->fields[STAGE_IS_FINAL] = value_bool(last);
    o->fields[STAGE_SHIPS] = value_at(value_bool(false), l->source, o->span);
    if (value_is_null(o->fields[STAGE_IS_USED])) o->fields[STAGE_IS_USED] = value_bool(false);
    o->fields[STAGE_IS_TARGET] = value_bool(last || !o->fields[STAGE_IS_USED].as.boolean);
    o->fields[STAGE_OS] = value_string(stage->windows ? STR("windows") : STR("linux"));
    struct { int field; ValueVec *items; } lists[] = {{STAGE_INSTRUCTIONS, &stage->instructions}, {STAGE_RUNS, &stage->runs}, {STAGE_COPIES, &stage->copies},
                                                      {STAGE_COMMANDS, &stage->commands}, {STAGE_PORTS, &stage->ports}, {STAGE_VARIABLES, &stage->all_variables}};
    for (size_t i = 0; i < ARRAY_COUNT(lists); i++) {
        o->fields[lists[i].field] = value_at(value_list(lists[i].items->items, lists[i].items->count), l->source, o->span);
    }
    o->fields[STAGE_ENV] = lower_env(l, stage);
    for (uint32_t i = 0; i < 5; i++) {
        static const int fields[] = {STAGE_IS_FINAL, STAGE_IS_USED, STAGE_IS_TARGET, STAGE_OS, STAGE_INDEX};
        o->fields[fields[i]] = value_at(o->fields[fields[i]], l->source, o->span);
    }
    lower_stage_end(l, stage);
}

static void tell_shipped_runs(Lower *l, const Object *stage) {
    Value runs = stage->fields[STAGE_RUNS];
    for (uint32_t i = 0; i < runs.count; i++) {
        Object *run = (Object *)(uintptr_t)runs.as.items[i].as.object;
        bool onbuild = run->fields[RUN_INSTRUCTION].as.object->fields[INSTRUCTION_IS_ONBUILD].as.boolean;
        run->fields[RUN_SHIPS] = value_at(value_bool(onbuild || stage->fields[STAGE_SHIPS].as.boolean), l->source, run->span);
    }
}

static void finish(Lower *l) {
    Object *o = l->dockerfile;
    ValueVec stages = {0};
    for (uint32_t i = 0; i < l->stages.count; i++) {
        finish_stage(l, l->stages.items[i], i + 1 == l->stages.count);
        vec_push(l->arena, &stages, value_object(l->stages.items[i]->object));
    }
    const Object *shipped = stages.count ? stages.items[stages.count - 1].as.object : NULL;
    while (shipped) { /* the chain of FROM <stage> that ends in the last one */
        Object *stage = (Object *)(uintptr_t)shipped;
        stage->fields[STAGE_SHIPS] = value_at(value_bool(true), l->source, stage->span);
        shipped = stage->fields[STAGE_BASE].kind == VALUE_OBJECT ? stage->fields[STAGE_BASE].as.object : NULL;
    }
    for (uint32_t i = 0; i < l->stages.count; i++) tell_shipped_runs(l, l->stages.items[i]->object);
    o->fields[DOCKERFILE_STAGES] = value_at(value_list(stages.items, stages.count), l->source, o->span);
    o->fields[DOCKERFILE_INSTRUCTIONS] = value_at(value_list(l->instructions.items, l->instructions.count), l->source, o->span);
    if (stages.count) o->fields[DOCKERFILE_FINAL] = stages.items[stages.count - 1];
}

static Span header_of(const Tree *tree) {
    const Node *first = NULL;
    node_each(child, tree->nodes) {
        if (child->kind == DOCKERFILE_INSTRUCTION && !first) first = child;
    }
    return first ? node_span(tree, first + 1) : (Span){0, 0};
}

/* A heredoc that names another language is a program of its own, as a copied file is; what SHELL hands to another one was to be read. */
static bool is_unread(const Object *script) {
    Value dialect = script->fields[SCRIPT_DIALECT], run = script->fields[SCRIPT_RUN];
    if (value_is_string(dialect, "powershell") || value_is_string(dialect, "cmd")) return true;
    return value_is_string(dialect, "other") && !(run.kind == VALUE_OBJECT && value_is_string(run.as.object->fields[RUN_FORM], "heredoc"));
}

/* Commands of PowerShell, cmd and what else SHELL names are told as not read: once a file, at the first. */
static void tell_unread(Source *source, Model *model) {
    uint32_t count = 0, first = 0;
    for (uint32_t i = 0; i < model->subjects.count; i++) {
        const Object *o = model->subjects.items[i];
        if (o->shape->id == SHAPE_SCRIPT && is_unread(o) && !count++) first = o->span.start;
    }
    if (!count) return;
    Prose reason = {{str_format(model->arena, "only POSIX shells are read, not PowerShell, cmd or others; commands not checked: %u", count),
                     str_format(model->arena, "solo se leen shells POSIX, no PowerShell, cmd ni otros; comandos sin revisar: %u", count)}};
    vec_push(model->arena, &model->gaps, ((Gap){source->path, source_place(source, first).line, reason}));
}

void dockerfile_model(Source *source, const Tree *tree, Model *model) {
    Lower l = {.source = source, .tree = tree, .model = model, .arena = model->arena, .env_names = arena_new(model->arena, Map)};
    l.dockerfile = object_new(l.arena, SHAPE_DOCKERFILE, source, header_of(tree));
    model_subject(model, l.dockerfile);
    node_each(child, tree->nodes) l.has_from = l.has_from || (child->kind == DOCKERFILE_INSTRUCTION && dockerfile_keyword(child) == KEYWORD_FROM);
    Object *o = l.dockerfile;
    size_t slash = str_find_last(source->path, '/');
    o->fields[DOCKERFILE_PATH] = value_at(value_string(source->path), source, o->span);
    o->fields[DOCKERFILE_CONTEXT] = value_at(value_string(slash == STR_NONE ? STR("") : str_slice(source->path, 0, slash)), source, o->span);
    o->fields[DOCKERFILE_IS_FRAGMENT] = value_at(value_bool(!l.has_from), source, o->span);
    node_each(child, tree->nodes) {
        if (child->kind == DOCKERFILE_DIRECTIVE && str_eq_nocase(node_text(tree, node_first(child)), STR("syntax"))) {
            const Node *value = node_next(node_first(child));
            o->fields[DOCKERFILE_SYNTAX] = value_at(value_string(node_text(tree, value)), source, node_span(tree, value));
        } else if (child->kind == DOCKERFILE_INSTRUCTION) dispatch(&l, child);
    }
    finish(&l);
    tell_unread(source, model);
}

Span dockerfile_block(const Tree *tree, Span line) {
    Span found = {0, 0};
    const Node *root = tree->nodes, *first = tree_from(tree, line.start); /* many comments ask for one instruction each */
    while (first && first->up && first - first->up != root) first -= first->up;
    if (!first || first == root || node_span(tree, first).start != line.start) first = root + 1;
    for (const Node *child = first, *end = root + root->size; child < end; child += child->size) {
        if (child->kind != DOCKERFILE_INSTRUCTION) continue;
        Span span = node_span(tree, child);
        bool from = dockerfile_keyword(child) == KEYWORD_FROM;
        if (found.end && from) break;
        if (found.end) found.end = span.end;
        else if (span.start >= line.start && span.start < line.end) {
            found = span;
            if (!from) break;
        }
    }
    return found;
}
