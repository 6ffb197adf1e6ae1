/* The spine: paths → Review. The only file that knows the order of the stages. */
#ifndef SCAN_H
#define SCAN_H

#include "base/error.h"
#include "model/project.h"

typedef struct ScanOptions {
    const Str *paths;             /* none: the current folder */
    uint32_t path_count;
    Profile profile;
    Severity fail_on;
    const Str *select, *ignore;   /* check ids, or folders of them ("image/"); select empty: all */
    uint32_t select_count, ignore_count;
    const Str *policies;          /* files of admission policies to run besides those of the root */
    uint32_t policy_count;
    uint32_t threads;             /* 0: as many as there are cores */
    Str as_system;                /* of standard input ("-"); empty: recognised */
    int64_t now;                  /* seconds since 1970: what "today" is, so that a run can be repeated */
    bool profile_given, fail_on_given; /* on the command line: stronger than the settings */
    bool settings;                /* read .infra.yaml, and the baseline it names */
    bool inline_ignores;          /* heed comments that ignore checks */
    Str since;                    /* a commit: report only what changed since; at NULL: all */
    bool staged;                  /* report only what is staged, as it is staged */
    Str baseline;                 /* a file; at NULL: none, or the one the settings name */
    bool no_baseline;             /* not even that of the settings */
    const Str *with;              /* reports of other scanners: files, from where one stands */
    uint32_t with_count;
    uint32_t shard_index, shard_count; /* 1-based; count 0: all files */
    uint32_t kubernetes;          /* version of the clusters, 1034 for 1.34; 0: the newest known */
    const Str *value_files;       /* paths below the root: values for variables of Terraform's roots */
    uint32_t value_file_count;
    struct Writer **writer;       /* or NULL; else set: it may write the files below the root, from behind the sandbox (base/writer.h) */
    bool sandbox;                 /* give up what a review never needs, once the root is open; for the rest of the process */
} ScanOptions;

typedef struct Scan Scan;

/* Reviews; the result and everything it points to live until scan_free. */
Scan *scan_new(void);
/* `options` and what it borrows must live as long as the scan. */
bool scan_review(Scan *scan, const ScanOptions *options, Review **out, Error *err);
/* Reviews files given in memory: examples of checks. */
typedef struct MemoryFile {
    Str path, bytes;
} MemoryFile;
struct CheckWitness;
typedef struct MemoryOptions {
    const Check *only;            /* NULL: all */
    bool blind;                   /* the law Unknown */
    struct CheckWitness *witness; /* or NULL */
    int64_t now;                  /* as in ScanOptions, like the next */
    uint32_t kubernetes;
} MemoryOptions;
Review *scan_memory(Scan *scan, const MemoryFile *files, uint32_t count, const MemoryOptions *options);
/* A file as it would be. */
typedef struct ScanChange {
    Str path, bytes;   /* bytes must live until the next review, or the end of the scan; at NULL: as it was */
    bool report;       /* it is reviewed; else it is only what others join to */
} ScanChange;
/* Reviews the same files once more, with the bytes of some replaced: only those that are to be reported, and what they join to. The
 * review before, its findings and sources are gone afterwards. `changes` are sorted by path or in any order. */
Review *scan_again(Scan *scan, const ScanChange *changes, uint32_t count);
/* The source of a path as it was reviewed last, or NULL. */
Source *scan_source(Scan *scan, Str path);
/* Evaluations that ended in an error, and the first of them. */
uint32_t scan_errors(const Scan *scan, Str *first);
/* Appends what the settings say of `path`, and where. */
bool scan_settings(Scan *scan, const ScanOptions *options, Str path, Language language, Buf *out, Error *err);
/* What `kustomize build` would print for `folder` of the root `path`. */
bool scan_kustomize(Scan *scan, Str path, Str folder, Buf *out, Error *err);
void scan_free(Scan *scan);

/* For `infra debug`: reads what is at `path`, a file or a folder, as a review does, and keeps all of it; with `checks`, those run too. */
bool scan_debug(Scan *scan, Str path, int64_t now, bool checks, Error *err);
typedef enum DebugView { DEBUG_TOKENS, DEBUG_TREE, DEBUG_MODEL, DEBUG_GRAPH, DEBUG_CEL, DEBUG_VIEW_COUNT } DebugView;
typedef struct DebugQuestion {
    Str expression;       /* of DEBUG_CEL */
    const Shape *subject; /* NULL: every object that it fits */
} DebugQuestion;
/* Appends the lexemes, the tree, the objects, the edges between files, or what an expression is worth for each object. */
bool scan_show(Scan *scan, DebugView view, const DebugQuestion *question, Buf *out, Error *err);

#endif
