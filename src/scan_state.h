/* What the parts of the spine share: scan.c runs the stages, scan_select.c says beforehand what is looked at, scan_collect.c makes a
 * Review of what was found. Nobody else includes this. */
#ifndef SCAN_STATE_H
#define SCAN_STATE_H

#include "base/diff.h"
#include "base/io.h"
#include "check/choice.h"
#include "check/run.h"
#include "link/link.h"
#include "scan.h"
#include "settings/settings.h"
#include "suppress/baseline.h"
#include "systems/system.h"

#define FILE_MAX (32u << 20) /* bytes of one file: a larger one is no infrastructure code, and is reported as not read */

/* One file on its way through the stages. */
typedef struct Unit {
    Source source;        /* its arena ends with the checks: trees and objects are many times the file */
    Arena kept;           /* what the report needs: the bytes, the findings, the gaps */
    VEC(Gap) gaps;        /* places that were not read */
    const FoundFile *file;
    const System *system; /* NULL: recognised, and not read by this version */
    const Tree *tree;
    Model model;
    FindingVec findings;
    IgnoreVec ignores;    /* of its comments */
    DiffChange *changes;  /* of a compared file: what differs */
    uint32_t change_count;
    bool others;          /* of another shard: read only as far as ours join to it */
    ReadResult result;
    bool gap_binary, gap_template, gap_empty, gap_steps;
    bool wanted;          /* another file refers to it: it is read early and stays */
    uint8_t part;         /* SystemPart bits: another file says what it means; it is modelled after that one, if at all */
    uint64_t holes[HOLE_COUNT];
    uint32_t errors;
    Str error;
} Unit;

/* A file of --policy: not part of what is reviewed. */
typedef struct PolicyFile {
    Source source;
    Model model;
} PolicyFile;

struct Scan {
    Arena arena;
    Project project;
    Unit *units;
    uint32_t unit_count;
    CheckIndex index;
    Link link;     /* the objects that others refer to */
    Neighbours neighbours; /* the files that are read together */
    Map parts;     /* path → SystemPart bits: files that others give a meaning */
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
    const Check *only; /* of `infra test` */
    PolicyFile *policies; /* as many as options->policy_count */
    Review review;
};

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
/* Units → scan->review. */
void scan_collect(Scan *scan);

#endif
