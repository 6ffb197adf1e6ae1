/* The table of what is read. */
#include "systems/system.h"

#include "parse/dockerfile.h"
#include "parse/groovy.h"
#include "parse/hcl.h"
#include "parse/hcl_json.h"
#include "parse/yaml.h"
#include "systems/actions/actions.h"
#include "systems/compose.h"
#include "systems/dockerfile.h"
#include "systems/gitlab/gitlab.h"
#include "systems/jenkins/jenkins.h"
#include "systems/kubernetes.h"
#include "systems/kustomize/kustomize.h"
#include "systems/terraform/terraform.h"
#include "systems/unread.h"

static const Tree *parse_dockerfile(Source *source) { return dockerfile_parse(text_of_source(source)); }
static const Tree *parse_template(Source *source) { return yaml_parse_template(text_of_source(source)); }
static const Tree *parse_yaml(Source *source) { return yaml_parse(text_of_source(source)); }
static const Tree *parse_pipeline(Source *source) { return yaml_parse_pipeline(text_of_source(source)); }
static bool no_instruction(const Tree *tree) { return !dockerfile_child(tree->nodes, DOCKERFILE_INSTRUCTION); }

static void model_dockerignore(Source *source, const Tree *tree, Model *model) {
    (void)tree;
    dockerignore_model(source, model);
}

/* Configuration in either syntax; of what Terraform writes, plans and states, the JSON as it is. */
static const Tree *parse_terraform(Source *source) {
    Str path = source->path;
    bool values = str_ends(path, STR(".tfvars.json"));
    if (values || str_ends(path, STR(".tf.json")) || str_ends(path, STR(".tofu.json"))) return hcl_json_parse(source, values);
    if (str_ends(path, STR(".json")) || str_ends(path, STR(".tfstate")) || str_ends(path, STR(".tfstate.backup"))) return yaml_parse(text_of_source(source));
    return hcl_parse(text_of_source(source));
}
static const Tree *parse_groovy(Source *source) { return groovy_parse(text_of_source(source)); }
static bool no_block(const Tree *tree) { return tree->count == 1; }

static const System systems[SYSTEM_COUNT] = {
    [SYSTEM_DOCKERFILE] = {.parse = parse_dockerfile, .model = dockerfile_model, .is_empty = no_instruction, .block = dockerfile_block},
    [SYSTEM_KUBERNETES] = {.parse = parse_template, .model = kubernetes_model, .judge = kubernetes_judge, .is_empty = kubernetes_is_empty, .joined = true, .is_part = true, .noted = true},
    [SYSTEM_KUSTOMIZE] = {.parse = parse_template, .model = kustomize_model, .is_empty = kustomize_is_empty, .joined = true, .evaluate = kustomize_evaluate, .parts = kustomize_parts},
    [SYSTEM_COMPOSE] = {.parse = parse_yaml, .model = compose_model, .is_empty = compose_is_empty, .joined = true, .together = true},
    [SYSTEM_DOTENV] = {.model = dotenv_model, .joined = true, .together = true},
    [SYSTEM_GITHUB_ACTIONS] = {.parse = parse_pipeline, .model = actions_model, .joined = true, .noted = true, .evaluate = actions_evaluate},
    [SYSTEM_DEPENDABOT] = {.parse = parse_pipeline, .model = dependabot_model, .joined = true, .evaluate = dependabot_evaluate},
    [SYSTEM_PRE_COMMIT] = {.parse = parse_pipeline, .model = precommit_model},
    [SYSTEM_GITLAB_CI] = {.parse = parse_yaml, .model = gitlab_model, .is_empty = gitlab_is_empty, .joined = true, .evaluate = gitlab_evaluate},
    [SYSTEM_JENKINS] = {.parse = parse_groovy, .model = jenkins_model, .is_empty = jenkins_is_empty, .joined = true},
    [SYSTEM_JENKINS_CASC] = {.parse = parse_yaml, .model = jenkins_casc_model, .is_empty = jenkins_casc_is_empty},
    [SYSTEM_TERRAFORM] = {.parse = parse_terraform, .model = terraform_model, .is_empty = no_block, .joined = true, .by_folder = true, .evaluate = terraform_evaluate},
    [SYSTEM_DOCKERIGNORE] = {.model = model_dockerignore, .joined = true},
};

static const System unread = {.model = unread_model, .unread = true};

const System *system_of(SystemId id) { return systems[id].model ? &systems[id] : &unread; }
