/* Dependabot's updates, one object each. */
#include "parse/yaml.h"
#include "systems/actions/actions.h"

void dependabot_model(Source *source, const Tree *tree, Model *model) {
    const Node *updates = yaml_get(tree, yaml_root(tree), "updates");
    if (!updates || updates->kind != YAML_SEQUENCE) return;
    node_each(raw, updates) {
        const Node *item = yaml_resolve(tree, raw), *name = item ? yaml_get(tree, item, "package-ecosystem") : NULL;
        if (!item || item->kind != YAML_MAP) continue;
        Object *o = object_new(model->arena, SHAPE_UPDATE, source, node_span(tree, name ? name : item));
        o->extent = node_span(tree, item);
        if (name) o->fields[UPDATE_ECOSYSTEM] = yaml_value(tree, (uint32_t)(name - tree->nodes), model->arena);
        o->fields[UPDATE_BODY] = yaml_value(tree, (uint32_t)(item - tree->nodes), model->arena);
        o->address = str_format(model->arena, "update %.*s", STR_ARGS(value_text(o->fields[UPDATE_ECOSYSTEM])));
        model_subject(model, o);
    }
}
