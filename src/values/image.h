/* References to container images, per the grammar of the distribution project
 * (https://pkg.go.dev/github.com/distribution/reference): [host[:port]/]path[:tag][@digest]. */
#ifndef VALUES_IMAGE_H
#define VALUES_IMAGE_H

#include "base/str.h"

typedef struct ImageParts {
    Str whole;      /* registry and repository, as they are written */
    Str registry;   /* host and port, when the first part has a dot, a colon or is localhost; else empty */
    Str repository; /* the path behind it */
    Str name;       /* its last part */
    Str tag;        /* without the colon, or empty */
    Str digest;     /* sha256:…, without the @, or empty */
    bool is_valid;  /* follows the grammar */
} ImageParts;

/* Slices of `ref`; nothing is copied. */
ImageParts image_parse(Str ref);

#endif
