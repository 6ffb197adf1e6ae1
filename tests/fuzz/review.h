/* Files in memory through everything: parse, evaluate, model, link, every check, every report in every language. */
#ifndef FUZZ_REVIEW_H
#define FUZZ_REVIEW_H

#include "report/report.h"
#include "scan.h"

static inline void fuzz_review(const MemoryFile *files, uint32_t count) {
    Scan *scan = scan_new();
    const Review *review = scan_memory(scan, files, count, &(MemoryOptions){0});
    uint32_t formats;
    const Reporter *all = reporters(&formats);
    for (uint32_t i = 0; i < formats; i++) {
        for (int language = 0; language < LANGUAGE_COUNT; language++) {
            Buf out = {0};
            all[i].render(review, &(ReportOptions){.language = (Language)language, .color = true}, &out);
            buf_free(&out);
        }
    }
    scan_free(scan);
}

#endif
