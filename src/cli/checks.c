/* infra checks */
#include "check/choice.h"
#include "cli/command.h"
#include "report/report.h"

static const Option options[] = {{STR_INIT("format"), STR_INIT("FORMAT"), PROSE_INIT("how to print it", "cómo mostrarlo"), command_formats}};

/* Those that are named: by id, folder or a peer's name; all of them when none is. */
static bool wanted(const Arguments *a, const Check *check) {
    bool named = !a->word_count;
    for (uint32_t i = 0; i < a->word_count && !named; i++) named = check_is_named(check, a->words[i]);
    return named;
}

static int run(const Arguments *a) {
    Arena arena = {0};
    CheckList list;
    Error err;
    if (!command_check_list(&arena, &list, &err)) return command_fail(a, &err);
    bool known = true;
    for (uint32_t i = 0; i < a->word_count && known; i++) known = check_list_require(&list, STR(""), a->words[i], &err);
    uint32_t count = 0;
    Check *checks = arena_array(&arena, Check, list.count);
    for (uint32_t i = 0; i < list.count; i++) {
        if (wanted(a, list.items[i])) checks[count++] = *list.items[i];
    }
    Buf out = {0};
    if (str_is(a->values[0], "json")) catalogue_json(checks, count, &out);
    else {
        for (uint32_t i = 0; i < count; i++) {
            Str severity = severity_name((Severity)checks[i].severity), profile = profile_name((Profile)checks[i].profile), title = checks[i].title.in[a->language];
            buf_print(&out, "%-36.*s %-9.*s %-8.*s %.*s\n", STR_ARGS(checks[i].id), STR_ARGS(severity), STR_ARGS(profile), STR_ARGS(title));
        }
    }
    int status = known ? command_print(buf_str(&out), EXIT_CLEAN) : command_fail(a, &err);
    buf_free(&out);
    check_list_free(&list);
    arena_free(&arena);
    return status;
}

const Command checks_command = {STR_INIT("checks"), STR_INIT("infra checks [CHECK…]"), PROSE_INIT("the catalogue of checks", "el catálogo de chequeos"), options, ARRAY_COUNT(options), run, NULL, true};
