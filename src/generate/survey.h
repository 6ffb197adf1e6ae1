/* What a repository holds, for those who ask what it is made of: names of files, and what stands in those that are asked for. Nothing is executed. */
#ifndef GENERATE_SURVEY_H
#define GENERATE_SURVEY_H

#include "base/io.h"
#include "base/map.h"
#include "base/vec.h"
#include "parse/yaml.h"

#define SURVEY_FILE_MAX (1u << 20)    /* bytes of a file that is read; a larger one says nothing */
#define SURVEY_SOURCES_MAX (32u << 20)/* bytes of source files, all together */
#define SURVEY_FILES_MAX 5000         /* source files of a unit */

typedef struct SurveyFile {
    Source source;
    const Tree *tree; /* of JSON and YAML, when somebody asked for it */
} SurveyFile;

typedef struct Survey {
    const Str *paths; /* sorted, from the root */
    uint32_t count;
    Str root_name;    /* of the folder, or empty */
    ReadResult (*read)(void *data, Str path, size_t limit, Arena *a, Str *out); /* SOURCE_PADDING zero bytes behind */
    Str (*setting)(void *data, Str folder, Str name, Str *file, uint32_t *line); /* what the settings say there; empty: nothing. May be NULL */
    void *data;
    Arena *a;
    Map files;        /* path → SurveyFile, as far as they were read */
    VEC(Str) unread;  /* that somebody asked for, and that are there */
    size_t read_bytes; /* of source files */
    Str full_at;       /* the first source file that was not read, since SURVEY_SOURCES_MAX had been; empty: all were */
    VEC(Str) crowded;  /* folders of units with more than SURVEY_FILES_MAX source files */
} Survey;

bool survey_has(const Survey *s, Str path);
/* A file that is there and can be read, or NULL. */
SurveyFile *survey_file(Survey *s, Str path);
/* The tree of a JSON or YAML file; NULL when it is neither. */
const Tree *survey_tree(SurveyFile *file);
/* Index of the first path below `folder` ("" or "a/b/"), and behind the last. */
void survey_range(const Survey *s, Str folder, uint32_t *first, uint32_t *end);
/* Notes it, once. */
void survey_note_crowded(Survey *s, Str folder);
void survey_free(Survey *s);

#endif
