/* Help, from the tables alone. */
#include "base/utf8.h"
#include "cli/arguments.h"

#define COLUMN 26 /* where descriptions begin */

/* What stands for something else in a usage line. */
static const struct { Str english, spanish; } placeholders[] = {
    {STR_INIT("CHECK"), STR_INIT("CHEQUEO")}, {STR_INIT("DATE"), STR_INIT("FECHA")}, {STR_INIT("EXAMPLE"), STR_INIT("EJEMPLO")},
    {STR_INIT("FILE"), STR_INIT("ARCHIVO")}, {STR_INIT("FOLDER"), STR_INIT("CARPETA")}, {STR_INIT("FORMAT"), STR_INIT("FORMATO")},
    {STR_INIT("KIND"), STR_INIT("CLASE")}, {STR_INIT("LANGUAGE"), STR_INIT("IDIOMA")}, {STR_INIT("NAME"), STR_INIT("NOMBRE")},
    {STR_INIT("PATH"), STR_INIT("RUTA")}, {STR_INIT("PROFILE"), STR_INIT("PERFIL")}, {STR_INIT("ROOT"), STR_INIT("RAÍZ")},
    {STR_INIT("SEVERITY"), STR_INIT("SEVERIDAD")}, {STR_INIT("SHAPE"), STR_INIT("FORMA")}, {STR_INIT("SYSTEM"), STR_INIT("SISTEMA")},
    {STR_INIT("TEXT"), STR_INIT("TEXTO")}, {STR_INIT("TIME"), STR_INIT("HORA")}, {STR_INIT("VALUE"), STR_INIT("VALOR")},
    {STR_INIT("WHEN"), STR_INIT("CUÁNDO")}, {STR_INIT("WORDS"), STR_INIT("PALABRAS")}, {STR_INIT("YYYY-MM-DD"), STR_INIT("AAAA-MM-DD")}};

static bool of_placeholder(char c) { return (c >= 'A' && c <= 'Z') || c == '-'; }

void help_usage(Str usage, Language language, Buf *out) {
    for (size_t i = 0, end; i < usage.len; i = end) {
        end = i;
        while (end < usage.len && of_placeholder(usage.at[end])) end++;
        if (end == i) end++;
        Str word = str_slice(usage, i, end);
        for (size_t k = 0; k < ARRAY_COUNT(placeholders) && language == LANGUAGE_ES; k++) {
            if (str_eq(word, placeholders[k].english)) word = placeholders[k].spanish;
        }
        buf_add(out, word);
    }
}

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
        Buf usage = {0};
        help_usage(command_at(i)->usage, language, &usage);
        put_row(out, buf_str(&usage), command_at(i)->summary.in[language]);
        buf_byte(out, '\n');
        buf_free(&usage);
    }
    buf_add(out, es ? STR("\n`infra COMANDO --help` muestra sus opciones. Para todos: --lang en|es, --color auto|always|never.\n")
                    : STR("\n`infra COMMAND --help` shows its options. For all: --lang en|es, --color auto|always|never.\n"));
}

static void put_options(const Option *options, uint32_t count, Language language, Buf *out) {
    for (uint32_t i = 0; i < count; i++) {
        const Option *o = &options[i];
        Buf head = {0};
        buf_print(&head, "--%.*s%s", STR_ARGS(o->name), o->value.len ? " " : "");
        help_usage(o->value, language, &head);
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
    help_usage(c->usage, language, out);
    buf_print(out, "\n%.*s\n\n", STR_ARGS(c->summary.in[language]));
    if (help_word(c, &words)) {
        put_row(out, language == LANGUAGE_ES ? STR("CLASE") : STR("KIND"), buf_str(&words));
        buf_byte(out, '\n');
    }
    buf_free(&words);
    put_options(c->options, c->option_count, language, out);
    uint32_t count;
    const Option *common = common_options(&count);
    put_options(common, count, language, out);
}
