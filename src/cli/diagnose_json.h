/* `infra diagnose --format json`:
 *
 *     {"version": 1, "known": true, "lines": 214, "unread": 0, "subject": "shop",
 *      "causes": [{"cause": "memory", "sure": "proven", "what": "…", "act": "…", "file": "pod.log", "line": 12, "text": "…", "times": 3,
 *                  "names": [], "places": [{"file": "k8s/shop.yaml", "line": 31}]}]}
 *
 * `known`: a cause is named, not only symptoms. `sure`: proven, consistent, symptom. `file` and `line` are of the log, `places` of the repository;
 * lines count from 1. `unread`: files of the repository that should have been looked at. `subject`: the workload that the log is about, or empty. */
#ifndef CLI_DIAGNOSE_JSON_H
#define CLI_DIAGNOSE_JSON_H

#include "scan_diagnose.h"

void diagnose_json(const DiagnoseWork *work, Language language, Buf *out);

#endif
