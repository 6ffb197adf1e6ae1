/* URLs as servers see them (RFC 3986): absolute, or an absolute path. */
#ifndef VALUES_URL_H
#define VALUES_URL_H

#include "base/buf.h"

typedef struct Url {
    Str scheme;   /* as written; may be empty */
    Str host;     /* with the port, as written: "[::1]:80" */
    Str hostname; /* without brackets and port */
    Str port;     /* digits, or empty */
    Str path;     /* as written */
    Str query;    /* behind ?, without it */
} Url;

/* Slices of `text`. False when it is none, or relative. A fragment is no part of a request: its # belongs to what it stands in. */
bool url_parse(Str text, Url *out);
/* What may not stand in a path becomes %XX. */
void url_escape_path(Str path, Buf *out);
/* %XX and + of one part of a query. */
void url_unescape(Str part, Buf *out);

#endif
