/* Text inside XML and HTML: markup is escaped, and what XML 1.0 (2.2) does not allow becomes U+FFFD. */
#ifndef REPORT_MARKUP_H
#define REPORT_MARKUP_H

#include "base/buf.h"

/* Fit for content and for attributes in double quotes. */
void markup_put(Buf *out, Str text);

#endif
