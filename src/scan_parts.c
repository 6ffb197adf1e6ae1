/* Files that others give a meaning (System.parts): what does so is read before all, they are modelled after it was evaluated, and stay. */
#include "scan_state.h"

#include "systems/dockerfile.h"

/* What has parts is read first, so that they wait for it. */
bool scan_find_parts(Scan *scan) {
    bool any = false;
    for (uint32_t i = 0; i < scan->unit_count; i++) {
        Unit *unit = &scan->units[i];
        if (!unit->system || !unit->system->parts) continue;
        unit->kept = &scan->kept[0];
        scan_read(scan, unit);
        if (!unit->tree) continue;
        unit->system->parts(&unit->source, unit->tree, &scan->arena, &scan->parts);
        any = true;
    }
    for (uint32_t i = 0; i < scan->unit_count && any; i++) {
        Unit *unit = &scan->units[i];
        if (unit->system && unit->system->is_part) unit->part = (uint8_t)(uintptr_t)map_get(&scan->parts, unit->file->path);
    }
    scan->builds = any;
    return any;
}

void scan_show_neighbours(Scan *scan) {
    Neighbours *n = &scan->neighbours;
    n->arena = &scan->arena;
    for (uint32_t i = 0; i < scan->unit_count; i++) {
        Unit *unit = &scan->units[i];
        if (!unit->system || unit->result != READ_OK || !unit->source.path.at || unit->gap_binary) continue;
        Neighbour *neighbour = arena_new(&scan->arena, Neighbour);
        *neighbour = (Neighbour){&unit->source, scan_is_noted(unit) ? NULL : unit->tree, (uint8_t)unit->file->system};
        map_put(&scan->arena, &n->parsed, unit->file->path, neighbour);
    }
}

/* Nothing but what is wrong with the file. */
static void model_faults(Unit *unit) {
    unit->model.arena = &unit->source.arena;
    if (unit->result == READ_OK && !unit->gap_binary && !unit->gap_template) problem_model(&unit->source, &unit->model);
}

/* Parts that nobody took stand for themselves, unless they mean nothing alone. */
void scan_model_parts(Scan *scan) {
    for (uint32_t i = 0; i < scan->unit_count; i++) {
        Unit *unit = &scan->units[i];
        bool taken = map_has(&scan->neighbours.taken, unit->file->path);
        if ((unit->part & PART_WHOLE) && !taken && unit->result == READ_OK) scan_model(scan, unit);
        else if (unit->part || (unit->system && unit->system->parts)) model_faults(unit);
    }
}
