/* Check: one thing that can be wrong, as compiled from its file under checks/; Finding: one place where it is.
 * A check is data: nothing in the engine knows one by name. */
#ifndef MODEL_FINDING_H
#define MODEL_FINDING_H

#include "model/edit.h"
#include "model/program.h"
#include "model/language.h"
#include "model/shape.h"

typedef enum Severity {
    SEVERITY_INFO, SEVERITY_LOW, SEVERITY_MEDIUM, SEVERITY_HIGH, SEVERITY_CRITICAL, SEVERITY_COUNT
} Severity;
typedef enum Confidence { CONFIDENCE_LOW, CONFIDENCE_MEDIUM, CONFIDENCE_HIGH, CONFIDENCE_COUNT } Confidence;
/* Who should see a check: each profile holds the ones before it. */
typedef enum Profile { PROFILE_DEFAULT, PROFILE_STRICT, PROFILE_ALL, PROFILE_COUNT } Profile;
typedef enum Category {
    CATEGORY_SECURITY, CATEGORY_RELIABILITY, CATEGORY_PERFORMANCE, CATEGORY_COST, CATEGORY_OBSERVABILITY,
    CATEGORY_SUPPLY_CHAIN, CATEGORY_CORRECTNESS, CATEGORY_STYLE, CATEGORY_COUNT
} Category;

/* The name of each, as files and flags spell it ("supply-chain"); and back: -1 when there is none. */
Str severity_name(Severity severity);
Str confidence_name(Confidence confidence);
Str profile_name(Profile profile);
Str category_name(Category category);
Prose severity_title(Severity severity); /* for people */
int severity_find(Str name);
int confidence_find(Str name);
int profile_find(Str name);
int category_find(Str name);

/* Prose with CEL in it: literal pieces and programs in turn. */
typedef struct TemplatePart {
    Str literal;               /* when program is NULL */
    const CelProgram *program;
} TemplatePart;
typedef struct Template {
    const TemplatePart *parts;
    uint32_t part_count;
} Template;

typedef struct CheckLet {
    Str name;
    CelProgram program;
} CheckLet;

/* What a guard asks of one value. */
typedef enum GuardTest {
    GUARD_IS, GUARD_IS_NOT,       /* one of the texts */
    GUARD_HAS, GUARD_HAS_NOT,     /* a list, that one of the texts is in it */
    GUARD_THERE, GUARD_FILLED, GUARD_ABSENT, /* anything, an empty list too; anything that is not empty; nothing */
    GUARD_TRUE, GUARD_FALSE,
    GUARD_HOLDS, GUARD_HOLDS_FOLDED /* that the first text stands somewhere in it; in any case of letters */
} GuardTest;

#define GUARD_STEPS 3 /* it.script.stage.ships */

typedef struct GuardAtom {
    uint8_t test;                 /* GuardTest */
    bool last;                    /* of its clause: one atom of each must hold */
    uint8_t steps;                /* of the path from the subject: at least 1 */
    uint8_t fields[GUARD_STEPS];  /* index in the shape of that step's object */
    uint8_t shapes[GUARD_STEPS];  /* ShapeId of that object */
    const Str *values;
    uint32_t value_count;
} GuardAtom;

/* What decides cheaply that a check can't fire: `when` demands that `field` is one of these strings, and every clause of `atoms`. */
typedef struct CheckGuard {
    int field;                 /* index in the subject's shape, or -1 */
    const Str *values;
    uint32_t value_count;
    const GuardAtom *atoms;
    uint32_t atom_count;
    bool of_subject;           /* `subject` names these types of blocks; else an operand of `when` does */
    bool leads;                /* it is the first operand of `when`: what the check is about */
} CheckGuard;

/* ---- how a check mends what it finds ---- */

typedef enum FixVerb {
    FIX_REPLACE,               /* the bytes of `node` become `text` */
    FIX_REMOVE,                /* `node` goes, with the lines, key or blanks that belong to it alone */
    FIX_SET,                   /* the map or block `node` says `text` under `key`, a path with dots */
    FIX_INTO,                  /* the list or block `node` gets one more item: `text` */
    FIX_BEFORE, FIX_AFTER,     /* `text` is written at an edge of `node` */
    FIX_ABOVE, FIX_BELOW,      /* `text` is written as lines of its own, indented as `node` */
    FIX_THEN,                  /* the shell command `node` is followed by `text`, if it succeeds */
    FIX_VERB_COUNT
} FixVerb;

typedef struct FixStep {
    uint8_t verb;              /* FixVerb */
    const CelProgram *node;    /* where; a list: at each of its items */
    const CelProgram *when;    /* only if it is true, or NULL */
    Template key, text;
} FixStep;

typedef struct Fix {
    Prose title;               /* what it does, or empty: the finding's `solve` says it */
    bool unsafe;               /* it can change what a working system does: only on request */
    const CelProgram *when;    /* findings that it can mend; NULL: all of its check */
    const FixStep *steps;
    uint32_t step_count;
} Fix;

/* Where the file of a compiled check lies: in which packed block, and where in what that unpacks to. */
typedef struct PackedText {
    uint32_t block, start, len;
} PackedText;

typedef struct Check {
    Str id;                    /* path under checks/ without .yaml: "image/moving-tag" */
    Prose title;
    uint8_t severity, confidence, profile, category;
    const uint8_t *subjects;   /* ShapeIds */
    uint32_t subject_count;
    const Str *systems;        /* restricted to these; none: wherever the subject exists */
    uint32_t system_count;
    const CheckLet *lets;      /* each may use the ones before it */
    uint32_t let_count;
    CelProgram when;           /* over `it` and the lets; true: a finding */
    const CelProgram *at;      /* the value to point at, or NULL: what decided `when` */
    const CelProgram *shown;   /* where the evidence of an item is when all is well, or NULL: the subject */
    const CelProgram *related; /* the other end, or NULL */
    Template say[LANGUAGE_COUNT];
    Template solve[LANGUAGE_COUNT];
    Prose why;                 /* its own, or that of its principle */
    Prose consider;            /* what its principle asks to see to when such a change is made, or empty */
    Str principle;             /* name of principles/NAME.yaml, or empty */
    const Str *references;
    uint32_t reference_count;
    const Str *peers;          /* "hadolint:DL3007" … */
    uint32_t peer_count;
    CheckGuard guard;
    Str fault;                 /* checks that name the same fault say the same of a place: one finding, the others in `also` */
    const Str *part_of;        /* faults that this one is part of: where one of them is found too, this one stands in its `also` */
    uint32_t part_of_count;
    bool never_approve;        /* blocks approval whatever the threshold: product.md, "Never approved" */
    const Str *checklist;      /* items of the review's checklist it decides: "docker/non-root" */
    uint32_t checklist_count;
    const Fix *fix;            /* or NULL */
    Str file;                  /* where it stands: its id, or FOLDER/TABLE of the table that it is a row of */
    uint32_t line;             /* 1-based, where it begins there */
    Str text;                  /* a user's own: that file, for `explain` and `test` */
    PackedText packed;         /* ours: where it lies (check_examples) */
    Str family, family_text;   /* the family of its table (check/family.h): its name, or empty; of a user's own its text, too */
} Check;

/* Whether `pattern` is the check's id, a folder that holds it ("image" or "image/"), or a peer's name for it ("hadolint:DL3007"). */
bool check_is_named(const Check *check, Str pattern);

typedef struct Related {
    Source *source;
    Span span;
    Prose message;
} Related;

/* What mends a finding: edits of the file it was found in, ordered; all or none. */
typedef struct FindingFix {
    Prose title;
    bool unsafe;
    Source *source;
    EditGroup group;
} FindingFix;

typedef struct Finding {
    const Check *check;
    Source *source;
    Span span;                 /* what to underline */
    const Str *scenarios;      /* those it was found in, of what is built in several ways; sorted */
    uint32_t scenario_count;
    const Layer *layers;       /* what those are made of, where it lies: bases, patches, generators */
    uint32_t layer_count;
    Str resource;              /* address as its users know it; may be empty */
    Prose message;
    Prose solution;
    Severity severity;         /* the check's, or as overridden */
    const Related *related;
    uint32_t related_count;
    const Check *const *also;  /* other checks that saw the same fault */
    uint32_t also_count;
    bool secret;               /* the bytes of the span are a credential: reports show it redacted */
    Span extent;               /* all of the resource it is about, as far as it lies in the same file */
    Str identity;              /* 16 hex digits, from check + resource + normalised content: stays when lines move or files are renamed */
    Str id;                    /* the same, told apart from its equals by an ordinal: unique in a review */
    const struct Ignore *ignored; /* who asked not to hear of it (model/ignore.h), or NULL */
    Str accepted;              /* id of the decision that accepts it; it is told, and does not block */
    const struct Known *known; /* what the memory says of it, or NULL */
    bool in_baseline;          /* known already */
    bool pending;              /* of a shard: it stands if every shard says so */
    const FindingFix *fix;     /* or NULL */
    bool blocks;               /* forbids approval: at the threshold of its folder, or on the never-approve list */
} Finding;

typedef VEC(Finding) FindingVec;

/* Whether the finding is of a check so named, be it one of the others that saw the same fault. */
bool finding_is_named(const Finding *finding, Str pattern);
/* The id of the `ordinal`-th (from 0) finding of that identity in a review. */
Str finding_id(Str identity, uint32_t ordinal, Arena *a);

#endif
