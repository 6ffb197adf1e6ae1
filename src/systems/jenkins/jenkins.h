/* Jenkinsfiles as objects (model/shapes.def, "pipelines"): declarative ones whole, of scripted ones what stands in stages and steps.
 * https://www.jenkins.io/doc/book/pipeline/syntax/ */
#ifndef SYSTEMS_JENKINS_H
#define SYSTEMS_JENKINS_H

#include "model/model.h"

void jenkins_model(Source *source, const Tree *tree, Model *model);
bool jenkins_is_empty(const Tree *tree);
/* Configuration as code, which is YAML. */
void jenkins_casc_model(Source *source, const Tree *tree, Model *model);
bool jenkins_casc_is_empty(const Tree *tree);

#endif
