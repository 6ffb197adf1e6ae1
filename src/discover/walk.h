/* A root → the files in it that are infrastructure. */
#ifndef DISCOVER_WALK_H
#define DISCOVER_WALK_H

#include "base/error.h"
#include "model/project.h"

#define SETTINGS_NAME ".infra.yaml"
#define WALK_DEPTH_MAX 64        /* folders in folders; deeper is a loop or an attack, and a gap */
#define WALK_FILES_MAX 2000000   /* entries seen */

/* Walks `path`: a folder, or one file. Files that `.gitignore` excludes are left out; links are not followed. Every limit and
 * every folder that can't be opened becomes a gap. Files whose names leave open what they are are looked into on `threads` threads (0: one
 * a core), and read whole when they are ours. False when `path` itself can't be read. */
bool walk_project(Str path, uint32_t threads, Project *project, Error *err);
/* Walks the nearest folder above all of `paths`, but only they are chosen; a file that is named is read whatever excludes it. `root`: that
 * folder. */
bool walk_paths(const Str *paths, uint32_t count, uint32_t threads, Project *project, Str *root, Error *err);
/* Walks a folder for the names of all its files, whatever they are (Project.names, sorted); none is opened but .gitignore and settings. */
bool walk_names(Str path, Project *project, Error *err);
/* Whether the review is about `path`: it is named, or below a folder that is. */
bool project_chosen(const Project *project, Str path);
void project_free(Project *project);

#endif
