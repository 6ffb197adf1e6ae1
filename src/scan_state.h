/* What the parts of the spine share: scan.c runs the stages, scan_select.c says beforehand what is looked at, scan_collect.c makes a
 * Review of what was found. Nobody else includes this. */
#ifndef SCAN_STATE_H
#define SCAN_STATE_H

#include "base/diff.h"
#include "base/io.h"
#include "base/parallel.h"
#include "check/choice.h"
#include "check/run.h"
#include "link/link.h"
#include "scan.h"
#include "settings/settings.h"
#include "suppress/baseline.h"
#include "systems/system.h"

#include <pthread.h>


/* One file on its way through the stages. */
typedef struct Unit Unit;
struct Unit {
    Source source;        /* its arena ends with the checks: trees and objects are many times the file */
    Arena *kept;          /* what the report needs: the bytes, the findings, the gaps; of the thread that works on it now */
    LinkNotes notes;      /* what joins need of it, when its objects go (System.noted) */
    struct Unit *older, *newer; /* on the shelf */
    size_t counted;       /* bytes of it in Shelf.bytes */
    uint32_t holders;     /* threads that need its tree and objects now */
    bool decides;         /* it holds admission policies */
    bool loaded, loading; /* it has them; a thread is making them */
    VEC(Gap) gaps;        /* places that were not read */
    const FoundFile *file;
    const System *system; /* NULL: recognised, and not read by this version */
    const Tree *tree;
    Model model;
    Model seen;           /* the same with what link_model found, as checks see it: only of the thread that checks it */
    FindingVec findings;
    const ChecklistSeen *items; /* of the items of the checklist, or NULL: nothing */
    IgnoreVec ignores;    /* of its comments */
    DiffChange *changes;  /* of a compared file: what differs */
    uint32_t change_count;
    bool others;          /* of another shard: read only as far as ours join to it */
    ReadResult result;
    bool gap_pointer; /* gap_binary, too: it is no text either */
    bool gap_binary, gap_template, gap_empty, gap_steps;
    bool wanted;          /* another file refers to it: it is read early and stays */
    uint8_t part;         /* SystemPart bits: another file says what it means; it is modelled after that one, if at all */
    bool checked;         /* before the others: no join begins or ends here */
    bool stays;           /* it is no part, but builds look into it */
    bool brief;           /* its notes come first: the shelf will not have it any more when it is checked */
    uint64_t holes[HOLE_COUNT];
    uint32_t errors;
    Str error;
};

/* Files whose trees and objects nobody needs at the moment, kept as long as there is room: joins come back to them. */
typedef struct Shelf {
    pthread_mutex_t lock;  /* of all of this, and of older … loading of the units */
    pthread_cond_t loaded; /* a unit is */
    Unit *oldest, *newest;
    size_t bytes;          /* of all that is loaded, as far as it was on the shelf once */
} Shelf;

/* A file of --policy: not part of what is reviewed. */
typedef struct PolicyFile {
    Source source;
    Model model;
} PolicyFile;

/* Code that the memory says to avoid; of anti-patterns that quote the same, the first speaks. */
typedef struct Lesson {
    Str code;
    uint32_t pattern; /* index in Memory.anti_patterns */
} Lesson;

struct Scan {
    Arena arena;
    Arena kept[THREADS_MAX]; /* by thread: what lives until the report */
    CelRegexes regexes[THREADS_MAX]; /* by thread */
    Arena noted[THREADS_MAX]; /* by thread: what joins need, until the checks are done */
    Shelf shelf;
    Project project;
    Unit *units;
    uint32_t unit_count;
    CheckIndex index;
    Link link;     /* the objects that others refer to */
    Neighbours neighbours; /* the files that are read together */
    Map parts;     /* path → SystemPart bits: files that others give a meaning */
    bool builds;   /* there are such files: those that they look into stay */
    const MemoryFile *given; /* in memory mode: all there are */
    uint32_t given_count;
    bool keep;     /* trees and objects outlive the checks: `infra debug` */
    bool blind;
    bool memory;   /* files are given: examples of checks */
    CheckWitness *witness;
    int64_t now;
    const ScanOptions *options;
    CheckList checks;
    Settings settings;
    Source baseline_source;
    Baseline baseline;
    ChecklistTally tally;
    ChecklistFiles checked; /* the files that were read, for the checklist */
    struct Memory *known; /* the memory, or NULL */
    VEC(Lesson) lessons;  /* of it */
    Str root_path;        /* of the root, absolute; only where reports of other scanners are joined */
    Source *evidence; /* reports of other scanners */
    uint32_t evidence_count;
    const Check *only; /* of `infra test` */
    PolicyFile *policies; /* as many as options->policy_count */
    Review review;
    ArenaMark restart; /* of `arena`: what a further review of the same files takes, the next one takes back */
    bool again;        /* it was set */
    Arena trials;      /* what scan_fix gives back */
};

/* scan_shelf.c: the tree and the objects of a file, made again when they had to go. `scan_take` gives a file that has them until it is
 * given back. */
void scan_take(Scan *scan, Unit *unit);
void scan_give(Scan *scan, Unit *unit);
/* The first time: it was just parsed and modelled. */
void scan_shelve(Scan *scan, Unit *unit);
/* Parses, models a file that was read; lets go of tree and objects, while the bytes and the findings stay. */
void scan_parse(Unit *unit);
void scan_model(Scan *scan, Unit *unit);
void scan_forget(Unit *unit);

/* What a file says by itself: read, parsed and, unless it waits for others, modelled; nothing the second time. No other file is looked at,
 * so any thread may do it. */
void scan_read(Scan *scan, Unit *unit);
/* scan_check.c: what its checks find in `seen`, and what of it was not read. */
void scan_check(Scan *scan, Unit *unit);
/* The unit of a source; NULL for settings. */
Unit *scan_unit_of(const Scan *scan, const Source *source);
/* Its files mean something only together: what is found in one may stand in another, so every shard checks all of them. */
bool scan_concerns_others(const Unit *unit);
bool scan_is_noted(const Unit *unit); /* its tree and objects come and go: scan_take */
/* scan_parts.c: first of all, true when there are any; then once all that is joined was read, and once it was evaluated. */
bool scan_find_parts(Scan *scan);
void scan_show_neighbours(Scan *scan);
void scan_model_parts(Scan *scan);

/* Reads settings and the baseline, leaves out what they exclude: before the sandbox, since they may lie above the root. */
bool scan_load_settings(Scan *scan, Error *err);
/* The catalogue and the repository's own checks; settings must name what exists. Behind the sandbox. */
bool scan_load_checks(Scan *scan, Error *err);
/* Reads the files of --policy, before the sandbox; parses them, behind it. */
bool scan_read_policies(Scan *scan, Error *err);
bool scan_model_policies(Scan *scan, Error *err);
/* Hands them to the link, which forgets them when a review is run again. */
void scan_admit_policies(Scan *scan);
/* Fills the index with those that are wanted. */
bool scan_choose_checks(Scan *scan, Error *err);
/* What the nearest settings say of `path`, by `find`; else `otherwise`. */
int scan_setting(const Scan *scan, Str path, SettingId id, int (*find)(Str), int otherwise);
/* scan_evidence.c: before the sandbox; behind it; once the files are read. */
bool scan_load_evidence(Scan *scan, Error *err);
bool scan_read_evidence(Scan *scan, Error *err);
void scan_join_evidence(Scan *scan);
/* scan_known.c: behind the sandbox; once everything was found. */
void scan_read_memory(Scan *scan);
/* What is to be remembered once files were fixed. */
const struct WriterThen *scan_afterwards(Scan *scan);
void scan_use_memory(Scan *scan);
/* The anti-pattern of that index, listed among what was known. */
const Known *scan_know_pattern(Scan *scan, uint32_t index);
/* scan_lessons.c: once the memory is read; before a file is checked; once everything was found. */
void scan_collect_lessons(Scan *scan);
void scan_lessons(Scan *scan, Unit *unit);
void scan_merge_lessons(Scan *scan);
/* Found by the memory itself: it quotes it already. */
bool scan_is_lesson(const Finding *finding);
/* Units → scan->review. */
void scan_collect(Scan *scan);

#endif
