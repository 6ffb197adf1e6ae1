/* Survey → units with their facts, each with what it rests on. */
#ifndef GENERATE_DETECT_H
#define GENERATE_DETECT_H

#include "generate/survey.h"
#include "generate/templates.h"

#define UNITS_MAX 100
#define RIVALS_MAX 4
#define REFUSALS_MAX 20 /* told; who has more has seen enough */

/* Where something was read. */
typedef struct Ground {
    Str file;      /* empty: nowhere */
    uint32_t line; /* 0: the file as such */
    Str value;
} Ground;

/* What our tables know of a release on a day. */
typedef enum ReleaseStanding {
    RELEASE_FINE,
    RELEASE_ENDS,     /* its support ends within three months */
    RELEASE_OVER,     /* it has ended */
    RELEASE_UNKNOWN,  /* no table has it: it is what the project writes */
    RELEASE_ELSEWHERE /* no release that a table has is what the project asks for */
} ReleaseStanding;

typedef struct Release {
    Str name;         /* empty: the range says nothing that is understood, or RELEASE_ELSEWHERE */
    Str eol;          /* RELEASE_ENDS, RELEASE_OVER: the last day of its support */
    ReleaseStanding standing;
} Release;

typedef struct Answer {
    Value value;        /* null: not known */
    Ground at;
    const Rule *rule;   /* the one that gave it; NULL: nobody, or the command line */
    bool given;         /* by --set */
    Ground rivals[RIVALS_MAX]; /* other values that are said just as clearly: a question */
    uint32_t rival_count;
    Release release;    /* of a value that is one */
    Ground unmet;       /* RELEASE_ELSEWHERE: where the project asks for it */
} Answer;

#define REFUSED_FOLDER UINT32_MAX

/* Something read that can't be used as it stands; `fact` REFUSED_FOLDER: the folder's own name. */
typedef struct Refusal {
    Ground at;   /* without the value: it may hold anything */
    uint32_t fact;
} Refusal;

typedef struct Component {
    const Stack *stack;
    Str folder;          /* "" or "services/api/" */
    Str sign;            /* the file that made it a unit */
    Answer *answers;     /* as many as there are facts */
    bool complete;       /* nothing of stack->needs is missing */
} Component;

/* --set NAME=VALUE. */
typedef struct Given {
    uint32_t fact;
    Str value;
} Given;

typedef struct Detection {
    const Templates *templates;
    Survey *survey;
    Arena *a;
    Str today;           /* YYYY-MM-DD */
    const Given *settings;
    uint32_t setting_count;
    Answer *repository;  /* what is asked once */
    Component units[UNITS_MAX]; /* complete ones, sorted by folder */
    uint32_t unit_count;
    Component incomplete[UNITS_MAX];
    uint32_t incomplete_count;
    Map left;            /* folders with a sign that nobody asked, since there are UNITS_MAX units */
    Map signed_folders;  /* folders with a sign of the stack that is asked at the time */
    VEC(Refusal) refusals;
    CelRegexes regexes;
    Value list;          /* the units as templates see them, once all are known; null before */
} Detection;

void detect(Detection *d);
/* Notes it, once. */
void detect_refuse(Detection *d, Refusal refusal);
/* A value of `type` out of what was read, in `a`; null when it is none. */
Value fact_value(FactType type, Str text, Arena *a);
/* The values of a unit (NULL: of the repository) by variable, `out` as many as templates->variable_count. */
void detect_values(const Detection *d, const Component *unit, Value *out);
CelScope detect_scope(Detection *d);
/* Whether `when` is true for those values; NULL: it is. */
bool detect_holds(Detection *d, const CelProgram *when, const Value *values);

/* release.c: the release of a product that a range wants, as the tables have it on that day. `range` empty: the newest with long support. */
Release release_wanted(Str product, Str range, Str today, Arena *a);
/* "actions/checkout@SHA # v7.0.1": the newest release that is known; empty: none is. */
Str release_pin(Str action, Arena *a);

/* rule.c: what a rule gives for a unit; false: nothing. */
typedef struct Probe {
    Detection *d;
    const Stack *stack;
    Str folder;
    Map *dependencies; /* name → Ground */
    Answer *answers;
    Ground unmet;      /* of the fact that is asked for: what is wanted there is no release that we know */
    BlankUses settled, found; /* facts: not asked for any more; answered by a rule */
} Probe;
bool rule_apply(Probe *p, const Rule *rule, uint32_t fact, Answer *out);
void rule_dependencies(Probe *p);

#endif
