/* YAML → Check, key by key, from one table. An unknown key, a wrong value, a missing language or a CEL fault is an
 * error that names its line: a check that does not load never runs. */
#include "check/load.h"

#include "cel/node.h"
#include "check/entry.h"
#include "check/guard.h"
#include "parse/yaml.h"
#include "values/date.h"
#include "values/release.h"

#define LETS_MAX 12

typedef struct Loader {
    CheckEntry *entry;
    Arena *arena;
    Check *check;
    CelVariable variables[LETS_MAX + 1];
    uint32_t variable_count;
} Loader;

#define fault(l, ...) entry_fault((l)->entry, __VA_ARGS__)

static bool failed(const Loader *l) { return l->entry->failed; }
static const Node *get(Loader *l, const char *key) { return entry_get(l->entry, key); }
static Str text_of(Loader *l, const Node *node) { return entry_text(l->entry, node); }

static void load_enum(Loader *l, const char *key, int (*find)(Str), Str (*name)(int), uint32_t count, uint8_t *out) {
    const Node *node = get(l, key);
    if (!node) return;
    Str text = text_of(l, node);
    int value = failed(l) ? 0 : find(text);
    if (value >= 0) {
        *out = (uint8_t)value;
        return;
    }
    Str names[16];
    for (uint32_t i = 0; i < count; i++) names[i] = name((int)i);
    Str allowed = entry_list(l->entry, names, count);
    fault(l, node, "unknown %s '%.*s'; allowed are %.*s", key, STR_ARGS(text), STR_ARGS(allowed));
}

static Str severity_at(int i) { return severity_name((Severity)i); }
static Str confidence_at(int i) { return confidence_name((Confidence)i); }
static Str profile_at(int i) { return profile_name((Profile)i); }
static Str category_at(int i) { return category_name((Category)i); }

/* {en: …, es: …}; with `plain`, one text for both is allowed. */
static void load_prose(Loader *l, const Node *node, const char *what, Prose *out) {
    static const char *const languages[] = {"en", "es"};
    if (!node) {
        fault(l, NULL, "'%s' is missing", what);
        return;
    }
    for (int i = 0; i < LANGUAGE_COUNT && !failed(l); i++) {
        const Node *text = entry_at(l->entry, node, languages[i]);
        l->entry->language = i;
        if (!text) fault(l, node, "'%s' needs both languages: {en: …, es: …}; '%s' is missing", what, languages[i]);
        else out->in[i] = str_trim(text_of(l, text));
    }
    l->entry->language = -1;
}

static void load_strings(Loader *l, const Node *node, const Str **out, uint32_t *count) {
    VEC(Str) items = {0};
    if (!node) return;
    if (node->kind == YAML_SCALAR) vec_push(l->arena, &items, text_of(l, node));
    else if (node->kind == YAML_SEQUENCE) {
        node_each(item, node) vec_push(l->arena, &items, text_of(l, item));
    } else fault(l, node, "a text or a list of texts was expected");
    *out = items.items;
    *count = items.count;
}

/* ---- CEL ---- */

static bool compile(Loader *l, const Node *node, Str text, CelProgram *out) {
    CelEnv env = {.mode = CEL_CHECK, .variables = l->variables, .variable_count = l->variable_count};
    CelFault cel;
    if (cel_compile(text, &env, l->arena, out, &cel)) return true;
    if (failed(l)) return false;
    l->entry->failed = true;
    *l->entry->err = cel.why;
    error_add(l->entry->err, " (at byte %u of: %.*s)", cel.offset, STR_ARGS(text));
    return entry_place(l->entry, node);
}

static bool load_program(Loader *l, const Node *node, CelProgram *out) {
    Str text = text_of(l, node);
    return !failed(l) && compile(l, node, text, out);
}

static void load_optional(Loader *l, const char *key, const CelProgram **out) {
    const Node *node = get(l, key);
    if (!node || failed(l)) return;
    CelProgram *program = arena_new(l->arena, CelProgram);
    if (load_program(l, node, program)) *out = program;
}

static void load_lets(Loader *l) {
    const Node *node = get(l, "let");
    if (!node || failed(l)) return;
    VEC(CheckLet) lets = {0};
    for (const Node *key = node + 1, *end = node + node->size; key < end && !failed(l);) {
        const Node *value = key + key->size;
        CheckLet let = {.name = text_of(l, key)};
        if (lets.count == LETS_MAX) fault(l, key, "more than %d lets", LETS_MAX);
        else if (load_program(l, value, &let.program)) {
            vec_push(l->arena, &lets, let);
            l->variables[l->variable_count++] = (CelVariable){let.name, let.program.type};
        }
        key = value + value->size;
    }
    l->check->lets = lets.items;
    l->check->let_count = lets.count;
}

/* Prose with {CEL} in it; {{ is a brace. */
static void load_template(Loader *l, const Node *node, Str text, Template *out) {
    VEC(TemplatePart) parts = {0};
    Buf literal = {0};
    uint32_t braces = 0; /* {{ that are open: the last may be closed by }} as well as by } */
    for (size_t i = 0; i < text.len && !failed(l); i++) {
        char c = text.at[i];
        if (c == '{' && i + 1 < text.len && text.at[i + 1] == '{') {
            buf_byte(&literal, text.at[i++]);
            braces++;
            continue;
        }
        if (c == '}' && braces && !--braces && i + 1 < text.len && text.at[i + 1] == '}') i++;
        if (c != '{') {
            buf_byte(&literal, c);
            continue;
        }
        size_t end = i + 1, level = 1;
        for (; end < text.len && level; end++) {
            if (text.at[end] == '{') level++;
            if (text.at[end] == '}') level--;
        }
        if (level) {
            fault(l, node, "a { in the prose is not closed; write {{ for a brace");
            break;
        }
        if (literal.len) vec_push(l->arena, &parts, (TemplatePart){str_copy(l->arena, buf_str(&literal)), NULL});
        buf_clear(&literal);
        CelProgram *program = arena_new(l->arena, CelProgram);
        if (compile(l, node, str_slice(text, i + 1, end - 1), program)) vec_push(l->arena, &parts, (TemplatePart){{NULL, 0}, program});
        i = end - 1;
    }
    if (literal.len) vec_push(l->arena, &parts, (TemplatePart){str_copy(l->arena, buf_str(&literal)), NULL});
    buf_free(&literal);
    *out = (Template){parts.items, parts.count};
}

static void load_templates(Loader *l, const char *key, Template *out) {
    const Node *node = get(l, key);
    Prose prose = {0};
    load_prose(l, node, key, &prose);
    for (int i = 0; i < LANGUAGE_COUNT && !failed(l); i++) load_template(l, node, prose.in[i], &out[i]);
}

/* ---- fix ---- */

static const Str fix_keys[] = {STR_INIT("title"), STR_INIT("safe"), STR_INIT("when"), STR_INIT("edits")};
/* The key that names the node, for each FixVerb. */
static const Str fix_verbs[] = {STR_INIT("replace"), STR_INIT("remove"), STR_INIT("set"), STR_INIT("into"), STR_INIT("before"), STR_INIT("after"), STR_INIT("above"), STR_INIT("below"), STR_INIT("then")};
static const Str step_keys[] = {STR_INIT("insert"), STR_INIT("to"), STR_INIT("key"), STR_INIT("if"),
                                STR_INIT("replace"), STR_INIT("remove"), STR_INIT("set"), STR_INIT("into"), STR_INIT("before"), STR_INIT("after"), STR_INIT("above"), STR_INIT("below"), STR_INIT("then")};

static const CelProgram *program_at(Loader *l, const Node *map, const char *key) {
    const Node *node = entry_at(l->entry, map, key);
    if (!node || failed(l)) return NULL;
    CelProgram *program = arena_new(l->arena, CelProgram);
    return load_program(l, node, program) ? program : NULL;
}

static void template_at(Loader *l, const Node *map, const char *key, Template *out) {
    const Node *node = entry_at(l->entry, map, key);
    if (node && !failed(l)) load_template(l, node, text_of(l, node), out);
}

/* One verb and what it takes: `insert` what, or `to` what; `set` a `key`. */
static void load_step(Loader *l, const Node *node, FixStep *out) {
    entry_known_keys(l->entry, node, step_keys, ARRAY_COUNT(step_keys), false);
    uint32_t verbs = 0;
    for (uint32_t i = 0; i < ARRAY_COUNT(fix_verbs) && !failed(l); i++) {
        if (!entry_at(l->entry, node, fix_verbs[i].at)) continue;
        verbs++;
        out->verb = (uint8_t)i;
        out->node = program_at(l, node, fix_verbs[i].at);
    }
    if (verbs != 1) fault(l, node, "an edit has one of replace, remove, set, into, before, after, above, below, then");
    if (failed(l)) return;
    bool takes_to = out->verb == FIX_REPLACE || out->verb == FIX_SET, takes_insert = !takes_to && out->verb != FIX_REMOVE;
    if (takes_to != (entry_at(l->entry, node, "to") != NULL)) fault(l, node, "'to' goes with replace and set");
    if (takes_insert != (entry_at(l->entry, node, "insert") != NULL)) fault(l, node, "'insert' goes with into, before, after, above, below and then");
    if ((out->verb == FIX_SET) != (entry_at(l->entry, node, "key") != NULL)) fault(l, node, "'key' goes with set");
    template_at(l, node, "key", &out->key);
    template_at(l, node, takes_to ? "to" : "insert", &out->text);
    out->when = program_at(l, node, "if");
}

static void load_fix(Loader *l) {
    const Node *node = get(l, "fix");
    if (!node || failed(l)) return;
    entry_known_keys(l->entry, node, fix_keys, ARRAY_COUNT(fix_keys), false);
    Fix *fix = arena_new(l->arena, Fix);
    const Node *title = failed(l) ? NULL : entry_at(l->entry, node, "title"), *safe = failed(l) ? NULL : entry_at(l->entry, node, "safe");
    const Node *edits = failed(l) ? NULL : entry_at(l->entry, node, "edits");
    if (title) load_prose(l, title, "title", &fix->title);
    if (safe) fix->unsafe = str_is(text_of(l, safe), "false");
    fix->when = failed(l) ? NULL : program_at(l, node, "when");
    if (!edits || edits->kind != YAML_SEQUENCE || edits->size == 1) fault(l, node, "a fix needs a list of 'edits'");
    VEC(FixStep) steps = {0};
    for (const Node *item = failed(l) ? NULL : node_first(edits); item && !failed(l); item = node_next(item)) {
        FixStep step = {0};
        load_step(l, item, &step);
        vec_push(l->arena, &steps, step);
    }
    fix->steps = steps.items;
    fix->step_count = steps.count;
    l->check->fix = fix;
}

/* ---- subjects and the guard ---- */

/* aws_s3_bucket, data.aws_ami, tf.variable: a type of block (BLOCK_TYPE), whose attributes are read as fields of `it`. */
static bool is_block_type(Str name) {
    bool marked = str_starts(name, STR("data.")) || str_starts(name, STR("tf.")) || str_starts(name, STR("tg.")) || str_find_byte(name, '_') != STR_NONE;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.at[i];
        marked = marked && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-');
    }
    return marked;
}

/* True when every subject is a type of block; they are told apart by the guard alone. */
static bool block_subjects(Loader *l, const Str *names, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (shape_find(names[i]) || !is_block_type(names[i])) return false;
    }
    uint8_t *subject = arena_array(l->arena, uint8_t, 1);
    *subject = SHAPE_BLOCK;
    l->check->subjects = subject;
    l->check->subject_count = 1;
    l->check->guard = (CheckGuard){.field = BLOCK_BLOCK_TYPE, .values = names, .value_count = count, .of_subject = true};
    l->variables[l->variable_count++] = (CelVariable){STR("it"), (CelType){0}};
    return count > 0;
}

static void load_subjects(Loader *l) {
    const Node *node = get(l, "subject");
    const Str *names = NULL;
    uint32_t count = 0;
    if (!node) fault(l, NULL, "'subject' is missing");
    load_strings(l, node, &names, &count);
    if (!failed(l) && block_subjects(l, names, count)) return;
    uint8_t *subjects = arena_array(l->arena, uint8_t, count);
    for (uint32_t i = 0; i < count && !failed(l); i++) {
        const Shape *shape = shape_find(names[i]);
        if (!shape) {
            Str all[SHAPE_COUNT];
            for (int s = 1; s < SHAPE_COUNT; s++) all[s - 1] = shape_of((ShapeId)s)->name;
            Str allowed = entry_list(l->entry, all, SHAPE_COUNT - 1);
            fault(l, node, "unknown subject '%.*s'; allowed are %.*s", STR_ARGS(names[i]), STR_ARGS(allowed));
        } else subjects[i] = (uint8_t)shape->id;
    }
    l->check->subjects = subjects;
    l->check->subject_count = count;
    CelType type = {0};
    if (count == 1 && !failed(l)) type = (CelType){.kind = CEL_TYPE_OBJECT, .shape = subjects[0]};
    l->variables[l->variable_count++] = (CelVariable){STR("it"), type};
}

/* ---- the file ---- */

/* References add up: those of the row, of its form, table and family, then the principle's. */
static void add_references(Loader *l, const Str *items, uint32_t count) {
    Check *c = l->check;
    Str *all = arena_array(l->arena, Str, c->reference_count + count);
    uint32_t total = 0;
    for (uint32_t i = 0; i < c->reference_count; i++) all[total++] = c->references[i];
    for (uint32_t i = 0; i < count; i++) {
        bool told = false;
        for (uint32_t k = 0; k < total; k++) told = told || str_eq(all[k], items[i]);
        if (!told) all[total++] = items[i];
    }
    c->references = all;
    c->reference_count = total;
}

static void load_references(Loader *l) {
    for (int i = 0; i < ENTRY_LEVELS && !failed(l); i++) {
        const Str *items = NULL;
        uint32_t count = 0;
        load_strings(l, entry_at(l->entry, l->entry->levels[i], "references"), &items, &count);
        if (count) add_references(l, items, count);
    }
}

static void load_principle(Loader *l, const PrincipleVec *principles) {
    const Node *node = get(l, "principle"), *why = get(l, "why");
    if (why) load_prose(l, why, "why", &l->check->why);
    load_references(l);
    if (!node) {
        if (!why) fault(l, NULL, "a check needs a 'principle' or a 'why'");
        return;
    }
    Str name = text_of(l, node);
    for (uint32_t i = 0; i < principles->count; i++) {
        const Principle *p = &principles->items[i];
        if (!str_eq(p->name, name)) continue;
        l->check->principle = p->name;
        l->check->consider = p->consider;
        if (!why) l->check->why = p->why;
        add_references(l, p->references, p->reference_count);
        return;
    }
    fault(l, node, "there is no principles/%.*s.yaml", STR_ARGS(name));
}

/* What the examples need: told here, because whoever reads them can't complain. */
static void load_examples(Loader *l) {
    int64_t day;
    const Node *date = get(l, "date"), *release = get(l, "kubernetes");
    if (date && !date_parse(text_of(l, date), &day)) fault(l, date, "'date' is the day of the examples, YYYY-MM-DD");
    if (release && !kubernetes_version(text_of(l, release))) fault(l, release, "'kubernetes' is the release that the examples are for, such as '1.24'");
    ExampleVec examples = {0};
    if (l->entry->row.len && !failed(l)) entry_examples(l->entry, l->arena, &examples);
}

static void load_check(Loader *l, const PrincipleVec *principles) {
    Check *out = l->check;
    load_prose(l, get(l, "title"), "title", &out->title);
    load_enum(l, "severity", severity_find, severity_at, SEVERITY_COUNT, &out->severity);
    load_enum(l, "confidence", confidence_find, confidence_at, CONFIDENCE_COUNT, &out->confidence);
    load_enum(l, "profile", profile_find, profile_at, PROFILE_COUNT, &out->profile);
    if (!get(l, "category")) fault(l, NULL, "'category' is missing");
    load_enum(l, "category", category_find, category_at, CATEGORY_COUNT, &out->category);
    load_subjects(l);
    load_strings(l, get(l, "systems"), &out->systems, &out->system_count);
    load_lets(l);
    const Node *when = get(l, "when");
    if (!when) fault(l, NULL, "'when' is missing");
    if (!failed(l) && load_program(l, when, &out->when) && out->guard.field < 0) guard_find(&out->when, l->arena, &out->guard); /* else by the type of its blocks */
    load_optional(l, "at", &out->at);
    load_optional(l, "shown", &out->shown);
    load_optional(l, "related", &out->related);
    load_fix(l);
    if (!failed(l)) load_templates(l, "say", out->say);
    if (!failed(l)) load_templates(l, "solve", out->solve);
    if (!failed(l)) load_principle(l, principles);
    load_strings(l, get(l, "peers"), &out->peers, &out->peer_count);
    load_strings(l, get(l, "part_of"), &out->part_of, &out->part_of_count);
    load_strings(l, get(l, "checklist"), &out->checklist, &out->checklist_count);
    const Node *fault_name = get(l, "fault"), *never = get(l, "never_approve");
    if (fault_name) out->fault = text_of(l, fault_name);
    if (never) out->never_approve = str_is(text_of(l, never), "true");
    load_examples(l);
}

bool check_load(Source *source, Str id, const Shared *shared, Arena *a, CheckVec *out, Error *err) {
    CheckFile file;
    CheckEntry entry;
    if (!check_file_open(source, &shared->families, a, &file, err)) return false;
    for (const Node *row = NULL; check_file_next(&file, &row, &entry);) {
        Check check = {.id = check_file_id(&entry, id, a), .severity = SEVERITY_MEDIUM, .confidence = CONFIDENCE_HIGH, .profile = PROFILE_DEFAULT, .guard.field = -1};
        check.file = str_copy(a, id);
        check.text = source->bytes;
        if (file.family) check.family = file.family->name, check.family_text = file.family->source->bytes;
        check.line = row == file.root ? 1 : entry_line(&entry, row);
        Loader l = {.entry = &entry, .arena = a, .check = &check};
        load_check(&l, &shared->principles);
        check_file_row_done(&file, &entry);
        if (!entry.failed) vec_push(a, out, check);
    }
    return !file.entry.failed;
}

bool principle_load(Source *source, Str name, Arena *a, Principle *out, Error *err) {
    *out = (Principle){.name = str_copy(a, name)};
    const Tree *tree = check_file_parse(source, err);
    CheckEntry entry;
    Loader l = {.entry = &entry, .arena = a};
    if (!tree) return false;
    entry_init(&entry, source, tree, a, err);
    load_prose(&l, get(&l, "why"), "why", &out->why);
    if (get(&l, "consider")) load_prose(&l, get(&l, "consider"), "consider", &out->consider);
    load_strings(&l, get(&l, "references"), &out->references, &out->reference_count);
    return !entry.failed;
}
