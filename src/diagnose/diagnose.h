/* What a failure printed → what it comes from. Pure: logs and files are given as bytes; causes/ tells the rest. */
#ifndef DIAGNOSE_DIAGNOSE_H
#define DIAGNOSE_DIAGNOSE_H

#include "base/buf.h"
#include "base/error.h"
#include "base/regex.h"
#include "base/vec.h"
#include "model/language.h"

#define DIAGNOSE_WORDS 2   /* groups of a pattern that texts may name: {1} and {2} */
#define DIAGNOSE_PLACES 3  /* of the repository that are told of one cause */
#define DIAGNOSE_CAUSES 10 /* told; who has more has a list of symptoms */
#define DIAGNOSE_LINE 2000 /* bytes of a line that are looked at in one go */
#define DIAGNOSE_AGAIN 300 /* of them that the next go sees again: a message may lie across */

typedef enum CauseRank { CAUSE_PROVEN, CAUSE_CONSISTENT, CAUSE_SYMPTOM } CauseRank;
typedef enum CauseSeek { SEEK_NOTHING, SEEK_WORD, SEEK_PLACE, SEEK_PATH } CauseSeek;

typedef struct Cause {
    Str id;
    uint8_t rank, seek;
    Str holds, pattern;
    Str files, place; /* where to look, by endings between spaces, and what for */
    Prose what, act;
} Cause;

/* tools/compile-causes; a line belongs to the first that fits it. */
extern const Cause diagnose_causes[];
extern const uint32_t diagnose_cause_count;

typedef struct Spot {
    Str file;
    uint32_t line;
} Spot;

typedef struct Diagnosis {
    const Cause *cause;
    Spot at;                   /* of the log: its first line */
    Str text;                   /* that line, trimmed */
    uint32_t order;             /* in which it was found */
    uint32_t count;             /* lines that say the same */
    uint32_t last;              /* of all lines that were read, the last of these */
    Str words[DIAGNOSE_WORDS];  /* may be empty */
    Spot places[DIAGNOSE_PLACES];
    uint32_t place_count;
    bool near;                  /* they are of the object that the log is about */
} Diagnosis;

typedef struct DiagnoseRow {
    const Cause *cause;
    Regex *pattern, *place; /* NULL: none */
    Str holds;              /* what every line that fits has in it, or empty; folded: in any case of letters */
    bool folded;
    RegexStates *states;    /* of the pattern, to tell quickly that it does not fit; or NULL */
    uint32_t known[DIAGNOSE_CAUSES], known_count; /* what was found of this cause: more than can be told is not kept */
} DiagnoseRow;

typedef struct Diagnoser {
    Arena *a;
    DiagnoseRow *rows;
    uint32_t row_count;
    VEC(Diagnosis) found; /* in order of the log */
    uint32_t lines;       /* that were read */
    uint32_t untold;      /* lines of what was found beyond DIAGNOSE_CAUSES */
    Regex *object, *tail; /* what names the object of a log, and what its controller adds to a name */
    RegexStates *names_object;
    Str subject;          /* the workload that the log is about, or empty */
} Diagnoser;

/* All lives in `a`. */
void diagnose_begin(Diagnoser *d, Arena *a);
/* Reads a log: one line after the other, whatever its systems are. */
void diagnose_log(Diagnoser *d, Str name, Str bytes);
/* When all is read: what is proven first; symptoms only where nothing else is known. */
void diagnose_settle(Diagnoser *d);
/* Whether any cause wants to look into that file of the repository. */
bool diagnose_wants(const Diagnoser *d, Str path);
/* Looks for the places of the causes in it. */
void diagnose_look(Diagnoser *d, Str path, Str bytes);
/* A text of a log or of its names, as it may be shown: no credential, no order to a terminal, not all of a long one. */
Str diagnose_quote(Str text, Arena *a);
/* `what` or `act` of its cause, with what the line named. */
Str diagnose_fill(const Diagnosis *one, Str text, Arena *a);
/* Appends what came out, for people. */
void diagnose_tell(const Diagnoser *d, Language language, Buf *out);

#endif
