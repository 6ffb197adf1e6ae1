/* "How do I deploy this?": what the repository has of what a deploy is made of, and what it lacks. */
#ifndef REPORT_GUIDANCE_H
#define REPORT_GUIDANCE_H

#include "report/page.h"

void guidance(Page *page, const Review *review);

#endif
