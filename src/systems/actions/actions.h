/* GitHub Actions as objects (model/shapes.def, "pipelines"): workflows, the files of actions, Dependabot.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
 * https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax */
#ifndef SYSTEMS_ACTIONS_H
#define SYSTEMS_ACTIONS_H

#include "model/model.h"

void actions_model(Source *source, const Tree *tree, Model *model);
/* https://docs.github.com/en/code-security/dependabot/working-with-dependabot/dependabot-options-reference */
void dependabot_model(Source *source, const Tree *tree, Model *model);

#endif
