/* What the files of merge share: a shard's result as a tree, places in it, and lists that become one. Only merge.c and merge_findings.c
 * include this. */
#ifndef REPORT_MERGE_PARTS_H
#define REPORT_MERGE_PARTS_H

#include "parse/yaml.h"
#include "report/json_writer.h"
#include "report/merge.h"

typedef struct Part {
    Source *source;
    const Tree *tree;
    const Node *root, *shard;
} Part;

typedef struct Merge {
    Part *parts;           /* in the order of the shards */
    uint32_t count;
    Arena *a;
    JsonWriter *w;
    Merged *merged;
} Merge;

/* A place in a file, as it was printed. */
typedef struct Printed {
    const Part *part;
    const Node *node;      /* {"file": …, "line": …, …} */
    Str file;
    int64_t line, column;
    uint32_t part_index, index; /* its shard, and its number there: equals stay in this order */
} Printed;
typedef VEC(Printed) PrintedVec;

Str part_text(const Part *p, const Node *map, const char *key, Arena *a); /* empty when it is absent */
int64_t part_number(const Part *p, const Node *map, const char *key);
bool part_says(const Part *p, const Node *map, const char *key);          /* true */
/* The items of the list `key` of `map`, from the `skip`-th on. */
void part_list(Merge *m, const Part *p, const Node *map, const char *key, uint32_t skip, PrintedVec *out);
/* By file, line and column. */
void printed_sort(PrintedVec *v);
/* Copies what was printed, as an item of a list. */
void merge_copy(Merge *m, Str text);

/* merge_findings.c: counts them, and prints "summary"; then the two lists. */
typedef struct MergedFinding {
    Printed at;
    Str id, identity;
    bool aside;            /* among the suppressed */
    bool in_baseline;      /* because of an entry that no shard took */
} MergedFinding;
typedef struct MergedFindings {
    MergedFinding *items;
    uint32_t count;
    bool blocks;
} MergedFindings;
MergedFindings merge_findings(Merge *m);
void merge_print_findings(Merge *m, const MergedFindings *f, const char *key, bool aside);

#endif
