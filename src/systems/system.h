/* A system as the spine knows it: how the bytes of its files become trees, and trees objects. One row a system; what has no
 * row is recognised and counted, and only searched for credentials. */
#ifndef SYSTEMS_SYSTEM_H
#define SYSTEMS_SYSTEM_H

#include "model/model.h"
#include "model/project.h"

/* A file that was parsed, for systems whose files mean something only together. */
typedef struct SystemFile {
    Source *source;
    const Tree *tree;
    Model *model;
} SystemFile;

/* What a file is to the one that names it. */
typedef enum SystemPart {
    PART_WHOLE = 1,   /* something that also stands for itself */
    PART_FRAGMENT = 2 /* something that means nothing alone: a patch */
} SystemPart;

/* What else an evaluation may ask for: files that the command line names, and files of the repository that no grammar reads. */
typedef struct Outside {
    const Str *value_files;      /* paths from the root, of files that give values to variables; a later one counts more */
    uint32_t value_file_count;
    /* The bytes of a file below the root, in `a`; false when there is none, or it is too large. */
    bool (*read)(void *data, Str path, Arena *a, Str *out);
    bool (*exists)(void *data, Str path); /* false only when there surely is no such file */
    void *data;
    bool whole;                  /* all of a folder was looked through, not one file of it */
    Neighbours *neighbours;
    const FoundFile *found;      /* every file that was recognised, sorted by path */
    uint32_t found_count;
    uint32_t threads;            /* as in parallel_each; what comes of it is the same with any number */
    Arena *arena;                /* as long as the files of the system live; one thread's */
    /* Told by a thread of that number when all is known of files that only each other ask for: they may go. NULL: nobody wants to know. */
    void (*done)(void *data, uint32_t thread, const SystemFile *files, uint32_t count);
} Outside;

typedef struct System {
    const Tree *(*parse)(Source *source);                             /* NULL: nothing but lines */
    void (*model)(Source *source, const Tree *tree, Model *model);    /* objects of the file alone, and subjects */
    void (*judge)(Source *source, Model *model);                      /* adds subjects that only the checks of the file itself ask for, once it is
                                                                       * their turn: who only looks into it needs none; NULL: none */
    bool (*is_empty)(const Tree *tree);                               /* nothing to review; NULL: never */
    bool joined;                                                      /* objects of other files refer to its objects */
    Span (*block)(const Tree *tree, Span line);                       /* what begins at a line: an ignore above it holds for all of it; NULL: indentation tells */
    void (*evaluate)(SystemFile *files, uint32_t count, const Outside *outside); /* objects that all files give together, sorted by path;
                                                                       * NULL: none. Such a system is joined */
    void (*parts)(const Source *source, const Tree *tree, Arena *a, Map *parts); /* files that this one gives a meaning: path from the root →
                                                                       * SystemPart bits. It is read before all others; NULL: none */
    bool is_part;                                                     /* its files may be such parts: they are modelled after `evaluate`, and
                                                                       * only those that it did not take (Neighbours.taken); they stay */
    bool noted;                                                       /* joined, but link_note says all that joins need to find its objects:
                                                                        * they go, and are made again for those who ask (scan_shelf.c). `evaluate`
                                                                        * must not need the files that go */
    bool by_folder;                                                   /* the files of a folder are one thing: an empty one beside others is no gap */
    bool unread;                                                      /* what its files say is not known: they are told, and nothing is approved because of them */
    bool together;                                                    /* joined, and modelled only when all of them are parsed */
} System;

/* Where no grammar reads it yet, one that only looks for credentials. */
const System *system_of(SystemId id);

#endif
