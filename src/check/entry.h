/* One check as it is written: a file of its own, or a row of a table together with what its family says of every member.
 * A key is looked for in the row, then in its form (the table's own before the family's of that name), the table and the family;
 * `<name>` in what is found there is filled from the column of that name. Invariant: only the first fault is kept, and after it everything reads as empty. */
#ifndef CHECK_ENTRY_H
#define CHECK_ENTRY_H

#include "base/error.h"
#include "model/node.h"

#define ENTRY_COLUMNS_MAX 32
#define ENTRY_ITEMS_MAX 200 /* of a list in a column: each is an example */
#define ENTRY_BYTES_MAX (1 << 20) /* of text that the rows of one table may become: a table is as untrusted as the repository */

enum { LEVEL_ROW, LEVEL_FORM, LEVEL_FAMILY_FORM, LEVEL_TABLE, LEVEL_FAMILY, ENTRY_LEVELS };

typedef struct CheckEntry {
    Arena *arena;
    Error *err;
    Source *source;                   /* the file, and its tree */
    const Tree *tree;
    Source *family;                   /* of families/, and its tree; or NULL */
    const Tree *family_tree;
    const Node *levels[ENTRY_LEVELS]; /* maps; a check of its own has the first alone */
    Str row;                          /* the id of the row, or empty: then `<name>` means nothing */
    Str columns[ENTRY_COLUMNS_MAX];   /* what the table and the family declare */
    uint32_t column_count;
    uint32_t used;                    /* a bit a column: something was filled from it */
    int language;                     /* of the prose that is read, or -1 */
    int32_t item;                     /* which one of a list in a column (examples), or -1 */
    uint32_t items;                   /* of the lists that were filled from since this was set to 0, or 0 */
    uint32_t filled;                  /* bytes, of all rows of the table */
    bool failed;
} CheckEntry;

void entry_init(CheckEntry *e, Source *source, const Tree *tree, Arena *a, Error *err);
/* Keeps the first fault: file and line of `node` (NULL: of the row or the file), and the row it was met in. Gives false. */
bool entry_fault(CheckEntry *e, const Node *node, const char *format, ...) PRINTF(3, 4);
/* Puts the same before and after the message that is in `e->err` already. Gives false. */
bool entry_place(CheckEntry *e, const Node *node);
/* 1-based, in the file of `node`. */
uint32_t entry_line(const CheckEntry *e, const Node *node);
/* 1-based, in the file of the check: the line of the row where the node is not of it. */
uint32_t entry_row_line(const CheckEntry *e, const Node *node);

/* The value of a key, or NULL. */
const Node *entry_get(const CheckEntry *e, const char *key);
/* The value of `key` in `map`, which is a node of this entry. */
const Node *entry_at(const CheckEntry *e, const Node *map, const char *key);
/* What an alias stands for, or the node itself. */
const Node *entry_resolve(const CheckEntry *e, const Node *node);
/* A scalar as it is written, and with its `<name>`s filled. Anything else is a fault, and reads as empty. */
Str entry_raw(CheckEntry *e, const Node *node);
Str entry_text(CheckEntry *e, const Node *node);
/* A fault unless `map` is a map with none but these keys, or (`columns`) columns of the table. */
void entry_known_keys(CheckEntry *e, const Node *map, const Str *names, uint32_t count, bool columns);
/* a, b, c */
Str entry_list(CheckEntry *e, const Str *names, uint32_t count);

/* The index of a column, or -1. */
int entry_column(const CheckEntry *e, Str name);

#endif
