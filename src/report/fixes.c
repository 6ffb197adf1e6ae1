/* What is shown here was not tried: `infra fix` reviews it again before it is written. */
#include "report/fixes.h"

#include "base/diff.h"
#include "model/redact.h"

const FindingFix *fix_shown(const Finding *finding) {
    const FindingFix *fix = finding->fix;
    if (!fix || finding->secret) return NULL;
    Arena a = {0};
    bool clean = true;
    for (uint32_t i = 0; i < fix->group.count && clean; i++) clean = str_eq(redact_text(fix->source, fix->group.edits[i].text, &a), fix->group.edits[i].text);
    arena_free(&a);
    return clean ? fix : NULL;
}

Str fix_title(const Finding *finding, Language language) {
    Str title = finding->fix->title.in[language];
    return title.len ? title : finding->solution.in[language];
}

static void put_diff(const Source *source, Str before, Str after, Buf *out) {
    Arena a = {0};
    Buf diff = {0};
    diff_unified(before, after, str_join(&a, STR("a/"), source->path), str_join(&a, STR("b/"), source->path), &diff);
    buf_add(out, redact_text(source, buf_str(&diff), &a));
    buf_free(&diff);
    arena_free(&a);
}

/* The groups of the fixes of one kind, behind `count` that are there. */
static uint32_t groups_of(const Finding *const *findings, uint32_t finding_count, bool unsafe, EditGroup *groups, uint32_t count) {
    for (uint32_t i = 0; i < finding_count; i++) {
        const FindingFix *fix = fix_shown(findings[i]);
        if (fix && fix->unsafe == unsafe) groups[count++] = fix->group;
    }
    return count;
}

void fixes_diff(const Finding *const *findings, uint32_t count, Buf *safe, Buf *unsafe) {
    Arena a = {0};
    const Source *source = findings[0]->source;
    EditGroup *groups = arena_array(&a, EditGroup, count);
    bool *taken = arena_zeros(&a, bool, count);
    EditVec some = {0}, all = {0};
    Buf mended = {0}, changed = {0};
    uint32_t first = groups_of(findings, count, false, groups, 0), both = groups_of(findings, count, true, groups, first);
    edits_choose(groups, first, taken, &some, &a);
    edits_choose(groups, both, taken, &all, &a);
    edits_apply(source->bytes, some.items, some.count, &mended);
    edits_apply(source->bytes, all.items, all.count, &changed);
    if (some.count) put_diff(source, source->bytes, buf_str(&mended), safe);
    if (all.count > some.count) put_diff(source, buf_str(&mended), buf_str(&changed), unsafe);
    buf_free(&mended);
    buf_free(&changed);
    arena_free(&a);
}
