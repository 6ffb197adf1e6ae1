/* Equal lines at both ends are cut off first; the middle goes through the greedy algorithm, whose furthest points are kept for
 * each number of edits, to walk back. */
#include "base/diff.h"

#include "base/vec.h"

typedef VEC(Str) Lines;
typedef VEC(DiffChange) Changes;

static Lines lines_of(Str text, Arena *a) {
    Lines lines = {0};
    while (text.len) {
        size_t end = str_find_byte(text, '\n');
        size_t length = end == STR_NONE ? text.len : end + 1;
        vec_push(a, &lines, str_slice(text, 0, length));
        text = str_skip(text, length);
    }
    return lines;
}

static Str content(Str line) {
    while (line.len && (line.at[line.len - 1] == '\n' || line.at[line.len - 1] == '\r')) line.len--;
    return line;
}

static bool same(Str a, Str b, bool exact) { return exact ? str_eq(a, b) : str_eq(content(a), content(b)); }

/* One more edited pair of lines, from the back; joined with the change behind it. */
static void note(Arena *a, Changes *out, uint32_t x, uint32_t y, bool removed) {
    DiffChange *last = out->count ? &out->items[out->count - 1] : NULL;
    uint32_t xe = x + removed, ye = y + !removed;
    if (last && last->old_from == xe && last->new_from == ye) {
        last->old_from = x;
        last->new_from = y;
        last->old_count += removed;
        last->new_count += !removed;
    } else vec_push(a, out, ((DiffChange){x, removed, y, !removed}));
}

/* Walks back from (n, m); rows[d] holds the furthest x of each diagonal after d edits, diagonal k at k + d. */
static void walk_back(int32_t **rows, int32_t edits, int32_t n, int32_t m, Arena *a, Changes *out) {
    int32_t x = n, y = m;
    for (int32_t d = edits; d > 0; d--) {
        int32_t k = x - y, *row = rows[d - 1];
        bool down = k == -d || (k != d && row[k - 1 + d - 1] < row[k + 1 + d - 1]);
        int32_t previous = down ? k + 1 : k - 1, px = row[previous + d - 1], py = px - previous;
        note(a, out, (uint32_t)px, (uint32_t)py, !down);
        x = px;
        y = py;
    }
}

static bool middle(const Str *old_lines, int32_t n, const Str *new_lines, int32_t m, bool exact, Arena *a, Changes *out) {
    int32_t limit = MIN(n + m, DIFF_EDITS_MAX);
    int32_t **rows = arena_array(a, int32_t *, limit + 1);
    for (int32_t d = 0; d <= limit; d++) {
        int32_t *row = rows[d] = arena_array(a, int32_t, 2 * d + 1);
        for (int32_t k = -d; k <= d; k += 2) {
            int32_t *before = d ? rows[d - 1] : NULL;
            bool down = d && (k == -d || (k != d && before[k - 1 + d - 1] < before[k + 1 + d - 1]));
            int32_t x = !d ? 0 : down ? before[k + 1 + d - 1] : before[k - 1 + d - 1] + 1, y = x - k;
            while (x < n && y < m && x >= 0 && y >= 0 && same(old_lines[x], new_lines[y], exact)) {
                x++;
                y++;
            }
            row[k + d] = x;
            if (x < n || y < m) continue;
            walk_back(rows, d, n, m, a, out);
            return true;
        }
    }
    return false;
}

uint32_t diff_lines(Str old_text, Str new_text, bool exact, Arena *a, DiffChange **out) {
    Lines o = lines_of(old_text, a), n = lines_of(new_text, a);
    uint32_t head = 0, tail = 0;
    while (head < o.count && head < n.count && same(o.items[head], n.items[head], exact)) head++;
    while (tail < o.count - head && tail < n.count - head && same(o.items[o.count - 1 - tail], n.items[n.count - 1 - tail], exact)) tail++;
    uint32_t old_count = o.count - head - tail, new_count = n.count - head - tail;
    Changes found = {0};
    *out = NULL;
    if (!old_count && !new_count) return 0;
    bool told = old_count && new_count && middle(o.items + head, (int32_t)old_count, n.items + head, (int32_t)new_count, exact, a, &found);
    if (!told) {
        found.count = 0;
        vec_push(a, &found, ((DiffChange){0, old_count, 0, new_count}));
    }
    DiffChange *all = arena_array(a, DiffChange, found.count);
    for (uint32_t i = 0; i < found.count; i++) {
        DiffChange c = found.items[found.count - 1 - i];
        all[i] = (DiffChange){c.old_from + head, c.old_count, c.new_from + head, c.new_count};
    }
    *out = all;
    return found.count;
}

#define CONTEXT 3

static void put_lines(Buf *out, char mark, const Str *lines, uint32_t from, uint32_t to) {
    for (uint32_t i = from; i < to; i++) {
        buf_byte(out, mark);
        buf_add(out, lines[i]);
        if (!str_ends(lines[i], STR("\n"))) buf_lit(out, "\n\\ No newline at end of file\n");
    }
}

void diff_unified(Str old_text, Str new_text, Str old_name, Str new_name, Buf *out) {
    Arena a = {0};
    DiffChange *c;
    uint32_t count = diff_lines(old_text, new_text, true, &a, &c);
    Lines o = lines_of(old_text, &a), n = lines_of(new_text, &a);
    if (count) buf_print(out, "--- %.*s\n+++ %.*s\n", STR_ARGS(old_name), STR_ARGS(new_name));
    for (uint32_t i = 0; i < count;) {
        uint32_t last = i;
        while (last + 1 < count && c[last + 1].old_from - (c[last].old_from + c[last].old_count) <= 2 * CONTEXT) last++;
        uint32_t before = MIN(c[i].old_from, (uint32_t)CONTEXT), end = c[last].old_from + c[last].old_count, after = MIN(o.count - end, (uint32_t)CONTEXT);
        uint32_t from = c[i].old_from - before, to = end + after, new_from = c[i].new_from - before, new_to = c[last].new_from + c[last].new_count + after;
        buf_print(out, "@@ -%u,%u +%u,%u @@\n", to > from ? from + 1 : from, to - from, new_to > new_from ? new_from + 1 : new_from, new_to - new_from);
        uint32_t at = from;
        for (; i <= last; i++) {
            put_lines(out, ' ', o.items, at, c[i].old_from);
            put_lines(out, '-', o.items, c[i].old_from, c[i].old_from + c[i].old_count);
            put_lines(out, '+', n.items, c[i].new_from, c[i].new_from + c[i].new_count);
            at = c[i].old_from + c[i].old_count;
        }
        put_lines(out, ' ', o.items, at, to);
    }
    arena_free(&a);
}
