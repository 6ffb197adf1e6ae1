/* The table of what is read. */
#include "systems/system.h"

#include "parse/dockerfile.h"
#include "parse/yaml.h"
#include "systems/actions/actions.h"
#include "systems/dockerfile.h"
#include "systems/kubernetes.h"

static const Tree *parse_dockerfile(Source *source) { return dockerfile_parse(text_of_source(source)); }
static const Tree *parse_template(Source *source) { return yaml_parse_template(text_of_source(source)); }
static const Tree *parse_pipeline(Source *source) { return yaml_parse_pipeline(text_of_source(source)); }
static bool no_instruction(const Tree *tree) { return !dockerfile_child(tree->nodes, DOCKERFILE_INSTRUCTION); }

static void model_dockerignore(Source *source, const Tree *tree, Model *model) {
    (void)tree;
    dockerignore_model(source, model);
}

static const System systems[SYSTEM_COUNT] = {
    [SYSTEM_DOCKERFILE] = {parse_dockerfile, dockerfile_model, no_instruction, false, dockerfile_block},
    [SYSTEM_KUBERNETES] = {parse_template, kubernetes_model, kubernetes_is_empty, true},
    [SYSTEM_GITHUB_ACTIONS] = {parse_pipeline, actions_model, NULL, true},
    [SYSTEM_DEPENDABOT] = {parse_pipeline, dependabot_model, NULL, false},
    [SYSTEM_DOCKERIGNORE] = {NULL, model_dockerignore, NULL, true},
};

const System *system_of(SystemId id) { return systems[id].model ? &systems[id] : NULL; }
