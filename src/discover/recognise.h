/* What a file is, by its name and, where the name is not enough, by its content. */
#ifndef DISCOVER_RECOGNISE_H
#define DISCOVER_RECOGNISE_H

#include "model/project.h"

#define SNIFF_BYTES 4096 /* of a file whose name alone does not tell */

/* By name alone: sure (*sniff false), or only possible (*sniff true), or SYSTEM_NONE. */
SystemId recognise_name(Str path, bool *sniff);
/* By the first bytes of a file whose name asked for it. */
SystemId recognise_content(Str path, Str head);
/* Of a system that is only counted: its key in facts/unread-systems.tsv; else empty. */
Str recognise_kind(Str path, Str head, SystemId system);
/* What people call it. */
Prose recognise_title(SystemId system, Str kind);
/* Looks like no text: NUL bytes among the first. */
bool recognise_binary(Str head);
/* What Git LFS leaves where a file was not fetched (its specification, "The Pointer"). */
bool recognise_pointer(Str head);
/* A template of a file ({{ }}, {% %}, <% %>) under a name that says so: Dockerfile.j2. */
bool recognise_template(Str path);

#endif
