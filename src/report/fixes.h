/* Fixes as reports show them. A fix whose text quotes a credential is not shown. */
#ifndef REPORT_FIXES_H
#define REPORT_FIXES_H

#include "model/finding.h"

/* The finding's fix when it can be shown, else NULL. */
const FindingFix *fix_shown(const Finding *finding);
/* What it does: its title, else the finding's solution. */
Str fix_title(const Finding *finding, Language language);
/* Appends the safe fixes of findings of one file as one unified diff, as far as they don't clash; to `unsafe` a second one, to be applied
 * behind it, of those that can change what works today. Nothing where there is none. */
void fixes_diff(const Finding *const *findings, uint32_t count, Buf *safe, Buf *unsafe);

#endif
