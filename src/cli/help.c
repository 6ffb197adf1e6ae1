/* Help, from the tables alone. */
#include "base/utf8.h"
#include "cli/arguments.h"

#define COLUMN 26 /* where descriptions begin */

static void put_row(Buf *out, Str left, Str right) {
    buf_lit(out, "  ");
    buf_add(out, left);
    size_t width = utf8_count(left);
    if (width + 1 > COLUMN) {
        buf_byte(out, '\n');
        buf_lit(out, "  ");
        width = 0;
    }
    buf_fill(out, ' ', COLUMN - width);
    buf_add(out, right);
}

void help_all(Language language, Buf *out) {
    bool es = language == LANGUAGE_ES;
    buf_add(out, es ? STR("infra revisa la infraestructura de un repositorio.\n\n") : STR("infra reviews the infrastructure of a repository.\n\n"));
    for (uint32_t i = 0; command_at(i); i++) {
        put_row(out, command_at(i)->usage, command_at(i)->summary.in[language]);
        buf_byte(out, '\n');
    }
    buf_add(out, es ? STR("\n`infra COMANDO --help` muestra sus opciones. Para todos: --lang en|es, --color auto|always|never.\n")
                    : STR("\n`infra COMMAND --help` shows its options. For all: --lang en|es, --color auto|always|never.\n"));
}

static void put_options(const Option *options, uint32_t count, Language language, Buf *out) {
    for (uint32_t i = 0; i < count; i++) {
        const Option *o = &options[i];
        Buf head = {0};
        buf_print(&head, "--%.*s%s%.*s", STR_ARGS(o->name), o->value.len ? " " : "", STR_ARGS(o->value));
        put_row(out, buf_str(&head), o->help.in[language]);
        if (o->allowed) {
            buf_lit(out, ": ");
            values_list(o->allowed, out);
        }
        buf_byte(out, '\n');
        buf_free(&head);
    }
}

bool help_word(const Command *c, Buf *out) {
    if (!c->verbs || str_has(c->usage, c->verbs(0))) return false;
    values_list(c->verbs, out);
    return true;
}

void help_command(const Command *c, Language language, Buf *out) {
    Buf words = {0};
    buf_print(out, "%.*s\n%.*s\n\n", STR_ARGS(c->usage), STR_ARGS(c->summary.in[language]));
    if (help_word(c, &words)) {
        put_row(out, STR("KIND"), buf_str(&words));
        buf_byte(out, '\n');
    }
    buf_free(&words);
    put_options(c->options, c->option_count, language, out);
    uint32_t count;
    const Option *common = common_options(&count);
    put_options(common, count, language, out);
}
