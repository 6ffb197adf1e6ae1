/* What every operator and function stands on: faults, and lists and maps alike, whether a value holds them or a file's tree does. */
#include "cel/node.h"

#include <stdarg.h>
#include <stdio.h>

Value cel_error(CelEvaluator *e, const char *format, ...) {
    char message[256];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(message, sizeof message, format, args);
    va_end(args);
    Str text = str_copy(e->scope->arena, (Str){message, MIN((size_t)MAX(len, 0), sizeof message - 1)});
    Value v = value_string(text);
    v.kind = VALUE_ERROR;
    return v;
}

Value cel_mismatch(CelEvaluator *e, const char *name) { return cel_error(e, "no such overload: %s", name); }

bool cel_is_list(Value v) {
    return v.kind == VALUE_LIST || (v.kind == VALUE_TREE && v.as.tree->grammar->view->is_list(v.as.tree, v.count));
}

bool cel_is_map(Value v) {
    return v.kind == VALUE_MAP || (v.kind == VALUE_TREE && v.as.tree->grammar->view->is_map(v.as.tree, v.count));
}

uint32_t cel_size(Value v) {
    return v.kind == VALUE_TREE ? v.as.tree->grammar->view->size(v.as.tree, v.count) : v.count;
}

Value cel_blinded(const CelEvaluator *e, Value v) {
    if (!e->scope->blind || !v.source) return v;
    switch ((ValueKind)v.kind) {
        case VALUE_LIST: case VALUE_MAP: case VALUE_TREE: v.flags |= VALUE_OPEN; return v;
        case VALUE_ERROR: case VALUE_HOLE: return v;
        default: return value_at(value_hole(HOLE_BLIND), v.source, v.span);
    }
}

Value cel_item(CelEvaluator *e, Value v, uint32_t index) {
    Value item = v.kind == VALUE_TREE ? v.as.tree->grammar->view->item(v.as.tree, v.count, index, e->scope->arena) : v.as.items[index];
    return item.kind == VALUE_OBJECT ? item : cel_blinded(e, item); /* that something is there is structure */
}

Entry cel_entry(CelEvaluator *e, Value v, uint32_t index) {
    return v.kind == VALUE_TREE ? v.as.tree->grammar->view->entry(v.as.tree, v.count, index, e->scope->arena) : v.as.entries[index];
}

Value cel_key(CelEvaluator *e, Value v, uint32_t index) { return cel_entry(e, v, index).key; }
