/* The bytes are as untrusted as the rest of the repository: limits on files, sizes and depth, and no link is followed. */
#include "check/own.h"

#include "base/io.h"
#include "check/catalogue.h"
#include "check/load.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

typedef VEC(Str) Paths;

typedef struct Own {
    Arena *arena;
    Error *err;
    Shared shared;
    Paths paths;   /* below the folder of checks */
    CheckVec checks;
    OwnChecks *out;
} Own;

static bool list(Own *own, int fd, Str path, int depth);

static bool list_entry(Own *own, int fd, Str name, Str path, int depth) {
    if (str_starts(name, STR("."))) return true;
    Str full = path.len ? str_format(own->arena, "%.*s/%.*s", STR_ARGS(path), STR_ARGS(name)) : str_copy(own->arena, name);
    if (str_ends(name, STR(".yaml"))) {
        if (own->paths.count == OWN_CHECKS_MAX) return error_set(own->err, "%s: more than %d checks", OWN_CHECKS_FOLDER, OWN_CHECKS_MAX);
        vec_push(own->arena, &own->paths, full);
        return true;
    }
    int folder = openat(fd, str_copy(own->arena, name).at, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (folder < 0) return true; /* a README, say */
    if (depth == OWN_CHECKS_DEPTH_MAX) {
        close(folder);
        return error_set(own->err, "%s/%.*s: folders nested more than %d deep", OWN_CHECKS_FOLDER, STR_ARGS(full), OWN_CHECKS_DEPTH_MAX);
    }
    return list(own, folder, full, depth + 1);
}

/* Takes over `fd`. */
static bool list(Own *own, int fd, Str path, int depth) {
    DIR *dir = fdopendir(fd);
    if (!dir) {
        close(fd);
        return true;
    }
    bool ok = true;
    for (struct dirent *e; ok && (e = readdir(dir));) ok = list_entry(own, fd, str_of(e->d_name), path, depth);
    closedir(dir);
    return ok;
}

static int by_id(const void *a, const void *b) {
    const Check *left = a, *right = b;
    int order = str_compare(left->id, right->id);
    return order ? order : str_compare(left->file, right->file);
}

static int by_path(const void *a, const void *b) { return str_compare(*(const Str *)a, *(const Str *)b); }

/* Ours, by name, from the checks that have them. */
static void known_principles(Own *own) {
    uint32_t count;
    const Check *checks = catalogue_checks(&count);
    for (uint32_t i = 0; i < count; i++) {
        bool seen = !checks[i].principle.len;
        for (uint32_t k = 0; k < own->shared.principles.count && !seen; k++) seen = str_eq(own->shared.principles.items[k].name, checks[i].principle);
        if (!seen) vec_push(own->arena, &own->shared.principles, ((Principle){.name = checks[i].principle, .why = checks[i].why}));
    }
}

static bool known_families(Own *own) {
    for (uint32_t i = 0; i < catalogue_family_count; i++) {
        const CatalogueFamily *known = &catalogue_families[i];
        Source *source = arena_new(own->arena, Source);
        source_init(source, str_format(own->arena, "families/%.*s.yaml", STR_ARGS(known->name)), catalogue_text(known->packed, own->arena));
        own->out->sources[own->out->source_count++] = source;
        Family family;
        if (!family_load(source, known->name, own->arena, &family, own->err)) return false;
        vec_push(own->arena, &own->shared.families, family);
    }
    return true;
}

/* By id; a check of ours or of another file that has it already is named. */
static bool unique(Own *own) {
    for (uint32_t i = 0; i < own->checks.count; i++) {
        const Check *c = &own->checks.items[i], *before = i ? c - 1 : c;
        if (catalogue_find(c->id)) return error_set(own->err, "%s/%.*s.yaml: infra has a check '%.*s' itself; give yours another name", OWN_CHECKS_FOLDER, STR_ARGS(c->file), STR_ARGS(c->id));
        if (i && str_eq(before->id, c->id)) return error_set(own->err, "%s/%.*s.yaml:%u: the check '%.*s' stands in %.*s.yaml too", OWN_CHECKS_FOLDER, STR_ARGS(c->file), c->line, STR_ARGS(c->id), STR_ARGS(before->file));
    }
    return own->checks.count <= OWN_CHECKS_MAX || error_set(own->err, "%s: more than %d checks", OWN_CHECKS_FOLDER, OWN_CHECKS_MAX);
}

static bool load(Own *own, int folder, Str path) {
    Str bytes, shown = str_format(own->arena, "%s/%.*s", OWN_CHECKS_FOLDER, STR_ARGS(path)), id = str_slice(path, 0, path.len - strlen(".yaml"));
    ReadResult result = io_read(folder, path.at, false, OWN_CHECK_BYTES_MAX, SOURCE_PADDING, own->arena, &bytes);
    if (result == READ_TOO_LARGE) return error_set(own->err, "%.*s: a check is at most %d bytes", STR_ARGS(shown), OWN_CHECK_BYTES_MAX);
    if (result != READ_OK) return error_set(own->err, "%.*s: can't be read", STR_ARGS(shown));
    Source *source = arena_new(own->arena, Source);
    source_init(source, shown, bytes);
    own->out->sources[own->out->source_count++] = source;
    return check_load(source, id, &own->shared, own->arena, &own->checks, own->err);
}

bool own_checks_load(int root, Arena *a, OwnChecks *out, Error *err) {
    *out = (OwnChecks){0};
    Own own = {.arena = a, .err = err, .out = out};
    int folder = openat(root, ".infra", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    int checks = folder < 0 ? -1 : openat(folder, "checks", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (folder >= 0) close(folder);
    if (checks < 0) return true;
    bool ok = list(&own, dup(checks), (Str){NULL, 0}, 1);
    if (own.paths.count) qsort(own.paths.items, own.paths.count, sizeof(Str), by_path);
    out->sources = arena_array(a, Source *, own.paths.count + catalogue_family_count);
    if (ok && own.paths.count) known_principles(&own);
    ok = ok && (!own.paths.count || known_families(&own));
    for (uint32_t i = 0; ok && i < own.paths.count; i++) ok = load(&own, checks, own.paths.items[i]);
    close(checks);
    if (own.checks.count) qsort(own.checks.items, own.checks.count, sizeof(Check), by_id);
    ok = ok && unique(&own);
    out->items = own.checks.items;
    out->count = ok ? own.checks.count : 0;
    return ok;
}

void own_checks_free(OwnChecks *own) {
    for (uint32_t i = 0; i < own->source_count; i++) source_free(own->sources[i]);
    *own = (OwnChecks){0};
}
