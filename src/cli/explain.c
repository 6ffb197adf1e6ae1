/* infra explain CHECK: the check's own page. */
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
    Source source;
    source_init(&source, check->id, check->text);
    ExampleVec all = {0};
    check_examples(&source, &source.arena, &all);
    uint32_t shown = 0;
    for (uint32_t i = 0; i < all.count && shown < 2; i++) {
        if (all.items[i].bad != bad || !all.items[i].files.count) continue;
        if (shown++) buf_byte(out, '\n');
        indent(str_trim(all.items[i].files.items[0].bytes), out);
    }
    source_free(&source);
}

static int run(const Arguments *a) {
    Error err;
    if (!a->word_count) {
        error_set(&err, "which check? `infra checks` lists them");
        return command_fail(&err);
    }
    const Check *c = catalogue_find(a->words[0]);
    if (!c) {
        Str near = catalogue_nearest(a->words[0]);
        error_set(&err, "there is no check '%.*s'%s%.*s; `infra checks` lists them", STR_ARGS(a->words[0]), near.len ? "; did you mean " : "", STR_ARGS(near));
        return command_fail(&err);
    }
    bool es = a->language == LANGUAGE_ES;
    Buf out = {0};
    Str severity = severity_name((Severity)c->severity), profile = profile_name((Profile)c->profile), category = category_name((Category)c->category);
    buf_print(&out, "%.*s\n%.*s · %.*s · %.*s · %.*s\n\n%.*s\n\n", STR_ARGS(c->title.in[a->language]), STR_ARGS(c->id), STR_ARGS(severity), STR_ARGS(category), STR_ARGS(profile), STR_ARGS(c->why.in[a->language]));
    buf_add(&out, es ? STR("Mal:\n") : STR("Bad:\n"));
    examples(c, true, &out);
    buf_add(&out, es ? STR("\nBien:\n") : STR("\nGood:\n"));
    examples(c, false, &out);
    buf_byte(&out, '\n');
    for (uint32_t i = 0; i < c->reference_count; i++) buf_print(&out, "%.*s\n", STR_ARGS(c->references[i]));
    for (uint32_t i = 0; i < c->peer_count; i++) buf_print(&out, "%s%.*s", i ? ", " : es ? "También: " : "Also: ", STR_ARGS(c->peers[i]));
    if (c->peer_count) buf_byte(&out, '\n');
    int status = command_print(buf_str(&out), EXIT_CLEAN);
    buf_free(&out);
    return status;
}

const Command explain_command = {STR_INIT("explain"), STR_INIT("infra explain CHECK"), PROSE_INIT("a check's own page", "la página de un chequeo"), NULL, 0, run, NULL};
