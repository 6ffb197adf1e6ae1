/* Reports of other scanners, given with --with: what they found, in one form. SARIF 2.1.0; the JSON of Trivy (schema 2), Grype, Snyk, ZAP,
 * npm audit (1 and 2), pip-audit, OSV-Scanner and Gitleaks; ZAP's XML.
 *
 * Invariant: a report is somebody else's text. It is read in linear time and bounded memory; what it says is shown as text, at most
 * EVIDENCE_TEXT_MAX bytes of it, and nothing it names is opened. */
#ifndef EVIDENCE_EVIDENCE_H
#define EVIDENCE_EVIDENCE_H

#include "base/error.h"
#include "model/review.h"

#define EVIDENCE_CLAIMS_MAX 100000 /* of all reports together: a scanner that finds more was aimed at the wrong thing */
#define EVIDENCE_TEXT_MAX 200      /* bytes of a title or an advice */

/* Appends the claims of a report to `out`, in the source's arena. `report->bytes` has SOURCE_PADDING zero bytes behind it. False when it is
 * none of these formats, is damaged, or has too many results: with the line where there is one. */
bool evidence_read(Source *report, ClaimVec *out, Error *err);
/* The worst first, then by scanner, place, line and id; what is told several times (Snyk: once a way to a package) stays once. */
void evidence_sort(ClaimVec *claims);

/* ---- for the formats, in formats.c and zap_xml.c ---- */

typedef struct EvidenceReader {
    Source *source;
    const struct Tree *tree; /* NULL: XML */
    ClaimVec *out;
    bool full;               /* EVIDENCE_CLAIMS_MAX was met */
    Str failure;             /* why the scan failed that should have made this report; empty: it did not */
} EvidenceReader;

/* Adds one, with its texts cut to one line; `blocks` follows from the severity. */
void evidence_add(EvidenceReader *r, Claim claim);
/* By the names that scanners use, in any case; SEVERITY_MEDIUM for what nobody knows. */
Severity evidence_severity(Str name);
/* False when the document is of no format that is known. */
bool evidence_formats(EvidenceReader *r);
/* Without tags, entities replaced. */
Str evidence_plain(Str text, Arena *a);
void evidence_zap_xml(EvidenceReader *r);

#endif
