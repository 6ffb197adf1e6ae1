/* The instructions that change a stage or put something into the image, one function each. */
#include "systems/dockerfile_lower.h"

#include "systems/facets.h"

#include "parse/dockerfile.h"
#include "systems/dockerfile.h"

static Object *make(Lower *l, ShapeId shape, const Node *node) {
    return object_new(l->arena, shape, l->source, node_span(l->tree, node));
}

static Value stage_field(const Lower *l, int field) { return l->stage->object->fields[field]; }
static void set_stage(Lower *l, int field, Value v) {
    if (!l->onbuild) l->stage->object->fields[field] = v;
}
static Value stage_value(const Lower *l) { return value_object(l->stage->object); }

/* ---- shell ---- */

static bool shell_variable(void *data, Str name, Value *value) {
    Lower *l = data;
    Value *known = lower_variable(l, name);
    if (known) *value = *known;
    return known != NULL;
}

static Value shell_set_elsewhere(void *data, Str name) { return lower_set_elsewhere(data, name); }

static ShellContext context_of(Lower *l, const char *where, const Object *run) {
    return (ShellContext){.dialect = l->stage->dialect, .where = where, .stage = l->stage->object, .run = run, .errexit = l->stage->errexit,
                          .pipefail = l->stage->pipefail, .variable = shell_variable, .elsewhere = shell_set_elsewhere, .data = l};
}

/* The command of an instruction, whatever its form; NULL when there is none. */
static Object *script_of(Lower *l, const Node *node, ShellContext *context) {
    const Node *shell = dockerfile_child(node, DOCKERFILE_SHELL), *json = dockerfile_child(node, DOCKERFILE_JSON);
    if (shell) return shell_model(l->model, dockerfile_text(l->tree, shell), context);
    if (!json || json->size == 1) return NULL;
    ValueVec words = {0};
    VEC(Text) texts = {0};
    node_each(string, json) {
        Text text = dockerfile_text(l->tree, string);
        vec_push(l->arena, &words, lower_at(l, value_string(dockerfile_string(l->tree, string, l->arena)), string));
        vec_push(l->arena, &texts, text_slice(&text, 1, (uint32_t)MAX(text.bytes.len, 2) - 1));
    }
    return shell_model_exec(l->model, words.items, texts.items, words.count, node_span(l->tree, json), context);
}

static Value commands_of(const Lower *l, const Object *script, const Node *node) {
    return script ? script->fields[SCRIPT_COMMANDS] : lower_at(l, value_list(NULL, 0), node);
}

/* RUN <<EOF with nothing else on the line: the body is the script; its first line may name the shell. */
static Object *heredoc_script(Lower *l, const Node *node, ShellContext *context) {
    const Node *shell = dockerfile_child(node, DOCKERFILE_SHELL), *heredoc = dockerfile_child(node, DOCKERFILE_HEREDOC);
    Str line = shell ? str_trim(dockerfile_text(l->tree, shell).bytes) : (Str){NULL, 0};
    if (!heredoc || !str_starts(line, STR("<<"))) {
        if (!heredoc || !shell) return NULL;
        Str program, rest;
        str_cut(line, ' ', &program, &rest);
        if (!shell_is_read(shell_dialect(program)) || !str_starts(str_trim(rest), STR("<<"))) return NULL;
        context->dialect = shell_dialect(program); /* RUN bash <<EOF */
    }
    Text body = dockerfile_body(l->tree, heredoc);
    if (str_starts(body.bytes, STR("#!"))) {
        Str first, rest, program = (Str){NULL, 0}, word;
        str_cut(str_skip(body.bytes, 2), '\n', &first, &rest);
        while (str_next(&first, ' ', &word)) {
            if (word.len && !str_ends(word, STR("/env"))) {
                program = word;
                break;
            }
        }
        context->dialect = shell_dialect(program);
    }
    return shell_model(l->model, body, context);
}

static void lower_mounts(Lower *l, const Node *node, Object *run) {
    static const struct { const char *key; int field; } keys[] = {{"type", MOUNT_TYPE}, {"target", MOUNT_TARGET}, {"dst", MOUNT_TARGET}, {"destination", MOUNT_TARGET},
                                                                  {"source", MOUNT_SOURCE}, {"src", MOUNT_SOURCE}, {"from", MOUNT_FROM}, {"id", MOUNT_ID}};
    ValueVec mounts = {0};
    node_each(flag, node) {
        if (flag->kind != DOCKERFILE_FLAG || !str_is(dockerfile_text(l->tree, flag + 1).bytes, "mount")) continue;
        const Node *value = node_next(flag + 1);
        Object *mount = make(l, SHAPE_MOUNT, flag);
        mount->fields[MOUNT_TYPE] = lower_at(l, value_string(STR("bind")), flag);
        VEC(Entry) options = {0};
        Value text = value ? lower_word(l, value, false, NULL) : lower_at(l, value_null(), flag);
        Str rest = text.kind == VALUE_STRING ? value_str(text) : (Str){NULL, 0}, piece, key, option;
        while (rest.at && str_next(&rest, ',', &piece)) {
            str_cut(piece, '=', &key, &option);
            Value v = lower_at(l, value_string(option), value);
            vec_push(l->arena, &options, ((Entry){value_string(key), v}));
            for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
                if (str_is(key, keys[i].key)) mount->fields[keys[i].field] = v;
            }
        }
        mount->fields[MOUNT_OPTIONS] = lower_at(l, value_map(options.items, options.count), flag);
        mount->fields[MOUNT_RUN] = value_object(run);
        model_subject(l->model, mount);
        vec_push(l->arena, &mounts, value_object(mount));
    }
    run->fields[RUN_MOUNTS] = lower_list(l, mounts, node);
}

static void scan_script_secrets(Lower *l, const Object *script) {
    Value commands = script ? script->fields[SCRIPT_COMMANDS] : value_list(NULL, 0);
    for (uint32_t i = 0; i < commands.count; i++) {
        const Object *command = commands.as.items[i].as.object;
        Value words = command->fields[COMMAND_WORDS];
        for (uint32_t k = 0; k < words.count; k++) lower_secret_text(l, words.as.items[k], (Str){NULL, 0}, "run");
        Value env = command->fields[COMMAND_ENV];
        for (uint32_t k = 0; k < env.count; k++) lower_secret_text(l, env.as.entries[k].value, value_str(env.as.entries[k].key), "run");
    }
}

static void lower_run(Lower *l, const Node *node, Object *o) {
    Object *run = make(l, SHAPE_RUN, node);
    StageState *stage = l->stage;
    run->fields[RUN_FORM] = o->fields[INSTRUCTION_FORM];
    run->fields[RUN_INSTRUCTION] = value_object(o);
    run->fields[RUN_STAGE] = stage_value(l);
    run->fields[RUN_NETWORK] = lower_flag(o, "network");
    run->fields[RUN_SECURITY] = lower_flag(o, "security");
    run->fields[RUN_USER] = stage_field(l, STAGE_USER);
    Value previous = o->fields[INSTRUCTION_PREVIOUS];
    if (stage->runs.count && previous.kind == VALUE_OBJECT && value_is_string(previous.as.object->fields[INSTRUCTION_KEYWORD], "RUN")) {
        run->fields[RUN_PREVIOUS] = stage->runs.items[stage->runs.count - 1];
    }
    lower_mounts(l, node, run);
    model_subject(l->model, run);
    ShellContext context = context_of(l, "run", run);
    Object *script = heredoc_script(l, node, &context);
    if (!script) script = script_of(l, node, &context);
    if (script) run->fields[RUN_SCRIPT] = value_object(script);
    run->fields[RUN_COMMANDS] = commands_of(l, script, node);
    Value commands = run->fields[RUN_COMMANDS];
    for (uint32_t i = 0; i < commands.count; i++) vec_push(l->arena, &stage->commands, commands.as.items[i]);
    vec_push(l->arena, &stage->runs, value_object(run));
    scan_script_secrets(l, script);
}

/* ---- COPY and ADD ---- */

static bool is_remote(Str s) { return str_starts(s, STR("http://")) || str_starts(s, STR("https://")) || str_starts(s, STR("git@")) || str_starts(s, STR("git://")) || str_starts(s, STR("ssh://")) || str_ends(s, STR(".git")); }

static bool is_archive(Str s) {
    static const Str suffixes[] = {STR_INIT(".tar"), STR_INIT(".tar.gz"), STR_INIT(".tgz"), STR_INIT(".tar.bz2"), STR_INIT(".tbz2"), STR_INIT(".tbz"), STR_INIT(".tar.xz"), STR_INIT(".txz"), STR_INIT(".tar.zst"), STR_INIT(".tzst"),
                                   STR_INIT(".tar.Z"), STR_INIT(".tar.lz"), STR_INIT(".tar.lzma"), STR_INIT(".tlz"), STR_INIT(".gz"), STR_INIT(".bz2"), STR_INIT(".xz"), STR_INIT(".Z"), STR_INIT(".zst"), STR_INIT(".lz"), STR_INIT(".lzma"), STR_INIT(".tb2"), STR_INIT(".tZ"), STR_INIT(".tpz")};
    for (size_t i = 0; i < ARRAY_COUNT(suffixes); i++) {
        if (str_ends(s, suffixes[i])) return true;
    }
    return false;
}

static Value copy_word(Lower *l, const Node *word) {
    if (word->kind == DOCKERFILE_STRING) return lower_at(l, value_string(dockerfile_string(l->tree, word, l->arena)), word);
    return lower_word(l, word, false, NULL);
}

static void copy_from(Lower *l, Object *copy, Value from) {
    copy->fields[COPY_FROM] = from;
    if (from.kind != VALUE_STRING) return;
    Str name = value_str(from);
    StageState *found = lower_find_stage(l, name);
    if (found == l->stage) found = NULL;
    int64_t index;
    uint32_t own = l->stages.count - 1;
    bool number = str_to_int(name, &index);
    if (!found && number && index >= 0 && index < own) found = l->stages.items[index];
    bool self = !found && ((l->stage->name.len && str_eq_nocase(l->stage->name, name)) || (number && index == own));
    copy->fields[COPY_FROM_OWN] = value_at(value_bool(self), l->source, from.span);
    if (found) {
        found->object->fields[STAGE_IS_USED] = value_bool(true);
        copy->fields[COPY_FROM_STAGE] = value_object(found->object);
    } else if (!self && !number) {
        copy->fields[COPY_FROM_IMAGE] = value_object(lower_image(l, from, name, "copy"));
    }
}

/* The words of COPY and ADD: the last is the destination, the others are sources; <<EOF brings its own. Gives the sources. */
static ValueVec copy_paths(Lower *l, Object *copy, const Node *node) {
    ValueVec words = {0}, sources = {0}, urls = {0}, archives = {0};
    const Node *json = dockerfile_child(node, DOCKERFILE_JSON);
    bool heredoc = dockerfile_child(node, DOCKERFILE_HEREDOC) != NULL;
    node_each(word, json ? json : node) {
        if (word->kind == DOCKERFILE_WORD || word->kind == DOCKERFILE_STRING) vec_push(l->arena, &words, copy_word(l, word));
    }
    for (uint32_t i = 0; i + 1 < words.count; i++) {
        Value v = words.items[i];
        Str text = v.kind == VALUE_STRING ? value_str(v) : v.kind == VALUE_HOLE && v.as.partial ? v.as.partial->prefix : (Str){NULL, 0};
        if (heredoc && str_starts(text, STR("<<"))) continue;
        vec_push(l->arena, &sources, v);
        if (is_remote(text)) vec_push(l->arena, &urls, v);
        else if (v.kind == VALUE_STRING ? is_archive(text) : v.as.partial && is_archive(v.as.partial->suffix)) vec_push(l->arena, &archives, v);
    }
    copy->fields[COPY_SOURCES] = lower_list(l, sources, node);
    copy->fields[COPY_URLS] = lower_list(l, urls, node);
    copy->fields[COPY_ARCHIVES] = lower_list(l, archives, node);
    if (words.count > 1) copy->fields[COPY_DESTINATION] = words.items[words.count - 1];
    copy->fields[COPY_IGNORED] = lower_at(l, value_list(NULL, 0), node); /* told by the .dockerignore, when there is one */
    copy->fields[COPY_HAS_HEREDOC] = lower_bool(l, heredoc, node);
    return sources;
}

static void lower_copy(Lower *l, const Node *node, Object *o) {
    Object *copy = make(l, SHAPE_COPY, node);
    ValueVec sources = copy_paths(l, copy, node);
    copy->fields[COPY_KEYWORD] = o->fields[INSTRUCTION_KEYWORD];
    static const struct { const char *flag; int field; } flags[] = {{"chown", COPY_CHOWN}, {"chmod", COPY_CHMOD}, {"checksum", COPY_CHECKSUM}};
    for (size_t i = 0; i < ARRAY_COUNT(flags); i++) copy->fields[flags[i].field] = lower_flag(o, flags[i].flag);
    copy->fields[COPY_LINK] = lower_bool(l, !value_is_null(lower_flag(o, "link")), node);
    bool triggered = l->onbuild && !value_is_null(l->stage->onbuild_workdir);
    copy->fields[COPY_WORKDIR] = triggered ? l->stage->onbuild_workdir : stage_field(l, STAGE_WORKDIR);
    copy->fields[COPY_FROM_OWN] = lower_bool(l, false, node);
    copy->fields[COPY_INSTRUCTION] = value_object(o);
    copy->fields[COPY_STAGE] = stage_value(l);
    Value from = lower_flag(o, "from");
    if (!value_is_null(from)) copy_from(l, copy, from);
    copy->fields[COPY_LATER_COMMANDS] = lower_at(l, value_int(l->stage->commands.count), node); /* made a list at the stage's end */
    for (uint32_t i = 0; i < sources.count && value_is_null(from); i++) {
        bool all = value_is_null(lower_flag(o, "exclude")), whole = all && (value_is_string(sources.items[i], ".") || value_is_string(sources.items[i], "./") || value_is_string(sources.items[i], "/"));
        if (whole && value_is_null(l->dockerfile->fields[DOCKERFILE_COPIES_CONTEXT])) l->dockerfile->fields[DOCKERFILE_COPIES_CONTEXT] = value_object(copy);
    }
    model_subject(l->model, copy);
    vec_push(l->arena, &l->stage->copies, value_object(copy));
    for (uint32_t i = 0; i < sources.count && value_is_null(from); i++) {
        Object *secret = secret_file_model(l->model, sources.items[i], "copy");
        if (secret) secret->fields[SECRET_STAGE] = stage_value(l);
    }
}

/* ---- the rest ---- */

static bool all_digits(Str s) {
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] < '0' || s.at[i] > '9') return false;
    }
    return s.len > 0;
}

static void lower_user(Lower *l, const Node *node, Object *o) {
    const Node *word = dockerfile_child(node, DOCKERFILE_WORD);
    if (!word) return;
    Object *user = make(l, SHAPE_USER, node);
    Value whole = lower_word(l, word, false, NULL), name = whole;
    user->fields[USER_WRITTEN] = lower_at(l, value_string(dockerfile_text(l->tree, word).bytes), word);
    if (whole.kind == VALUE_STRING) {
        Str left, right;
        if (str_cut(value_str(whole), ':', &left, &right)) user->fields[USER_GROUP] = lower_at(l, value_string(right), word);
        name = lower_at(l, value_string(left), word);
        bool root = str_is(left, "root") || str_is(left, "0") || str_eq_nocase(left, STR("ContainerAdministrator"));
        user->fields[USER_IS_ROOT] = lower_bool(l, root, word);
        user->fields[USER_IS_NUMERIC] = lower_bool(l, all_digits(left), word);
    } else {
        user->fields[USER_IS_ROOT] = user->fields[USER_IS_NUMERIC] = lower_at(l, value_hole(HOLE_BUILD_ARGUMENT), word);
    }
    user->fields[USER_NAME] = name;
    user->fields[USER_INSTRUCTION] = value_object(o);
    user->fields[USER_STAGE] = stage_value(l);
    set_stage(l, STAGE_USER, value_object(user));
    vec_push(l->arena, &l->stage->users, value_object(user));
    model_subject(l->model, user);
}

static void lower_workdir(Lower *l, const Node *node, Object *o) {
    const Node *word = dockerfile_child(node, DOCKERFILE_WORD);
    if (!word) return;
    Object *workdir = make(l, SHAPE_WORKDIR, node);
    Value path = lower_word(l, word, false, NULL);
    Str text = path.kind == VALUE_STRING ? value_str(path) : path.as.partial ? path.as.partial->prefix : (Str){NULL, 0};
    bool letter = text.len > 1 && (text.at[0] | 0x20) >= 'a' && (text.at[0] | 0x20) <= 'z' && text.at[1] == ':';
    bool absolute = letter || (text.len && (text.at[0] == '/' || text.at[0] == '\\'));
    workdir->fields[WORKDIR_PATH] = path;
    workdir->fields[WORKDIR_IS_ABSOLUTE] = path.kind == VALUE_HOLE && !text.len ? lower_at(l, value_hole((HoleReason)path.reason), word) : lower_bool(l, absolute, word);
    workdir->fields[WORKDIR_PREVIOUS] = stage_field(l, STAGE_WORKDIR);
    workdir->fields[WORKDIR_INSTRUCTION] = value_object(o);
    workdir->fields[WORKDIR_STAGE] = stage_value(l);
    if (l->onbuild) l->stage->onbuild_workdir = path;
    set_stage(l, STAGE_WORKDIR, path);
    model_subject(l->model, workdir);
}

static void lower_expose(Lower *l, const Node *node) {
    node_each(word, node) {
        if (word->kind != DOCKERFILE_WORD) continue;
        Object *port = make(l, SHAPE_PORT, word);
        Value v = lower_word(l, word, false, NULL);
        port->fields[PORT_WRITTEN] = lower_at(l, value_string(dockerfile_text(l->tree, word).bytes), word);
        port->fields[PORT_STAGE] = stage_value(l);
        if (v.kind == VALUE_STRING) {
            Str range, protocol, first, last;
            bool named = str_cut(value_str(v), '/', &range, &protocol);
            bool ranged = str_cut(range, '-', &first, &last);
            int64_t number, end;
            port->fields[PORT_PROTOCOL] = lower_at(l, value_string(named ? protocol : STR("tcp")), word);
            if (str_to_int(first, &number)) port->fields[PORT_NUMBER] = lower_at(l, value_int(number), word);
            if (str_to_int(ranged ? last : first, &end)) port->fields[PORT_LAST] = lower_at(l, value_int(end), word);
        } else {
            port->fields[PORT_NUMBER] = port->fields[PORT_LAST] = port->fields[PORT_PROTOCOL] = v;
        }
        model_subject(l->model, port);
        vec_push(l->arena, &l->stage->ports, value_object(port));
    }
}

static void lower_healthcheck(Lower *l, const Node *node, Object *o) {
    const Node *word = dockerfile_child(node, DOCKERFILE_WORD);
    Object *check = make(l, SHAPE_HEALTHCHECK, node);
    bool none = word && str_eq_nocase(dockerfile_text(l->tree, word).bytes, STR("NONE"));
    check->fields[HEALTHCHECK_IS_NONE] = lower_bool(l, none, node);
    check->fields[HEALTHCHECK_INSTRUCTION] = value_object(o);
    check->fields[HEALTHCHECK_STAGE] = stage_value(l);
    static const struct { const char *flag; int field; } flags[] = {{"interval", HEALTHCHECK_INTERVAL}, {"timeout", HEALTHCHECK_TIMEOUT}, {"retries", HEALTHCHECK_RETRIES}, {"start-period", HEALTHCHECK_START_PERIOD}};
    for (size_t i = 0; i < ARRAY_COUNT(flags); i++) check->fields[flags[i].field] = lower_flag(o, flags[i].flag);
    ShellContext context = context_of(l, "healthcheck", NULL);
    Object *script = none ? NULL : script_of(l, node, &context);
    if (!none) check->fields[HEALTHCHECK_FORM] = lower_at(l, value_string(dockerfile_child(node, DOCKERFILE_JSON) ? STR("exec") : STR("shell")), node);
    check->fields[HEALTHCHECK_COMMANDS] = commands_of(l, script, node);
    set_stage(l, STAGE_HEALTHCHECK, value_object(check));
    vec_push(l->arena, &l->stage->healthchecks, value_object(check));
    model_subject(l->model, check);
}

static void lower_process(Lower *l, const Node *node, Object *o, bool entrypoint) {
    Object *process = make(l, SHAPE_PROCESS, node);
    ShellContext context = context_of(l, entrypoint ? "entrypoint" : "cmd", NULL);
    Object *script = script_of(l, node, &context);
    process->fields[PROCESS_KEYWORD] = o->fields[INSTRUCTION_KEYWORD];
    process->fields[PROCESS_FORM] = o->fields[INSTRUCTION_FORM];
    process->fields[PROCESS_WORDS] = o->fields[INSTRUCTION_WORDS];
    process->fields[PROCESS_COMMANDS] = commands_of(l, script, node);
    process->fields[PROCESS_SHELL_IS_SET] = lower_bool(l, l->stage->shell_set, node);
    process->fields[PROCESS_INSTRUCTION] = value_object(o);
    process->fields[PROCESS_STAGE] = stage_value(l);
    set_stage(l, entrypoint ? STAGE_ENTRYPOINT : STAGE_CMD, value_object(process));
    vec_push(l->arena, &l->stage->processes, value_object(process));
    model_subject(l->model, process);
}

/* SHELL ["/bin/bash", "-eo", "pipefail", "-c"] */
static void lower_shell(Lower *l, const Object *o) {
    Value words = o->fields[INSTRUCTION_WORDS];
    StageState *stage = l->stage;
    if (!words.count || l->onbuild) return;
    stage->shell_set = true;
    stage->dialect = shell_dialect(value_str(words.as.items[0]));
    stage->pipefail = stage->errexit = false;
    for (uint32_t i = 1; i < words.count; i++) {
        Str word = value_str(words.as.items[i]);
        bool knows = stage->dialect != DIALECT_SH && stage->dialect != DIALECT_DASH; /* POSIX sh has no pipefail */
        if (knows && str_has(word, STR("pipefail"))) stage->pipefail = true;
        if (word.len > 1 && word.at[0] == '-' && str_find_byte(word, 'e') != STR_NONE) stage->errexit = true;
    }
}

void lower_instruction(Lower *l, const Node *node, Object *o) {
    switch (dockerfile_keyword(node)) {
        case KEYWORD_RUN: lower_run(l, node, o); break;
        case KEYWORD_COPY:
        case KEYWORD_ADD: lower_copy(l, node, o); break;
        case KEYWORD_USER: lower_user(l, node, o); break;
        case KEYWORD_WORKDIR: lower_workdir(l, node, o); break;
        case KEYWORD_EXPOSE: lower_expose(l, node); break;
        case KEYWORD_HEALTHCHECK: lower_healthcheck(l, node, o); break;
        case KEYWORD_CMD: lower_process(l, node, o, false); break;
        case KEYWORD_ENTRYPOINT: lower_process(l, node, o, true); break;
        case KEYWORD_SHELL: lower_shell(l, o); break;
        default: break;
    }
}

/* Gives each item the next later one of the same kind in `field`. */
static void link_later(ValueVec *items, int field, int keyword) {
    for (uint32_t i = 0; i < items->count; i++) {
        for (uint32_t k = i + 1; k < items->count; k++) {
            Object *a = (Object *)(uintptr_t)items->items[i].as.object;
            const Object *b = items->items[k].as.object;
            if (keyword >= 0 && !str_eq(value_str(a->fields[keyword]), value_str(b->fields[keyword]))) continue;
            a->fields[field] = value_object(b);
            break;
        }
    }
}

void lower_stage_end(Lower *l, StageState *stage) {
    (void)l;
    link_later(&stage->healthchecks, HEALTHCHECK_LATER, -1);
    link_later(&stage->processes, PROCESS_LATER, PROCESS_KEYWORD);
    for (uint32_t i = 0; i < stage->users.count; i++) {
        Object *user = (Object *)(uintptr_t)stage->users.items[i].as.object;
        user->fields[USER_IS_LAST] = value_at(value_bool(i + 1 == stage->users.count), user->source, user->span);
    }
    for (uint32_t i = 0; i < stage->copies.count; i++) {
        Object *copy = (Object *)(uintptr_t)stage->copies.items[i].as.object;
        uint32_t from = (uint32_t)copy->fields[COPY_LATER_COMMANDS].as.integer;
        copy->fields[COPY_LATER_COMMANDS] = value_at(value_list(from < stage->commands.count ? stage->commands.items + from : NULL, stage->commands.count - from), copy->source, copy->span);
    }
}
