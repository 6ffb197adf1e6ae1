/* Reports: a Review as text. Each is a pure function; the table in reporters.def names them. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "model/review.h"

typedef struct ReportOptions {
    Language language;
    bool color;
    Str version; /* of the program */
    Str (*corrected)(const Check *check, Str path, Arena *a); /* how such a file looks where the check finds nothing, or empty; NULL: not shown */
} ReportOptions;

typedef void (*ReportRender)(const Review *review, const ReportOptions *options, Buf *out);

typedef struct Reporter {
    Str name;
    bool machine; /* read by programs: English unless --lang says otherwise */
    ReportRender render;
} Reporter;

const Reporter *reporter_find(Str name); /* NULL: none */
const Reporter *reporters(uint32_t *count);

/* The catalogue as JSON. */
void catalogue_json(const Check *checks, uint32_t count, Buf *out);
/* The text that a finding points at: one line, at most 200 bytes, redacted where it is a credential. */
void report_evidence(const Finding *finding, Buf *out);
/* In which of several builds it is: "in overlays/prod, overlays/staging"; nothing when it was built in one way only. */
void report_scenarios(const Finding *finding, Language language, Buf *out);
/* Its message, with them: for formats that have no place of their own for it. In `a`. */
Str report_message(const Finding *finding, Language language, Arena *a);
/* Appends `text` made harmless: control bytes, line ends and marks that turn the text around are shown, not sent. Gives the
 * columns it takes. */
uint32_t report_safe(Buf *out, Str text);
/* Files that were read in part; one may have many gaps. */
uint32_t report_partly(const Coverage *coverage);
/* Gaps with one reason, told by the first of them. */
typedef struct GapGroup {
    const Gap *first;
    uint32_t more; /* with the same reason */
} GapGroup;
/* The first `limit` groups, in the order of their first gaps; *rest is how many gaps lie in others. */
uint32_t report_gap_groups(const Gap *items, uint32_t count, GapGroup *out, uint32_t limit, uint32_t *rest);
/* The verdict as a headline. */
Prose report_verdict(Verdict verdict);

#endif
