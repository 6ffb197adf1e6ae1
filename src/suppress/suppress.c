/* An expired ignore and one that is not understood ignore nothing. The first that holds is the one that is used; the others that
 * would hold too are marked as used, for they are no staler than it. */
#include "suppress/suppress.h"

#include "values/date.h"
#include "values/glob.h"

void ignores_expire(IgnoreVec *ignores, int64_t now) {
    for (uint32_t i = 0; i < ignores->count; i++) {
        Ignore *ignore = &ignores->items[i];
        int64_t day;
        ignore->expired = ignore->until.len && date_parse(ignore->until, &day) && now >= day + DATE_DAY;
    }
}

static bool holds(const Ignore *ignore, const Check *check) { return !ignore->fault.in[0].len && !ignore->expired && ignore_names(ignore, check); }

static void take(Finding *finding, Ignore *ignore) {
    ignore->used = true;
    if (!finding->ignored) finding->ignored = ignore;
}

/* Secrets are what gitleaks looks for, whoever found them here. */
static bool names_secret(const Ignore *ignore, const Finding *f) { return f->secret && !ignore->expired && str_is(ignore->peer, "gitleaks"); }

bool ignores_inline(IgnoreVec *ignores, Finding *f) {
    if (!ignores->count) return false;
    uint32_t first = source_place(f->source, f->span.start).line, last = first;
    if (f->span.end > f->span.start) last = source_place(f->source, f->span.end - 1).line;
    for (uint32_t i = 0; i < ignores->count; i++) {
        Ignore *ignore = &ignores->items[i];
        bool here = (first >= ignore->from && first <= ignore->to) || (ignore->from == ignore->to && ignore->from >= first && ignore->from <= last);
        if (here && (holds(ignore, f->check) || names_secret(ignore, f))) take(f, ignore);
    }
    return f->ignored != NULL;
}

bool ignores_settings(IgnoreVec *ignores, Str path, Finding *f) {
    for (uint32_t i = 0; i < ignores->count; i++) {
        Ignore *ignore = &ignores->items[i];
        if (ignore->path.len && !glob_covers(ignore->path, path)) continue;
        if (holds(ignore, f->check)) take(f, ignore);
    }
    return f->ignored != NULL;
}

static Value text_or_null(const Ignore *ignore, Str text) { return text.len ? value_at(value_string(text), ignore->source, ignore->span) : value_at(value_null(), ignore->source, ignore->span); }

const Object *ignore_object(const Ignore *ignore, bool known, Str nearest, bool ran, Arena *a) {
    Object *o = object_new(a, SHAPE_IGNORE, ignore->source, ignore->span);
    o->fields[IGNORE_CHECK] = text_or_null(ignore, ignore->check);
    o->fields[IGNORE_PEER] = text_or_null(ignore, ignore->peer);
    o->fields[IGNORE_KNOWN] = value_at(value_bool(known), ignore->source, ignore->span);
    o->fields[IGNORE_NEAREST] = text_or_null(ignore, nearest);
    o->fields[IGNORE_REASON] = text_or_null(ignore, ignore->reason);
    o->fields[IGNORE_UNTIL] = text_or_null(ignore, ignore->until);
    o->fields[IGNORE_EXPIRED] = value_at(value_bool(ignore->expired), ignore->source, ignore->span);
    o->fields[IGNORE_FAULT] = text_or_null(ignore, ignore->fault.in[LANGUAGE_EN]);
    o->fields[IGNORE_USED] = value_at(ignore->used || ran ? value_bool(ignore->used) : value_hole(HOLE_UNREAD), ignore->source, ignore->span);
    return o;
}
