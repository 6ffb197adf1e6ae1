/* Compiles checks/ and principles/ into one C file of constant tables, with the same loader that reads users' checks.
 *     compile-checks OUTPUT CHECKS PRINCIPLES FILE…      FILEs lie under CHECKS or PRINCIPLES and end in .yaml */
#include "base/io.h"
#include "cel/cel.h"
#include "check/load.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

typedef struct Compiler {
    Arena arena;
    PrincipleVec principles;
    VEC(Check) checks;
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

static void emit_text(Buf *out, Str s) {
    buf_byte(out, '"');
    for (size_t i = 0; i < s.len; i++) {
        uint8_t b = (uint8_t)s.at[i];
        if (b == '\n') buf_lit(out, "\\n\"\n\"");
        else if (b < 0x20 || b >= 0x7f || b == '"' || b == '\\' || b == '?') buf_print(out, "\\%03o", b);
        else buf_byte(out, (char)b);
    }
    buf_byte(out, '"');
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

static void emit_tables(Compiler *c, const Check *k, uint32_t i) {
    Buf *out = &c->out;
    buf_print(out, "static const uint8_t c%u_subjects[] = {", i);
    for (uint32_t s = 0; s < k->subject_count; s++) buf_print(out, "%u,", k->subjects[s]);
    buf_lit(out, "};\n");
    emit_strs(out, "systems", i, k->systems, k->system_count);
    emit_strs(out, "references", i, k->references, k->reference_count);
    emit_strs(out, "peers", i, k->peers, k->peer_count);
    emit_strs(out, "checklist", i, k->checklist, k->checklist_count);
    if (k->guard.field >= 0) emit_strs(out, "guard", i, k->guard.values, k->guard.value_count);
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
    k->guard.field >= 0 ? buf_print(out, "{%d,c%u_guard,%u,%d,%d},", k->guard.field, i, k->guard.value_count, k->guard.of_subject, k->guard.leads) : buf_lit(out, "{-1,0,0,0,0},");
    emit_str(out, k->fault);
    buf_print(out, ",%d,", k->never_approve);
    ref(out, "checklist", i, k->checklist_count);
    k->fix ? buf_print(out, "&c%u_fix,", i) : buf_lit(out, "0,");
    buf_print(out, "{0,0},{%u,%u,%u}},\n", k->packed.block, k->packed.start, k->packed.len);
}

/* The files of checks that follow one another go into one block, until it has this size. */
enum { BLOCK_MIN = 1 << 15 };

static void pack(Compiler *c, Buf *block, Buf *list) {
    uLongf len = compressBound(block->len);
    char *packed = arena_alloc(&c->arena, len);
    if (compress2((Bytef *)packed, &len, (const Bytef *)block->at, block->len, Z_BEST_COMPRESSION) != Z_OK) {
        fputs("compile-checks: can't pack the files of checks\n", stderr);
        exit(1);
    }
    buf_lit(list, "{");
    emit_text(list, (Str){packed, len});
    buf_print(list, ",%lu,%zu},\n", (unsigned long)len, block->len);
    block->len = 0;
}

static void emit_blocks(Compiler *c) {
    Buf block = {0}, list = {0};
    uint32_t count = 0;
    vec_each(Check, k, &c->checks) {
        k->packed = (PackedText){count, (uint32_t)block.len, (uint32_t)k->text.len};
        buf_add(&block, k->text);
        if (block.len < BLOCK_MIN) continue;
        pack(c, &block, &list);
        count++;
    }
    if (block.len) pack(c, &block, &list);
    buf_lit(&c->out, "const TextBlock catalogue_blocks[] = {\n");
    buf_add(&c->out, (Str){list.at, list.len});
    buf_lit(&c->out, "};\n");
    buf_free(&block);
    buf_free(&list);
}

static int compare_checks(const void *a, const void *b) { return str_compare(((const Check *)a)->id, ((const Check *)b)->id); }

static void load(Compiler *c, Str checks, Str principles, const char *path) {
    Error err;
    Str name = str_of(path);
    bool ok = true;
    if (str_starts(name, principles)) {
        Principle p;
        ok = principle_load(read_source(c, path), id_of(name, principles), &c->arena, &p, &err);
        if (ok) vec_push(&c->arena, &c->principles, p);
    } else if (str_starts(name, checks)) {
        Check k;
        ok = check_load(read_source(c, path), id_of(name, checks), &c->principles, &c->arena, &k, &err);
        if (ok) vec_push(&c->arena, &c->checks, k);
    }
    if (ok) return;
    fprintf(stderr, "%s\n", err.message);
    c->faults++;
}

int main(int argc, char **argv) {
    if (argc < 4) {
        fputs("usage: compile-checks OUTPUT CHECKS PRINCIPLES FILE...\n", stderr);
        return 2;
    }
    Compiler c = {0};
    Str checks = str_of(argv[2]), principles = str_of(argv[3]);
    for (int pass = 0; pass < 2; pass++) { /* principles first: checks name them */
        for (int i = 4; i < argc; i++) {
            if (str_starts(str_of(argv[i]), principles) == (pass == 0)) load(&c, checks, principles, argv[i]);
        }
    }
    if (!c.checks.count) {
        fprintf(stderr, "compile-checks: no check among the files given is in %s\n", argv[2]);
        return 1;
    }
    qsort(c.checks.items, c.checks.count, sizeof(Check), compare_checks);
    buf_lit(&c.out, "/* Made by tools/compile-checks. */\n#include \"check/catalogue.h\"\n\n");
    emit_blocks(&c);
    for (uint32_t i = 0; i < c.checks.count; i++) emit_tables(&c, &c.checks.items[i], i);
    buf_print(&c.out, "const Check catalogue_table[%u] = {\n", c.checks.count);
    for (uint32_t i = 0; i < c.checks.count; i++) emit_check(&c, &c.checks.items[i], i);
    buf_print(&c.out, "};\nconst uint32_t catalogue_count = %u;\n", c.checks.count);
    FILE *file = c.faults ? NULL : fopen(argv[1], "wb");
    bool ok = file && fwrite(c.out.at, 1, c.out.len, file) == c.out.len && fclose(file) == 0;
    if (!ok && !c.faults) fprintf(stderr, "compile-checks: can't write %s\n", argv[1]);
    buf_free(&c.out);
    for (uint32_t i = 0; i < c.sources.count; i++) arena_free(&c.sources.items[i]->arena);
    arena_free(&c.arena);
    return ok ? 0 : 1;
}
