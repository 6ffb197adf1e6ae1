/* A tag made of the commit or of the number of the run can't stand in a manifest of the same commit; so where manifests have a fixed one,
 * they run something else. Anything else may be equal, and is left alone. */
#include "link/shipped.h"

#include "facts/fact.h"
#include "model/shape.h"
#include "values/image.h"

/* registry/name:tag in two; false without a tag. A digest counts as one, and is stronger. What a variable holds is part of the tag, or there is none. */
static bool split(Str ref, Str *repository, Str *tag) {
    size_t variable = str_find_byte(ref, '$');
    ImageParts parts = image_parse(variable == STR_NONE ? ref : str_slice(ref, 0, variable));
    *repository = parts.whole;
    if (!parts.whole.len || parts.whole.len == ref.len || parts.whole.len == variable) return false;
    *tag = variable == STR_NONE && parts.digest.len ? parts.digest : str_skip(ref, parts.whole.len + 1);
    return tag->len > 0;
}

static bool moves(Str tag) {
    FactRows rows = fact_rows(fact_table(STR("moving-names")), tag);
    for (uint32_t i = 0; i < rows.count; i++) {
        if (str_is(fact_cell(rows.table, rows.first + i, 1), "tag")) return true;
    }
    return false;
}

Str shipped_image(const Object *o) {
    if (o->shape->id != SHAPE_CONTAINER || o->fields[CONTAINER_IMAGE].kind != VALUE_OBJECT) return (Str){NULL, 0};
    Value ref = o->fields[CONTAINER_IMAGE].as.object->fields[IMAGE_REF];
    Str repository, tag, text = ref.kind == VALUE_STRING ? value_str(ref) : (Str){NULL, 0};
    return split(text, &repository, &tag) ? text : (Str){NULL, 0};
}

void shipped_add(Shipped *shipped, Str image, Arena *a) {
    Str repository, tag;
    if (!split(image, &repository, &tag)) return;
    void **slot = map_slot(a, &shipped->tags, repository);
    Str *known = *slot;
    if (!known) {
        known = arena_new(a, Str);
        *known = str_copy(a, tag);
        *slot = known;
    } else if (known->len && !str_eq(*known, tag)) *known = (Str){NULL, 0};
}

/* ---- what is pushed ---- */

static bool is_of_this_run(Str tag) {
    const FactTable *variables = fact_table(STR("run-variables"));
    for (uint32_t i = 0; i < fact_row_count(variables); i++) {
        if (str_has(tag, fact_cell(variables, i, 0))) return true;
    }
    return false;
}

/* The tag that manifests have of the image; empty: none, the same, or nobody knows. */
static Str other_tag(const Shipped *shipped, Str ref) {
    Str repository, tag;
    while (ref.len && memchr("\"' \t", ref.at[0], 4)) ref = str_skip(ref, 1);
    while (ref.len && memchr("\"' \t", ref.at[ref.len - 1], 4)) ref.len--;
    if (!split(ref, &repository, &tag) || !is_of_this_run(tag)) return (Str){NULL, 0};
    const Str *known = map_get(&shipped->tags, repository);
    return known && !moves(*known) ? *known : (Str){NULL, 0};
}

static Str written(Value v) { return v.source ? source_slice(v.source, v.span) : (Str){NULL, 0}; }

/* docker push IMAGE, docker buildx build --push --tag IMAGE */
static Str pushed_by_command(const Shipped *shipped, const Object *command, Arena *a) {
    uint32_t count = 0;
    const Value *words = value_items(command->fields[COMMAND_WORDS], &count, a);
    Str found = {NULL, 0};
    for (uint32_t i = 0; i < count && !found.len; i++) {
        Str word = written(words[i]);
        if (str_starts(word, STR("--tag="))) word = str_skip(word, strlen("--tag="));
        if (!str_starts(word, STR("-"))) found = other_tag(shipped, word);
    }
    return found;
}

/* `tags` of docker/build-push-action: lines. */
static Str pushed_by_action(const Shipped *shipped, const Object *action, Arena *a) {
    Value inputs = action->fields[ACTION_INPUTS], tags = value_is_map(inputs) ? value_field(inputs, "tags", a) : value_null();
    Str text = written(tags), line, found = {NULL, 0};
    while (text.len && !found.len && str_next(&text, '\n', &line)) found = other_tag(shipped, str_trim(line));
    return found;
}

void shipped_join(const Shipped *shipped, Object *activity, Arena *a) {
    if (!value_is_string(activity->fields[ACTIVITY_PURPOSE], "publish") || !shipped->tags.count) return;
    Value command = activity->fields[ACTIVITY_COMMAND], action = activity->fields[ACTIVITY_ACTION];
    Str tag = command.kind == VALUE_OBJECT ? pushed_by_command(shipped, command.as.object, a) : action.kind == VALUE_OBJECT ? pushed_by_action(shipped, action.as.object, a) : (Str){NULL, 0};
    if (tag.len) activity->fields[ACTIVITY_DEPLOYED_AS] = value_at(value_string(tag), activity->source, activity->span);
}
