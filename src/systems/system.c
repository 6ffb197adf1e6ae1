/* The table of what is read. */
#include "systems/system.h"

#include "parse/dockerfile.h"
#include "parse/yaml.h"
#include "systems/compose.h"
#include "systems/dockerfile.h"
#include "systems/kubernetes.h"

static const Tree *parse_dockerfile(Source *source) { return dockerfile_parse(text_of_source(source)); }
static const Tree *parse_template(Source *source) { return yaml_parse_template(text_of_source(source)); }
static const Tree *parse_yaml(Source *source) { return yaml_parse(text_of_source(source)); }
static bool no_instruction(const Tree *tree) { return !dockerfile_child(tree->nodes, DOCKERFILE_INSTRUCTION); }

static void model_dockerignore(Source *source, const Tree *tree, Model *model) {
    (void)tree;
    dockerignore_model(source, model);
}

static const System systems[SYSTEM_COUNT] = {
    [SYSTEM_DOCKERFILE] = {parse_dockerfile, dockerfile_model, no_instruction, false, false},
    [SYSTEM_KUBERNETES] = {parse_template, kubernetes_model, kubernetes_is_empty, true, false},
    [SYSTEM_COMPOSE] = {parse_yaml, compose_model, compose_is_empty, true, true},
    [SYSTEM_DOTENV] = {NULL, dotenv_model, NULL, true, true},
    [SYSTEM_DOCKERIGNORE] = {NULL, model_dockerignore, NULL, true, false},
};

const System *system_of(SystemId id) { return systems[id].model ? &systems[id] : NULL; }
