/* Workflows that call each other in a circle, and actions that use each other. GitHub refuses to start the first and gives up on the second
 * at some depth. Each circle is told once: in the file whose path comes first. */
#include "link/circle.h"

#include "model/shape.h"

#define WAY_MAX 10    /* files one inside the other: more than GitHub allows */
#define WORK_MAX 4000 /* uses that are looked at for one */

typedef struct Way {
    const Pipelines *pipelines;
    Arena *arena;
    const Object *start;
    Map seen; /* paths of files that don't lead back */
    uint32_t work;
} Way;

static bool leads_back(Way *w, const Object *file, int depth, Str *text);

static bool goes_on(Way *w, Value use, int depth, Str *text) {
    if (use.kind != VALUE_OBJECT || ++w->work > WORK_MAX || !value_is_null(use.as.object->fields[ACTION_REPOSITORY])) return false;
    const Object *next = pipelines_file(w->pipelines, use.as.object, w->arena);
    return next && leads_back(w, next, depth + 1, text);
}

/* Of the files on the way, the start has the first path. */
static bool leads_back(Way *w, const Object *file, int depth, Str *text) {
    Str path = file->source->path;
    if (file == w->start) {
        *text = path;
        return true;
    }
    if (depth >= WAY_MAX || str_compare(path, w->start->source->path) < 0 || map_has(&w->seen, path)) return false;
    map_put(w->arena, &w->seen, path, w);
    static const struct { int list, use; } uses[] = {{WORKFLOW_JOBS, JOB_CALLS}, {WORKFLOW_STEPS, STEP_USES}};
    for (size_t k = 0; k < ARRAY_COUNT(uses); k++) {
        uint32_t count;
        const Value *items = value_items(file->fields[uses[k].list], &count, w->arena);
        for (uint32_t i = 0; i < count; i++) {
            if (items[i].kind != VALUE_OBJECT || !goes_on(w, items[i].as.object->fields[uses[k].use], depth, text)) continue;
            *text = str_format(w->arena, "%.*s → %.*s", STR_ARGS(path), STR_ARGS(*text));
            return true;
        }
    }
    return false;
}

bool circle_of(const Pipelines *p, const Object *start, const Object *use, Arena *a, Str *text) {
    Way w = {.pipelines = p, .arena = a, .start = start};
    if (!start || !goes_on(&w, value_object(use), 0, text)) return false;
    *text = str_format(a, "%.*s → %.*s", STR_ARGS(start->source->path), STR_ARGS(*text));
    return true;
}
