/* Credentials are never shown, whichever finding, message or format shows the line they stand on. The spans of all that a model
 * took for one are noted at the source; what is shown of a source, and every text made from it, passes here. */
#ifndef MODEL_REDACT_H
#define MODEL_REDACT_H

#include "base/buf.h"
#include "model/value.h"

#define REDACTED STR("‹redacted›")

/* Notes the values of the SECRET objects among `subjects` at `source`; the list lives in `a`. */
void redact_note(Source *source, const ObjectVec *subjects, Arena *a);
/* One more, that a check found; then the list must be put in order before anything is shown. */
void redact_add(Source *source, Span secret, Arena *a);
void redact_sort(Source *source, Arena *a);
/* Bytes [start, end) of the source, each credential in them replaced by ‹redacted›. */
void redact_bytes(const Source *source, uint32_t start, uint32_t end, Buf *out);
/* `text` (a message), in which the source's credentials may be quoted: the same without them. Borrowed when there are none. */
Str redact_text(const Source *source, Str text, Arena *a);

#endif
