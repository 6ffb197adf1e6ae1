/* GitHub Actions as objects (model/shapes.def, "pipelines"): workflows, the files of actions, Dependabot, pre-commit.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
 * https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax */
#ifndef SYSTEMS_ACTIONS_H
#define SYSTEMS_ACTIONS_H

#include "systems/system.h"

void actions_model(Source *source, const Tree *tree, Model *model);
/* The files that actions run. */
void actions_evaluate(SystemFile *files, uint32_t count, const Outside *outside);
/* https://docs.github.com/en/code-security/dependabot/working-with-dependabot/dependabot-options-reference */
void dependabot_model(Source *source, const Tree *tree, Model *model);
/* What entries cover, and what none does: needs the files of the repository. */
void dependabot_evaluate(SystemFile *files, uint32_t count, const Outside *outside);
/* https://pre-commit.com/#adding-pre-commit-plugins-to-your-project */
void precommit_model(Source *source, const Tree *tree, Model *model);

/* commit, short-commit, version or branch: what a name of something in a git repository is. */
Str revision_kind(Str revision);

#endif
