/* Reports of other scanners: read before the sandbox closes, since they may lie anywhere; parsed behind it; joined to the files and images
 * of this repository. */
#include "scan_state.h"

#include "evidence/evidence.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

bool scan_load_evidence(Scan *scan, Error *err) {
    const ScanOptions *o = scan->options;
    if (o->with_count) scan->root_path = io_folder_path(scan->project.root, &scan->arena);
    scan->evidence = arena_zeros(&scan->arena, Source, o->with_count + 1);
    for (uint32_t i = 0; i < o->with_count; i++) {
        Source *source = &scan->evidence[i];
        source->path = str_copy(&scan->arena, o->with[i]);
        ReadResult result = io_read(AT_FDCWD, source->path.at, true, FILE_MAX, SOURCE_PADDING, &source->arena, &source->bytes);
        if (result == READ_TOO_LARGE) return error_set(err, "--with %.*s: larger than 32 MB", STR_ARGS(source->path));
        if (result != READ_OK) return error_set(err, "--with '%.*s': can't read it; it must be a plain file", STR_ARGS(source->path));
        scan->evidence_count++;
    }
    return true;
}

bool scan_read_evidence(Scan *scan, Error *err) {
    for (uint32_t i = 0; i < scan->evidence_count; i++) {
        if (!evidence_read(&scan->evidence[i], &scan->review.claims, err)) return false;
    }
    scan->review.claim_files = scan->evidence_count;
    return true;
}

/* ---- joining ---- */

static Str without_start(Str place) {
    if (str_starts(place, STR("file://"))) place = str_skip(place, 7);
    while (str_starts(place, STR("./")) || str_starts(place, STR("/"))) place = str_skip(place, place.at[0] == '/' ? 1 : 2);
    return place;
}

/* What is left of `place` when it begins with the folder we are in: the scanner ran above it, or was given its name. "web/Dockerfile", in /src/shop/web. */
static Str inside_root(const Scan *scan, Str place) {
    Str root = scan->root_path;
    for (size_t slash; (slash = str_find_last(place, '/')) != STR_NONE;) {
        Str folder = str_slice(place, 0, slash);
        bool ours = str_ends(root, folder) && root.len > folder.len && root.at[root.len - folder.len - 1] == '/';
        if (ours) return folder;
        place = folder;
    }
    return (Str){NULL, 0};
}

/* The one file that ends in `place`; NULL when there are several, or none: the scanner was given a folder of the repository. */
static Source *ending_in(Scan *scan, Str place) {
    Source *found = NULL;
    for (uint32_t i = 0; i < scan->unit_count; i++) {
        Str path = scan->units[i].source.path;
        if (!str_ends(path, place) || path.len == place.len || path.at[path.len - place.len - 1] != '/') continue;
        if (found) return NULL;
        found = &scan->units[i].source;
    }
    return found;
}

/* The file that a place names: itself; of a place that is absolute where the scanner ran (/src/web/Dockerfile), the longest end of it that is a file here; of
 * a relative one, what is left below this folder, or the one file that ends so. */
static Source *find_file(Scan *scan, const Map *files, Str place) {
    Str rest = without_start(place);
    Source *found = map_get(files, rest);
    bool absolute = place.len > rest.len && str_has(str_slice(place, 0, place.len - rest.len), STR("/")) && !str_starts(place, STR("./"));
    for (size_t slash; absolute && !found && (slash = str_find_byte(rest, '/')) != STR_NONE;) {
        rest = str_skip(rest, slash + 1);
        found = map_get(files, rest);
    }
    if (found || absolute || !rest.len || str_has(rest, STR(".."))) return found;
    Str above = inside_root(scan, rest);
    if (above.len) found = map_get(files, str_skip(rest, above.len + 1));
    return found || str_find_byte(rest, '/') == STR_NONE ? found : ending_in(scan, rest);
}

static bool in_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == ':' || c == '/' || c == '@'; }

/* Where the file names an image as a whole word; 0: nowhere. */
static uint32_t line_of_image(Source *source, Str image) {
    Str bytes = source->bytes;
    for (size_t from = 0, at; from < bytes.len && (at = str_find(str_skip(bytes, from), image)) != STR_NONE; from += at + image.len) {
        size_t start = from + at, end = start + image.len;
        if ((!start || !in_name(bytes.at[start - 1])) && (end >= bytes.len || !in_name(bytes.at[end]))) return source_place(source, (uint32_t)start).line;
    }
    return 0;
}

static bool names_image(Str place) { return place.len > 3 && str_find_byte(place, ':') != STR_NONE && !str_has(place, STR("://")) && str_find_byte(place, ' ') == STR_NONE; }

typedef struct ImagePlace {
    Source *source; /* NULL: nowhere */
    uint32_t line;
} ImagePlace;

/* Each image is looked for once, however many results it has. */
static ImagePlace find_image(Scan *scan, Map *seen, Str image) {
    void **slot = map_slot(&scan->arena, seen, image);
    if (*slot) return *(ImagePlace *)*slot;
    ImagePlace *found = arena_new(&scan->arena, ImagePlace);
    *slot = found;
    for (uint32_t i = 0; i < scan->unit_count && !found->source; i++) {
        Unit *unit = &scan->units[i];
        uint32_t line = unit->result == READ_OK && unit->source.bytes.len ? line_of_image(&unit->source, image) : 0;
        if (line) *found = (ImagePlace){&unit->source, line};
    }
    return *found;
}

#define PLACES_MAX 2000 /* that all files are compared with */
#define IMAGES_MAX 64 /* looked for in the files of a repository: reports of more images are a registry's */

/* A place of this folder as people here know it: without the way to it. */
static Str below_root(const Scan *scan, Str place) {
    Str path = str_starts(place, STR("file://")) ? str_skip(place, 7) : place, root = scan->root_path;
    bool below = root.len > 1 && str_starts(path, root) && path.len > root.len + 1 && path.at[root.len] == '/';
    return below ? str_skip(path, root.len + 1) : place;
}

/* A place is looked for once, however many results it has. */
static Source *place_of(Scan *scan, Map *places, const Map *files, Str place) {
    void **slot = map_slot(&scan->arena, places, place);
    if (!*slot) {
        Source **found = arena_new(&scan->arena, Source *);
        *found = places->count <= PLACES_MAX ? find_file(scan, files, place) : map_get(files, without_start(place));
        *slot = found;
    }
    return *(Source **)*slot;
}

void scan_join_evidence(Scan *scan) {
    Review *r = &scan->review;
    Map images = {0}, files = {0}, places = {0};
    for (uint32_t i = 0; i < scan->unit_count; i++) map_put(&scan->arena, &files, scan->units[i].source.path, &scan->units[i].source);
    for (uint32_t i = 0; i < r->claims.count; i++) {
        Claim *c = &r->claims.items[i];
        c->place = below_root(scan, c->place);
        c->source = place_of(scan, &places, &files, c->place);
        if (c->source || !names_image(c->place) || images.count >= IMAGES_MAX) continue;
        ImagePlace at = find_image(scan, &images, c->place);
        c->source = at.source;
        if (at.source) c->line = at.line;
    }
    evidence_sort(&r->claims);
}
