/* Trees and objects are many times the file. Those of files that mean something alone are made again when a join needs them, so that
 * memory follows the findings and not the objects. A unit on the shelf has no holder; what was loaded longest ago goes first. */
#include "scan_state.h"

#include "discover/recognise.h"
#include "systems/dockerfile.h"

#define SHELF_MAX (4096u << 10) /* bytes of trees and objects that may wait for somebody to need them again */

void scan_parse(Unit *unit) {
    unit->gap_pointer = recognise_pointer(unit->source.bytes);
    unit->gap_binary = unit->gap_pointer || recognise_binary(unit->source.bytes);
    unit->gap_template = recognise_template(unit->source.path);
    if (unit->gap_binary || unit->gap_template) return;
    if (unit->system->parse) unit->tree = unit->system->parse(&unit->source);
    unit->gap_empty = unit->tree && unit->system->is_empty && unit->system->is_empty(unit->tree);
}

void scan_model(Scan *scan, Unit *unit) {
    unit->model = (Model){.arena = &unit->source.arena, .neighbours = unit->system->together ? &scan->neighbours : NULL};
    if (unit->gap_binary || unit->gap_template) return;
    if (unit->system->model) unit->system->model(&unit->source, unit->tree, &unit->model);
    if (!unit->system->parts) problem_model(&unit->source, &unit->model); /* a build may find more */
}

void scan_forget(Unit *unit) {
    arena_free(&unit->source.arena);
    unit->source.lines = NULL;
    unit->source.problems.count = unit->source.problems.capacity = 0;
    unit->source.problems.items = NULL;
    unit->tree = NULL;
    unit->model = unit->seen = (Model){0};
}

/* ---- the shelf ---- */

static void put_on(Shelf *shelf, Unit *unit) {
    unit->older = shelf->newest;
    unit->newer = NULL;
    *(shelf->newest ? &shelf->newest->newer : &shelf->oldest) = unit;
    shelf->newest = unit;
}

static void take_off(Shelf *shelf, Unit *unit) {
    *(unit->older ? &unit->older->newer : &shelf->oldest) = unit->newer;
    *(unit->newer ? &unit->newer->older : &shelf->newest) = unit->older;
    unit->older = unit->newer = NULL;
}

/* Makes what is missing; others that want it wait. */
static void load(Scan *scan, Unit *unit) {
    Shelf *shelf = &scan->shelf;
    unit->loading = true;
    pthread_mutex_unlock(&shelf->lock);
    scan_parse(unit);
    scan_model(scan, unit);
    link_settle(&scan->link, &unit->model);
    pthread_mutex_lock(&shelf->lock);
    unit->loading = false;
    unit->loaded = true;
    pthread_cond_broadcast(&shelf->loaded);
}

void scan_take(Scan *scan, Unit *unit) {
    Shelf *shelf = &scan->shelf;
    pthread_mutex_lock(&shelf->lock);
    bool waits = unit->loaded && !unit->holders;
    unit->holders++;
    if (waits) take_off(shelf, unit);
    while (unit->loading) pthread_cond_wait(&shelf->loaded, &shelf->lock);
    if (!unit->loaded) load(scan, unit);
    pthread_mutex_unlock(&shelf->lock);
}

void scan_shelve(Scan *scan, Unit *unit) {
    link_settle(&scan->link, &unit->model);
    pthread_mutex_lock(&scan->shelf.lock);
    unit->loaded = true;
    unit->holders++;
    pthread_mutex_unlock(&scan->shelf.lock);
    scan_give(scan, unit);
}

void scan_give(Scan *scan, Unit *unit) {
    Shelf *shelf = &scan->shelf;
    pthread_mutex_lock(&shelf->lock);
    if (--unit->holders == 0) { /* its own thread makes it grow while others look into it: only the last one may ask how large it is */
        shelf->bytes += unit->source.arena.total - unit->counted;
        unit->counted = unit->source.arena.total;
        put_on(shelf, unit);
    }
    while (shelf->bytes > SHELF_MAX && shelf->oldest && !scan->keep) {
        Unit *gone = shelf->oldest;
        take_off(shelf, gone);
        shelf->bytes -= gone->counted;
        gone->counted = 0;
        gone->loaded = false;
        scan_forget(gone);
    }
    pthread_mutex_unlock(&shelf->lock);
}
