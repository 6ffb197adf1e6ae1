/* What was learnt about a repository: ai_docs/expertise/domain-experts/infra.yaml. Decisions that held, blockers and what
 * solved them, anti-patterns, files that are often touched.
 *
 * Invariant: the file belongs to its readers. An edit changes the bytes it must and no others: comments, order, quoting and
 * keys that nobody here knows survive; a file that does not parse is reported with its line and never written. */
#ifndef MEMORY_MEMORY_H
#define MEMORY_MEMORY_H

#include "base/writer.h"
#include "base/error.h"
#include "model/language.h"
#include "parse/yaml.h"

#define MEMORY_PATH "ai_docs/expertise/domain-experts/infra.yaml"
#define MEMORY_BYTES_MAX (32u << 20)
#define MEMORY_ENTRIES_MAX 100000

/* 0 to 1. Written only from CONFIDENCE_WRITE on; below CONFIDENCE_TRUST nothing is recalled; from CONFIDENCE_FIRST on it
 * comes first. A confirmation closes a tenth of the way to 1, a failure takes a fifth away; two decimals are kept. */
#define CONFIDENCE_WRITE 0.8
#define CONFIDENCE_TRUST 0.7
#define CONFIDENCE_FIRST 0.9

#define COMMON_FILES_MAX 5

typedef enum MemoryKind { MEMORY_DECISION, MEMORY_BLOCKER } MemoryKind;

typedef struct MemoryEntry {
    MemoryKind kind;
    Str id;                                  /* INFRA109-001, BLK109-001 */
    Str context, decision;                   /* of a decision */
    double confidence;                       /* 0 to 1 */
    int64_t validated, failed;               /* how often it held, and did not */
    Str last_used;                           /* 2026-01-09T12:00:00 */
    Str description, symptom, root_cause, solution, prevention, severity, discovered; /* of a blocker */
    bool resolved;
    int64_t occurrences;
    const Str *tags;
    uint32_t tag_count;
    uint32_t line;                           /* 1-based, where it stands */
    uint32_t node;                           /* its map in the tree */
} MemoryEntry;

typedef VEC(MemoryEntry) MemoryEntryVec;
typedef VEC(Str) StrVec;

/* What is wrong with the file, at a line. */
typedef struct MemoryFault {
    uint32_t line; /* 1-based */
    Prose message;
} MemoryFault;

typedef struct Memory {
    Source source;
    const Tree *tree;
    MemoryEntryVec decisions, blockers; /* in file order */
    StrVec anti_patterns, common_files;
    VEC(uint32_t) anti_lines;           /* 1-based, of anti_patterns */
    Str updated_at;
    int64_t tasks_handled;
    VEC(MemoryFault) faults;            /* in file order */
    bool damaged;                       /* it does not parse: it may be read as far as it goes, and must not be written */
} Memory;

/* Reads `bytes` (SOURCE_PADDING zero bytes behind them), which stay the caller's. Free with memory_free. */
void memory_parse(Str path, Str bytes, Memory *out);
void memory_free(Memory *memory);
/* By id, or NULL. */
const MemoryEntry *memory_find(const Memory *memory, Str id);

/* What of it answers a question: entries that share words with it, best first; decisions of CONFIDENCE_FIRST before the others.
 * What is no longer trusted, and blockers without a solution, are left out. In `a`. */
typedef struct MemoryHit {
    const MemoryEntry *entry;
    uint32_t score;
} MemoryHit;
typedef VEC(MemoryHit) MemoryHitVec;
void memory_recall(const Memory *memory, Str question, Arena *a, MemoryHitVec *out);

/* The code that an anti-pattern is about: what it quotes in backquotes, when that is all it quotes or what it begins with; else empty. */
Str memory_code(Str anti_pattern);
/* How many words that say something `a` and `b` share, and how many `a` has. */
uint32_t memory_shared(Str a, Str b, uint32_t *words);
/* The id of the first decision that is trusted and says, under `accepts`, that it accepts `check` at `path`: a list of maps with `check`, a name
 * that `names` knows, and `path`, a file or a folder; without one, anywhere. Empty when there is none. */
Str memory_accepts(const Memory *memory, bool (*names)(const void *check, Str pattern), const void *check, Str path);

/* Edits give the new content of the whole file in `a`. `now` is 2026-01-09T12:00:00. On false, `err` says which rule forbids it,
 * or which line can't be edited, and nothing is given. */
/* A new entry with the next free id of `issue` (digits or a word of letters and digits), which is given in `*id`. */
bool memory_learn(const Memory *memory, const MemoryEntry *entry, Str issue, Str now, const Str *files, uint32_t file_count, Arena *a, Str *id, Str *out, Error *err);
/* It held again, or it failed. */
bool memory_mark(const Memory *memory, Str id, bool held, Str now, Arena *a, Str *out, Error *err);
/* A task was done that changed these files: it is counted, and they are noted as often touched, unless they are more than COMMON_FILES_MAX, which
 * says nothing about any of them. */
bool memory_task(const Memory *memory, Str now, const Str *files, uint32_t file_count, Arena *a, Str *out, Error *err);
/* A file to start with. */
Str memory_template(Str now, Arena *a);

/* task.c: what a writer does at last: it counts the task in the memory at `path`, which it may also be told; nowhere without one. */
const WriterThen *memory_then(Str path, int64_t now, Arena *a);

/* memory_store.c: one writer at a time, and a file is whole before or whole after. */
/* Reads `path`, hands it to `change`, writes what that gives. A missing file reads as empty. `change` gives false to write nothing. */
typedef bool (*MemoryChange)(void *data, Str bytes, Arena *a, Str *out, Error *err);
bool memory_update(Str path, MemoryChange change, void *data, Error *err);
/* The same for a file below the folder `root`, through no link; one that is not there is not made: then nothing happens, and that is no error. */
bool memory_update_below(int root, Str path, MemoryChange change, void *data, Error *err);

#endif
