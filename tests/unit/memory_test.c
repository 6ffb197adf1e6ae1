/* The memory: entries of the documented form are read; edits keep every byte they don't mean; damage is never written over. */
#include "memory/memory.h"
#include "scan.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static const char sample[] =
    "# ours\n"
    "domain: infra   # kept\n"
    "updated_at: '2026-01-09T12:00:00'\n"
    "tasks_handled: 7\n"
    "context:\n"
    "  anti_patterns:\n"
    "    - \"latest in production\"\n"
    "common_files: [\"docker/Dockerfile\"]\n"
    "decisions:\n"
    "  # the first one\n"
    "  - id: \"INFRA109-001\"  # Ej: INFRA109-001\n"
    "    context: \"Slow image builds\"\n"
    "    decision: \"Copy the lock file first\"\n"
    "    confidence_score: 0.85  # 0.0-1.0\n"
    "    validated_count: 1\n"
    "    failed_count: 0\n"
    "    last_used: \"2026-01-09T12:00:00\"\n"
    "    tags: [\"docker\", \"ci-cd\", \"kubernetes\"]\n"
    "    owner: somebody\n"
    "blockers:\n"
    "  - id: \"BLK109-001\"\n"
    "    description: \"Rollout hangs\"\n"
    "    symptom: \"ImagePullBackOff after deploy\"\n"
    "    root_cause: \"The registry secret is in another namespace\"\n"
    "    solution: \"Copy the secret\"\n"
    "    prevention: \"Create it with the namespace\"\n"
    "    severity: \"high\"\n"
    "    discovered: \"2026-01-09T12:00:00\"\n"
    "    resolved: true\n"
    "    occurrences: 1\n"
    "    tags: [\"deployment\", \"networking\"]\n"
    "# the end\n";

#define NOW STR("2026-02-03T04:05:06")

static Str padded(Arena *a, const char *text) {
    size_t len = strlen(text);
    char *copy = arena_alloc(a, len + SOURCE_PADDING);
    memcpy(copy, text, len);
    memset(copy + len, 0, SOURCE_PADDING);
    return (Str){copy, len};
}

static const MemoryEntry decision = {.kind = MEMORY_DECISION, .context = {"Two \"quotes\" and ñ", 19}, .decision = {"Do it", 5}, .confidence = 0.9};
static const MemoryEntry blocker = {.kind = MEMORY_BLOCKER, .description = {"d", 1}, .symptom = {"s", 1}, .root_cause = {"r", 1}, .solution = {"x", 1}, .prevention = {"p", 1}, .severity = {"low", 3}};

static void the_sample_is_read(void **state UNUSED) {
    Arena a = {0};
    Memory m;
    memory_parse(STR("infra.yaml"), padded(&a, sample), &m);
    assert_int_equal(m.faults.count, 0);
    assert_int_equal(m.decisions.count, 1);
    assert_int_equal(m.blockers.count, 1);
    assert_int_equal(m.tasks_handled, 7);
    assert_int_equal(m.decisions.items[0].tag_count, 3);
    assert_true(str_is(m.blockers.items[0].root_cause, "The registry secret is in another namespace"));
    assert_true(str_is(m.anti_patterns.items[0], "latest in production") && str_is(m.common_files.items[0], "docker/Dockerfile"));
    MemoryHitVec hits;
    memory_recall(&m, STR("why ImagePullBackOff?"), &a, &hits);
    assert_int_equal(hits.count, 1);
    assert_true(str_is(hits.items[0].entry->id, "BLK109-001"));
    memory_free(&m);
    arena_free(&a);
}

/* The lines of `before` that are not in `after` at all. */
static uint32_t lines_lost(Str before, Str after) {
    uint32_t lost = 0;
    for (Str line; str_next(&before, '\n', &line);) lost += line.len && !str_has(after, line);
    return lost;
}

static void learning_adds_and_keeps(void **state UNUSED) {
    Arena a = {0};
    Memory m, after;
    Error err = {0};
    Str id, out, files[] = {STR("docker/Dockerfile"), STR("k8s/api.yaml")};
    memory_parse(STR("infra.yaml"), padded(&a, sample), &m);
    if (!memory_learn(&m, &decision, STR("109"), NOW, files, 2, &a, &id, &out, &err)) fail_msg("%s", err.message);
    assert_true(str_is(id, "INFRA109-002"));
    assert_int_equal(lines_lost(m.source.bytes, out), 3); /* updated_at, tasks_handled, common_files */
    assert_true(str_has(out, STR("common_files: [\"docker/Dockerfile\", \"k8s/api.yaml\"]")));
    memory_parse(STR("infra.yaml"), out, &after);
    assert_int_equal(after.faults.count, 0);
    assert_int_equal(after.tasks_handled, 8);
    assert_true(str_eq(after.decisions.items[1].context, decision.context));
    memory_free(&after);
    if (!memory_mark(&m, STR("INFRA109-001"), true, NOW, &a, &out, &err)) fail_msg("%s", err.message);
    assert_true(str_has(out, STR("confidence_score: 0.86  # 0.0-1.0")) || str_has(out, STR("confidence_score: 0.87  # 0.0-1.0")));
    assert_true(str_has(out, STR("validated_count: 2")) && str_has(out, STR("owner: somebody")));
    memory_free(&m);
    arena_free(&a);
}

static void rules_are_kept(void **state UNUSED) {
    Arena a = {0};
    Memory m;
    Error err = {0};
    Str id, out;
    memory_parse(STR("infra.yaml"), padded(&a, sample), &m);
    MemoryEntry unsure = decision, open = blocker;
    unsure.confidence = 0.79;
    open.solution = (Str){"", 0};
    assert_false(memory_learn(&m, &unsure, STR("1"), NOW, NULL, 0, &a, &id, &out, &err));
    assert_false(memory_learn(&m, &open, STR("1"), NOW, NULL, 0, &a, &id, &out, &err));
    assert_false(memory_learn(&m, &blocker, STR("a b"), NOW, NULL, 0, &a, &id, &out, &err));
    assert_false(memory_mark(&m, STR("INFRA1-999"), true, NOW, &a, &out, &err));
    memory_free(&m);
    arena_free(&a);
}

static void every_way_to_write_a_list(void **state UNUSED) {
    static const char *const starts[] = {
        "decisions: []\n", "decisions:\n", "decisions:", "decisions: []  # none yet\nblockers: []", "a: 1", "a: 1\n# end\n", "decisions:\r\n- id: \"INFRA1-001\"\r\n  context: \"c\"\r\n  decision: \"d\"\r\n  confidence_score: 0.9\r\n",
        "decisions: [{id: \"INFRA1-001\", context: c, decision: d, confidence_score: 0.9}]\n", "decisions:\n- {id: \"INFRA1-001\", context: c, decision: d, confidence_score: 0.9}",
        "decisions:\n  - id: \"INFRA1-001\"\n    decision: |\n      long\n\n    context: >\n      folded\n    confidence_score: 0.9\n\n\nblockers:\n",
    };
    for (size_t i = 0; i < ARRAY_COUNT(starts); i++) {
        Arena a = {0};
        Error err = {0};
        Str bytes = padded(&a, starts[i]);
        for (int round = 0; round < 6; round++) {
            Memory m;
            Str id, out;
            memory_parse(STR("infra.yaml"), bytes, &m);
            bool ok = memory_learn(&m, round % 2 ? &blocker : &decision, STR("1"), NOW, (Str[]){STR("a.yaml")}, 1, &a, &id, &out, &err);
            if (!ok) fail_msg("start %zu, round %d: %s\n%.*s", i, round, err.message, STR_ARGS(bytes));
            memory_free(&m);
            bytes = out;
        }
        arena_free(&a);
    }
}

static void damage_is_reported_and_left(void **state UNUSED) {
    static const char *const bad[] = {"decisions: [\n", "decisions:\n\t- id: x\n", "a: b: c\n", "- just a list\n", "\"unclosed\n"};
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        Arena a = {0};
        Memory m;
        Error err = {0};
        Str id, out;
        memory_parse(STR("infra.yaml"), padded(&a, bad[i]), &m);
        assert_true(m.damaged && m.faults.count && m.faults.items[0].line);
        assert_false(memory_learn(&m, &decision, STR("1"), NOW, NULL, 0, &a, &id, &out, &err));
        memory_free(&m);
        arena_free(&a);
    }
}

/* Accents and case don't hide anything; a word that only old readers take for a boolean is no damage. */
static void words_are_found_as_people_type_them(void **state UNUSED) {
    static const char text[] = "decisions:\n  - id: \"INFRA1-001\"\n    context: \"Conexión con la BASE en ÑANDUBAY\"\n    decision: \"d\"\n    confidence_score: 0.9\nold: yes\n";
    static const char *const questions[] = {"conexion", "CONEXIÓN", "conexión", "ñandubay", "NANDUBAY", "base"};
    Arena a = {0};
    Memory m;
    memory_parse(STR("infra.yaml"), padded(&a, text), &m);
    assert_false(m.damaged);
    for (size_t i = 0; i < ARRAY_COUNT(questions); i++) {
        MemoryHitVec hits;
        memory_recall(&m, str_of(questions[i]), &a, &hits);
        assert_int_equal(hits.count, 1);
    }
    memory_free(&m);
    arena_free(&a);
}

/* What is told of a damaged file is the damage, in the reader's language. */
static void damage_speaks_both(void **state UNUSED) {
    Arena a = {0};
    Memory m;
    Error err = {0};
    Str out;
    memory_parse(STR("infra.yaml"), padded(&a, "decisions:\n  - id: x\n\tbad: [\n"), &m);
    assert_int_equal(m.faults.items[0].line, 3);
    assert_false(memory_mark(&m, STR("x"), true, NOW, &a, &out, &err));
    assert_non_null(strstr(err.message, "infra.yaml:3: the YAML is damaged here: indented with a tab"));
    assert_non_null(strstr(err.spanish, "infra.yaml:3: acá el YAML está roto: indentado con un tab"));
    memory_free(&m);
    arena_free(&a);
}

/* ---- the samples of the format, to the letter ---- */

#define DECISION_SAMPLE \
    "decisions:\n" \
    "  - id: \"INFRA{ISSUE}-{SEQ}\"  # Ej: INFRA109-001\n" \
    "    context: \"Descripción del problema o situación\"\n" \
    "    decision: \"Qué se decidió hacer y por qué\"\n" \
    "    confidence_score: 0.85  # 0.0-1.0\n" \
    "    validated_count: 1\n" \
    "    failed_count: 0\n" \
    "    last_used: \"2026-01-09T12:00:00\"\n" \
    "    tags: [\"docker\", \"ci-cd\", \"kubernetes\"]\n"
#define BLOCKER_SAMPLE \
    "blockers:\n" \
    "  - id: \"BLK{ISSUE}-{SEQ}\"  # Ej: BLK109-001\n" \
    "    description: \"Descripción breve del problema\"\n" \
    "    symptom: \"Cómo se manifestó el error\"\n" \
    "    root_cause: \"Causa raíz identificada\"\n" \
    "    solution: \"Cómo se resolvió\"\n" \
    "    prevention: \"Cómo evitarlo en el futuro\"\n" \
    "    severity: \"low|medium|high\"\n" \
    "    discovered: \"2026-01-09T12:00:00\"\n" \
    "    resolved: true\n" \
    "    occurrences: 1\n" \
    "    tags: [\"deployment\", \"networking\"]\n"

/* A line whose value an edit may change: the key, and what stands behind the value, must stay. */
static bool is_same_key(Str before, Str after) {
    static const char *const keys[] = {"updated_at", "tasks_handled", "confidence_score", "validated_count", "failed_count", "last_used", "occurrences", "resolved"};
    size_t colon = str_find_byte(before, ':');
    if (colon == STR_NONE || !str_starts(after, str_slice(before, 0, colon + 1))) return false;
    size_t x = str_find_byte(before, '#'), y = str_find_byte(after, '#');
    if (!str_eq(x == STR_NONE ? STR("") : str_skip(before, x), y == STR_NONE ? STR("") : str_skip(after, y))) return false;
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
        if (str_is(str_trim(str_slice(before, 0, colon)), keys[i])) return true;
    }
    return false;
}

/* Each line of `before` stands in `after`, in its order, at most `changed` of them with another value; what is new are whole lines. */
static void keeps_lines(Str before, Str after, uint32_t changed, const char *edit) {
    Str line, next;
    uint32_t found = 0;
    while (before.len && str_next(&before, '\n', &line)) {
        bool same = false;
        while (!same && str_next(&after, '\n', &next)) {
            bool other = !str_eq(line, next) && is_same_key(line, next);
            found += other;
            same = other || str_eq(line, next);
        }
        if (!same) fail_msg("%s: this line is lost, or moved: %.*s", edit, STR_ARGS(line));
    }
    if (found > changed) fail_msg("%s: %u values changed, not %u", edit, found, changed);
}

typedef struct SampleEdit {
    const char *name, *id; /* NULL: a new entry, or a task */
    const MemoryEntry *learnt;
    bool held;
    uint32_t changed; /* values, besides updated_at and tasks_handled, which the sample may have */
} SampleEdit;

static const SampleEdit sample_edits[] = {
    {"learn decision", NULL, &decision, false, 0}, {"learn blocker", NULL, &blocker, false, 0}, {"task", NULL, NULL, false, 0},
    {"confirm decision", "INFRA{ISSUE}-{SEQ}", NULL, true, 3}, {"fail decision", "INFRA{ISSUE}-{SEQ}", NULL, false, 3},
    {"confirm blocker", "BLK{ISSUE}-{SEQ}", NULL, true, 2}, {"fail blocker", "BLK{ISSUE}-{SEQ}", NULL, false, 2},
};

static void edit_sample(Arena *a, Str bytes, const SampleEdit *edit) {
    Memory m;
    Error err = {0};
    Str id, out;
    memory_parse(STR("infra.yaml"), bytes, &m);
    assert_false(m.damaged);
    bool has = !edit->id || memory_find(&m, str_of(edit->id));
    bool ok = edit->learnt ? memory_learn(&m, edit->learnt, STR("109"), NOW, NULL, 0, a, &id, &out, &err) : edit->id ? memory_mark(&m, str_of(edit->id), edit->held, NOW, a, &out, &err) : memory_task(&m, NOW, NULL, 0, a, &out, &err);
    assert_true(ok == has);
    if (ok) keeps_lines(bytes, out, edit->changed + 2, edit->name);
    else assert_true(str_eq(m.source.bytes, bytes));
    memory_free(&m);
}

/* With the ends of lines of another system, without the last one, with what a person adds around them. */
static void samples_stay_as_they_are(void **state UNUSED) {
    static const char *const samples[] = {DECISION_SAMPLE, BLOCKER_SAMPLE, DECISION_SAMPLE BLOCKER_SAMPLE, BLOCKER_SAMPLE "\n# between\n\n" DECISION_SAMPLE,
        "# @infra\nupdated_at: \"2026-01-09T12:00:00\"\ntasks_handled: 12  # since 2025\ncontext:\n  anti_patterns:\n    - \"USER root\"\ncommon_files:\n  - docker/Dockerfile\n\n" DECISION_SAMPLE "\n" BLOCKER_SAMPLE "\n# fin\n"};
    for (size_t i = 0; i < ARRAY_COUNT(samples); i++) {
        for (int form = 0; form < 3; form++) {
            Arena a = {0};
            Buf text = {0};
            for (const char *c = samples[i]; *c; c++) buf_print(&text, form == 1 && *c == '\n' ? "\r%c" : "%c", *c);
            Str whole = str_copy(&a, buf_str(&text));
            if (form == 2) whole.len--;
            whole = str_copy(&a, whole);
            for (size_t e = 0; e < ARRAY_COUNT(sample_edits); e++) edit_sample(&a, padded(&a, whole.at), &sample_edits[e]);
            buf_free(&text);
            arena_free(&a);
        }
    }
}

/* One of them to the byte: what is given back is what was read, but for what the edit says. */
static void a_sample_to_the_byte(void **state UNUSED) {
    Arena a = {0};
    Memory m;
    Error err = {0};
    Str out;
    memory_parse(STR("infra.yaml"), padded(&a, "updated_at: \"2026-01-09T12:00:00\"\ntasks_handled: 1\n" DECISION_SAMPLE), &m);
    assert_true(memory_mark(&m, STR("INFRA{ISSUE}-{SEQ}"), false, NOW, &a, &out, &err));
    assert_true(str_eq(out, str_of("updated_at: \"2026-02-03T04:05:06\"\ntasks_handled: 1\ndecisions:\n  - id: \"INFRA{ISSUE}-{SEQ}\"  # Ej: INFRA109-001\n    context: \"Descripción del problema o situación\"\n"
        "    decision: \"Qué se decidió hacer y por qué\"\n    confidence_score: 0.68  # 0.0-1.0\n    validated_count: 1\n    failed_count: 1\n    last_used: \"2026-02-03T04:05:06\"\n    tags: [\"docker\", \"ci-cd\", \"kubernetes\"]\n")));
    memory_free(&m);
    arena_free(&a);
}

/* A task that changed something is counted; of a few files that it is these is worth noting, of many it isn't. */
static void tasks_are_counted(void **state UNUSED) {
    Arena a = {0};
    Memory m;
    Error err = {0};
    Str out, files[COMMON_FILES_MAX + 1] = {STR("docker/Dockerfile"), STR("a"), STR("b"), STR("c"), STR("d"), STR("e")};
    memory_parse(STR("infra.yaml"), padded(&a, sample), &m);
    assert_true(memory_task(&m, NOW, files, 2, &a, &out, &err));
    assert_true(str_has(out, STR("tasks_handled: 8\n")) && str_has(out, STR("updated_at: '2026-02-03T04:05:06'\n")) && str_has(out, STR("common_files: [\"docker/Dockerfile\", \"a\"]\n")));
    assert_true(memory_task(&m, NOW, files, COMMON_FILES_MAX + 1, &a, &out, &err));
    assert_true(str_has(out, STR("tasks_handled: 8\n")) && str_has(out, STR("common_files: [\"docker/Dockerfile\"]\n")));
    memory_free(&m);
    arena_free(&a);
}

/* Two files at once, where the list is not there, or empty: one list with both. */
static void files_are_listed_once(void **state UNUSED) {
    const char *const kept_lists[] = {"", "common_files: []\n", "common_files:\n", "common_files:\n  - c\n"};
    for (size_t i = 0; i < ARRAY_COUNT(kept_lists); i++) {
        Arena a = {0};
        Memory m, after;
        Error err = {0};
        Str out, files[] = {STR("a"), STR("b")};
        memory_parse(STR("infra.yaml"), padded(&a, str_format(&a, "tasks_handled: 3\n%s", kept_lists[i]).at), &m);
        if (!memory_task(&m, NOW, files, 2, &a, &out, &err)) fail_msg("%s%s", kept_lists[i], err.message);
        memory_parse(STR("infra.yaml"), padded(&a, out.at), &after);
        assert_int_equal(after.common_files.count, i < 3 ? 2 : 3);
        memory_free(&m);
        memory_free(&after);
        arena_free(&a);
    }
}

/* ---- edits at random ---- */

static const char kept[] =
    "# of the shop team\r\nupdated_at: '2026-01-01T00:00:00' # by hand\n\ntasks_handled: 3\nversion: \"1.1\"   # nobody here knows this key\n"
    "common_files: # often\n- a.yaml   # first\n- {path: b.yaml, why: \"c\"}\n\n# decisions below\ndecisions:\n# the first\n- id: INFRA7-001 # old form\n  confidence_score: 0.95 # sure\n"
    "  decision: >-\n    folded\n    text\n  # between\n  context: 'it''s so'\n  validated_count: 3\n  owner: &me {name: \"x\"}\n\n- {id: \"INFRA7-002\", context: c, decision: d, confidence_score: 0.8} # flow\n"
    "# blockers below\nblockers:\n    -   id: 'BLK7-001'\n        description: d\n        symptom: |\n            # no comment\n            two\n        solution: s # it held\n        boss: *me\ncontext: {anti_patterns: [latest]} # last\n# the end";

/* The comments and the keys nobody knows, in their order. */
static bool keeps_order(Str text) {
    static const char *const marks[] = {"# of the shop team\r\n", "# by hand", "version: \"1.1\"   # nobody here knows this key\n", "# often", "- a.yaml   # first\n- {path: b.yaml, why: \"c\"}\n", "# decisions below\n", "# the first\n- id: INFRA7-001 # old form\n",
        "# sure\n  decision: >-\n    folded\n    text\n  # between\n  context: 'it''s so'\n", "owner: &me {name: \"x\"}", "} # flow\n", "# blockers below\nblockers:\n    -   id: 'BLK7-001'\n", "# no comment\n            two\n        solution: s # it held\n        boss: *me", "context: {anti_patterns: [latest]} # last\n# the end"};
    for (size_t i = 0; i < ARRAY_COUNT(marks); i++) {
        size_t at = str_find(text, str_of(marks[i]));
        if (at == STR_NONE) {
            print_message("lost: %s\n", marks[i]);
            return false;
        }
        text = str_skip(text, at + strlen(marks[i]));
    }
    return true;
}

static void a_thousand_edits(void **state UNUSED) {
    Arena a = {0};
    Str bytes = padded(&a, kept);
    uint32_t random = 12345, decisions = 2, blockers = 1;
    for (int i = 0; i < 1000; i++) {
        Memory m;
        Error err = {0};
        Str id, out, file = str_format(&a, "f%u.yaml", random >> 20);
        random = random * 1103515245 + 12345;
        uint32_t what = random >> 16 & 7;
        memory_parse(STR("infra.yaml"), bytes, &m);
        const MemoryEntryVec *of = what & 1 ? &m.decisions : &m.blockers;
        bool learns = what < 2;
        bool ok = learns ? memory_learn(&m, what ? &decision : &blocker, STR("7"), NOW, &file, 1, &a, &id, &out, &err) : memory_mark(&m, of->items[(random >> 8) % of->count].id, what < 5, NOW, &a, &out, &err);
        if (!ok) fail_msg("edit %d (%u): %s\n%.*s", i, what, err.message, STR_ARGS(bytes));
        decisions += what == 1;
        blockers += what == 0;
        memory_free(&m);
        assert_true(keeps_order(out));
        bytes = out;
    }
    Memory m;
    memory_parse(STR("infra.yaml"), bytes, &m);
    assert_int_equal(m.faults.count, 0);
    assert_int_equal(m.decisions.count, decisions);
    assert_int_equal(m.blockers.count, blockers);
    memory_free(&m);
    arena_free(&a);
}

/* ---- the file ---- */

static bool learn_once(void *data, Str bytes, Arena *a, Str *out, Error *err) {
    Memory m;
    Str id;
    memory_parse(STR("infra.yaml"), bytes, &m);
    bool ok = memory_learn(&m, &decision, *(Str *)data, NOW, NULL, 0, a, &id, out, err);
    memory_free(&m);
    return ok;
}

static bool start_file(void *data UNUSED, Str bytes UNUSED, Arena *a, Str *out, Error *err UNUSED) {
    *out = padded(a, sample);
    return true;
}

static uint32_t count_entries(const char *path) {
    Arena a = {0};
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    char *text = arena_alloc(&a, 1 << 22);
    size_t len = fread(text, 1, (1 << 22) - SOURCE_PADDING, f);
    fclose(f);
    memset(text + len, 0, SOURCE_PADDING);
    Memory m;
    memory_parse(STR("infra.yaml"), (Str){text, len}, &m);
    assert_int_equal(m.faults.count, 0);
    uint32_t count = m.decisions.count;
    memory_free(&m);
    arena_free(&a);
    return count;
}

static pid_t writer(const char *path, Str issue, int times) {
    pid_t child = fork();
    if (child) return child;
    Error err;
    bool ok = true;
    for (int i = 0; i < times && ok; i++) ok = memory_update(str_of(path), learn_once, &issue, &err);
    _exit(ok ? 0 : 1);
}

#define WRITES 40

static void two_writers_lose_nothing(void **state UNUSED) {
    char root[] = "/tmp/infra-memory-XXXXXX", path[64];
    assert_non_null(mkdtemp(root));
    snprintf(path, sizeof path, "%s/a/infra.yaml", root);
    Error err;
    assert_true(memory_update(str_of(path), start_file, NULL, &err));
    pid_t children[] = {writer(path, STR("1"), WRITES), writer(path, STR("1"), WRITES), writer(path, STR("2"), WRITES)};
    for (size_t i = 0; i < ARRAY_COUNT(children); i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    assert_int_equal(count_entries(path), 1 + 3 * WRITES);
    /* Killed at any moment, the file is whole. */
    for (int i = 0; i < 60; i++) {
        pid_t child = writer(path, STR("3"), 1000);
        usleep((useconds_t)(i * 97 % 3000));
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        assert_true(count_entries(path) >= 1 + 3 * WRITES);
    }
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", root);
    assert_int_equal(system(command), 0);
}

/* What a repository names is not followed out of it. */
static void links_are_not_written_through(void **state UNUSED) {
    char root[] = "/tmp/infra-memory-XXXXXX", path[96], command[256];
    assert_non_null(mkdtemp(root));
    snprintf(command, sizeof command, "cd %s && mkdir in out && echo 'a: 1' > out/infra.yaml && ln -s ../out in/folder && ln -s ../out/infra.yaml in/infra.yaml", root);
    assert_int_equal(system(command), 0);
    snprintf(path, sizeof path, "%s/in", root);
    int folder = open(path, O_RDONLY | O_DIRECTORY);
    Error err;
    static const char *const paths[] = {"folder/infra.yaml", "../out/infra.yaml", "none/infra.yaml", "none.yaml", "infra.yaml"};
    for (size_t i = 0; i < ARRAY_COUNT(paths); i++) assert_true(memory_update_below(folder, str_of(paths[i]), start_file, NULL, &err) == (i < 4)); /* the last one is no plain file */
    snprintf(command, sizeof command, "cd %s && grep -qx 'a: 1' out/infra.yaml && test ! -e in/none.yaml && rm -r in out && cd / && rmdir %s", root, root);
    assert_int_equal(system(command), 0);
    close(folder);
}

/* Two entries about the same code are one fault at each place. */
static void test_one_lesson(void **state) {
    (void)state;
    static const Str memory = STR_INIT("context:\n  anti_patterns:\n    - \"`10.20.0.15`: it moves\"\n    - \"Never `10.20.0.15` again\"\n");
    const MemoryFile files[] = {{STR(MEMORY_PATH), memory}, {STR("compose.yaml"), STR("services:\n  api:\n    image: acme/api:1.4.2\n    environment:\n      DB_HOST: 10.20.0.15\n")}};
    MemoryOptions options = {0};
    Scan *scan = scan_new();
    Review *r = scan_memory(scan, files, 2, &options);
    uint32_t lessons = 0;
    vec_each(Finding, f, &r->findings) lessons += str_is(f->check->id, "memory/anti-pattern");
    assert_int_equal(lessons, 1);
    scan_free(scan);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_sample_is_read), cmocka_unit_test(learning_adds_and_keeps), cmocka_unit_test(rules_are_kept),
                                       cmocka_unit_test(every_way_to_write_a_list), cmocka_unit_test(damage_is_reported_and_left), cmocka_unit_test(damage_speaks_both), cmocka_unit_test(words_are_found_as_people_type_them), cmocka_unit_test(samples_stay_as_they_are), cmocka_unit_test(a_sample_to_the_byte), cmocka_unit_test(tasks_are_counted), cmocka_unit_test(files_are_listed_once), cmocka_unit_test(links_are_not_written_through), cmocka_unit_test(a_thousand_edits), cmocka_unit_test(two_writers_lose_nothing),
        cmocka_unit_test(test_one_lesson),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
