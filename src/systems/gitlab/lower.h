/* What the files of this folder share. read.c: files as values, and what they include; interpolate.c: inputs in texts; merge.c: `!reference`, `extends`,
 * `default`; job.c: jobs and their scripts; graph.c: stages and needs; gitlab.c: the order of these.
 *
 * A value keeps the place it is written at, whatever job it ends in; what is written once is one object, in the model of the
 * file that it is written in. */
#ifndef SYSTEMS_GITLAB_LOWER_H
#define SYSTEMS_GITLAB_LOWER_H

#include "base/map.h"
#include "systems/system.h"
#include "systems/unfold.h"

#define GITLAB_VALUES_MAX 200000 /* of one file, and of what references, extends and includes make of all */
#define GITLAB_INCLUDES_MAX 200  /* files that one pipeline takes in */

enum { GITLAB_REFERENCE = 1 << 5 }; /* Value.flags: a list that is a !reference */

typedef struct GitlabFile {
    SystemFile file;
    Value root;         /* its configuration; null when it is no map */
    Value inputs;       /* what its header declares, once somebody asked */
    bool has_inputs;
    bool is_included;   /* by another file */
    bool is_child;      /* a pipeline of its own, that a job triggers */
    bool mark;          /* on the way down through includes */
    bool read;          /* part of a pipeline that was evaluated */
} GitlabFile;

typedef struct GitlabJob {
    Str name;
    Value key;          /* its name, where it is written last */
    Value own;          /* as written, includes merged */
    Value body;         /* references, extends and defaults followed */
    Object *object;
    int stage;          /* index into the stages, -1 not known */
    uint8_t mark;       /* of extends and of needs: 0 new, 1 on the way, 2 done */
    bool hidden;
} GitlabJob;

typedef GitlabJob *GitlabJobRef;

typedef struct Gitlab {
    GitlabFile *files;
    uint32_t file_count;
    Map by_path;        /* → GitlabFile */
    const Outside *outside;
    bool at_root;       /* paths of includes count from the root of the review: .gitlab-ci.yml is there */
    Map made;           /* "path:start:what" → Object: what is written once is made once */
    Arena *arena;       /* of the first file */
    uint32_t values;    /* made while evaluating */
    /* the pipeline at hand: */
    Object *pipeline;   /* WORKFLOW */
    bool has_workflow_rules;  /* of `config` */
    Value config;       /* includes merged */
    Map names;          /* → GitlabJob */
    VEC(GitlabJob *) jobs; /* hidden ones too, in order */
    ValueVec stages;
    bool cut;           /* more includes than are followed */
    uint32_t includes;
    bool more_jobs;     /* something unread may add jobs, templates, stages */
    bool more_defaults; /* ... and defaults */
} Gitlab;

/* What the inputs of a file are worth where it is included. */
typedef struct GitlabGiven {
    Value declared; /* by its header */
    Value values;   /* by those who include it; null: nothing */
    uint32_t made;  /* bytes of texts that they were put into */
} GitlabGiven;

/* ---- read.c ---- */

/* The configuration of a file; null when there is none. `given`: NULL when nobody says what its inputs are. */
Value gitlab_read(Source *source, const Tree *tree, GitlabGiven *given, Arena *a);
/* INCLUDE subjects and gaps of a file. */
void gitlab_includes(Source *source, Value root, Model *model);
/* `root`, the configuration of `file`, with what it includes, which comes before it. Sets more_jobs and more_defaults. */
Value gitlab_expand(Gitlab *g, GitlabFile *file, Value root, int depth);
/* The files that local includes name are included; those that jobs trigger are children. */
void gitlab_mark_included(Gitlab *g);
/* Faults of what the job triggers: files, inputs, the job that writes one. */
void gitlab_trigger(Gitlab *g, const GitlabJob *job);
/* Whether the key of a file is a keyword, not the name of a job. */
bool gitlab_is_keyword(Str key);

/* ---- merge.c ---- */

/* Maps merge in depth, anything else is replaced. */
Value gitlab_merge(Gitlab *g, Value base, Value over);
/* Each job of the pipeline at hand gets its body. */
void gitlab_finish_jobs(Gitlab *g);

/* ---- job.c ---- */

void gitlab_job(Gitlab *g, GitlabJob *job);
/* Scripts and images of a hidden job that no job took over. */
void gitlab_leftover(Gitlab *g, GitlabJob *job);

/* ---- forms.c, rules.c: faults of a file ---- */

/* A job, or what stands under `default`; `where` leads there. */
void gitlab_forms(Model *model, Value job, Str where, Str address);
/* The default of a variable is one of its options. */
void gitlab_variable_form(Model *model, Str name, Value variable);
void gitlab_rules(Source *source, Value root);
/* Rules behind one that always holds; of a job that is whole, or of `workflow`. */
void gitlab_reach(Gitlab *g, Value holder);

/* ---- inputs.c ---- */

/* What the header declares: null without a header. */
Value gitlab_inputs(Source *source, const Tree *tree, Arena *a);
/* Faults of the header, and uses of what it does not declare. */
void gitlab_inputs_model(Source *source, const Tree *tree, Model *model);
/* What the include `item` gives to `file`; faults are at `at` when they are nowhere else. */
void gitlab_given(Gitlab *g, GitlabFile *file, Value item, Value at);

/* The same, read once for each file. */
Value gitlab_declared(Gitlab *g, GitlabFile *file);

/* ---- interpolate.c ---- */

bool gitlab_asks_for_inputs(Str text);
/* Unfold.text: u->data is what is given, or NULL. */
Value gitlab_interpolated(Unfold *u, Value v);
/* `made` is what became of `written`: its bytes, each with a place in the source. */
void gitlab_interpolated_text(TextBuilder *b, Text written, Str made);

/* ---- graph.c ---- */

void gitlab_stages(Gitlab *g);
void gitlab_graph(Gitlab *g);

/* ---- delivery.c ---- */

/* What limits jobs, and what they do (systems/activity.h). After the graph. */
void gitlab_delivery(Gitlab *g);

/* ---- gitlab.c ---- */

/* A fault found while evaluating, at a value of any of the files. */
void gitlab_problem(Gitlab *g, ProblemCode code, Value at, Str detail, Str hint);
GitlabFile *gitlab_file_of(const Gitlab *g, const Source *source);
/* The object made of what is written at `at` before, or a slot for it. */
void **gitlab_slot(Gitlab *g, Value at, const char *what);

#endif
