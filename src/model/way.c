/* Invariant: no recursion, whatever the depth. */
#include "model/way.h"

#include "base/buf.h"

#define STEPS_MAX 256

Str way_text(const Way *way, Arena *a) {
    const Way *steps[STEPS_MAX];
    uint32_t count = 0;
    for (; way && count < STEPS_MAX; way = way->outer) steps[count++] = way;
    Buf text = {0};
    while (count-- > 0) {
        if (!steps[count]->name.at) {
            buf_print(&text, "[%u]", steps[count]->index);
            continue;
        }
        if (text.len && steps[count]->name.at[0] != '[') buf_byte(&text, '.');
        buf_add(&text, steps[count]->name);
    }
    Str out = str_copy(a, buf_str(&text));
    buf_free(&text);
    return out;
}
