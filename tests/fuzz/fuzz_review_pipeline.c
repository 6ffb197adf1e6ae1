/* Any bytes as a GitLab pipeline, as a file that one includes, as a child that one starts, as a Jenkinsfile and as its configuration, through everything. */
#include "review.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Str bytes = {(const char *)data, size};
    Str root = STR("include: [{local: /ci/a.gitlab-ci.yml, inputs: {a: b}}]\nc: {trigger: {include: ci/a.gitlab-ci.yml}}\nb: {extends: .a, script: [!reference [.a, script]], needs: [a]}\n");
    MemoryFile files[] = {{STR(".gitlab-ci.yml"), root}, {STR("ci/a.gitlab-ci.yml"), bytes}, {STR("other/.gitlab-ci.yml"), bytes}, {STR("Jenkinsfile"), bytes}, {STR("jenkins.yaml"), bytes}};
    fuzz_review(files, ARRAY_COUNT(files));
    return 0;
}
