/* infra explain CHECK: the check's own page. */
#include "check/choice.h"
#include "check/catalogue.h"
#include "check/load.h"
#include "cli/command.h"

static void indent(Str text, Buf *out) {
    Str line;
    while (str_next(&text, '\n', &line)) {
        buf_lit(out, "    ");
        buf_add(out, line);
        buf_byte(out, '\n');
    }
}

static void examples(const Check *check, bool bad, Buf *out) {
    Arena arena = {0};
    ExampleVec all = {0};
    check_examples(check, &arena, &all);
    uint32_t shown = 0;
    for (uint32_t i = 0; i < all.count && shown < 2; i++) {
        if (all.items[i].bad != bad || !all.items[i].files.count) continue;
        if (shown++) buf_byte(out, '\n');
        indent(str_trim(all.items[i].files.items[0].bytes), out);
    }
    arena_free(&arena);
}

static void page(const Check *c, const Arguments *a, Buf *out) {
    bool es = a->language == LANGUAGE_ES;
    Str severity = severity_name((Severity)c->severity), profile = profile_name((Profile)c->profile), category = category_name((Category)c->category);
    buf_print(out, "%.*s\n%.*s · %.*s · %.*s · %.*s\n\n%.*s\n\n", STR_ARGS(c->title.in[a->language]), STR_ARGS(c->id), STR_ARGS(severity), STR_ARGS(category), STR_ARGS(profile), STR_ARGS(c->why.in[a->language]));
    buf_add(out, es ? STR("Mal:\n") : STR("Bad:\n"));
    examples(c, true, out);
    buf_add(out, es ? STR("\nBien:\n") : STR("\nGood:\n"));
    examples(c, false, out);
    buf_byte(out, '\n');
    for (uint32_t i = 0; i < c->reference_count; i++) buf_print(out, "%.*s\n", STR_ARGS(c->references[i]));
    for (uint32_t i = 0; i < c->peer_count; i++) buf_print(out, "%s%.*s", i ? ", " : es ? "También: " : "Also: ", STR_ARGS(c->peers[i]));
    if (c->peer_count) buf_byte(out, '\n');
}

static const Check *find(const CheckList *list, Str id) {
    for (uint32_t i = 0; i < list->count; i++) {
        if (str_eq(list->items[i]->id, id)) return list->items[i];
    }
    return NULL;
}

static int run(const Arguments *a) {
    Error err;
    Arena arena = {0};
    CheckList list = {0};
    if (!a->word_count) {
        error_set(&err, "which check? `infra checks` lists them");
        return command_fail(a, &err);
    }
    if (!command_check_list(&arena, &list, &err)) return command_fail(a, &err);
    const Check *check = find(&list, a->words[0]);
    Buf out = {0};
    if (check) page(check, a, &out);
    else if (check_list_require(&list, STR(""), a->words[0], &err)) error_set(&err, "'%.*s' is a folder of checks; `infra checks` lists them", STR_ARGS(a->words[0]));
    int status = check ? command_print(buf_str(&out), EXIT_CLEAN) : command_fail(a, &err);
    buf_free(&out);
    check_list_free(&list);
    arena_free(&arena);
    return status;
}

const Command explain_command = {STR_INIT("explain"), STR_INIT("infra explain CHECK"), PROSE_INIT("a check's own page", "la página de un chequeo"), NULL, 0, run, NULL, true};
