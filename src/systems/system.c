/* The table of what is read. */
#include "systems/system.h"

#include "parse/dockerfile.h"
#include "parse/hcl.h"
#include "parse/yaml.h"
#include "systems/dockerfile.h"
#include "systems/kubernetes.h"
#include "systems/terraform.h"

static const Tree *parse_dockerfile(Source *source) { return dockerfile_parse(text_of_source(source)); }
static const Tree *parse_template(Source *source) { return yaml_parse_template(text_of_source(source)); }
static bool no_instruction(const Tree *tree) { return !dockerfile_child(tree->nodes, DOCKERFILE_INSTRUCTION); }

static void model_dockerignore(Source *source, const Tree *tree, Model *model) {
    (void)tree;
    dockerignore_model(source, model);
}

static const Tree *parse_terraform(Source *source) { return hcl_parse(text_of_source(source)); }
static bool no_block(const Tree *tree) { return tree->count == 1; }

static const System systems[SYSTEM_COUNT] = {
    [SYSTEM_DOCKERFILE] = {parse_dockerfile, dockerfile_model, no_instruction, false, NULL, dockerfile_block},
    [SYSTEM_KUBERNETES] = {parse_template, kubernetes_model, kubernetes_is_empty, true, NULL, NULL},
    [SYSTEM_TERRAFORM] = {parse_terraform, terraform_model, no_block, true, terraform_evaluate, NULL},
    [SYSTEM_DOCKERIGNORE] = {NULL, model_dockerignore, NULL, true, NULL, NULL},
};

const System *system_of(SystemId id) { return systems[id].model ? &systems[id] : NULL; }
