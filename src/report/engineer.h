/* Parts of the engineer's report that speak of the whole review (report/summing_up.c). Each writes nothing when it has nothing to say,
 * but for the opening, the checklist and the coverage. */
#ifndef REPORT_ENGINEER_H
#define REPORT_ENGINEER_H

#include "report/page.h"

void report_opening(Page *page, const Review *review);
void report_known(Page *page, const Review *review);
void report_claims(Page *page, const Review *review);
void report_checklist(Page *page, const Review *review);
void report_coverage(Page *page, const Review *review);

#endif
