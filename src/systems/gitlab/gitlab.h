/* GitLab CI as objects (model/shapes.def, "pipelines"): .gitlab-ci.yml with its local includes, evaluated as GitLab does.
 * https://docs.gitlab.com/ci/yaml/ */
#ifndef SYSTEMS_GITLAB_H
#define SYSTEMS_GITLAB_H

#include "systems/system.h"

/* What the file alone says: includes, faults of its schema, credentials. */
void gitlab_model(Source *source, const Tree *tree, Model *model);
/* Pipelines: the files that no other includes, with what they include, `!reference`, `extends` and `default` followed. */
void gitlab_evaluate(SystemFile *files, uint32_t count, const Outside *outside);
bool gitlab_is_empty(const Tree *tree);

#endif
