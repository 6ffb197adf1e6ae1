/* infra memory show|recall|learn|confirm|fail|validate|init: what was learnt about this repository. */
#include "memory/memory.h"

#include "base/io.h"
#include "cli/command.h"
#include "values/time.h"

#include <fcntl.h>
#include <stdlib.h>
#include <time.h>

enum {
    OPTION_MEMORY, OPTION_ISSUE, OPTION_CONTEXT, OPTION_DECISION, OPTION_CONFIDENCE, OPTION_DESCRIPTION, OPTION_SYMPTOM, OPTION_ROOT_CAUSE,
    OPTION_SOLUTION, OPTION_PREVENTION, OPTION_SEVERITY, OPTION_TAGS, OPTION_FILES, OPTION_NOW, OPTION_COUNT
};

#define OPTION(option, value_name, en, es) {.name = STR_INIT(option), .value = STR_INIT(value_name), .help = PROSE_INIT(en, es)}
static const Option options[OPTION_COUNT] = {
    [OPTION_MEMORY] = OPTION("memory", "FILE", "the file (default: " MEMORY_PATH ")", "el archivo (por defecto: " MEMORY_PATH ")"),
    [OPTION_ISSUE] = OPTION("issue", "ISSUE", "learn: the issue it was learnt in, for the id", "learn: el issue en el que se aprendió, para el id"),
    [OPTION_CONTEXT] = OPTION("context", "TEXT", "decision: the situation", "decision: la situación"),
    [OPTION_DECISION] = OPTION("decision", "TEXT", "decision: what was decided, and why", "decision: qué se decidió y por qué"),
    [OPTION_CONFIDENCE] = OPTION("confidence", "0.8-1.0", "decision: how sure", "decision: qué tan seguro"),
    [OPTION_DESCRIPTION] = OPTION("description", "TEXT", "blocker: in short", "blocker: en pocas palabras"),
    [OPTION_SYMPTOM] = OPTION("symptom", "TEXT", "blocker: how it showed", "blocker: cómo se manifestó"),
    [OPTION_ROOT_CAUSE] = OPTION("root-cause", "TEXT", "blocker: why it happened", "blocker: por qué pasó"),
    [OPTION_SOLUTION] = OPTION("solution", "TEXT", "blocker: what solved it, confirmed", "blocker: qué lo resolvió, confirmado"),
    [OPTION_PREVENTION] = OPTION("prevention", "TEXT", "blocker: how to avoid it", "blocker: cómo evitarlo"),
    [OPTION_SEVERITY] = OPTION("severity", "low|medium|high", "blocker: how bad", "blocker: qué tan grave"),
    [OPTION_TAGS] = OPTION("tags", "A,B", "learn: what it is about", "learn: de qué se trata"),
    [OPTION_FILES] = OPTION("files", "A,B", "learn: files that were changed", "learn: archivos que se cambiaron"),
    [OPTION_NOW] = OPTION("now", "TIME", "what time it is, as 2026-01-09T12:00:00 (default: the clock)", "qué hora es, como 2026-01-09T12:00:00 (por defecto: el reloj)"),
};

typedef struct Session {
    const Arguments *arguments;
    Arena arena;
    Str path, now;
    Buf out;
    Error err;
} Session;

static Str given(const Session *s, int option) { return argument_given(s->arguments, (uint32_t)option) ? s->arguments->values[option] : (Str){"", 0}; }
static const char *say(const Session *s, const char *en, const char *es) { return s->arguments->language == LANGUAGE_ES ? es : en; }

static bool session_init(Session *s, const Arguments *a) {
    *s = (Session){.arguments = a};
    s->path = argument_given(a, OPTION_MEMORY) ? a->values[OPTION_MEMORY] : command_setting("memory", &s->arena);
    if (!s->path.len) s->path = STR(MEMORY_PATH);
    bool outside = !argument_given(a, OPTION_MEMORY) && (str_starts(s->path, STR("/")) || str_starts(s->path, STR("../")) || str_has(s->path, STR("/../")));
    if (outside) return error_set(&s->err, "the memory that .infra.yaml names lies outside of this folder: '%.*s'; --memory takes any", STR_ARGS(s->path));
    Moment moment = {time(NULL), 0};
    Str text = str_format(&s->arena, "%.*sZ", STR_ARGS(given(s, OPTION_NOW)));
    if (argument_given(a, OPTION_NOW) && !time_parse(text, &moment)) return error_set(&s->err, "--now is a time like 2026-01-09T12:00:00, not '%.*s'", STR_ARGS(given(s, OPTION_NOW)));
    Buf out = {0};
    time_print((Moment){moment.seconds, 0}, &out);
    s->now = str_copy(&s->arena, str_slice(buf_str(&out), 0, strlen("2026-01-09T12:00:00")));
    buf_free(&out);
    return true;
}

static int session_end(Session *s, int status) {
    status = s->err.message[0] ? command_fail(s->arguments, &s->err) : command_print(buf_str(&s->out), status);
    buf_free(&s->out);
    arena_free(&s->arena);
    return status;
}

static bool load(Session *s, Memory *out) {
    Str bytes;
    ReadResult result = io_read(AT_FDCWD, str_copy(&s->arena, s->path).at, false, MEMORY_BYTES_MAX, SOURCE_PADDING, &s->arena, &bytes);
    if (result == READ_MISSING) return error_set(&s->err, "there is no memory at '%.*s'; `infra memory init` makes one", STR_ARGS(s->path));
    if (result != READ_OK) return error_set(&s->err, "'%.*s' can't be read: it must be a plain file of at most 32 MB", STR_ARGS(s->path));
    memory_parse(s->path, bytes, out);
    return true;
}

/* Nothing of the file may steer the terminal. */
static void plain(Buf *out, Str text) {
    for (size_t i = 0; i < text.len; i++) buf_byte(out, (unsigned char)text.at[i] < 0x20 || text.at[i] == 0x7F ? ' ' : text.at[i]);
}

static void line(Session *s, const char *name, Str text) {
    if (!text.len) return;
    buf_print(&s->out, "    %s: ", name);
    plain(&s->out, text);
    buf_byte(&s->out, '\n');
}

static void show_head(Session *s, const MemoryEntry *e) {
    buf_lit(&s->out, "  ");
    plain(&s->out, e->id);
    if (e->kind == MEMORY_DECISION) {
        buf_print(&s->out, "  %.2f  ", e->confidence);
        buf_print(&s->out, say(s, "held %lld, failed %lld", "funcionó %lld, falló %lld"), (long long)e->validated, (long long)e->failed);
        if (e->confidence < CONFIDENCE_TRUST) buf_add(&s->out, str_of(say(s, "  no longer trusted", "  ya no es de confianza")));
    } else buf_print(&s->out, "  %.*s%s", STR_ARGS(e->severity), e->resolved ? "" : say(s, "  unresolved", "  sin resolver"));
    buf_byte(&s->out, '\n');
}

static void show_entry(Session *s, const MemoryEntry *e) {
    show_head(s, e);
    line(s, say(s, "context", "contexto"), e->context);
    line(s, say(s, "decision", "decisión"), e->decision);
    line(s, say(s, "problem", "problema"), e->description);
    line(s, say(s, "symptom", "síntoma"), e->symptom);
    line(s, say(s, "root cause", "causa raíz"), e->root_cause);
    line(s, say(s, "solution", "solución"), e->solution);
    line(s, say(s, "prevention", "prevención"), e->prevention);
}

static int by_confidence(const void *a, const void *b) {
    const MemoryEntry *x = a, *y = b;
    if (x->confidence > y->confidence || x->confidence < y->confidence) return x->confidence > y->confidence ? -1 : 1;
    return x->line < y->line ? -1 : x->line > y->line;
}

static void show_texts(Session *s, const char *title, const StrVec *texts) {
    if (!texts->count) return;
    buf_print(&s->out, "%s\n", title);
    for (uint32_t i = 0; i < texts->count; i++) {
        buf_lit(&s->out, "  ");
        plain(&s->out, texts->items[i]);
        buf_byte(&s->out, '\n');
    }
}

static void show_faults(Session *s, const Memory *m) {
    for (uint32_t i = 0; i < m->faults.count; i++) {
        buf_print(&s->out, "%.*s:%u: ", STR_ARGS(s->path), m->faults.items[i].line);
        plain(&s->out, m->faults.items[i].message.in[s->arguments->language]);
        buf_byte(&s->out, '\n');
    }
}

static int show(Session *s) {
    Memory m;
    if (!load(s, &m)) return EXIT_USAGE;
    if (m.decisions.count) qsort(m.decisions.items, m.decisions.count, sizeof *m.decisions.items, by_confidence);
    if (m.decisions.count) buf_add(&s->out, str_of(say(s, "Decisions\n", "Decisiones\n")));
    for (uint32_t i = 0; i < m.decisions.count; i++) show_entry(s, &m.decisions.items[i]);
    if (m.blockers.count) buf_add(&s->out, str_of(say(s, "Blockers\n", "Blockers\n")));
    for (uint32_t i = 0; i < m.blockers.count; i++) show_entry(s, &m.blockers.items[i]);
    show_texts(s, say(s, "Avoid", "A evitar"), &m.anti_patterns);
    show_texts(s, say(s, "Often touched", "Se tocan seguido"), &m.common_files);
    if (!s->out.len) buf_add(&s->out, str_of(say(s, "Nothing has been learnt yet.\n", "Todavía no se aprendió nada.\n")));
    show_faults(s, &m);
    int status = m.faults.count ? EXIT_FINDINGS : EXIT_CLEAN;
    memory_free(&m);
    return status;
}

static int validate(Session *s) {
    Memory m;
    if (!load(s, &m)) return EXIT_USAGE;
    show_faults(s, &m);
    int status = m.faults.count ? EXIT_FINDINGS : EXIT_CLEAN;
    if (status == EXIT_CLEAN) buf_print(&s->out, say(s, "%.*s: nothing wrong (decisions: %u, blockers: %u)\n", "%.*s: todo en orden (decisiones: %u, blockers: %u)\n"), STR_ARGS(s->path), m.decisions.count, m.blockers.count);
    memory_free(&m);
    return status;
}

static int recall(Session *s) {
    Memory m;
    Buf question = {0};
    for (uint32_t i = 1; i < s->arguments->word_count; i++) buf_print(&question, "%.*s ", STR_ARGS(s->arguments->words[i]));
    if (!question.len) return error_set(&s->err, "what is it about? infra memory recall rollout stuck"), EXIT_USAGE;
    if (!load(s, &m)) return buf_free(&question), EXIT_USAGE;
    MemoryHitVec hits;
    memory_recall(&m, buf_str(&question), &s->arena, &hits);
    for (uint32_t i = 0; i < MIN(hits.count, 10u); i++) show_entry(s, hits.items[i].entry);
    if (!hits.count) buf_add(&s->out, str_of(say(s, "Nothing is known about that.\n", "De eso no se sabe nada.\n")));
    if (m.damaged) show_faults(s, &m);
    else if (!hits.count && m.faults.count) buf_print(&s->out, say(s, "%u entries lack something that is needed to trust them; `infra memory validate` lists them.\n", "A %u entradas les falta algo para poder confiar en ellas; las lista `infra memory validate`.\n"), m.faults.count);
    memory_free(&m);
    buf_free(&question);
    return EXIT_CLEAN;
}

/* ---- what writes ---- */

typedef struct Change {
    Session *session;
    MemoryEntry entry;
    StrVec files;
    Str id;      /* given to a new entry, or of the one that is marked */
    bool held;
} Change;

static bool change_learn(void *data, Str bytes, Arena *a, Str *out, Error *err) {
    Change *c = data;
    Memory m;
    memory_parse(c->session->path, bytes.at ? bytes : str_join(a, memory_template(c->session->now, a), (Str){"\0\0\0\0\0\0\0\0", 0}), &m);
    Str id = {NULL, 0};
    bool ok = memory_learn(&m, &c->entry, given(c->session, OPTION_ISSUE), c->session->now, c->files.items, c->files.count, a, &id, out, err);
    if (ok) c->id = str_copy(&c->session->arena, id);
    memory_free(&m);
    return ok;
}

static bool change_mark(void *data, Str bytes, Arena *a, Str *out, Error *err) {
    Change *c = data;
    if (!bytes.at) return error_set(err, "there is no memory at '%.*s'; `infra memory init` makes one", STR_ARGS(c->session->path));
    Memory m;
    memory_parse(c->session->path, bytes, &m);
    bool ok = memory_mark(&m, c->id, c->held, c->session->now, a, out, err);
    memory_free(&m);
    if (!ok) return false;
    memory_parse(c->session->path, *out, &m);
    show_head(c->session, memory_find(&m, c->id));
    memory_free(&m);
    return true;
}

static bool change_init(void *data, Str bytes, Arena *a, Str *out, Error *err) {
    Session *s = data;
    if (bytes.at) return error_set(err, "'%.*s' is there already; it was left as it is", STR_ARGS(s->path));
    *out = memory_template(s->now, a);
    return true;
}

static StrVec pieces(Session *s, Str list) {
    StrVec out = {0};
    for (Str piece; str_next(&list, ',', &piece);) {
        if (str_trim(piece).len) vec_push(&s->arena, &out, str_trim(piece));
    }
    return out;
}

static int learn(Session *s) {
    Str what = s->arguments->word_count > 1 ? s->arguments->words[1] : (Str){"", 0};
    bool decision = str_is(what, "decision");
    if (!decision && !str_is(what, "blocker")) return error_set(&s->err, "learn what? infra memory learn decision, or infra memory learn blocker"), EXIT_USAGE;
    Change c = {.session = s, .files = pieces(s, given(s, OPTION_FILES))};
    StrVec tags = pieces(s, given(s, OPTION_TAGS));
    Str confidence = str_copy(&s->arena, given(s, OPTION_CONFIDENCE));
    char *end = NULL;
    c.entry = (MemoryEntry){.kind = decision ? MEMORY_DECISION : MEMORY_BLOCKER, .context = given(s, OPTION_CONTEXT), .decision = given(s, OPTION_DECISION),
        .confidence = confidence.len ? strtod(confidence.at, &end) : 0, .description = given(s, OPTION_DESCRIPTION), .symptom = given(s, OPTION_SYMPTOM),
        .root_cause = given(s, OPTION_ROOT_CAUSE), .solution = given(s, OPTION_SOLUTION), .prevention = given(s, OPTION_PREVENTION), .severity = given(s, OPTION_SEVERITY),
        .tags = tags.items, .tag_count = tags.count};
    if (end && *end) return error_set(&s->err, "--confidence is a number from 0.8 to 1.0, not '%.*s'", STR_ARGS(confidence)), EXIT_USAGE;
    if (!memory_update(s->path, change_learn, &c, &s->err)) return EXIT_USAGE;
    buf_print(&s->out, "%.*s\n", STR_ARGS(c.id));
    return EXIT_CLEAN;
}

static int mark(Session *s, bool held) {
    if (s->arguments->word_count < 2) return error_set(&s->err, "which one? infra memory %s INFRA109-001", held ? "confirm" : "fail"), EXIT_USAGE;
    Change c = {.session = s, .id = s->arguments->words[1], .held = held};
    return memory_update(s->path, change_mark, &c, &s->err) ? EXIT_CLEAN : EXIT_USAGE;
}

static int init(Session *s) {
    if (!memory_update(s->path, change_init, s, &s->err)) return EXIT_USAGE;
    buf_print(&s->out, "%.*s\n", STR_ARGS(s->path));
    return EXIT_CLEAN;
}

static int run(const Arguments *a) {
    Session s;
    if (!session_init(&s, a)) return session_end(&s, EXIT_USAGE);
    Str verb = a->word_count ? a->words[0] : STR("show");
    int status = EXIT_USAGE;
    if (str_is(verb, "show")) status = show(&s);
    else if (str_is(verb, "recall")) status = recall(&s);
    else if (str_is(verb, "validate")) status = validate(&s);
    else if (str_is(verb, "learn")) status = learn(&s);
    else if (str_is(verb, "confirm") || str_is(verb, "fail")) status = mark(&s, str_is(verb, "confirm"));
    else if (str_is(verb, "init")) status = init(&s);
    else error_set(&s.err, "there is no `infra memory %.*s`; show, recall, learn, confirm, fail, validate and init are there", STR_ARGS(verb));
    return session_end(&s, status);
}

const Command memory_command = {
    .name = STR_INIT("memory"), .usage = STR_INIT("infra memory show | recall WORDS | learn decision|blocker | confirm ID | fail ID | validate | init"),
    .summary = PROSE_INIT("what was learnt about this repository", "lo que se aprendió de este repositorio"), .options = options, .option_count = OPTION_COUNT, .run = run, .at_home = true};
