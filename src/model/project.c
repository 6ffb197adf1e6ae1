#include "model/project.h"

static const struct { Str id, title; } systems[SYSTEM_COUNT] = {
    {STR_INIT(""), STR_INIT("")},
#define SYSTEM(NAME, id, title) {STR_INIT(id), STR_INIT(title)},
#include "model/systems.def"
#undef SYSTEM
};

Str system_id(SystemId system) { return systems[system].id; }
Str system_title(SystemId system) { return systems[system].title; }

SystemId system_find(Str id) {
    for (int i = 1; i < SYSTEM_COUNT; i++) {
        if (str_eq(systems[i].id, id)) return (SystemId)i;
    }
    return SYSTEM_NONE;
}
