/* Compiles checks/, principles/ and families/ into one C file of constant tables, with the same loader that reads users' checks.
 *     compile-checks OUTPUT CHECKS PRINCIPLES FAMILIES FILE…      FILEs lie under one of the three and end in .yaml */
#include "base/io.h"
#include "cel/cel.h"
#include "check/load.h"

#include "emit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

enum { CHECKS, PRINCIPLES, FAMILIES };

typedef struct Compiler {
    Arena arena;
    Shared shared;
    CheckVec checks;
    VEC(Source *) sources; /* checks point into them */
    Buf out;
    uint32_t faults;       /* files that did not load: all are named before it gives up */
} Compiler;

static Source *read_source(Compiler *c, const char *path) {
    Source *source = arena_new(&c->arena, Source);
    Str bytes;
    if (io_read(AT_FDCWD, path, true, SOURCE_MAX, SOURCE_PADDING, &c->arena, &bytes) != READ_OK) {
        fprintf(stderr, "compile-checks: can't read %s\n", path);
        exit(1);
    }
    *source = (Source){.path = str_of(path), .bytes = bytes};
    vec_push(&c->arena, &c->sources, source);
    return source;
}

/* checks/image/moving-tag.yaml → image/moving-tag */
static Str id_of(Str path, Str folder) {
    Str id = str_skip(path, folder.len + 1);
    return str_slice(id, 0, id.len - 5);
}

static void emit_str(Buf *out, Str s) {
    buf_byte(out, '{');
    emit_text(out, s);
    buf_print(out, ",%zu}", s.len);
}

static void emit_prose(Buf *out, Prose prose) {
    buf_lit(out, "{{");
    emit_str(out, prose.in[0]);
    buf_byte(out, ',');
    emit_str(out, prose.in[1]);
    buf_lit(out, "}}");
}

static void emit_strs(Buf *out, const char *name, uint32_t index, const Str *items, uint32_t count) {
    if (!count) return;
    buf_print(out, "static const Str c%u_%s[] = {", index, name);
    for (uint32_t i = 0; i < count; i++) {
        emit_str(out, items[i]);
        buf_byte(out, ',');
    }
    buf_lit(out, "};\n");
}

static void ref(Buf *out, const char *name, uint32_t index, uint32_t count) {
    count ? buf_print(out, "c%u_%s,%u,", index, name, count) : buf_lit(out, "0,0,");
}

static Str program_name(Arena *a, uint32_t index, const char *what, uint32_t k) { return str_format(a, "c%u_%s%u", index, what, k); }

/* The tables of a program, and a constant CelProgram of that name. */
static void emit_program(Buf *out, const CelProgram *program, Str name) {
    cel_emit(program, name, out);
    buf_print(out, "static const CelProgram %.*s = ", STR_ARGS(name));
    cel_emit_value(program, name, out);
    buf_lit(out, ";\n");
}

static void emit_template(Compiler *c, const Template *t, uint32_t index, const char *what, int language) {
    for (uint32_t i = 0; i < t->part_count; i++) {
        if (t->parts[i].program) emit_program(&c->out, t->parts[i].program, str_format(&c->arena, "c%u_%s%d_%u", index, what, language, i));
    }
    if (!t->part_count) return;
    buf_print(&c->out, "static const TemplatePart c%u_%s%d[] = {", index, what, language);
    for (uint32_t i = 0; i < t->part_count; i++) {
        buf_byte(&c->out, '{');
        if (t->parts[i].program) buf_print(&c->out, "{0,0},&c%u_%s%d_%u", index, what, language, i);
        else {
            emit_str(&c->out, t->parts[i].literal);
            buf_lit(&c->out, ",0");
        }
        buf_lit(&c->out, "},");
    }
    buf_lit(&c->out, "};\n");
}

/* The initialiser of a template that emit_template printed. */
static void template_ref(Buf *out, const Template *t, uint32_t i, const char *what, int language) {
    t->part_count ? buf_print(out, "{c%u_%s%d,%u},", i, what, language, t->part_count) : buf_lit(out, "{0,0},");
}

static void emit_fix(Compiler *c, const Fix *fix, uint32_t i) {
    Buf *out = &c->out;
    Arena *a = &c->arena;
    for (uint32_t s = 0; s < fix->step_count; s++) {
        const FixStep *step = &fix->steps[s];
        emit_program(out, step->node, program_name(a, i, "node", s));
        if (step->when) emit_program(out, step->when, program_name(a, i, "if", s));
        emit_template(c, &step->key, i, "key", (int)s);
        emit_template(c, &step->text, i, "put", (int)s);
    }
    if (fix->when) emit_program(out, fix->when, program_name(a, i, "fixes", 0));
    buf_print(out, "static const FixStep c%u_steps[] = {", i);
    for (uint32_t s = 0; s < fix->step_count; s++) {
        buf_print(out, "{%u,&c%u_node%u,", fix->steps[s].verb, i, s);
        fix->steps[s].when ? buf_print(out, "&c%u_if%u,", i, s) : buf_lit(out, "0,");
        template_ref(out, &fix->steps[s].key, i, "key", (int)s);
        template_ref(out, &fix->steps[s].text, i, "put", (int)s);
        buf_lit(out, "},");
    }
    buf_print(out, "};\nstatic const Fix c%u_fix = {", i);
    emit_prose(out, fix->title);
    buf_print(out, ",%d,", fix->unsafe);
    fix->when ? buf_print(out, "&c%u_fixes0,", i) : buf_lit(out, "0,");
    buf_print(out, "c%u_steps,%u};\n", i, fix->step_count);
}

static void emit_guard(Buf *out, const CheckGuard *guard, uint32_t i) {
    emit_strs(out, "guard", i, guard->values, guard->value_count);
    if (!guard->atom_count) return;
    for (uint32_t n = 0; n < guard->atom_count; n++) {
        const GuardAtom *atom = &guard->atoms[n];
        if (!atom->value_count) continue;
        buf_print(out, "static const Str c%u_atom%u[] = {", i, n);
        for (uint32_t v = 0; v < atom->value_count; v++) {
            emit_str(out, atom->values[v]);
            buf_byte(out, ',');
        }
        buf_lit(out, "};\n");
    }
    buf_print(out, "static const GuardAtom c%u_atoms[] = {", i);
    for (uint32_t n = 0; n < guard->atom_count; n++) {
        const GuardAtom *atom = &guard->atoms[n];
        buf_print(out, "{%u,%d,%u,{%u,%u,%u},{%u,%u,%u},", atom->test, atom->last, atom->steps, atom->fields[0], atom->fields[1], atom->fields[2], atom->shapes[0], atom->shapes[1], atom->shapes[2]);
        atom->value_count ? buf_print(out, "c%u_atom%u,%u},", i, n, atom->value_count) : buf_lit(out, "0,0},");
    }
    buf_lit(out, "};\n");
}

static void emit_tables(Compiler *c, const Check *k, uint32_t i) {
    Buf *out = &c->out;
    buf_print(out, "static const uint8_t c%u_subjects[] = {", i);
    for (uint32_t s = 0; s < k->subject_count; s++) buf_print(out, "%u,", k->subjects[s]);
    buf_lit(out, "};\n");
    emit_strs(out, "systems", i, k->systems, k->system_count);
    emit_strs(out, "references", i, k->references, k->reference_count);
    emit_strs(out, "peers", i, k->peers, k->peer_count);
    emit_strs(out, "checklist", i, k->checklist, k->checklist_count);
    emit_strs(out, "wholes", i, k->part_of, k->part_of_count);
    emit_guard(out, &k->guard, i);
    for (uint32_t l = 0; l < k->let_count; l++) cel_emit(&k->lets[l].program, program_name(&c->arena, i, "let", l), out);
    if (k->let_count) {
        buf_print(out, "static const CheckLet c%u_lets[] = {", i);
        for (uint32_t l = 0; l < k->let_count; l++) {
            buf_byte(out, '{');
            emit_str(out, k->lets[l].name);
            buf_byte(out, ',');
            cel_emit_value(&k->lets[l].program, program_name(&c->arena, i, "let", l), out);
            buf_lit(out, "},");
        }
        buf_lit(out, "};\n");
    }
    cel_emit(&k->when, program_name(&c->arena, i, "when", 0), out);
    if (k->at) emit_program(out, k->at, program_name(&c->arena, i, "at", 0));
    if (k->shown) emit_program(out, k->shown, program_name(&c->arena, i, "shown", 0));
    if (k->related) emit_program(out, k->related, program_name(&c->arena, i, "related", 0));
    for (int l = 0; l < LANGUAGE_COUNT; l++) {
        emit_template(c, &k->say[l], i, "say", l);
        emit_template(c, &k->solve[l], i, "solve", l);
    }
    if (k->fix) emit_fix(c, k->fix, i);
}

static void emit_templates(Buf *out, const Template *t, uint32_t i, const char *what) {
    buf_byte(out, '{');
    for (int l = 0; l < LANGUAGE_COUNT; l++) {
        template_ref(out, &t[l], i, what, l);
    }
    buf_lit(out, "},");
}

static void emit_check(Compiler *c, const Check *k, uint32_t i) {
    Buf *out = &c->out;
    buf_byte(out, '{');
    emit_str(out, k->id);
    buf_byte(out, ',');
    emit_prose(out, k->title);
    buf_print(out, ",%u,%u,%u,%u,c%u_subjects,%u,", k->severity, k->confidence, k->profile, k->category, i, k->subject_count);
    ref(out, "systems", i, k->system_count);
    ref(out, "lets", i, k->let_count);
    cel_emit_value(&k->when, program_name(&c->arena, i, "when", 0), out);
    k->at ? buf_print(out, ",&c%u_at0,", i) : buf_lit(out, ",0,");
    k->shown ? buf_print(out, "&c%u_shown0,", i) : buf_lit(out, "0,");
    k->related ? buf_print(out, "&c%u_related0,", i) : buf_lit(out, "0,");
    emit_templates(out, k->say, i, "say");
    emit_templates(out, k->solve, i, "solve");
    emit_prose(out, k->why);
    buf_byte(out, ',');
    emit_prose(out, k->consider);
    buf_byte(out, ',');
    emit_str(out, k->principle);
    buf_byte(out, ',');
    ref(out, "references", i, k->reference_count);
    ref(out, "peers", i, k->peer_count);
    buf_print(out, "{%d,", k->guard.field);
    ref(out, "guard", i, k->guard.value_count);
    ref(out, "atoms", i, k->guard.atom_count);
    buf_print(out, "%d,%d},", k->guard.of_subject, k->guard.leads);
    emit_str(out, k->fault);
    buf_byte(out, ',');
    ref(out, "wholes", i, k->part_of_count);
    buf_print(out, "%d,", k->never_approve);
    ref(out, "checklist", i, k->checklist_count);
    k->fix ? buf_print(out, "&c%u_fix,", i) : buf_lit(out, "0,");
    emit_str(out, k->file);
    buf_print(out, ",%u,{0,0},{%u,%u,%u},", k->line, k->packed.block, k->packed.start, k->packed.len);
    emit_str(out, k->family);
    buf_lit(out, ",{0,0}},\n");
}

/* Files that follow one another go into one block, until it has this size. */
enum { BLOCK_MIN = 1 << 15 };

typedef struct Packer {
    Buf block, list;
    uint32_t count; /* of blocks that are full */
} Packer;

static void pack(Compiler *c, Packer *p) {
    uLongf len = compressBound(p->block.len);
    char *packed = arena_alloc(&c->arena, len);
    if (compress2((Bytef *)packed, &len, (const Bytef *)p->block.at, p->block.len, Z_BEST_COMPRESSION) != Z_OK) {
        fputs("compile-checks: can't pack the files of checks\n", stderr);
        exit(1);
    }
    buf_lit(&p->list, "{");
    emit_text(&p->list, (Str){packed, len});
    buf_print(&p->list, ",%lu,%zu},\n", (unsigned long)len, p->block.len);
    p->block.len = 0;
    p->count++;
}

static PackedText pack_text(Compiler *c, Packer *p, Str text) {
    if (p->block.len >= BLOCK_MIN) pack(c, p);
    PackedText packed = {p->count, (uint32_t)p->block.len, (uint32_t)text.len};
    buf_add(&p->block, text);
    return packed;
}

/* The rows of a table come one after another as they were loaded: so its file is packed once. */
static void emit_blocks(Compiler *c) {
    Packer p = {0};
    vec_each(Check, k, &c->checks) {
        bool same = k > c->checks.items && k[-1].text.at == k->text.at;
        k->packed = same ? k[-1].packed : pack_text(c, &p, k->text);
    }
    Buf families = {0};
    vec_each(Family, f, &c->shared.families) {
        PackedText packed = pack_text(c, &p, f->source->bytes);
        buf_byte(&families, '{');
        emit_str(&families, f->name);
        buf_print(&families, ",{%u,%u,%u}},\n", packed.block, packed.start, packed.len);
    }
    if (p.block.len) pack(c, &p);
    buf_print(&c->out, "const TextBlock catalogue_blocks[] = {\n%.*s};\n", (int)p.list.len, p.list.at);
    buf_print(&c->out, "const CatalogueFamily catalogue_families[] = {\n%.*s{{0,0},{0,0,0}}};\n", (int)families.len, families.at);
    buf_print(&c->out, "const uint32_t catalogue_family_count = %u;\n", c->shared.families.count);
    buf_free(&families);
    buf_free(&p.block);
    buf_free(&p.list);
}

static int compare_checks(const void *a, const void *b) { return str_compare(((const Check *)a)->id, ((const Check *)b)->id); }

/* Two files may have a check of one name: a table's rows stand beside files. */
static void find_twins(Compiler *c) {
    for (uint32_t i = 1; i < c->checks.count; i++) {
        const Check *k = &c->checks.items[i], *before = k - 1;
        if (!str_eq(k->id, before->id)) continue;
        fprintf(stderr, "checks/%.*s.yaml:%u: the check '%.*s' stands in checks/%.*s.yaml too\n", STR_ARGS(k->file), k->line, STR_ARGS(k->id), STR_ARGS(before->file));
        c->faults++;
    }
}

static void load(Compiler *c, const Str folders[3], int folder, const char *path) {
    Error err;
    Str name = id_of(str_of(path), folders[folder]);
    Principle p;
    Family f;
    bool ok = true;
    if (folder == PRINCIPLES && (ok = principle_load(read_source(c, path), name, &c->arena, &p, &err))) vec_push(&c->arena, &c->shared.principles, p);
    if (folder == FAMILIES && (ok = family_load(read_source(c, path), name, &c->arena, &f, &err))) vec_push(&c->arena, &c->shared.families, f);
    if (folder == CHECKS) ok = check_load(read_source(c, path), name, &c->shared, &c->arena, &c->checks, &err);
    if (ok) return;
    fprintf(stderr, "%s\n", err.message);
    c->faults++;
}

static void emit_all(Compiler *c) {
    buf_lit(&c->out, "/* Made by tools/compile-checks. */\n#include \"check/catalogue.h\"\n\n");
    emit_blocks(c);
    qsort(c->checks.items, c->checks.count, sizeof(Check), compare_checks);
    find_twins(c);
    for (uint32_t i = 0; i < c->checks.count; i++) emit_tables(c, &c->checks.items[i], i);
    buf_print(&c->out, "const Check catalogue_table[%u] = {\n", c->checks.count);
    for (uint32_t i = 0; i < c->checks.count; i++) emit_check(c, &c->checks.items[i], i);
    buf_print(&c->out, "};\nconst uint32_t catalogue_count = %u;\n", c->checks.count);
}

int main(int argc, char **argv) {
    if (argc < 5) {
        fputs("usage: compile-checks OUTPUT CHECKS PRINCIPLES FAMILIES FILE...\n", stderr);
        return 2;
    }
    Compiler c = {0};
    Str folders[] = {str_of(argv[2]), str_of(argv[3]), str_of(argv[4])};
    static const int order[] = {PRINCIPLES, FAMILIES, CHECKS}; /* checks name the others */
    for (size_t pass = 0; pass < ARRAY_COUNT(order); pass++) {
        for (int i = 5; i < argc; i++) {
            if (str_starts(str_of(argv[i]), folders[order[pass]])) load(&c, folders, order[pass], argv[i]);
        }
    }
    if (!c.checks.count) {
        fprintf(stderr, "compile-checks: no check among the files given is in %s\n", argv[2]);
        return 1;
    }
    if (!c.faults) emit_all(&c);
    FILE *file = c.faults ? NULL : fopen(argv[1], "wb");
    bool ok = file && fwrite(c.out.at, 1, c.out.len, file) == c.out.len && fclose(file) == 0;
    if (!ok && !c.faults) fprintf(stderr, "compile-checks: can't write %s\n", argv[1]);
    buf_free(&c.out);
    for (uint32_t i = 0; i < c.sources.count; i++) arena_free(&c.sources.items[i]->arena);
    arena_free(&c.arena);
    return ok ? 0 : 1;
}
