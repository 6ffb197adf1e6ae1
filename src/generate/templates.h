/* What `infra new` knows: facts that a repository may hold, stacks with the rules that find them, kinds of things to write, and their texts. All of it
 * is data, templates/ of the project (its README tells the format); tools/compile-templates loads it with this loader and puts the bytes into the program. */
#ifndef GENERATE_TEMPLATES_H
#define GENERATE_TEMPLATES_H

#include "base/regex.h"
#include "generate/blank.h"

/* The bytes in the program: made by tools/compile-templates, sorted by name. */
typedef struct TemplateFile {
    Str name;  /* from templates/: "stacks/node.yaml" */
    Str bytes; /* SOURCE_PADDING zero bytes follow */
} TemplateFile;
extern const TemplateFile template_files[];
extern const uint32_t template_file_count;

/* What a value may look like: nothing else is ever taken from a repository. */
typedef enum FactType {
    FACT_WORD,    /* letters, digits and . _ / @ + : -, not beginning with a dash */
    FACT_NAME,    /* a label of DNS: what is read is made one */
    FACT_PATH,    /* a word that stays inside */
    FACT_PORT,    /* 1 … 65535 */
    FACT_VERSION, /* digits and dots */
    FACT_ROUTE,   /* a path of a URL */
    FACT_FLAG,    /* true, or absent */
    FACT_LINE,    /* one line of our own, made of words: a command */
    FACT_EXEC,    /* the same as a list of texts in JSON: what is started without a shell */
    FACT_TYPE_COUNT
} FactType;

typedef struct Fact {
    Str name;
    uint8_t type; /* FactType */
    Prose title;
} Fact;

typedef enum Certainty { SURE, LIKELY, GUESSED } Certainty; /* read · the usual · a placeholder */

/* One way to learn a fact; of a fact's rules the first that gives something wins. */
typedef struct Rule {
    uint32_t line;
    Str file;                  /* of the unit's folder, or empty */
    bool above;                /* or of one above it */
    bool root;                 /* of the repository's root instead */
    bool sources;              /* any source file */
    Str path;                  /* into a JSON or YAML document: "engines.node" */
    Str section;               /* of TOML and INI: only below [section] */
    const Regex *match;        /* group 1, or all of it, is what was read */
    Str holds;                 /* a file without this text is not searched */
    const Str *dependencies;   /* one of these is a dependency */
    uint32_t dependency_count;
    Str setting;               /* what .infra.yaml says under this key */
    const CelProgram *when;
    const Blank *value;        /* what the fact is then; NULL: what was read */
    Str release;               /* what was read is a range of releases of this product; "": it is not */
    uint8_t confidence;        /* Certainty */
    bool ask;                  /* nobody can know: it stands there to be replaced */
    Prose why;                 /* what it rests on, or what is to be decided */
} Rule;

typedef struct FactRules {
    uint32_t fact;
    const Rule *rules;
    uint32_t count;
} FactRules;

/* Where names of dependencies stand. */
typedef struct DependencySource {
    Str file;
    Str keys;           /* JSON: the keys of the map there */
    const Regex *match; /* text: group 1 of every match */
} DependencySource;

typedef struct StackFile {
    Str path, bytes;
} StackFile;

typedef struct Expected {
    uint32_t fact;
    Str value; /* empty: unknown */
} Expected;

typedef struct StackExample {
    Str name;
    const StackFile *files;
    uint32_t file_count;
    const Expected *facts;
    uint32_t fact_count;
} StackExample;

typedef struct Stack {
    Str id;
    Prose title;
    int64_t rank;       /* lower ones are asked first, where several fit a folder */
    const Str *signs;   /* a folder that holds one of these files is a unit */
    uint32_t sign_count;
    const Str *endings; /* of source files */
    uint32_t ending_count;
    const DependencySource *dependencies;
    uint32_t dependency_count;
    const FactRules *facts;
    uint32_t fact_count;
    const uint32_t *needs; /* facts without which nothing can be started */
    uint32_t need_count;
    const StackExample *examples;
    uint32_t example_count;
} Stack;

typedef struct KindFile {
    Blank path, text; /* text: name of a file below templates/files/ */
    bool each;        /* for every unit; else once */
    bool executable;
    const CelProgram *when;
} KindFile;

/* What people have to see to before they use a kind's files: a Secret that must exist, a job that nothing fills. */
typedef struct KindTask {
    const CelProgram *when;
    bool each;                      /* for every unit; else once */
    const Blank *say[LANGUAGE_COUNT];
    const Blank *at;                /* the text of the result that it is about; NULL: it stands nowhere */
} KindTask;

/* What a kind's files need that another kind writes. */
typedef struct KindNeed {
    Str kind;
    const CelProgram *when; /* it is not there */
} KindNeed;

typedef struct Kind {
    Str id;
    Prose title;
    int64_t rank;
    bool alone;       /* needs no unit */
    const uint32_t *needs;
    uint32_t need_count;
    const KindFile *files;
    uint32_t file_count;
    const KindNeed *after;
    uint32_t after_count;
    const KindTask *tasks;
    uint32_t task_count;
} Kind;

#define VARIABLES_MAX BLANK_NAMES_MAX

typedef struct Templates {
    VEC(Fact) facts;
    CelVariable variables[VARIABLES_MAX]; /* the facts, then those of enum below */
    uint32_t variable_count;
    VEC(Stack) stacks;    /* by rank */
    VEC(Kind) kinds;      /* by rank */
    Stack repository;     /* rules of what is asked once */
    Stack common;         /* of every unit, before its stack's: what they find wins */
    Map no_units;         /* names of folders that hold no units, */
    Map aside;            /* and of those, in a unit, whose code is not what runs */
    const Str *aside_files; /* globs of names of files that aren't, either */
    uint32_t aside_file_count;
    Map blanks;           /* name below files/ → Blank */
    VEC(Source *) sources;
} Templates;

/* Variables behind the facts; in rules, what was read and the file it stands in, from the unit's folder. */
typedef enum Extra { EXTRA_STACK, EXTRA_FOLDER, EXTRA_UNITS, EXTRA_HERE, EXTRA_IT, EXTRA_AT, EXTRA_COUNT } Extra;

bool templates_load(const TemplateFile *files, uint32_t count, Arena *a, Templates *out, Error *err);
void templates_free(Templates *t);
/* Index of a fact by name, or -1. */
int fact_find(const Templates *t, Str name);
/* By id, or NULL. */
const Kind *kind_find(const Templates *t, Str id);
const Stack *stack_find(const Templates *t, Str id);

#endif
