/* `infra test`: the laws every check keeps, tried on its own examples by the program itself. */
#ifndef CHECK_TEST_H
#define CHECK_TEST_H

#include "check/load.h"

struct CheckWitness;

/* Reviews an example with this check alone. Gives its findings; `errors` counts evaluations that failed. */
typedef struct TestResult {
    FindingVec findings;
    uint32_t errors;
    Str error;
} TestResult;
typedef TestResult (*TestScan)(void *data, const Check *check, const Example *example, bool blind, struct CheckWitness *witness);

/* Mends what the check finds in an example, all other checks looking on: how many findings there were, how many went, how many fixes
 * would have done harm, and whether a second run changes something. */
typedef struct TestFixed {
    uint32_t found, fixed, harmful;
    bool unstable;
} TestFixed;
typedef TestFixed (*TestFix)(void *data, const Check *check, const Example *example);

typedef struct TestReport {
    Str folder;    /* where the check that is tried stands, for the places that are named */
    uint32_t passed, failed; /* laws tried */
    Buf *out;                /* one line a broken law: file:line: check: what */
} TestReport;

/* How examples are tried, and all the checks there are. `done` ends what `scan` began. */
typedef struct TestRunner {
    TestScan scan;
    TestFix fix;
    void (*done)(void *data);
    void *data;
    const Check *const *all;
    uint32_t count;
} TestRunner;

/* Tries the laws Bad, Good, Unknown, Near miss, Reach, Prose, Own words and Fix of one check. */
void check_test(const Check *check, const TestRunner *runner, TestReport *report);

#endif
