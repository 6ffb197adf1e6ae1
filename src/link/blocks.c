/* The edges stand in the objects (BLOCK_USES, BLOCK_USERS, BLOCK_PEERS): here they are told apart by type. */
#include "link/blocks.h"

bool blocks_answer(CelScope *scope, Str function, const Value *arguments, uint32_t count, Value *out) {
    int field = str_is(function, "refs") ? BLOCK_USES : str_is(function, "referrers") ? BLOCK_USERS : str_is(function, "siblings") ? BLOCK_PEERS : -1;
    if (field < 0 || count != 2 || scope->blind || arguments[0].kind != VALUE_STRING || arguments[1].kind != VALUE_OBJECT) return false;
    const Object *it = arguments[1].as.object;
    if (it->shape->id != SHAPE_BLOCK) return false;
    Value all = it->fields[field];
    ValueVec items = {0};
    for (uint32_t i = 0; all.kind == VALUE_LIST && i < all.count; i++) {
        const Object *other = all.as.items[i].as.object;
        bool same = str_eq(value_text(other->fields[BLOCK_BLOCK_TYPE]), value_str(arguments[0]));
        if (same && other != it) vec_push(scope->arena, &items, value_object(other));
    }
    *out = value_at(value_list(items.items, items.count), it->source, it->span);
    out->flags = all.flags & VALUE_OPEN;
    return true;
}
