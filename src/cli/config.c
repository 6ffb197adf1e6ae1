/* infra config explain|schema: what is in force and who said so; what may be said. */
#include "cli/scanning.h"
#include "settings/settings.h"

static Str verbs(uint32_t i) {
    static const Str names[] = {STR_INIT("explain"), STR_INIT("schema")};
    return i < ARRAY_COUNT(names) ? names[i] : (Str){NULL, 0};
}

static int explain(const Arguments *a, Buf *out) {
    Error err;
    ScanOptions options = {.settings = true, .no_baseline = true};
    Scan *scan = scan_new();
    bool ok = scan_settings(scan, &options, a->word_count > 1 ? a->words[1] : STR(""), a->language, out, &err);
    scan_free(scan);
    return ok ? EXIT_CLEAN : command_fail(a, &err);
}

static int run(const Arguments *a) {
    Buf out = {0};
    int status = EXIT_CLEAN;
    if (str_is(a->words[0], "schema")) settings_schema(&out);
    else status = explain(a, &out);
    if (status == EXIT_CLEAN) status = command_print(buf_str(&out), EXIT_CLEAN);
    buf_free(&out);
    return status;
}

const Command config_command = {STR_INIT("config"), STR_INIT("infra config explain [PATH]|schema"), PROSE_INIT("the settings in force for a path, and where each comes from", "la configuración vigente para una ruta, y de dónde sale cada cosa"),
                                NULL, 0, run, verbs, false};
