/* What is known of a container image by its name: its release line and when that ends, the system it is built
 * on, the user it runs as, and whether it is nearly, but not, the name of a Docker official image. */
#ifndef FACTS_IMAGE_FACTS_H
#define FACTS_IMAGE_FACTS_H

#include "base/str.h"

/* One release line of a product. Everything is empty when the tag names none that is known. */
typedef struct ReleaseLine {
    Str product;  /* for people: "Node.js" */
    Str cycle;    /* "14"; of a tag that several lines share (`python:3`), the one that ends last */
    Str eol;      /* last day of support, YYYY-MM-DD; empty: it goes on, or nobody wrote the day down */
    bool rolling; /* lines follow each other within months: only the newest is ever supported */
} ReleaseLine;

typedef struct ImageFacts {
    ReleaseLine release; /* of what the image is for */
    ReleaseLine base;    /* of the distribution that its tag names: node:20-buster is on Debian 10; official
                            images only */
    Str user; /* it is known to run as this one, which is not root, unless something says otherwise; or empty
               */
    bool is_root; /* it is known to run as root, unless something says otherwise */
    Str steps_down; /* its own entrypoint starts as root and hands over to this user; or empty */
    Str lasting;     /* "24": of an official image, the tag of its release line that is supported longest, as our dated table has it; or empty */
    Str lasting_eol; /* its last day; empty: it goes on, or nobody wrote the day down */
    Str official;        /* the name of the official image that it is, or empty */
    Str lookalike; /* the official image whose name is one slip away, or empty */
} ImageFacts;

/* The parts are those of values/image.h: `registry` and `tag` may be empty. All results live as long as the
 * program. */
ImageFacts image_facts(Str registry, Str repository, Str tag);

#endif
