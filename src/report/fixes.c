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

void fixes_diff(const Finding *findings, uint32_t count, Buf *out, uint32_t *unsafe) {
    Arena a = {0};
    EditGroup *groups = arena_array(&a, EditGroup, count);
    bool *taken = arena_zeros(&a, bool, count);
    uint32_t shown = 0;
    *unsafe = 0;
    for (uint32_t i = 0; i < count; i++) {
        const FindingFix *fix = fix_shown(&findings[i]);
        *unsafe += fix && fix->unsafe;
        if (fix && !fix->unsafe) groups[shown++] = fix->group;
    }
    EditVec edits = {0};
    edits_choose(groups, shown, taken, &edits, &a);
    if (edits.count) {
        const Source *source = findings[0].source;
        Buf after = {0}, diff = {0};
        edits_apply(source->bytes, edits.items, edits.count, &after);
        diff_unified(source->bytes, buf_str(&after), str_join(&a, STR("a/"), source->path), str_join(&a, STR("b/"), source->path), &diff);
        buf_add(out, redact_text(source, buf_str(&diff), &a));
        buf_free(&after);
        buf_free(&diff);
    }
    arena_free(&a);
}
