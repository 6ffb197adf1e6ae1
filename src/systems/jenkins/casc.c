/* Configuration of Jenkins as code: one object with all of it, and the credentials that are written out.
 * https://github.com/jenkinsci/configuration-as-code-plugin, docs/features/secrets.adoc */
#include "parse/yaml.h"
#include "systems/facets.h"
#include "systems/jenkins/jenkins.h"
#include "systems/unfold.h"

#define CASC_VALUES_MAX 200000
#define CASC_DEPTH_MAX 60

static bool is_secret_key(Str key) {
    static const char *const keys[] = {"password", "secret", "privateKey", "passphrase", "clientSecret", "apiToken", "token", "secretKey", "managerPassword", "managerPasswordSecret", "bindPassword", "accessKey"};
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
        if (str_is(key, keys[i])) return true;
    }
    return false;
}

/* ${NAME} comes from outside, and {AQAA…} only the controller can read. */
static bool is_written_out(Str text) { return text.len && str_find(text, STR("${")) == STR_NONE && !(text.at[0] == '{' && text.at[text.len - 1] == '}'); }

static void secrets(Model *model, Value v, int depth) {
    for (uint32_t i = 0; v.kind == VALUE_LIST && i < v.count && depth < CASC_DEPTH_MAX; i++) secrets(model, v.as.items[i], depth + 1);
    for (uint32_t i = 0; v.kind == VALUE_MAP && i < v.count && depth < CASC_DEPTH_MAX; i++) {
        Entry e = v.as.entries[i];
        bool written = e.value.kind == VALUE_STRING && is_secret_key(value_text(e.key)) && is_written_out(value_str(e.value));
        if (written) secret_model(model, e.value, value_text(e.key), "env");
        secrets(model, e.value, depth + 1);
    }
}

void jenkins_casc_model(Source *source, const Tree *tree, Model *model) {
    const Node *root = yaml_root(tree);
    if (!root || root->kind != YAML_MAP) return;
    Unfold u = {.arena = model->arena, .max = CASC_VALUES_MAX};
    Value whole = yaml_value(tree, (uint32_t)(root - tree->nodes), model->arena), v = unfold(&u, whole, value_absent(whole).span);
    if (u.cut) {
        v.flags |= VALUE_OPEN;
        model_cut(model, source);
    }
    Object *o = object_new(model->arena, SHAPE_JENKINS_CONFIG, source, v.count ? v.as.entries[0].key.span : v.span);
    o->extent = (Span){0, (uint32_t)source->bytes.len};
    o->address = STR("jenkins");
    o->fields[JENKINS_CONFIG_BODY] = v;
    model_subject(model, o);
    secrets(model, v, 0);
}

bool jenkins_casc_is_empty(const Tree *tree) { return !yaml_root(tree); }
