/* The expressions of GitLab's `rules:if`, `only:variables` and `workflow:rules`: variables, texts, patterns and null, compared and
 * joined. They are judged, not evaluated. https://docs.gitlab.com/ci/jobs/job_rules/#cicd-variable-expressions */
#ifndef PARSE_RULE_EXPRESSION_H
#define PARSE_RULE_EXPRESSION_H

#include "base/str.h"

/* NULL when `text` is one; else what is wrong: single-equals, no-dollar, pattern (what is matched with is none), unfinished,
 * unexpected. *bad is the place at fault. Linear. */
const char *rule_expression_fault(Str text, Str *bad);

#endif
