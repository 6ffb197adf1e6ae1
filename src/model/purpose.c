/* The order of the names is that of the bits. */
#include "model/purpose.h"

static const Str names[PURPOSE_COUNT] = {STR_INIT("test"), STR_INIT("lint"), STR_INIT("build"), STR_INIT("scan"), STR_INIT("publish"), STR_INIT("plan"), STR_INIT("deploy"), STR_INIT("rollback"), STR_INIT("install"), STR_INIT("cache"), STR_INIT("sign"), STR_INIT("sbom"), STR_INIT("destroy")};

int purpose_find(Str name) {
    for (int i = 0; i < PURPOSE_COUNT; i++) {
        if (str_eq(name, names[i])) return i;
    }
    return -1;
}

Str purpose_name(uint32_t purpose) { return names[purpose]; }

uint32_t purpose_bits(Value list, Arena *a) {
    uint32_t count = 0, bits = 0;
    const Value *items = value_is_list(list) ? value_items(list, &count, a) : NULL;
    for (uint32_t i = 0; items && i < count; i++) {
        int purpose = purpose_find(value_text(items[i]));
        if (purpose >= 0) bits |= UINT32_C(1) << purpose;
    }
    return bits;
}

Value purpose_list(uint32_t bits, bool open, const Object *at, Arena *a) {
    ValueVec out = {0};
    for (uint32_t i = 0; i < PURPOSE_COUNT; i++) {
        if (bits >> i & 1) vec_push(a, &out, value_at(value_string(names[i]), at->source, at->span));
    }
    Value list = value_at(value_list(out.items, out.count), at->source, at->span);
    if (open) list.flags |= VALUE_OPEN;
    return list;
}
