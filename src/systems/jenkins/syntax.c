/* What Declarative refuses before it runs anything: https://www.jenkins.io/doc/book/pipeline/syntax/. Plugins add agents, options and
 * conditions, so of these only what is near a known name is a slip. */
#include "base/map.h"
#include "systems/jenkins/lower.h"
#include "values/cron.h"

#define CONDITIONS_DEPTH_MAX 20

typedef struct Choice { const char *names[32]; } Choice;

static const Choice agents = {{"any", "none", "label", "node", "docker", "dockerfile", "kubernetes"}};
static const Choice conditions = {{"allOf", "anyOf", "not", "branch", "buildingTag", "changelog", "changeset", "changeRequest", "environment", "equals", "expression", "tag", "triggeredBy", "isRestartedRun", "beforeAgent", "beforeInput", "beforeOptions"}};
static const Choice options = {{"buildDiscarder", "checkoutToSubdirectory", "disableConcurrentBuilds", "disableResume", "disableRestartFromStage", "newContainerPerStage", "overrideIndexTriggers", "parallelsAlwaysFailFast", "preserveStashes", "quietPeriod", "rateLimitBuilds", "retry", "skipDefaultCheckout", "skipStagesAfterUnstable", "timeout", "timestamps", "ansiColor", "lock", "throttle", "gitLabConnection", "durabilityHint", "authorizationMatrix", "withAWS", "withCredentials", "sshagent"}};

void jenkins_problem(Jenkins *j, ProblemCode code, const Node *node, Str detail, Str hint) {
    source_problem_hint(j->source, code, node_span(j->tree, node), detail, hint);
}

static Str nearest(const Choice *known, Str name, bool *found) {
    Str list[ARRAY_COUNT(known->names)];
    size_t count = 0;
    *found = false;
    for (; count < ARRAY_COUNT(known->names) && known->names[count]; count++) {
        list[count] = str_of(known->names[count]);
        *found = *found || str_eq(list[count], name);
    }
    return str_nearest(name, list, count);
}

static void slips(Jenkins *j, const Node *block, const Choice *known, int depth) {
    node_each(child, block) {
        bool found;
        Str name = jenkins_name(j->tree, child), near = nearest(known, name, &found);
        if (name.len && !found && near.len) jenkins_problem(j, PROBLEM_PIPELINE_UNKNOWN_KEY, node_first(child), name, near);
        bool nested = known == &conditions && (str_is(name, "allOf") || str_is(name, "anyOf") || str_is(name, "not"));
        const Node *inner = nested && depth < CONDITIONS_DEPTH_MAX ? jenkins_child(child, GROOVY_BLOCK) : NULL;
        if (inner) slips(j, inner, known, depth + 1);
    }
}

/* ---- schedules ---- */

/* H, H(0-7) and H/15 stand for numbers that Jenkins chooses. */
static bool without_hash(Str line, char *out, size_t size) {
    size_t n = 0;
    for (size_t i = 0; i < line.len; i++) {
        char c = line.at[i];
        bool word = i && ((line.at[i - 1] | 0x20) >= 'a' && (line.at[i - 1] | 0x20) <= 'z');
        if (c == 'H' && !word && i + 1 < line.len && line.at[i + 1] == '(') i++;
        else if (c == 'H' && !word && (i + 1 == line.len || line.at[i + 1] == ' ' || line.at[i + 1] == '\t' || line.at[i + 1] == '/' || line.at[i + 1] == ',')) c = '*';
        if (line.at[i] == '(' || line.at[i] == ')') continue;
        if (n + 1 >= size) return false;
        out[n++] = c;
    }
    out[n] = '\0';
    if (n > 1 && out[n - 1] == '7' && (out[n - 2] < '0' || out[n - 2] > '9')) out[n - 1] = '6'; /* Sunday, too, which is no day of POSIX */
    return true;
}

static void schedule(Jenkins *j, const Node *string) {
    Value v = jenkins_string(j, string);
    Str rest = value_text(v), line, bad;
    while (v.kind == VALUE_STRING && rest.len && str_next(&rest, '\n', &line)) {
        char plain[200];
        Cron cron;
        line = str_trim(line);
        bool skipped = !line.len || line.at[0] == '#' || line.at[0] == '@' || str_starts(line, STR("TZ="));
        if (!skipped && without_hash(line, plain, sizeof plain) && !cron_parse(str_of(plain), &cron, &bad)) {
            jenkins_problem(j, PROBLEM_PIPELINE_CRON, string, line, (Str){NULL, 0});
            return;
        }
    }
}

static void triggers(Jenkins *j, const Node *block) {
    node_each(child, block) {
        Str name = jenkins_name(j->tree, child);
        const Node *group = jenkins_child(child, GROOVY_GROUP), *string = group && group->size == 2 ? group + 1 : group ? NULL : jenkins_child(child, GROOVY_STRING);
        if ((str_is(name, "cron") || str_is(name, "pollSCM")) && string && string->kind == GROOVY_STRING) schedule(j, string);
    }
}

/* ---- sections ---- */

static void environment(Jenkins *j, const Node *block) {
    node_each(child, block) {
        const Node *name = node_first(child), *equals = name && name->kind == GROOVY_WORD ? node_next(name) : NULL, *value = equals ? node_next(equals) : NULL;
        bool assigned = equals && equals->kind == GROOVY_OPERATOR && str_is(node_text(j->tree, equals), "=") && value && value->kind == GROOVY_WORD && !node_next(value);
        Str text = assigned ? node_text(j->tree, value) : (Str){NULL, 0};
        bool number = text.len && text.at[0] >= '0' && text.at[0] <= '9';
        if (number || str_is(text, "true") || str_is(text, "false")) jenkins_problem(j, PROBLEM_PIPELINE_ENVIRONMENT_VALUE, value, text, node_text(j->tree, name));
    }
}

void jenkins_sections(Jenkins *j, const Node *block) {
    const Node *part;
    if ((part = jenkins_section(j->tree, block, "agent", NULL))) slips(j, part, &agents, 0);
    if ((part = jenkins_section(j->tree, block, "when", NULL))) slips(j, part, &conditions, 0);
    if ((part = jenkins_section(j->tree, block, "options", NULL))) slips(j, part, &options, 0);
    if ((part = jenkins_section(j->tree, block, "triggers", NULL))) triggers(j, part);
    if ((part = jenkins_section(j->tree, block, "environment", NULL))) environment(j, part);
}

/* Names of siblings: Declarative refuses the second of a name. */
void jenkins_stage_names(Jenkins *j, const Node *block) {
    Map seen = {0};
    node_each(child, block) {
        Str name = jenkins_name(j->tree, child);
        if (!name.len) continue;
        if (!str_is(name, "stage")) {
            if (j->declarative) jenkins_problem(j, PROBLEM_PIPELINE_UNKNOWN_KEY, node_first(child), name, STR("stage"));
            continue;
        }
        Str title = jenkins_stage_name(j, child);
        bool computed = str_find_byte(title, '?') != STR_NONE;
        if (!computed && map_has(&seen, title)) jenkins_problem(j, PROBLEM_PIPELINE_DUPLICATE_ID, node_first(child), title, (Str){NULL, 0});
        map_put(j->arena, &seen, title, j);
    }
}

/* ---- steps without a node ---- */

/* The first shell step below that no `node` holds; calls of other names with a block may bring one. */
static const Node *bare_shell(const Jenkins *j, const Node *block) {
    static const char *const wrappers[] = {"script", "timeout", "retry", "withEnv", "withCredentials", "dir", "timestamps", "ansiColor", "catchError", "warnError", "lock", "if", "try", "else"};
    const Node *end = block + block->size;
    for (const Node *n = block + 1; n < end;) {
        Str name = n->kind == GROOVY_STATEMENT ? jenkins_name(j->tree, n) : (Str){NULL, 0};
        if (str_is(name, "sh") || str_is(name, "bat") || str_is(name, "powershell") || str_is(name, "pwsh")) return node_first(n);
        bool wraps = !name.len || !jenkins_child(n, GROOVY_BLOCK);
        for (size_t i = 0; i < ARRAY_COUNT(wrappers); i++) wraps = wraps || str_is(name, wrappers[i]);
        n += wraps ? 1 : n->size;
    }
    return NULL;
}

void jenkins_needs_node(Jenkins *j, const Node *steps) {
    const Node *shell = bare_shell(j, steps);
    if (shell) jenkins_problem(j, PROBLEM_PIPELINE_NO_NODE, shell, node_text(j->tree, shell), (Str){NULL, 0});
}
