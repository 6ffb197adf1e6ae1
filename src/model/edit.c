/* Invariant: an EditVec that leaves this file is sorted and no two of its groups touch. */
#include "model/edit.h"

bool edit_put(EditVec *out, Arena *a, uint32_t start, uint32_t end, Str text) {
    vec_push(a, out, ((Edit){span_of(start, end), text}));
    return true;
}

static bool before(const Edit *a, const Edit *b) {
    return a->span.start != b->span.start ? a->span.start < b->span.start : a->span.end < b->span.end;
}

bool edits_order(Edit *edits, uint32_t count, size_t size) {
    for (uint32_t i = 1; i < count; i++) { /* a fix has a handful */
        Edit e = edits[i];
        uint32_t k = i;
        for (; k > 0 && before(&e, &edits[k - 1]); k--) edits[k] = edits[k - 1];
        edits[k] = e;
    }
    for (uint32_t i = 0; i < count; i++) {
        Span s = edits[i].span;
        if (s.start > s.end || s.end > size) return false;
        if (i && s.start < edits[i - 1].span.end) return false;
    }
    return true;
}

static bool same(const Edit *a, const Edit *b) { return a->span.start == b->span.start && a->span.end == b->span.end && str_eq(a->text, b->text); }

/* The first taken edit that ends at `at` or later. */
static uint32_t first_near(const EditVec *taken, uint32_t at) {
    uint32_t low = 0, high = taken->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (taken->items[middle].span.end < at) low = middle + 1;
        else high = middle;
    }
    return low;
}

static bool clashes(const EditVec *taken, const EditGroup *group) {
    for (uint32_t i = 0; i < group->count; i++) {
        uint32_t near = first_near(taken, group->edits[i].span.start);
        if (near < taken->count && taken->items[near].span.start <= group->edits[i].span.end) return true;
    }
    return false;
}

static bool stands_already(const EditVec *taken, const EditGroup *group) {
    for (uint32_t i = 0; i < group->count; i++) {
        uint32_t near = first_near(taken, group->edits[i].span.start);
        if (near == taken->count || !same(&taken->items[near], &group->edits[i])) return false;
    }
    return true;
}

/* Merges the group's edits in; both are sorted and apart. */
static void take(const EditGroup *group, EditVec *out, Arena *a) {
    vec_reserve(a, out, group->count);
    uint32_t left = out->count, right = group->count, at = left + right;
    while (right) {
        bool of_group = !left || !before(&group->edits[right - 1], &out->items[left - 1]);
        out->items[--at] = of_group ? group->edits[--right] : out->items[--left];
    }
    out->count += group->count;
}

void edits_choose(const EditGroup *groups, uint32_t count, bool *taken, EditVec *out, Arena *a) {
    for (uint32_t i = 0; i < count; i++) {
        const EditGroup *group = &groups[i];
        taken[i] = group->count && (stands_already(out, group) || !clashes(out, group));
        if (taken[i] && !stands_already(out, group)) take(group, out, a);
    }
}

void edits_apply(Str bytes, const Edit *edits, uint32_t count, Buf *out) {
    size_t at = 0;
    for (uint32_t i = 0; i < count; i++) {
        buf_add(out, str_slice(bytes, at, edits[i].span.start));
        buf_add(out, edits[i].text);
        at = edits[i].span.end;
    }
    buf_add(out, str_skip(bytes, at));
}

uint32_t line_start(Str bytes, uint32_t at) {
    while (at && bytes.at[at - 1] != '\n') at--;
    return at;
}

uint32_t line_end(Str bytes, uint32_t at) {
    while (at < bytes.len && bytes.at[at] != '\n') at++;
    return at && at < bytes.len && bytes.at[at - 1] == '\r' ? at - 1 : at;
}

Str line_feed(Str bytes) {
    size_t at = str_find_byte(bytes, '\n');
    return at != STR_NONE && at && bytes.at[at - 1] == '\r' ? STR("\r\n") : STR("\n");
}

Str line_indent(Str bytes, uint32_t at) {
    uint32_t start = line_start(bytes, at), end = start;
    while (end < at && (bytes.at[end] == ' ' || bytes.at[end] == '\t')) end++;
    return str_slice(bytes, start, end);
}

bool line_begins(Str bytes, uint32_t at) { return line_start(bytes, at) + line_indent(bytes, at).len == at; }

Span lines_of(Str bytes, uint32_t start, uint32_t end) {
    uint32_t from = line_start(bytes, start), to = end;
    while (to < bytes.len && bytes.at[to] != '\n') to++;
    if (to < bytes.len) return span_of(from, to + 1);
    return span_of(from ? line_end(bytes, from - 1) : 0, to);
}

Str lines_indented(Str text, Str indent, Str feed, Arena *a) {
    Buf out = {0};
    Str line;
    if (str_ends(text, STR("\n"))) text.len--;
    for (bool first = true; str_next(&text, '\n', &line); first = false) {
        if (!first) buf_add(&out, feed);
        if (line.len) buf_add(&out, indent);
        buf_add(&out, line);
    }
    Str s = str_copy(a, buf_str(&out));
    buf_free(&out);
    return s;
}
