/* A program as C source, and a value as prose. */
#include "cel/node.h"

#include <stdio.h>

static void emit_text(Str s, Buf *out) {
    buf_byte(out, '"');
    for (size_t i = 0; i < s.len; i++) {
        uint8_t b = (uint8_t)s.at[i];
        if (b < 0x20 || b >= 0x7f || b == '"' || b == '\\' || b == '?') buf_print(out, "\\%03o", b);
        else buf_byte(out, (char)b);
    }
    buf_byte(out, '"');
}

void cel_emit(const CelProgram *p, Str name, Buf *out) {
    buf_print(out, "static const CelNode %.*s_nodes[] = {", STR_ARGS(name));
    for (uint32_t i = 0; i < p->count; i++) {
        const CelNode *n = &p->nodes[i];
        buf_print(out, "{%u,%u,%u,%u,{.integer=%lldLL},%uu,%uu},", n->kind, n->count, n->aux, n->offset,
                  (long long)(n->as.integer == INT64_MIN ? INT64_MIN + 1 : n->as.integer), n->c, n->d);
    }
    buf_lit(out, "};\n");
    if (p->list_count) {
        buf_print(out, "static const uint32_t %.*s_lists[] = {", STR_ARGS(name));
        for (uint32_t i = 0; i < p->list_count; i++) buf_print(out, "%uu,", p->lists[i]);
        buf_lit(out, "};\n");
    }
    if (p->string_count) {
        buf_print(out, "static const Str %.*s_strings[] = {", STR_ARGS(name));
        for (uint32_t i = 0; i < p->string_count; i++) {
            buf_byte(out, '{');
            emit_text(p->strings[i], out);
            buf_print(out, ",%zu},", p->strings[i].len);
        }
        buf_lit(out, "};\n");
    }
    if (p->double_count) {
        buf_print(out, "static const double %.*s_doubles[] = {", STR_ARGS(name));
        for (uint32_t i = 0; i < p->double_count; i++) buf_print(out, "%.17g,", p->doubles[i]);
        buf_lit(out, "};\n");
    }
}

void cel_emit_value(const CelProgram *p, Str name, Buf *out) {
    int len = (int)name.len;
    buf_print(out, "{%.*s_nodes,%u,%u,", len, name.at, p->count, p->root);
    p->list_count ? buf_print(out, "%.*s_lists,%u,", len, name.at, p->list_count) : buf_print(out, "0,0,");
    p->string_count ? buf_print(out, "%.*s_strings,%u,", len, name.at, p->string_count) : buf_print(out, "0,0,");
    p->double_count ? buf_print(out, "%.*s_doubles,%u,", len, name.at, p->double_count) : buf_print(out, "0,0,");
    buf_print(out, "{%u,%u,0},%u,%u}", p->type.kind, p->type.shape, p->mode, p->local_count);
}

void cel_print(Value v, Buf *out) {
    if (v.flags & VALUE_SECRET) {
        buf_lit(out, "‹redacted›");
        return;
    }
    switch ((ValueKind)v.kind) {
        case VALUE_STRING: buf_add(out, value_str(v)); break;
        case VALUE_HOLE:
            if (v.as.partial) buf_add(out, v.as.partial->prefix);
            buf_lit(out, "…");
            if (v.as.partial) buf_add(out, v.as.partial->suffix);
            break;
        case VALUE_LIST:
            for (uint32_t i = 0; i < v.count; i++) {
                if (i) buf_lit(out, ", ");
                cel_print(v.as.items[i], out);
            }
            break;
        case VALUE_OBJECT: buf_add(out, v.as.object->address.len ? v.as.object->address : v.as.object->shape->name); break;
        default: value_dump(v, out);
    }
}
