/* One loop over argv; everything it knows of options comes from the tables. `--` ends options, `--name=value` and
 * `--name value` mean the same, and of an option given twice the last one counts unless the command asks for all. */
#include "cli/arguments.h"

#include <stdlib.h>
#include <unistd.h>

static Str color_names(uint32_t i) {
    static const Str names[] = {STR_INIT("auto"), STR_INIT("always"), STR_INIT("never")};
    return i < ARRAY_COUNT(names) ? names[i] : (Str){NULL, 0};
}

enum { COMMON_HELP, COMMON_LANG, COMMON_COLOR, COMMON_COUNT };

static const Option common[COMMON_COUNT] = {
    [COMMON_HELP] = {STR_INIT("help"), STR_INIT(""), PROSE_INIT("this page", "esta página"), NULL},
    [COMMON_LANG] = {STR_INIT("lang"), STR_INIT("LANGUAGE"), PROSE_INIT("language of what people read", "idioma de lo que leen las personas"), language_code},
    [COMMON_COLOR] = {STR_INIT("color"), STR_INIT("WHEN"), PROSE_INIT("when to colour; NO_COLOR is respected", "cuándo usar color; se respeta NO_COLOR"), color_names},
};

const Option *common_options(uint32_t *count) {
    *count = COMMON_COUNT;
    return common;
}

Language language_wanted(Str given, bool *chosen) {
    static const char *const names[] = {"INFRA_LANG", "LC_ALL", "LC_MESSAGES", "LANG"};
    bool by_choice = given.len > 0;
    for (size_t i = 0; !given.len && i < ARRAY_COUNT(names); i++) {
        const char *value = getenv(names[i]);
        if (!value || !*value) continue;
        given = str_of(value);
        by_choice = i == 0;
    }
    if (chosen) *chosen = by_choice;
    return str_starts(given, STR("es")) ? LANGUAGE_ES : LANGUAGE_EN;
}

void values_list(OptionValues allowed, Buf *out) {
    for (uint32_t i = 0; allowed(i).len; i++) {
        if (i) buf_lit(out, ", ");
        buf_add(out, allowed(i));
    }
}

/* ---- what is wrong ---- */

#define NAMES_MAX 128

static Str nearest_of(Str wrong, OptionValues allowed) {
    Str names[NAMES_MAX];
    uint32_t count = 0;
    for (; count < NAMES_MAX && allowed(count).len; count++) names[count] = allowed(count);
    return str_nearest(wrong, names, count);
}

static bool bad_value(const char *what, Str name, Str value, OptionValues allowed, Error *err) {
    Buf list = {0};
    values_list(allowed, &list);
    Str near = nearest_of(value, allowed);
    if (near.len) error_set(err, "%s%.*s '%.*s' is unknown; did you mean %.*s; allowed are %.*s", what, STR_ARGS(name), STR_ARGS(value), STR_ARGS(near), STR_ARGS(buf_str(&list)));
    else error_set(err, "%s%.*s '%.*s' is unknown; allowed are %.*s", what, STR_ARGS(name), STR_ARGS(value), STR_ARGS(buf_str(&list)));
    buf_free(&list);
    return false;
}

static bool is_allowed(Str value, OptionValues allowed) {
    for (uint32_t i = 0; allowed(i).len; i++) {
        if (str_eq(allowed(i), value)) return true;
    }
    return false;
}

static bool unknown_option(const Command *c, Str name, Error *err) {
    Str names[OPTIONS_MAX + COMMON_COUNT];
    uint32_t count = 0;
    for (uint32_t i = 0; i < c->option_count; i++) names[count++] = c->options[i].name;
    for (uint32_t i = 0; i < COMMON_COUNT; i++) names[count++] = common[i].name;
    Str near = str_nearest(name, names, count);
    if (near.len) return error_set(err, "%.*s has no option --%.*s; did you mean --%.*s; see infra %.*s --help", STR_ARGS(c->name), STR_ARGS(name), STR_ARGS(near), STR_ARGS(c->name));
    return error_set(err, "%.*s has no option --%.*s; see infra %.*s --help", STR_ARGS(c->name), STR_ARGS(name), STR_ARGS(c->name));
}

const Command *command_named(Str name, Error *err) {
    Str names[NAMES_MAX];
    uint32_t count = 0;
    for (; command_at(count) && count < NAMES_MAX; count++) {
        names[count] = command_at(count)->name;
        if (str_eq(names[count], name)) return command_at(count);
    }
    Str near = str_nearest(name, names, count);
    if (str_starts(name, STR("-"))) error_set(err, "options stand behind the command: infra review %.*s", STR_ARGS(name));
    else if (near.len) error_set(err, "there is no command '%.*s'; did you mean %.*s; see infra --help", STR_ARGS(name), STR_ARGS(near));
    else error_set(err, "there is no command '%.*s'; see infra --help", STR_ARGS(name));
    return NULL;
}

/* ---- argv ---- */

typedef struct Reader {
    const Command *command;
    int argc, at;
    char **argv;
    Arguments *out;
    Str common[COMMON_COUNT];
    Error *err;
} Reader;

static const Option *find_option(const Option *options, uint32_t count, Str name) {
    for (uint32_t i = 0; i < count; i++) {
        if (str_eq(options[i].name, name)) return &options[i];
    }
    return NULL;
}

static bool take_value(Reader *r, const Option *option, Str given, bool has_value, Str *value) {
    bool takes = option->value.len > 0;
    if (!takes && has_value) return error_set(r->err, "--%.*s takes no value", STR_ARGS(option->name));
    *value = takes ? given : STR("yes");
    if (takes && !has_value) {
        if (r->at + 1 >= r->argc) return error_set(r->err, "--%.*s needs a value: %.*s", STR_ARGS(option->name), STR_ARGS(option->value));
        *value = str_of(r->argv[++r->at]);
    }
    if (option->allowed && !is_allowed(*value, option->allowed)) return bad_value("--", option->name, *value, option->allowed, r->err);
    return true;
}

static bool take_option(Reader *r, Str text) {
    const Command *c = r->command;
    Str name, given, value;
    bool has_value = str_cut(text, '=', &name, &given);
    const Option *option = find_option(c->options, c->option_count, name), *shared = find_option(common, COMMON_COUNT, name);
    if (!option && !shared) return unknown_option(c, name, r->err);
    if (!take_value(r, option ? option : shared, given, has_value, &value)) return false;
    if (!option) {
        r->common[shared - common] = value;
        return true;
    }
    if (r->out->given_count == GIVEN_MAX) return error_set(r->err, "too many options");
    uint32_t index = (uint32_t)(option - c->options);
    r->out->values[index] = value;
    r->out->given[r->out->given_count].option = index;
    r->out->given[r->out->given_count++].value = value;
    return true;
}

static bool take_word(Reader *r, Str text) {
    Arguments *a = r->out;
    if (!a->word_count && r->command->verbs && !is_allowed(text, r->command->verbs)) return bad_value("infra ", r->command->name, text, r->command->verbs, r->err);
    if (a->word_count == WORDS_MAX) return error_set(r->err, "too many arguments; at most %d", WORDS_MAX);
    a->words[a->word_count++] = text;
    return true;
}

static bool take_all(Reader *r) {
    bool only_words = false, ok = true;
    for (; ok && r->at < r->argc; r->at++) {
        Str text = str_of(r->argv[r->at]);
        bool option = !only_words && text.len > 1 && text.at[0] == '-';
        if (!option) ok = take_word(r, text);
        else if (str_is(text, "--")) only_words = true;
        else if (str_is(text, "-h")) r->common[COMMON_HELP] = STR("yes");
        else if (str_starts(text, STR("--"))) ok = take_option(r, str_skip(text, 2));
        else ok = error_set(r->err, "unknown option '%.*s'; see infra %.*s --help", STR_ARGS(text), STR_ARGS(r->command->name));
    }
    return ok;
}

/* https://no-color.org: an empty NO_COLOR is none. A dumb terminal shows the codes themselves. */
static bool is_wanted_by_terminal(void) {
    const char *refused = getenv("NO_COLOR"), *terminal = getenv("TERM");
    return !(refused && *refused) && !(terminal && strcmp(terminal, "dumb") == 0) && isatty(STDOUT_FILENO);
}

bool arguments_read(const Command *command, int argc, char **argv, int first, Arguments *out, Error *err) {
    *out = (Arguments){0};
    Reader r = {.command = command, .argc = argc, .at = first, .argv = argv, .out = out, .err = err};
    if (!take_all(&r)) return false;
    Str color = r.common[COMMON_COLOR];
    out->help = r.common[COMMON_HELP].len > 0;
    out->language = language_wanted(r.common[COMMON_LANG], &out->language_chosen);
    out->language_given = r.common[COMMON_LANG].len > 0;
    out->color = str_is(color, "always") || (!str_is(color, "never") && is_wanted_by_terminal());
    if (command->verbs && !out->word_count && !out->help) {
        Buf list = {0};
        values_list(command->verbs, &list);
        error_set(err, "infra %.*s needs one of: %.*s", STR_ARGS(command->name), STR_ARGS(buf_str(&list)));
        buf_free(&list);
        return false;
    }
    return true;
}
