/* infra completion bash|zsh|fish: a script for the shell, from the same tables as the help. What a value is, its name in the table tells:
 * a FILE, a CHECK, or one of those that are allowed. Nothing of a repository gets into a script. */
#include "cli/arguments.h"

static Str shells(uint32_t i) {
    static const Str names[] = {STR_INIT("bash"), STR_INIT("zsh"), STR_INIT("fish")};
    return i < ARRAY_COUNT(names) ? names[i] : (Str){NULL, 0};
}

typedef struct Script {
    Buf *out;
    Language language;
} Script;

typedef void (*OptionWriter)(Script *s, const Command *command, const Option *option);

static void each_option(Script *s, const Command *c, OptionWriter write) {
    uint32_t count;
    const Option *common = common_options(&count);
    for (uint32_t i = 0; i < c->option_count; i++) write(s, c, &c->options[i]);
    for (uint32_t i = 0; i < count; i++) write(s, c, &common[i]);
}

static bool takes_files(Str what) { return str_has(what, STR("FILE")) || str_has(what, STR("PATH")); }
static bool takes_checks(Str what) { return str_has(what, STR("CHECK")); }

static void put_words(Buf *out, OptionValues words) {
    for (uint32_t i = 0; words(i).len; i++) {
        if (i) buf_byte(out, ' ');
        buf_add(out, words(i));
    }
}

/* Text inside of '…', where a shell knows no escapes but its own end; `special` gets a backslash. */
static void put_quoted(Buf *out, Str text, const char *special) {
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == '\'') buf_lit(out, "'\\''");
        else {
            if (strchr(special, c)) buf_byte(out, '\\');
            buf_byte(out, c);
        }
    }
}

/* ---- bash ---- */

#define CHECKS_BASH "$(infra checks 2>/dev/null | cut -d' ' -f1)"

static void bash_name(Script *s, const Command *c, const Option *o) {
    (void)c;
    buf_print(s->out, " --%.*s", STR_ARGS(o->name));
}

static void bash_value(Script *s, const Command *c, const Option *o) {
    if (!o->value.len) return;
    buf_print(s->out, "        '%.*s --%.*s') ", STR_ARGS(c->name), STR_ARGS(o->name));
    if (o->allowed) {
        buf_lit(s->out, "words='");
        put_words(s->out, o->allowed);
        buf_lit(s->out, "'");
    } else if (takes_checks(o->value)) buf_lit(s->out, "words=\"" CHECKS_BASH "\"");
    else buf_add(s->out, takes_files(o->value) ? STR("files=yes") : STR(":"));
    buf_lit(s->out, " ;;\n");
}

/* What a command takes beside options. */
static void bash_words(Script *s, const Command *c) {
    buf_print(s->out, "            %.*s) ", STR_ARGS(c->name));
    if (c->verbs) {
        buf_lit(s->out, "if [ \"$COMP_CWORD\" -eq 2 ]; then words='");
        put_words(s->out, c->verbs);
        buf_lit(s->out, "'; else files=yes; fi");
    } else if (takes_checks(c->usage)) buf_lit(s->out, "words=\"" CHECKS_BASH "\"");
    else buf_add(s->out, takes_files(c->usage) ? STR("files=yes") : STR(":"));
    buf_lit(s->out, " ;;\n");
}

static void bash(Script *s) {
    buf_lit(s->out, "# bash completion for infra, printed by `infra completion bash`.\n_infra() {\n"
                    "    local cur=\"${COMP_WORDS[COMP_CWORD]}\" prev=\"${COMP_WORDS[COMP_CWORD-1]}\" words='' files=''\n"
                    "    if [ \"$cur\" = '=' ]; then cur=''\n    elif [ \"$prev\" = '=' ]; then prev=\"${COMP_WORDS[COMP_CWORD-2]}\"; fi\n    COMPREPLY=()\n"
                    "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        words='help --help --version");
    for (uint32_t i = 0; command_at(i); i++) buf_print(s->out, " %.*s", STR_ARGS(command_at(i)->name));
    buf_lit(s->out, "'\n    else case \"${COMP_WORDS[1]} $prev\" in\n");
    for (uint32_t i = 0; command_at(i); i++) each_option(s, command_at(i), bash_value);
    buf_lit(s->out, "        *) case \"$cur\" in\n        -*) case \"${COMP_WORDS[1]}\" in\n");
    for (uint32_t i = 0; command_at(i); i++) {
        buf_print(s->out, "            %.*s) words='", STR_ARGS(command_at(i)->name));
        each_option(s, command_at(i), bash_name);
        buf_lit(s->out, "' ;;\n");
    }
    buf_lit(s->out, "            esac ;;\n        *) case \"${COMP_WORDS[1]}\" in\n");
    for (uint32_t i = 0; command_at(i); i++) bash_words(s, command_at(i));
    buf_lit(s->out, "            esac ;;\n        esac ;;\n    esac; fi\n"
                    "    if [ -n \"$files\" ]; then mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
                    "    else mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\"); fi\n}\ncomplete -o filenames -o bashdefault -F _infra infra\n");
}

/* ---- zsh ---- */

static void zsh_option(Script *s, const Command *c, const Option *o) {
    (void)c;
    buf_print(s->out, " \\\n            '*--%.*s%s[", STR_ARGS(o->name), o->value.len ? "=" : "");
    put_quoted(s->out, o->help.in[s->language], "[]:\\");
    buf_byte(s->out, ']');
    if (o->value.len) {
        buf_byte(s->out, ':');
        put_quoted(s->out, o->value, "[]:\\");
        buf_byte(s->out, ':');
        if (o->allowed) {
            buf_byte(s->out, '(');
            put_words(s->out, o->allowed);
            buf_byte(s->out, ')');
        } else buf_add(s->out, takes_checks(o->value) ? STR("_infra_checks") : takes_files(o->value) ? STR("_files") : STR(" "));
    }
    buf_byte(s->out, '\'');
}

static void zsh(Script *s) {
    buf_lit(s->out, "#compdef infra\n# zsh completion for infra, printed by `infra completion zsh`.\n"
                    "_infra_checks() {\n    local -a ids\n    ids=(${${(f)\"$(infra checks 2>/dev/null)\"}%% *})\n    compadd -a ids\n}\n"
                    "_infra() {\n    local context state state_descr line\n    typeset -A opt_args\n"
                    "    _arguments -C '1:command:->command' '*::argument:->argument'\n    case $state in\n    command)\n        local -a commands\n        commands=(");
    for (uint32_t i = 0; command_at(i); i++) {
        buf_print(s->out, "\n            '%.*s:", STR_ARGS(command_at(i)->name));
        put_quoted(s->out, command_at(i)->summary.in[s->language], ":\\");
        buf_byte(s->out, '\'');
    }
    buf_lit(s->out, ")\n        _describe command commands ;;\n    argument)\n        case $words[1] in\n");
    for (uint32_t i = 0; command_at(i); i++) {
        const Command *c = command_at(i);
        buf_print(s->out, "        %.*s) _arguments", STR_ARGS(c->name));
        each_option(s, c, zsh_option);
        if (c->verbs) {
            buf_lit(s->out, " \\\n            '1:what:(");
            put_words(s->out, c->verbs);
            buf_lit(s->out, ")'");
        }
        buf_print(s->out, " \\\n            '*:%s' ;;\n", !c->verbs && takes_checks(c->usage) ? "check:_infra_checks" : "path:_files");
    }
    buf_lit(s->out, "        esac ;;\n    esac\n}\nif [ \"$funcstack[1]\" = _infra ]; then _infra \"$@\"; else compdef _infra infra; fi\n");
}

/* ---- fish ---- */

#define CHECKS_FISH "(infra checks 2>/dev/null | string split -f 1 \" \")"

static void fish_line(Script *s, const Command *c) { buf_print(s->out, "complete -c infra -n '__fish_seen_subcommand_from %.*s'", STR_ARGS(c->name)); }

static void fish_option(Script *s, const Command *c, const Option *o) {
    fish_line(s, c);
    buf_print(s->out, " -l %.*s", STR_ARGS(o->name));
    if (o->allowed) {
        buf_lit(s->out, " -x -a '");
        put_words(s->out, o->allowed);
        buf_byte(s->out, '\'');
    } else if (o->value.len) buf_add(s->out, takes_checks(o->value) ? STR(" -x -a '" CHECKS_FISH "'") : takes_files(o->value) ? STR(" -r -F") : STR(" -x"));
    buf_lit(s->out, " -d '");
    put_quoted(s->out, o->help.in[s->language], "\\");
    buf_lit(s->out, "'\n");
}

static void fish(Script *s) {
    buf_lit(s->out, "# fish completion for infra, printed by `infra completion fish`.\ncomplete -c infra -f\n");
    for (uint32_t i = 0; command_at(i); i++) {
        const Command *c = command_at(i);
        buf_print(s->out, "complete -c infra -n __fish_use_subcommand -a %.*s -d '", STR_ARGS(c->name));
        put_quoted(s->out, c->summary.in[s->language], "\\");
        buf_lit(s->out, "'\n");
        fish_line(s, c);
        if (c->verbs) {
            buf_lit(s->out, " -a '");
            put_words(s->out, c->verbs);
            buf_lit(s->out, "'\n");
        } else buf_add(s->out, takes_checks(c->usage) ? STR(" -a '" CHECKS_FISH "'\n") : STR(" -F\n"));
        each_option(s, c, fish_option);
    }
}

static int run(const Arguments *a) {
    Buf out = {0};
    Script script = {&out, a->language};
    if (str_is(a->words[0], "bash")) bash(&script);
    else if (str_is(a->words[0], "zsh")) zsh(&script);
    else fish(&script);
    int status = command_print(buf_str(&out), EXIT_CLEAN);
    buf_free(&out);
    return status;
}

const Command completion_command = {STR_INIT("completion"), STR_INIT("infra completion bash|zsh|fish"), PROSE_INIT("what your shell needs to complete commands, options and checks", "lo que tu shell necesita para completar comandos, opciones y chequeos"),
                                    NULL, 0, run, shells, false};
