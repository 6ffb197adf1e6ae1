/* Flags → ScanOptions. The clock is read here and nowhere else. */
#include "cli/scanning.h"

#include "base/io.h"
#include "values/release.h"

#include "values/date.h"

#include <time.h>
#include <unistd.h>

Str profile_values(uint32_t i) { return i < PROFILE_COUNT ? profile_name((Profile)i) : (Str){NULL, 0}; }
Str severity_values(uint32_t i) { return i < SEVERITY_COUNT ? severity_name((Severity)i) : (Str){NULL, 0}; }
Str system_values(uint32_t i) { return i + 1 < SYSTEM_OTHER_PIPELINE ? system_id((SystemId)(i + 1)) : (Str){NULL, 0}; } /* the last two are nobody's name for anything */

static bool split(Str text, const char *name, Str *out, uint32_t *count, Error *err) {
    Str piece;
    while (text.at && str_next(&text, ',', &piece)) {
        piece = str_trim(piece);
        if (!piece.len) continue;
        if (*count == SCANNING_LIST_MAX) return error_set(err, "--%s takes at most %d names", name, SCANNING_LIST_MAX);
        out[(*count)++] = piece;
    }
    return true;
}

static bool read_lists(const Arguments *a, Scanning *out, Error *err) {
    ScanOptions *o = &out->options;
    o->select = out->select;
    o->ignore = out->ignore;
    o->value_files = out->value_files;
    o->policies = out->policies;
    o->with = out->with;
    bool ok = true;
    for (uint32_t i = 0; ok && i < a->given_count; i++) {
        Str value = a->given[i].value;
        switch (a->given[i].option) {
            case SCANNING_SELECT: ok = split(value, "select", out->select, &o->select_count, err); break;
            case SCANNING_IGNORE: ok = split(value, "ignore", out->ignore, &o->ignore_count, err); break;
            case SCANNING_VAR_FILE: ok = split(value, "var-file", out->value_files, &o->value_file_count, err); break;
            case SCANNING_POLICY: ok = split(value, "policy", out->policies, &o->policy_count, err); break;
            case SCANNING_WITH:
                if (o->with_count == SCANNING_LIST_MAX) return error_set(err, "--with may be given %d times", SCANNING_LIST_MAX);
                out->with[o->with_count++] = value;
                break;
            default: break;
        }
    }
    for (uint32_t i = 0; i < o->value_file_count; i++) {
        while (str_starts(out->value_files[i], STR("./"))) out->value_files[i] = str_skip(out->value_files[i], 2);
    }
    return ok;
}

static bool read_number(Str text, int64_t low, int64_t high, uint32_t *out) {
    int64_t value;
    if (!str_to_int(text, &value) || value < low || value > high) return false;
    *out = (uint32_t)value;
    return true;
}

#define SHARDS_MAX 100000

/* Those who count from 0 name the last shard so; it is the same division. */
static bool read_shard(Str text, ScanOptions *o, Error *err) {
    Str index, count;
    bool ok = str_cut(text, '/', &index, &count) && read_number(count, 1, SHARDS_MAX, &o->shard_count) && read_number(index, 0, o->shard_count, &o->shard_index);
    if (ok && !o->shard_index) o->shard_index = o->shard_count;
    return ok || error_set(err, "--shard takes I/N with I from 1 to N, or from 0, such as 2/5, not '%.*s'", STR_ARGS(text));
}

bool scanning_read(const Arguments *a, uint32_t first_word, Scanning *out, Error *err) {
    *out = (Scanning){.options = {.paths = a->words + first_word, .path_count = a->word_count - first_word, .fail_on = SEVERITY_MEDIUM,
                                  .sandbox = true, .as_system = a->values[SCANNING_AS], .since = a->values[SCANNING_SINCE], .baseline = a->values[SCANNING_BASELINE],
                                  .now = (int64_t)time(NULL)}};
    ScanOptions *o = &out->options;
    o->staged = argument_given(a, SCANNING_STAGED);
    o->settings = !argument_given(a, SCANNING_NO_CONFIG);
    o->inline_ignores = !argument_given(a, SCANNING_NO_INLINE);
    o->profile_given = argument_given(a, SCANNING_PROFILE);
    o->fail_on_given = argument_given(a, SCANNING_FAIL_ON);
    if (o->profile_given) o->profile = (Profile)profile_find(a->values[SCANNING_PROFILE]);
    if (o->fail_on_given) o->fail_on = (Severity)severity_find(a->values[SCANNING_FAIL_ON]);
    if (o->staged && o->since.at) return error_set(err, "--since and --staged exclude each other");
    if (argument_given(a, SCANNING_SHARD) && (o->staged || o->since.at)) return error_set(err, "--shard divides all files: leave it out with --since or --staged");
    if (argument_given(a, SCANNING_DATE) && !date_parse(a->values[SCANNING_DATE], &o->now)) {
        return error_set(err, "--date takes a day as YYYY-MM-DD, not '%.*s'", STR_ARGS(a->values[SCANNING_DATE]));
    }
    if (argument_given(a, SCANNING_KUBERNETES) && !(o->kubernetes = kubernetes_version(a->values[SCANNING_KUBERNETES]))) {
        return error_set(err, "--kubernetes-version takes a version such as 1.34, not '%.*s'", STR_ARGS(a->values[SCANNING_KUBERNETES]));
    }
    if (argument_given(a, SCANNING_THREADS) && !read_number(a->values[SCANNING_THREADS], 1, 1024, &o->threads)) {
        return error_set(err, "--threads takes a number from 1 to 1024, not '%.*s'", STR_ARGS(a->values[SCANNING_THREADS]));
    }
    if (argument_given(a, SCANNING_SHARD) && !read_shard(a->values[SCANNING_SHARD], o, err)) return false;
    return read_lists(a, out, err);
}

uint32_t scanning_gaps(const Review *review) { return review->coverage.partly.count + review->coverage.skipped.count; }

int scanning_unread(uint32_t unread, Language language, int status) {
    if (!unread) return status;
    Buf out = {0};
    buf_print(&out, language == LANGUAGE_ES ? "infra: sin leer del todo: %u; `infra review` dice qué y por qué\n" : "infra: not fully read: %u; `infra review` says what and why\n", unread);
    io_write(STDERR_FILENO, buf_str(&out));
    buf_free(&out);
    return status == EXIT_CLEAN ? EXIT_UNVERIFIED : status;
}
