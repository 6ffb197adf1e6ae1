/* Invariant: `bytes` of a Patient is always a text that was reviewed and found harmless; a trial replaces it only afterwards. */
#include "scan_fix.h"

#include "base/map.h"
#include "discover/walk.h"
#include "scan_state.h"

/* A fix that may be tried, taken out of a review: its trees and findings end with the next one. */
typedef struct Candidate {
    const Check *check;
    Str id;
    uint32_t line;
    EditGroup group;
} Candidate;

/* How often a check found something in a file, by the pointer of the check. */
typedef struct Tally {
    const Check *check;
    uint32_t count;
} Tally;
typedef VEC(Tally) TallyVec;

/* A file that is being fixed. */
typedef struct Patient {
    Str path, original, bytes, trial;
    Buf now, next;         /* where `bytes` and `trial` stand, once they are not `original` */
    Arena own;             /* candidates and tally: they go when a text is kept */
    VEC(Candidate) candidates;
    TallyVec tally;        /* of `bytes` */
    uint32_t gaps;         /* places of `bytes` that were not read */
    Map refused;           /* ids of findings that stay */
    uint32_t limit;        /* fixes in a trial at most */
    uint32_t tried;        /* of the candidates, the first so many were looked at */
    bool *taken;           /* in the round's arena: which of them are in the trial */
    bool trying;
    uint32_t based_at;     /* how many fixes were kept, in all files, when `tally` was taken */
    bool rebase;           /* others changed since: `tally` may be of a world that is gone */
    uint32_t refused_at;   /* how many fixes were kept when the last one was refused */
    uint32_t alone_at;     /* 1 + how many were kept when it was last tried alone */
} Patient;
typedef VEC(Patient) PatientVec;

typedef struct Surgery {
    Scan *scan;
    const FixWish *wish;
    FixResult *out;
    Arena *a;              /* what lives as long as the result */
    Arena round;           /* what one round needs */
    PatientVec patients;
    Map by_path;           /* path → 1 + index */
    uint32_t kept;         /* fixes, in all files */
    Map asked;             /* id → said yes: (void *)1, no: (void *)2 */
    uint32_t alone;        /* 1 + index of the one that is tried alone; 0: all are */
} Surgery;

/* ---- counting ---- */

static void count_check(Surgery *s, TallyVec *v, const Check *check) {
    for (uint32_t i = 0; i < v->count; i++) {
        if (v->items[i].check != check) continue;
        v->items[i].count++;
        return;
    }
    vec_push(&s->round, v, ((Tally){check, 1}));
}

static uint32_t counted(const TallyVec *v, const Check *check) {
    for (uint32_t i = 0; i < v->count; i++) {
        if (v->items[i].check == check) return v->items[i].count;
    }
    return 0;
}

/* A finding counts for each check that saw it: when the graver one is mended, the other speaks in its place. */
static void count_finding(Surgery *s, TallyVec *v, const Finding *f) {
    count_check(s, v, f->check);
    for (uint32_t i = 0; i < f->also_count; i++) count_check(s, v, f->also[i]);
}

static Patient *patient_of(Surgery *s, Str path) {
    uintptr_t at = (uintptr_t)map_get(&s->by_path, path);
    return at ? &s->patients.items[at - 1] : NULL;
}

static void count_review(Surgery *s, const Review *r, TallyVec *tallies, uint32_t *gaps) {
    for (int part = 0; part < 2; part++) {
        const FindingVec *v = part ? &r->suppressed : &r->findings;
        for (uint32_t i = 0; i < v->count; i++) {
            Patient *p = patient_of(s, v->items[i].source->path);
            if (p) count_finding(s, &tallies[p - s->patients.items], &v->items[i]);
        }
    }
    for (int part = 0; part < 2; part++) {
        const Gap *items = part ? r->coverage.skipped.items : r->coverage.partly.items;
        uint32_t count = part ? r->coverage.skipped.count : r->coverage.partly.count;
        for (uint32_t i = 0; i < count; i++) {
            Patient *p = patient_of(s, items[i].file);
            if (p) gaps[p - s->patients.items]++;
        }
    }
}

/* ---- choosing ---- */

static bool is_wished(const FixWish *wish, const Finding *f) {
    for (uint32_t i = 0; i < wish->check_count; i++) {
        if (finding_is_named(f, wish->checks[i])) return true;
    }
    return !wish->check_count;
}

static bool said_yes(Surgery *s, Patient *p, const Finding *f) {
    if (!s->wish->ask) return true;
    void **slot = map_slot(s->a, &s->asked, str_join(s->a, p->path, f->id));
    if (!*slot) *slot = (void *)(uintptr_t)(s->wish->ask(s->wish->data, f) ? 1 : 2);
    return *slot == (void *)1;
}

static void refuse(Surgery *s, Patient *p, const Check *check, Str id, uint32_t line, bool declined) {
    if (map_has(&p->refused, id)) return;
    Str kept = str_copy(s->a, id);
    map_put(s->a, &p->refused, kept, s);
    vec_push(s->a, &s->out->left, ((FixLeft){check, p->path, kept, line, declined}));
}

static void copy_candidate(Patient *p, const Finding *f, uint32_t line) {
    const FindingFix *fix = f->fix;
    Edit *edits = arena_array(&p->own, Edit, fix->group.count);
    for (uint32_t i = 0; i < fix->group.count; i++) edits[i] = (Edit){fix->group.edits[i].span, str_copy(&p->own, fix->group.edits[i].text)};
    vec_push(&p->own, &p->candidates, ((Candidate){f->check, str_copy(&p->own, f->id), line, {edits, fix->group.count}}));
}

static void consider(Surgery *s, const Finding *f) {
    if (!f->fix || !is_wished(s->wish, f)) return;
    if (f->fix->unsafe && !s->wish->unsafe) {
        s->out->unsafe++;
        return;
    }
    Patient *p = patient_of(s, f->source->path);
    if (!p) {
        map_put(s->a, &s->by_path, str_copy(s->a, f->source->path), (void *)(uintptr_t)(s->patients.count + 1));
        Str bytes = str_copy(s->a, f->source->bytes);
        vec_push(s->a, &s->patients, ((Patient){.path = str_copy(s->a, f->source->path), .original = bytes, .bytes = bytes, .limit = UINT32_MAX}));
        p = &s->patients.items[s->patients.count - 1];
    }
    if (map_has(&p->refused, f->id)) return;
    uint32_t line = source_place(f->source, f->span.start).line;
    if (said_yes(s, p, f)) copy_candidate(p, f, line);
    else refuse(s, p, f->check, f->id, line, true);
}

/* Candidates and counts of all files whose text was kept last time. */
static void take_over(Surgery *s, const Review *r, bool first) {
    for (uint32_t i = 0; i < r->findings.count; i++) {
        Patient *p = patient_of(s, r->findings.items[i].source->path);
        if (first || (p && p->trying)) consider(s, &r->findings.items[i]);
    }
    for (uint32_t i = 0; i < s->patients.count; i++) s->patients.items[i].trying = false;
}

/* ---- trying ---- */

/* Forgets what was refused, not what was declined, so that the same text, reviewed again, gives it as candidates. */
static void reconsider(Surgery *s, Patient *p) {
    uint32_t kept = 0;
    Map declined = {0};
    for (uint32_t i = 0; i < s->out->left.count; i++) {
        FixLeft left = s->out->left.items[i];
        if (!left.declined && str_eq(left.path, p->path)) continue;
        if (str_eq(left.path, p->path)) map_put(s->a, &declined, left.id, s);
        s->out->left.items[kept++] = left;
    }
    s->out->left.count = kept;
    p->refused = declined;
    p->refused_at = s->kept;
    p->rebase = true;
}

/* The kept text once more, with nothing tried: what it finds by now, and what can be fixed in it. */
static bool look_again(Patient *p) {
    p->rebase = false;
    p->tried = 0;
    p->trial = p->bytes;
    p->trying = true;
    return true;
}

/* The next text to try, or false when nothing is left. */
static bool prepare(Surgery *s, Patient *p) {
    if (p->rebase) return look_again(p);
    if (!p->candidates.count) return false;
    p->tried = MIN(p->limit, p->candidates.count);
    EditGroup *groups = arena_array(&s->round, EditGroup, p->tried);
    for (uint32_t i = 0; i < p->tried; i++) groups[i] = p->candidates.items[i].group;
    p->taken = arena_zeros(&s->round, bool, p->tried);
    EditVec edits = {0};
    edits_choose(groups, p->tried, p->taken, &edits, &s->round);
    buf_clear(&p->next);
    edits_apply(p->bytes, edits.items, edits.count, &p->next);
    p->trial = buf_str(&p->next);
    p->trying = edits.count > 0;
    return p->trying;
}

/* A hint about style that nothing mends, such as the order of keys, is no reason to leave a fault in. */
static bool is_only_style(const Check *check) { return check->severity == SEVERITY_INFO && !check->fix; }

static bool is_harmless(Surgery *s, const Patient *p, const TallyVec *after, uint32_t gaps) {
    if (gaps > p->gaps) return false;
    for (uint32_t i = 0; i < after->count; i++) {
        if (after->items[i].count > counted(&p->tally, after->items[i].check) && !is_only_style(after->items[i].check)) return false;
    }
    TallyVec mended = {0};
    for (uint32_t i = 0; i < p->tried; i++) {
        if (p->taken[i]) count_check(s, &mended, p->candidates.items[i].check);
    }
    for (uint32_t i = 0; i < mended.count; i++) {
        const Check *check = mended.items[i].check;
        if (counted(after, check) + mended.items[i].count > counted(&p->tally, check)) return false;
    }
    return true;
}

static uint32_t taken_count(const Patient *p) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < p->tried; i++) count += p->taken[i];
    return count;
}

static void drop_candidate(Patient *p, uint32_t at) {
    for (uint32_t i = at + 1; i < p->candidates.count; i++) p->candidates.items[i - 1] = p->candidates.items[i];
    p->candidates.count--;
}

/* The trial is the text now. */
static void keep(Patient *p, const TallyVec *after, uint32_t gaps) {
    if (p->tried) {
        Buf free = p->now;
        p->now = p->next;
        p->next = free;
        p->bytes = buf_str(&p->now);
    }
    arena_free(&p->own);
    memset(&p->candidates, 0, sizeof p->candidates);
    p->tally = (TallyVec){0};
    for (uint32_t i = 0; i < after->count; i++) vec_push(&p->own, &p->tally, after->items[i]);
    p->gaps = gaps;
    p->limit = UINT32_MAX;
}

/* What the trial showed: keep it, try fewer, or refuse the one that was tried. */
static void judge(Surgery *s, Patient *p, const TallyVec *after, uint32_t gaps, uint32_t kept_before) {
    uint32_t count = taken_count(p);
    if (!p->tried || is_harmless(s, p, after, gaps)) { /* with nothing tried: what other files made of it */
        keep(p, after, gaps);
        p->based_at = kept_before;
        s->kept += count;
        return;
    }
    p->trying = false; /* its candidates stay: they are of the text before */
    p->rebase = p->based_at < s->kept;
    if (p->rebase) return;
    if (count > 1) {
        p->limit = MAX(count / 2, 1u);
        return;
    }
    for (uint32_t i = 0; i < p->tried; i++) {
        if (!p->taken[i]) continue;
        Candidate c = p->candidates.items[i];
        refuse(s, p, c.check, c.id, c.line, false);
        p->refused_at = s->kept;
        drop_candidate(p, i);
        break;
    }
    p->limit = UINT32_MAX;
}

/* Files that are joined blame each other's trials on their own. Where fixes were refused, the file is tried once more with nothing
 * else changing. False: all were. */
static bool try_alone(Surgery *s) {
    for (uint32_t i = 0; i < s->patients.count; i++) {
        Patient *p = &s->patients.items[i];
        if (!p->refused.count || p->alone_at == s->kept + 1) continue;
        p->alone_at = s->kept + 1;
        s->alone = i + 1;
        reconsider(s, p);
        return prepare(s, p);
    }
    return false;
}

/* How many files have something to try. When none has, those are looked at again whose fixes were refused before others were kept:
 * they may do no harm any more. */
static uint32_t prepare_all(Surgery *s) {
    uint32_t trying = 0;
    if (s->alone && prepare(s, &s->patients.items[s->alone - 1])) return 1;
    s->alone = 0;
    for (uint32_t i = 0; i < s->patients.count; i++) trying += prepare(s, &s->patients.items[i]);
    if (trying) return trying;
    for (uint32_t i = 0; i < s->patients.count; i++) {
        Patient *p = &s->patients.items[i];
        if (!p->refused.count || p->refused_at == s->kept) continue;
        reconsider(s, p);
        trying += prepare(s, p);
    }
    return trying ? trying : try_alone(s);
}

static bool round_of(Surgery *s) {
    uint32_t count = s->patients.count, kept = s->kept;
    arena_free(&s->round);
    ScanChange *changes = arena_array(&s->round, ScanChange, count);
    if (!prepare_all(s)) return false;
    for (uint32_t i = 0; i < count; i++) {
        const Patient *p = &s->patients.items[i];
        changes[i] = (ScanChange){p->path, p->trying ? p->trial : p->bytes, p->trying};
    }
    Review *r = scan_again(s->scan, changes, count);
    TallyVec *tallies = arena_zeros(&s->round, TallyVec, count);
    uint32_t *gaps = arena_zeros(&s->round, uint32_t, count);
    count_review(s, r, tallies, gaps);
    for (uint32_t i = 0; i < count; i++) {
        if (s->patients.items[i].trying) judge(s, &s->patients.items[i], &tallies[i], gaps[i], kept);
    }
    s->out->review = r;
    take_over(s, r, false);
    return true;
}

/* The text that was kept is reviewed a last time. */
static void gather(Surgery *s) {
    uint32_t count = s->patients.count;
    ScanChange *changes = arena_array(s->a, ScanChange, count);
    for (uint32_t i = 0; i < count; i++) {
        Patient *p = &s->patients.items[i];
        bool changed = !str_eq(p->bytes, p->original);
        changes[i] = (ScanChange){p->path, changed ? str_copy(s->a, p->bytes) : p->original, changed};
        if (changed) vec_push(s->a, &s->out->files, ((FixedFile){p->path, p->original, changes[i].bytes, NULL}));
    }
    if (count) s->out->review = scan_again(s->scan, changes, count);
    for (uint32_t i = 0; i < s->out->files.count; i++) s->out->files.items[i].source = scan_source(s->scan, s->out->files.items[i].path);
}

/* What is found in all files, with nothing tried. */
static void examine(Surgery *s, const Review *review) {
    take_over(s, review, true);
    TallyVec *tallies = arena_zeros(&s->round, TallyVec, s->patients.count);
    uint32_t *gaps = arena_zeros(&s->round, uint32_t, s->patients.count);
    count_review(s, review, tallies, gaps);
    for (uint32_t i = 0; i < s->patients.count; i++) {
        Patient *p = &s->patients.items[i];
        p->tally = (TallyVec){0};
        for (uint32_t k = 0; k < tallies[i].count; k++) vec_push(&p->own, &p->tally, tallies[i].items[k]);
        p->gaps = gaps[i];
        p->based_at = s->kept;
    }
}

#define WAVES_MAX 8 /* looks at all files again */

/* Where files mean something only together, what was written in one may be mended in another now: all are looked at again. */
static bool look_around(Surgery *s) {
    Scan *scan = s->scan;
    bool together = false;
    for (uint32_t i = 0; i < scan->unit_count && !together; i++) together = scan_concerns_others(&scan->units[i]);
    if (!together) return false;
    arena_free(&s->round);
    uint32_t count = scan->project.files.count;
    ScanChange *changes = arena_array(&s->round, ScanChange, count);
    for (uint32_t i = 0; i < count; i++) {
        Str path = scan->project.files.items[i].path;
        const Patient *p = patient_of(s, path);
        changes[i] = (ScanChange){path, p ? p->bytes : (Str){NULL, 0}, project_chosen(&scan->project, path)};
    }
    s->out->review = scan_again(scan, changes, count);
    examine(s, s->out->review);
    return true;
}

bool scan_fix_known(const Scan *scan, const FixWish *wish, Error *err) {
    for (uint32_t i = 0; i < wish->check_count; i++) {
        if (!check_list_require(&scan->checks, STR(""), wish->checks[i], err)) return false;
    }
    return true;
}

void scan_fix(Scan *scan, Review *review, const FixWish *wish, FixResult *out) {
    *out = (FixResult){.review = review};
    Surgery s = {.scan = scan, .wish = wish, .out = out, .a = &scan->trials};
    examine(&s, review);
    uint32_t unsafe = out->unsafe;
    uint32_t rounds = 0, before = 0;
    for (uint32_t waves = 0; waves < WAVES_MAX; waves++) {
        while (rounds < FIX_ROUNDS_MAX && round_of(&s)) rounds++;
        if (s.kept == before || rounds == FIX_ROUNDS_MAX) break;
        before = s.kept;
        if (!look_around(&s)) break;
    }
    out->unsafe = unsafe;
    out->fixed = s.kept;
    gather(&s);
    vec_each(Patient, p, &s.patients) {
        buf_free(&p->now);
        buf_free(&p->next);
        arena_free(&p->own);
    }
    arena_free(&s.round);
}
