/* Fixes as reports show them. A fix whose text quotes a credential is not shown. */
#ifndef REPORT_FIXES_H
#define REPORT_FIXES_H

#include "model/finding.h"

/* The finding's fix when it can be shown, else NULL. */
const FindingFix *fix_shown(const Finding *finding);
/* What it does: its title, else the finding's solution. */
Str fix_title(const Finding *finding, Language language);
/* Appends the safe fixes of findings of one file as one unified diff, as far as they don't clash; how many are unsafe, in *unsafe.
 * Nothing when there is none. */
void fixes_diff(const Finding *findings, uint32_t count, Buf *out, uint32_t *unsafe);

#endif
