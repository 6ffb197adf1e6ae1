/* What only the file of an action has: its runtime, branding, and the files that it runs. Invariant: a file is called missing
 * only where the repository was looked at, and its path stays inside of the action's folder.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax */
#include "systems/actions/actions.h"
#include "systems/actions/lower.h"

static const char *const runtimes[] = {"composite", "docker", "node12", "node16", "node20", "node24"};
static const char *const colors[] = {"white", "black", "yellow", "blue", "green", "orange", "red", "purple", "gray-dark"};

static Str join_words(Arena *a, const char *const *words, size_t count) {
    Buf out = {0};
    for (size_t i = 0; i < count; i++) {
        if (i) buf_lit(&out, ", ");
        buf_add(&out, str_of(words[i]));
    }
    Str s = str_copy(a, buf_str(&out));
    buf_free(&out);
    return s;
}

static bool is_one(Str s, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (str_eq_nocase(s, str_of(words[i]))) return true;
    }
    return false;
}

/* nodeNN with a number above those that we know is newer than we are. */
static bool is_newer(Str using) {
    int64_t number;
    return str_starts(using, STR("node")) && str_to_int(str_skip(using, 4), &number) && number > 24 && number < 40 && number % 2 == 0;
}

/* `pre-if` without `pre` decides nothing. */
static void check_condition(Actions *w, const Node *runs, const char *condition, const char *what) {
    const Node *node = yaml_get(w->tree, runs, condition);
    if (node && !yaml_get(w->tree, runs, what)) actions_problem(w, PROBLEM_PIPELINE_MISSING_KEY, node, str_of(what), STR("runs"));
}

void metadata_check(Actions *w) {
    const Node *runs = yaml_get(w->tree, w->root, "runs"), *using = runs ? yaml_get(w->tree, runs, "using") : NULL, *branding = yaml_get(w->tree, w->root, "branding");
    Str name = using ? actions_text(w, using) : (Str){NULL, 0};
    if (name.len && !is_one(name, runtimes, ARRAY_COUNT(runtimes)) && !is_newer(name)) actions_problem(w, PROBLEM_PIPELINE_UNKNOWN_RUNTIME, using, name, join_words(w->arena, runtimes, ARRAY_COUNT(runtimes)));
    if (runs && runs->kind == YAML_MAP) {
        bool docker = str_is(name, "docker");
        check_condition(w, runs, "pre-if", docker ? "pre-entrypoint" : "pre");
        check_condition(w, runs, "post-if", docker ? "post-entrypoint" : "post");
    }
    const Node *color = branding && branding->kind == YAML_MAP ? yaml_get(w->tree, branding, "color") : NULL;
    Str hue = color ? actions_text(w, color) : (Str){NULL, 0};
    if (hue.len && !is_one(hue, colors, ARRAY_COUNT(colors))) actions_problem(w, PROBLEM_PIPELINE_BRANDING, color, hue, join_words(w->arena, colors, ARRAY_COUNT(colors)));
}

/* A path inside of the folder, without what would have to be resolved. */
static bool is_plain(Str path) {
    return path.len && path.at[0] != '/' && !str_has(path, STR("..")) && !str_has(path, STR("://")) && !expressions_in(path);
}

static void check_file(const SystemFile *file, const Node *runs, const char *key, const Outside *outside) {
    const Node *node = yaml_get(file->tree, runs, key);
    Str path = node && node->kind == YAML_SCALAR ? yaml_scalar(file->tree, node, file->model->arena) : (Str){NULL, 0}, own = file->source->path;
    while (str_starts(path, STR("./"))) path = str_skip(path, 2);
    bool image = str_is(str_of(key), "image") && !str_starts_nocase(str_base_name(path), STR("dockerfile")); /* of a registry */
    if (!is_plain(path) || image) return;
    size_t slash = str_find_last(own, '/');
    Str folder = slash == STR_NONE ? (Str){NULL, 0} : str_slice(own, 0, slash + 1);
    Str whole = str_format(file->model->arena, "%.*s%.*s", STR_ARGS(folder), STR_ARGS(path));
    if (!outside->exists(outside->data, whole)) source_problem_hint(file->source, PROBLEM_PIPELINE_MISSING_FILE, node_span(file->tree, node), path, str_of(key));
}

void actions_evaluate(SystemFile *files, uint32_t count, const Outside *outside) {
    static const char *const keys[] = {"main", "pre", "post"};
    for (uint32_t i = 0; i < count && outside->whole; i++) {
        const Node *root = yaml_root(files[i].tree), *runs = root && root->kind == YAML_MAP ? yaml_get(files[i].tree, root, "runs") : NULL;
        const Node *using = runs && runs->kind == YAML_MAP ? yaml_get(files[i].tree, runs, "using") : NULL;
        if (!using || using->kind != YAML_SCALAR || str_has(files[i].source->path, STR(".github/workflows/"))) continue;
        Str name = yaml_scalar(files[i].tree, using, files[i].model->arena);
        uint32_t before = files[i].source->problems.count;
        if (str_is(name, "docker")) check_file(&files[i], runs, "image", outside);
        for (size_t k = 0; str_starts(name, STR("node")) && k < ARRAY_COUNT(keys); k++) check_file(&files[i], runs, keys[k], outside);
        problem_model_from(files[i].source, files[i].model, before);
    }
}
