#include "model/project.h"

static const struct { Str id, title; bool read; } systems[SYSTEM_COUNT] = {
    {STR_INIT(""), STR_INIT(""), false},
#define SYSTEM(NAME, id, title, read) {STR_INIT(id), STR_INIT(title), read},
#include "model/systems.def"
#undef SYSTEM
};

Str system_id(SystemId system) { return systems[system].id; }
Str system_title(SystemId system) { return systems[system].title; }
bool system_is_read(SystemId system) { return systems[system].read; }

SystemId system_find(Str id) {
    for (int i = 1; i < SYSTEM_COUNT; i++) {
        if (str_eq(systems[i].id, id)) return (SystemId)i;
    }
    return SYSTEM_NONE;
}
