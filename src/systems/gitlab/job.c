/* Jobs: what runs where. A script that several jobs share is looked at once, where it is written; its items are lines of one
 * script, as the runner joins them: https://docs.gitlab.com/runner/shells/ */
#include "parse/yaml.h"
#include "systems/facets.h"
#include "systems/gitlab/lower.h"
#include "systems/shell_model.h"

/* ---- values ---- */

static Str variable_text(Value variables, Str name) {
    for (uint32_t i = 0; variables.kind == VALUE_MAP && i < variables.count; i++) {
        Entry e = variables.as.entries[i];
        if (!str_eq(value_text(e.key), name)) continue;
        Value v = e.value.kind == VALUE_MAP ? unfold_field(e.value, "value") : e.value;
        return v.kind == VALUE_STRING ? value_str(v) : v.kind == VALUE_INT || v.kind == VALUE_DOUBLE ? source_slice(v.source, v.span) : (Str){NULL, 0};
    }
    return (Str){NULL, 0};
}

static bool is_name(char c) { return c == '_' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }

/* A reference to an image with the variables that the pipeline sets; GitLab's own are holes. */
static Value replaced(const Gitlab *g, Value body, Value ref) {
    Str text = value_text(ref);
    if (str_find_byte(text, '$') == STR_NONE) return ref;
    Buf out = {0};
    bool hole = false;
    Str prefix = {NULL, 0};
    for (size_t at = 0; at < text.len;) {
        size_t brace = at + 1 < text.len && text.at[at + 1] == '{', end = at + 1 + brace;
        if (text.at[at] != '$') {
            buf_byte(&out, text.at[at++]);
            continue;
        }
        while (end < text.len && is_name(text.at[end])) end++;
        Str name = str_slice(text, at + 1 + brace, end), value = variable_text(unfold_field(body, "variables"), name);
        if (!value.len) value = variable_text(unfold_field(g->config, "variables"), name);
        if (value.len && str_find_byte(value, '$') == STR_NONE) buf_add(&out, value);
        else {
            if (!hole) prefix = str_copy(g->arena, buf_str(&out));
            hole = true;
            buf_clear(&out);
        }
        at = end + (brace && end < text.len);
    }
    Str rest = str_copy(g->arena, buf_str(&out));
    buf_free(&out);
    Value v = hole ? value_hole(HOLE_VARIABLE) : value_string(rest);
    Partial *partial = arena_new(g->arena, Partial);
    *partial = (Partial){prefix, rest};
    if (hole) v.as.partial = partial;
    v.flags |= VALUE_DERIVED;
    return value_at(v, ref.source, ref.span);
}

/* ---- images ---- */

/* macos-15-xcode-16: a machine of GitLab's, no image of a registry. https://docs.gitlab.com/ci/runners/hosted_runners/macos/ */
static bool is_machine(Str ref) { return str_starts(ref, STR("macos-")) && str_find(ref, STR("-xcode-")) != STR_NONE && str_find_byte(ref, '/') == STR_NONE; }

static Object *image_of(Gitlab *g, Value body, Value image, const char *role, Object *job) {
    Value ref = image.kind == VALUE_MAP ? unfold_field(image, "name") : image;
    GitlabFile *file = gitlab_file_of(g, ref.source);
    if (!file || (ref.kind != VALUE_STRING && ref.kind != VALUE_HOLE) || is_machine(value_text(ref))) return NULL;
    void **slot = gitlab_slot(g, ref, role);
    if (*slot) return *slot;
    Object *o = image_model(file->file.model, replaced(g, body, ref), value_text(ref), role);
    if (job) o->fields[IMAGE_JOB] = value_object(job);
    o->address = job ? job->address : o->address;
    return *slot = o;
}

static void images_lower(Gitlab *g, Value body, Object *job) {
    Value image = unfold_field(body, "image"), services = unfold_field(body, "services");
    Object *o = image_of(g, body, image, "job", job);
    if (o && job) job->fields[JOB_IMAGE] = value_object(o);
    for (uint32_t i = 0; services.kind == VALUE_LIST && i < services.count; i++) image_of(g, body, services.as.items[i], "service", job);
}

/* ---- scripts ---- */

/* The scalar that a value was read from. */
static const Node *node_at(const Tree *tree, Span span) {
    uint32_t low = 0, high = tree->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (tree->nodes[middle].start < span.start) low = middle + 1;
        else high = middle;
    }
    for (; low < tree->count && tree->nodes[low].start == span.start; low++) {
        const Node *node = &tree->nodes[low];
        if (node->kind == YAML_ALIAS) node = yaml_resolve(tree, node);
        if (node && node->kind == YAML_SCALAR && !(node->flags & YAML_EMPTY)) return node;
    }
    return NULL;
}

static void flatten(Gitlab *g, Value v, ValueVec *out, int depth) {
    if (v.kind == VALUE_STRING || v.kind == VALUE_HOLE) vec_push(g->arena, out, v);
    for (uint32_t i = 0; v.kind == VALUE_LIST && i < v.count && depth < 12; i++) flatten(g, v.as.items[i], out, depth + 1);
}

static bool is_powershell(Str text) {
    static const char *const marks[] = {"$env:", "Write-Host", "Write-Output", "Invoke-", "New-Item", "Get-ChildItem", "Set-Location", "Remove-Item", "Get-Content", "Test-Path", "-ErrorAction", "$PSVersionTable"};
    for (size_t i = 0; i < ARRAY_COUNT(marks); i++) {
        if (str_has(text, str_of(marks[i]))) return true;
    }
    return false;
}

static bool has_word(Str text, const char *word) {
    for (size_t i = 0, n = strlen(word); i + n <= text.len; i++) {
        if (str_starts_nocase(str_skip(text, i), str_of(word))) return true;
    }
    return false;
}

/* Windows by the image or the tags of its runner. */
static bool is_windows(Value body) {
    Value image = unfold_field(body, "image"), tags = unfold_field(body, "tags");
    Str ref = value_text(image.kind == VALUE_MAP ? unfold_field(image, "name") : image);
    bool windows = has_word(ref, "windows") || has_word(ref, "nanoserver") || has_word(ref, "powershell");
    for (uint32_t i = 0; tags.kind == VALUE_LIST && i < tags.count; i++) windows = windows || has_word(value_text(tags.as.items[i]), "windows");
    return windows;
}

static Text script_text(GitlabFile *file, const Value *items, uint32_t count) {
    TextBuilder b = text_builder(file->file.source);
    for (uint32_t i = 0; i < count; i++) {
        const Node *node = node_at(file->file.tree, items[i].span);
        if (!node) continue;
        Text text = yaml_text(file->file.tree, node);
        bool made = items[i].flags & VALUE_DERIVED && gitlab_asks_for_inputs(text.bytes);
        if (made) gitlab_interpolated_text(&b, text, value_str(items[i]));
        for (uint32_t k = 0; !made && k < text.bytes.len; k++) text_builder_byte(&b, text.bytes.at[k], text_span(&text, k, k + 1).start);
        text_builder_byte(&b, '\n', items[i].span.end);
    }
    return text_builder_done(&b);
}

static Object *step_new(Gitlab *g, GitlabFile *file, Object *job, const char *section, const Value *items, uint32_t count, Value body) {
    Model *model = file->file.model;
    Span all = span_join(items[0].span, items[count - 1].span);
    Object *o = object_new(model->arena, SHAPE_STEP, file->file.source, items[0].span);
    o->extent = all;
    if (job) o->address = job->address;
    Text text = script_text(file, items, count);
    bool powershell = is_windows(body) || is_powershell(text.bytes);
    ShellContext context = {.dialect = powershell ? DIALECT_POWERSHELL : DIALECT_BASH, .where = "step", .step = o, .errexit = true, .pipefail = true, .variable = shell_any_variable};
    o->fields[STEP_NAME] = value_at(value_string(str_of(section)), o->source, o->span);
    o->fields[STEP_RUN] = value_at(value_string(text.bytes), o->source, all);
    o->fields[STEP_SHELL] = value_at(value_hole(HOLE_VARIABLE), o->source, o->span);
    if (job) o->fields[STEP_JOB] = value_object(job);
    o->fields[STEP_WORKFLOW] = value_object(g->pipeline);
    model_subject(model, o);
    uint32_t first = file->file.source->problems.count;
    o->fields[STEP_SCRIPT] = value_object(shell_model(model, text, &context));
    Value image = unfold_field(body, "image");
    bool unix_shell = !powershell && (image.kind == VALUE_STRING || image.kind == VALUE_MAP); /* without an image it is the runner's, cmd perhaps */
    if (unix_shell) problem_model_from(file->file.source, model, first);
    return o;
}

/* Items that stand one after the other in one file are one step. */
static void section_lower(Gitlab *g, Value body, Object *job, const char *section, ValueVec *steps) {
    ValueVec items = {0};
    flatten(g, unfold_field(body, section), &items, 0);
    for (uint32_t from = 0, to; from < items.count; from = to) {
        Value *at = items.items;
        for (to = from + 1; to < items.count && at[to].kind == VALUE_STRING && at[from].kind == VALUE_STRING && at[to].source == at[from].source && at[to].span.start >= at[to - 1].span.end; to++) {}
        GitlabFile *file = gitlab_file_of(g, at[from].source);
        if (!file || at[from].kind != VALUE_STRING) continue;
        void **slot = gitlab_slot(g, value_at(at[from], at[from].source, span_join(at[from].span, at[to - 1].span)), "step");
        if (!*slot) *slot = step_new(g, file, job, section, at + from, to - from, body);
        vec_push(g->arena, steps, value_object(*slot));
    }
}

static const char *const sections[] = {"before_script", "script", "after_script"};

static void steps_lower(Gitlab *g, GitlabJob *job) {
    ValueVec steps = {0};
    for (size_t i = 0; i < ARRAY_COUNT(sections); i++) section_lower(g, job->body, job->object, sections[i], &steps);
    for (uint32_t i = 0; i < steps.count; i++) {
        Object *o = (Object *)(uintptr_t)steps.items[i].as.object;
        if (!value_is_null(o->fields[STEP_EARLIER])) continue;
        o->fields[STEP_INDEX] = value_at(value_int(i), o->source, o->span);
        o->fields[STEP_EARLIER] = value_at(value_list(steps.items, i), o->source, o->span);
        o->fields[STEP_LATER] = value_at(value_list(steps.items + i + 1, steps.count - i - 1), o->source, o->span);
    }
    Value list = value_at(value_list(steps.items, steps.count), job->key.source, job->key.span);
    if (job->body.flags & VALUE_OPEN) list.flags |= VALUE_OPEN;
    job->object->fields[JOB_STEPS] = list;
}

/* ---- jobs ---- */

static Value needs_of(Gitlab *g, Value body) {
    ValueVec names = {0};
    Value needs = unfold_field(body, "needs");
    if (needs.kind != VALUE_LIST) return needs;
    for (uint32_t i = 0; i < needs.count; i++) {
        Value item = needs.as.items[i], name = item.kind == VALUE_MAP ? unfold_field(item, "job") : item;
        bool elsewhere = item.kind == VALUE_MAP && (!value_is_null(unfold_field(item, "pipeline")) || !value_is_null(unfold_field(item, "project")));
        if (!elsewhere && !value_is_null(name)) vec_push(g->arena, &names, name);
    }
    return value_at(value_list(names.items, names.count), needs.source, needs.span);
}

void gitlab_job(Gitlab *g, GitlabJob *job) {
    GitlabFile *file = gitlab_file_of(g, job->key.source);
    if (job->hidden || job->body.kind != VALUE_MAP || !file) return;
    void **slot = gitlab_slot(g, job->key, job->key.flags & VALUE_DERIVED ? str_format(g->arena, "job %.*s", STR_ARGS(job->name)).at : "job");
    if (*slot) {
        job->object = *slot; /* of another pipeline that includes the same file */
        return;
    }
    Object *o = job->object = *slot = object_new(file->file.model->arena, SHAPE_JOB, job->key.source, job->key.span);
    o->address = str_format(g->arena, "job %.*s", STR_ARGS(job->name));
    o->extent = job->key.span;
    o->fields[JOB_ID] = o->fields[JOB_NAME] = value_at(value_string(job->name), o->source, o->span);
    o->fields[JOB_BODY] = job->body;
    o->fields[JOB_NEEDS] = needs_of(g, job->body);
    o->fields[JOB_LABELS] = unfold_field(job->body, "tags");
    o->fields[JOB_ENVIRONMENT] = unfold_field(job->body, "environment");
    o->fields[JOB_WORKFLOW] = value_object(g->pipeline);
    Value stage = unfold_field(job->body, "stage");
    o->fields[JOB_STAGE] = value_is_null(stage) ? value_at(value_string(STR("test")), o->source, o->span) : stage;
    model_subject(file->file.model, o);
    images_lower(g, job->body, o);
    steps_lower(g, job);
}

void gitlab_leftover(Gitlab *g, GitlabJob *job) {
    if (!job->hidden || job->own.kind != VALUE_MAP) return;
    ValueVec steps = {0};
    images_lower(g, job->own, NULL);
    for (size_t i = 0; i < ARRAY_COUNT(sections); i++) section_lower(g, job->own, NULL, sections[i], &steps);
}
