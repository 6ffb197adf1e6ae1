/* Names first, since most files are none of ours; YAML and JSON need a look inside. */
#include "discover/recognise.h"

#include "discover/signs.h"
#include "facts/fact.h"

bool recognise_template(Str path) {
    static const Str suffixes[] = {STR_INIT(".j2"), STR_INIT(".jinja"), STR_INIT(".jinja2"), STR_INIT(".tmpl"), STR_INIT(".tpl"), STR_INIT(".tftpl"), STR_INIT(".gotmpl"), STR_INIT(".erb"), STR_INIT(".mustache"), STR_INIT(".template"), STR_INIT(".hbs"), STR_INIT(".ejs"), STR_INIT(".in"), STR_INIT(".m4")};
    for (size_t i = 0; i < ARRAY_COUNT(suffixes); i++) {
        if (str_ends(path, suffixes[i])) return true;
    }
    return false;
}

/* Dockerfile.dev is one, Dockerfile.md is about one. */
static bool is_other_format(Str name) {
    static const Str suffixes[] = {STR_INIT(".md"), STR_INIT(".txt"), STR_INIT(".html"), STR_INIT(".rst"), STR_INIT(".py"), STR_INIT(".sh"), STR_INIT(".js"), STR_INIT(".ts"), STR_INIT(".go"), STR_INIT(".json"), STR_INIT(".yml"), STR_INIT(".yaml"), STR_INIT(".swp"), STR_INIT(".orig"), STR_INIT(".bak"), STR_INIT(".rej"), STR_INIT(".lock"), STR_INIT(".png"), STR_INIT(".svg"), STR_INIT(".php"), STR_INIT(".rb"), STR_INIT(".java"), STR_INIT(".c"), STR_INIT(".h"), STR_INIT(".hs"), STR_INIT(".rs"), STR_INIT(".adoc"), STR_INIT(".snap"), STR_INIT(".patch"), STR_INIT(".diff")};
    for (size_t i = 0; i < ARRAY_COUNT(suffixes); i++) {
        if (str_ends(name, suffixes[i])) return true;
    }
    return false;
}

/* The names that Docker looks for itself. */
static bool is_bare_dockerfile(Str name) { return str_eq_nocase(name, STR("dockerfile")) || str_eq_nocase(name, STR("containerfile")); }

static bool is_dockerfile_name(Str name) {
    if (is_other_format(name)) return false;
    bool prefixed = str_starts_nocase(name, STR("dockerfile.")) || str_starts_nocase(name, STR("containerfile.")) || str_starts_nocase(name, STR("dockerfile-")) || str_starts_nocase(name, STR("dockerfile_"));
    bool suffixed = name.len > 11 && str_eq_nocase(str_skip(name, name.len - 11), STR(".dockerfile"));
    return is_bare_dockerfile(name) || prefixed || suffixed;
}

/* compose.yaml, compose.prod.yaml, docker-compose-dev.yml, web.compose.yml; a compose-values.yaml may be anything. */
static bool is_compose_name(Str name) {
    bool prefixed = str_starts(name, STR("docker-compose")) || str_starts(name, STR("compose."));
    size_t stem = name.len - (str_ends(name, STR(".yaml")) ? 5 : 4);
    return prefixed || str_ends(str_slice(name, 0, stem), STR(".compose")) || str_ends(str_slice(name, 0, stem), STR("-compose"));
}

static bool is_terraform_name(Str name) {
    static const Str suffixes[] = {STR_INIT(".tf"), STR_INIT(".tf.json"), STR_INIT(".tofu"), STR_INIT(".tofu.json"), STR_INIT(".tfvars"), STR_INIT(".tfvars.json"), STR_INIT(".tfstate"), STR_INIT(".tfstate.backup"), STR_INIT(".tftest.hcl"), STR_INIT(".tofutest.hcl")};
    for (size_t i = 0; i < ARRAY_COUNT(suffixes); i++) {
        if (str_ends(name, suffixes[i]) && name.len > suffixes[i].len) return true;
    }
    return str_is(name, "terragrunt.hcl") || str_is(name, "terragrunt.stack.hcl") || str_is(name, ".terraform.lock.hcl");
}

/* GitHub looks into no folder below. */
static bool is_in_workflows(Str path) {
    static const Str folder = STR_INIT(".github/workflows");
    Str parent = str_folder(path);
    return str_is(parent, ".github/workflows") || (str_ends(parent, folder) && parent.at[parent.len - folder.len - 1] == '/');
}

static bool is_action_name(Str name) { return str_is(name, "action.yml") || str_is(name, "action.yaml"); }

enum { UNREAD_TITLE = 1, UNREAD_SPANISH, UNREAD_WORKS_IN }; /* columns of facts/unread-systems.tsv */

/* Of a system that facts/file-signs.tsv names: one that has a grammar here or will have one, else one of those that are only counted. */
static SystemId system_named(Str id) {
    FactRows rows = fact_rows(fact_table(STR("unread-systems")), id);
    if (!rows.count) return system_find(id);
    return fact_cell(rows.table, rows.first, UNREAD_WORKS_IN).len ? SYSTEM_OTHER_PIPELINE : SYSTEM_OTHER;
}

/* Formats that many systems share. */
static bool is_shared_format(Str name) { return str_ends(name, STR(".yml")) || str_ends(name, STR(".yaml")) || str_ends(name, STR(".json")) || str_ends(name, STR(".template")); }

/* README.md.gotmpl gives a text about infrastructure. */
static bool gives_other_format(Str name) {
    Str inner = str_slice(name, 0, str_find_last(name, '.') == STR_NONE ? name.len : str_find_last(name, '.'));
    return recognise_template(name) && is_other_format(inner) && !is_shared_format(inner);
}

SystemId recognise_name(Str path, bool *sniff) {
    Str name = str_base_name(path);
    *sniff = false;
    if (str_is(name, ".dockerignore") || str_ends(name, STR(".dockerignore"))) return SYSTEM_DOCKERIGNORE;
    if (is_dockerfile_name(name)) {
        *sniff = !is_bare_dockerfile(name);
        return SYSTEM_DOCKERFILE;
    }
    if (str_is(name, ".env")) return SYSTEM_DOTENV;
    if (is_terraform_name(name)) return SYSTEM_TERRAFORM;
    if (str_is(name, "Jenkinsfile") || str_ends(name, STR(".jenkinsfile")) || ((str_starts(name, STR("Jenkinsfile.")) || str_starts(name, STR("Jenkinsfile-"))) && !str_ends(name, STR(".md")))) return SYSTEM_JENKINS;
    if (str_is(name, "root.hcl")) { /* of Terragrunt, by convention; others may have one */
        *sniff = true;
        return SYSTEM_TERRAFORM;
    }
    if (str_is(name, "nginx.conf")) return SYSTEM_NGINX;
    if (str_is(name, "Kustomization")) return SYSTEM_KUSTOMIZE;
    bool yaml = str_ends(name, STR(".yml")) || str_ends(name, STR(".yaml"));
    if (yaml && is_in_workflows(path)) return SYSTEM_GITHUB_ACTIONS;
    if (yaml && (str_is(path, ".github/dependabot.yml") || str_is(path, ".github/dependabot.yaml") || str_ends(path, STR("/.github/dependabot.yml")) || str_ends(path, STR("/.github/dependabot.yaml")))) return SYSTEM_DEPENDABOT;
    if (yaml && str_starts(name, STR(".pre-commit-config."))) return SYSTEM_PRE_COMMIT;
    if (is_action_name(name)) {
        *sniff = true;
        return SYSTEM_GITHUB_ACTIONS;
    }
    if (yaml && (str_starts(name, STR(".gitlab-ci")) || str_ends(name, STR(".gitlab-ci.yml")) || str_has(path, STR(".gitlab/ci/")))) return SYSTEM_GITLAB_CI;
    if (str_is(name, "Chart.yaml")) return SYSTEM_HELM;
    if (is_shared_format(name) && str_starts(name, STR("Pulumi."))) return SYSTEM_PULUMI;
    if (yaml && is_compose_name(name)) return SYSTEM_COMPOSE;
    if (gives_other_format(name)) return SYSTEM_NONE;
    Str sign = signs_of_name(path, sniff);
    if (sign.len) return *sniff = false, system_named(sign);
    *sniff = *sniff || is_shared_format(name);
    return *sniff ? SYSTEM_KUBERNETES : SYSTEM_NONE;
}

/* What kustomize takes for a kustomization; Flux calls objects of its own so, too. */
static bool is_kustomization(Str path, Str head) {
    Str name = str_base_name(path);
    return (str_is(name, "kustomization.yaml") || str_is(name, "kustomization.yml")) && !str_has(head, STR("kustomize.toolkit.fluxcd.io"));
}

/* A line of `head` that begins with `key`. */
static bool has_line(Str head, const char *key) {
    Str line;
    while (str_next(&head, '\n', &line)) {
        if (str_starts(line, str_of(key))) return true;
    }
    return false;
}

/* `services:` with names below it; pipelines of Drone and others have a list there, and say what kind they are. */
static bool has_services(Str head) {
    Str line;
    while (str_next(&head, '\n', &line)) {
        if (!str_starts(line, STR("services:"))) continue;
        while (str_next(&head, '\n', &line)) {
            Str text = str_trim(line);
            if (text.len && text.at[0] != '#') return text.at[0] != '-';
        }
        return true;
    }
    return false;
}

/* A part of a GitLab pipeline by what it holds: keys of jobs one step below names that stand at the left. Workflows of others
 * have their jobs deeper, or say `jobs:`. */
static bool is_gitlab_part(Str head) {
    static const char *const marks[] = {"stage:", "extends:", "rules:", "only:", "needs:", "image:", "before_script:", "artifacts:", "tags:"};
    Str line;
    bool script = false, mark = false;
    while (str_next(&head, '\n', &line)) {
        size_t indent = 0;
        while (indent < line.len && line.at[indent] == ' ') indent++;
        Str rest = str_skip(line, indent);
        if (!indent && (str_starts(rest, STR("jobs:")) || str_starts(rest, STR("steps:")) || str_starts(rest, STR("language:")) || str_starts(rest, STR("pipeline")) || str_starts(rest, STR("kind:")) || str_starts(rest, STR("- ")))) return false;
        if (indent < 2 || indent > 4) continue;
        script = script || str_starts(rest, STR("script:"));
        for (size_t i = 0; i < ARRAY_COUNT(marks); i++) mark = mark || str_starts(rest, str_of(marks[i]));
    }
    return script && mark;
}

/* Dockerfile.tmLanguage is about Dockerfiles. One has an instruction in capitals, or begins with one; of what is no text the name is
 * believed, so that it is told. */
static bool is_dockerfile(Str head) {
    static const char *const words[] = {"FROM", "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"};
    Str line;
    bool first = true, found = !head.len || recognise_binary(head);
    while (!found && str_next(&head, '\n', &line)) {
        line = str_trim(line);
        if (!line.len || line.at[0] == '#') continue;
        size_t end = 0;
        while (end < line.len && line.at[end] != ' ' && line.at[end] != '\t') end++;
        Str word = str_slice(line, 0, end);
        for (size_t i = 0; i < ARRAY_COUNT(words) && !found; i++) found = str_is(word, words[i]) || (first && str_eq_nocase(word, str_of(words[i])));
        first = false;
    }
    return found;
}

/* A YAML list: rows of a table that is called `action`, and no action. */
static bool is_list(Str head) {
    Str line;
    while (str_next(&head, '\n', &line)) {
        line = str_trim(line);
        if (line.len && line.at[0] != '#' && !str_is(line, "---")) return line.at[0] == '-' && (line.len == 1 || line.at[1] == ' ');
    }
    return false;
}

/* Configuration as code of Jenkins: roots of the plugin, with what only they hold. */
static bool is_casc(Str head) {
    static const char *const marks[] = {"  numExecutors:", "  securityRealm:", "  authorizationStrategy:", "  systemMessage:", "  crumbIssuer:", "  globalNodeProperties:", "  remotingSecurity:"};
    bool found = false;
    for (size_t i = 0; i < ARRAY_COUNT(marks); i++) found = found || has_line(head, marks[i]);
    return (has_line(head, "jenkins:") && found) || (has_line(head, "credentials:") && str_has(head, STR("domainCredentials:"))) || (has_line(head, "unclassified:") && has_line(head, "  location:"));
}

SystemId recognise_content(Str path, Str head) {
    if (recognise_pointer(head)) return str_ends(path, STR(".json")) ? SYSTEM_NONE : recognise_name(path, &(bool){false}); /* JSON that is too large for Git is data */
    if (is_dockerfile_name(str_base_name(path))) return is_dockerfile(head) ? SYSTEM_DOCKERFILE : SYSTEM_NONE;
    if (str_starts(head, STR("\xEF\xBB\xBF"))) head = str_skip(head, 3); /* a byte order mark is no part of the first key */
    if (is_action_name(str_base_name(path))) return is_list(head) ? SYSTEM_NONE : SYSTEM_GITHUB_ACTIONS;
    if (str_is(str_base_name(path), "root.hcl")) return has_line(head, "remote_state") || has_line(head, "generate \"") || str_has(head, STR("path_relative_to_include(")) ? SYSTEM_TERRAFORM : SYSTEM_NONE;
    if (is_kustomization(path, head)) return SYSTEM_KUSTOMIZE;
    bool kind = has_line(head, "kind:") || str_has(head, STR("\"kind\""));
    bool version = has_line(head, "apiVersion:") || str_has(head, STR("\"apiVersion\""));
    if (kind && version) return str_has(head, STR("{{")) && str_has(path, STR("templates/")) ? SYSTEM_HELM : SYSTEM_KUBERNETES;
    if (str_has(head, STR("\"format_version\"")) && str_has(head, STR("\"terraform_version\""))) return SYSTEM_TERRAFORM; /* of terraform show -json */
    if (has_line(head, "AWSTemplateFormatVersion") || str_has(head, STR("\"AWSTemplateFormatVersion\""))) return SYSTEM_CLOUDFORMATION;
    Str sign = signs_of_content(path, head);
    if (sign.len) return system_named(sign);
    if (!is_shared_format(path)) return SYSTEM_NONE;
    if (has_services(head) && (str_has(head, STR("image:")) || str_has(head, STR("build:")))) return SYSTEM_COMPOSE;
    if (has_line(head, "spec:") && has_line(head, "  inputs:") && has_line(head, "---")) return SYSTEM_GITLAB_CI;
    if (is_casc(head)) return SYSTEM_JENKINS_CASC;
    if (is_gitlab_part(head)) return SYSTEM_GITLAB_CI;
    if (has_line(head, "scrape_configs:") || (has_line(head, "groups:") && str_has(head, STR("expr:")))) return SYSTEM_PROMETHEUS;
    return SYSTEM_NONE;
}

Str recognise_kind(Str path, Str head, SystemId system) {
    bool unread = system == SYSTEM_OTHER || system == SYSTEM_OTHER_PIPELINE;
    return unread ? signs_of_content(path, head) : (Str){NULL, 0};
}

Prose recognise_title(SystemId system, Str kind) {
    FactRows rows = fact_rows(fact_table(STR("unread-systems")), kind);
    if (!rows.count) return (Prose){{system_title(system), system_title(system)}};
    return (Prose){{fact_cell(rows.table, rows.first, UNREAD_TITLE), fact_cell(rows.table, rows.first, UNREAD_SPANISH)}};
}

bool recognise_pointer(Str head) { return str_starts(head, STR("version https://git-lfs.github.com/spec/v1\n")); }

bool recognise_binary(Str head) {
    return head.len && memchr(head.at, '\0', MIN(head.len, (size_t)SNIFF_BYTES)) != NULL;
}
