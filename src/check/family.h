/* Families: what checks that differ in little have in common, written once. families/NAME.yaml (or a table itself) holds keys of
 * a check as templates, named `forms` of more such keys, and the `columns` that rows may have; a table is a check file with
 * `rows:`, each of which is a check: FOLDER/ID, beside the checks that have files of their own. */
#ifndef CHECK_FAMILY_H
#define CHECK_FAMILY_H

#include "check/entry.h"

#define FAMILY_ROWS_MAX 500 /* of one table */

typedef struct Family {
    Str name;         /* of families/NAME.yaml */
    Source *source;
    const Tree *tree;
} Family;

typedef VEC(Family) FamilyVec;

/* A check file, opened: one check, or a table of them. */
typedef struct CheckFile {
    Source *source;
    CheckEntry entry;          /* of the file as a whole; its columns are those of table and family */
    const Family *family; /* or NULL */
    const Node *root;
    const Node *rows;     /* SEQUENCE, or NULL */
} CheckFile;

/* The tree of a file of ours that is a map, or NULL with `err` set. */
const Tree *check_file_parse(Source *source, Error *err);
/* Reads families/NAME.yaml. */
bool family_load(Source *source, Str name, Arena *a, Family *out, Error *err);
/* Reads a check file as far as its rows; on false, `err` names file and line. */
bool check_file_open(Source *source, const FamilyVec *families, Arena *a, CheckFile *out, Error *err);
/* The number of checks in it. */
uint32_t check_file_count(const CheckFile *file);
/* Its check after `*row` (NULL: the first), or false when there is none or the row is wrong: `file->entry.failed`. */
bool check_file_next(CheckFile *file, const Node **row, CheckEntry *out);
/* After all of a row was read: a column that it has and nothing was filled from is a fault. */
void check_file_row_done(CheckFile *file, CheckEntry *row);
/* FOLDER/ID of a row of the table FOLDER/TABLE; `id` itself for a file that is a check. */
Str check_file_id(const CheckEntry *row, Str id, Arena *a);

#endif
