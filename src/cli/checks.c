/* infra checks */
#include "check/choice.h"
#include "cli/command.h"
#include "report/report.h"

static Str formats(uint32_t i) {
    static const Str names[] = {STR_INIT("terminal"), STR_INIT("json")};
    return i < ARRAY_COUNT(names) ? names[i] : (Str){NULL, 0};
}

static const Option options[] = {{STR_INIT("format"), STR_INIT("FORMAT"), PROSE_INIT("how to print it", "cómo mostrarlo"), formats}};

static int run(const Arguments *a) {
    Arena arena = {0};
    CheckList list;
    Error err;
    if (!command_check_list(&arena, &list, &err)) return command_fail(&err);
    uint32_t count = list.count;
    Check *checks = arena_array(&arena, Check, count);
    for (uint32_t i = 0; i < count; i++) checks[i] = *list.items[i];
    Buf out = {0};
    if (str_is(a->values[0], "json")) catalogue_json(checks, count, &out);
    else {
        for (uint32_t i = 0; i < count; i++) {
            Str severity = severity_name((Severity)checks[i].severity), profile = profile_name((Profile)checks[i].profile), title = checks[i].title.in[a->language];
            buf_print(&out, "%-36.*s %-9.*s %-8.*s %.*s\n", STR_ARGS(checks[i].id), STR_ARGS(severity), STR_ARGS(profile), STR_ARGS(title));
        }
    }
    int status = command_print(buf_str(&out), EXIT_CLEAN);
    buf_free(&out);
    check_list_free(&list);
    arena_free(&arena);
    return status;
}

const Command checks_command = {STR_INIT("checks"), STR_INIT("infra checks"), PROSE_INIT("the catalogue of checks", "el catálogo de chequeos"), options, ARRAY_COUNT(options), run, NULL};
