/* One rule, one look into the repository.
 * Invariant: what was read is a word before any expression or template sees it; what is not is refused and told. */
#include "generate/detect.h"

#include "values/glob.h"

#define GROUPS 2
#define PATH_DEPTH 16

static Ground evidence_at(SurveyFile *file, size_t offset, Str value) {
    return (Ground){file->source.path, source_place(&file->source, (uint32_t)offset).line, value};
}

/* ---- values ---- */

static bool is_word(Str s) {
    if (!s.len || s.len > 128 || str_has(s, STR(".."))) return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '/' || c == '@';
        if (!letter && (c == '\0' || !strchr(i ? ".+:-" : ".", c))) return false;
    }
    return true;
}

/* A label of DNS out of a name: "@acme/Shop_API" → "shop-api". */
static Str dns_label(Str text, Arena *a) {
    Str base = str_base_name(str_trim(text));
    Buf out = {0};
    for (size_t i = 0; i < base.len && out.len < 40; i++) {
        char c = base.at[i];
        if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
        bool fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!fits && c != '-' && c != '_' && c != '.' && c != ' ') {
            buf_free(&out);
            return (Str){NULL, 0};
        }
        if (fits) buf_byte(&out, c);
        else if (out.len && out.at[out.len - 1] != '-') buf_byte(&out, '-');
    }
    while (out.len && out.at[out.len - 1] == '-') out.len--;
    Str label = str_copy(a, buf_str(&out));
    buf_free(&out);
    return label.len && label.at[0] >= '0' && label.at[0] <= '9' ? str_format(a, "app-%.*s", STR_ARGS(label)) : label;
}

/* Words and options between single spaces; for a command that a person gives. With `exec`, as a list for JSON. */
static Value command_of(Str text, bool exec, Arena *a) {
    Buf out = {0};
    Str word, rest = text;
    bool fits = text.len > 0 && text.len < 512, first = true;
    while (fits && rest.at && str_next(&rest, ' ', &word)) {
        Str plain = word;
        while (!first && plain.len && plain.at[0] == '-') plain = str_skip(plain, 1);
        size_t equals = str_find_byte(plain, '=');
        fits = word.len && !str_ends(word, STR(":")) && (!plain.len || is_word(equals == STR_NONE ? plain : str_slice(plain, 0, equals))) && (equals == STR_NONE || is_word(str_skip(plain, equals + 1)));
        buf_print(&out, exec ? first ? "[\"%.*s\"" : ", \"%.*s\"" : first ? "%.*s" : " %.*s", STR_ARGS(word));
        first = false;
    }
    if (exec) buf_byte(&out, ']');
    Value v = fits ? value_string(str_copy(a, buf_str(&out))) : value_null();
    buf_free(&out);
    return v;
}

static bool is_version(Str s) {
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        if (!((c >= '0' && c <= '9') || (i && (c == '.' || c == '_' || (c >= 'a' && c <= 'z') || c == '-')))) return false;
    }
    return s.len && s.len < 32;
}

Value fact_value(FactType type, Str text, Arena *a) {
    int64_t number;
    bool fits = false;
    text = str_trim(text);
    switch (type) {
        case FACT_NAME: text = dns_label(text, a); fits = text.len > 0; break;
        case FACT_PORT: fits = str_to_int(text, &number) && number > 0 && number < 65536 && text.at[0] != '+' && text.at[0] != '0'; break;
        case FACT_VERSION: fits = is_version(text); break;
        case FACT_ROUTE: fits = is_word(text) && text.at[0] == '/'; break;
        case FACT_PATH: fits = is_word(text) && text.at[0] != '/' && text.at[0] != '@'; break;
        case FACT_LINE: return command_of(text, false, a);
        case FACT_EXEC: return command_of(text, true, a);
        case FACT_FLAG: return value_bool(!str_is(text, "false"));
        default: fits = is_word(text); break;
    }
    return fits ? value_string(str_copy(a, text)) : value_null();
}

/* ---- what is read ---- */

/* A hit: what was read, and where. */
typedef struct Hit {
    bool found;
    Str text;
    Ground at;
} Hit;

static const Node *follow(const Tree *tree, Str path, Arena *a) {
    const Node *node = yaml_root(tree);
    Str key;
    for (int depth = 0; node && path.at && depth < PATH_DEPTH && str_next(&path, '.', &key); depth++) node = yaml_get(tree, node, str_copy(a, key).at);
    return node;
}

/* A map or a list is there, but says nothing that can be searched. */
static Hit at_path(Probe *p, SurveyFile *file, Str path, bool text_only) {
    const Tree *tree = survey_tree(file);
    const Node *node = tree ? follow(tree, path, p->d->a) : NULL;
    if (!node || node->kind == YAML_ALIAS || (node->kind == YAML_SCALAR && node->flags & YAML_EMPTY) || (text_only && node->kind != YAML_SCALAR)) return (Hit){0};
    Str text = node->kind == YAML_SCALAR ? yaml_scalar(tree, node, p->d->a) : STR("true");
    return (Hit){true, text, evidence_at(file, node_span(tree, node).start, path)};
}

/* The stretch of [section] in TOML or INI; all of it without one. */
static bool find_section(Str bytes, Str section, size_t *start, size_t *end) {
    *start = 0;
    *end = bytes.len;
    bool inside = !section.len;
    for (size_t at = 0; section.len && at < bytes.len;) {
        size_t n = str_find_byte(str_skip(bytes, at), '\n');
        size_t next = n == STR_NONE ? bytes.len : at + n + 1;
        Str line = str_trim(str_slice(bytes, at, next));
        if (line.len && line.at[0] == '[') {
            if (inside) {
                *end = at;
                return true;
            }
            size_t close = str_find_byte(line, ']');
            inside = close != STR_NONE && str_eq(str_trim(str_slice(line, 1, close)), section);
            if (inside) *start = next;
        }
        at = next;
    }
    return inside;
}

static Hit matched(Probe *p, const Rule *rule, SurveyFile *file, Str text, size_t base) {
    RegexMatch groups[GROUPS];
    Arena scratch = {0};
    bool found = regex_search(rule->match, text, &scratch, groups, GROUPS);
    arena_free(&scratch);
    if (!found) return (Hit){0};
    RegexMatch m = groups[1].start != STR_NONE ? groups[1] : groups[0];
    return (Hit){true, str_copy(p->d->a, str_slice(text, m.start, m.end)), evidence_at(file, base + m.start, (Str){NULL, 0})};
}

static Hit in_file(Probe *p, const Rule *rule, SurveyFile *file) {
    Str bytes = file->source.bytes;
    if (rule->holds.len && !str_has(bytes, rule->holds)) return (Hit){0};
    if (rule->path.len) {
        Hit hit = at_path(p, file, rule->path, rule->match != NULL);
        if (!hit.found || !rule->match) return hit;
        Hit inner = matched(p, rule, file, hit.text, 0);
        inner.at = hit.at;
        return inner;
    }
    size_t start, end;
    if (!find_section(bytes, rule->section, &start, &end)) return (Hit){0};
    if (!rule->match) return (Hit){true, STR("true"), (Ground){file->source.path, rule->section.len ? source_place(&file->source, (uint32_t)start).line : 0, rule->section}};
    return matched(p, rule, file, str_slice(bytes, start, end), start);
}

/* A file by its name in the unit's folder, or with a * by an ending there; with `above`, in one that holds it; with `root`, of the repository's. */
static SurveyFile *named(Probe *p, const Rule *rule) {
    Arena *a = p->d->a;
    if (str_starts(rule->file, STR("*"))) {
        uint32_t first, end;
        survey_range(p->d->survey, p->folder, &first, &end);
        for (uint32_t i = first; i < end; i++) {
            Str path = p->d->survey->paths[i], rest = str_skip(path, p->folder.len);
            if (str_find_byte(rest, '/') == STR_NONE && str_ends(rest, str_skip(rule->file, 1))) return survey_file(p->d->survey, path);
        }
        return NULL;
    }
    for (Str folder = rule->root ? STR("") : p->folder;;) {
        SurveyFile *file = survey_file(p->d->survey, str_join(a, folder, rule->file));
        if (file || !rule->above || !folder.len) return file;
        size_t slash = str_find_last(str_slice(folder, 0, folder.len - 1), '/');
        folder = slash == STR_NONE ? STR("") : str_slice(folder, 0, slash + 1);
    }
}

/* ---- source files ---- */

/* Its code is not what runs; `rest`: the path from the unit's folder. */
static bool is_aside(const Templates *t, Str rest) {
    Str part;
    while (str_find_byte(rest, '/') != STR_NONE && str_next(&rest, '/', &part)) {
        if (map_has(&t->aside, part)) return true;
    }
    for (uint32_t i = 0; i < t->aside_file_count; i++) {
        if (glob_matches(t->aside_files[i], rest)) return true;
    }
    return false;
}

static bool is_source(const Stack *stack, Str path) {
    for (uint32_t i = 0; i < stack->ending_count; i++) {
        if (str_ends(path, stack->endings[i])) return true;
    }
    return false;
}

/* Another unit of the stack lies between the folder and the file. */
static bool is_others(const Probe *p, Str path) {
    for (size_t at = p->folder.len; at < path.len; at++) {
        if (path.at[at] == '/' && map_has(&p->d->signed_folders, str_slice(path, 0, at + 1))) return true;
    }
    return false;
}

static SurveyFile *source_file(Probe *p, Str path) {
    Survey *s = p->d->survey;
    bool known = map_has(&s->files, path);
    if (!known && s->read_bytes > SURVEY_SOURCES_MAX) {
        if (!s->full_at.len) s->full_at = path;
        return NULL;
    }
    SurveyFile *file = survey_file(s, path);
    if (file && !known) s->read_bytes += file->source.bytes.len;
    return file;
}

static void add_rival(Answer *answer, Ground at) {
    for (uint32_t i = 0; i < answer->rival_count; i++) {
        if (str_eq(answer->rivals[i].value, at.value)) return;
    }
    if (answer->rival_count < RIVALS_MAX) answer->rivals[answer->rival_count++] = at;
}

static void refuse(Probe *p, uint32_t fact, Ground at) {
    at.value = (Str){NULL, 0};
    detect_refuse(p->d, (Refusal){at, fact});
}

/* The value that a rule says for a hit, in text; false when it has none, or what was read is no word. */
static bool said(Probe *p, const Rule *rule, uint32_t fact, Hit hit, Str *out) {
    Detection *d = p->d;
    Value values[VARIABLES_MAX], *extras = values + d->templates->facts.count;
    Component unit = {.stack = p->stack, .folder = p->folder, .answers = p->answers};
    bool is_name = d->templates->facts.items[fact].type == FACT_NAME;
    detect_values(d, &unit, values);
    extras[EXTRA_IT] = fact_value(is_name ? FACT_NAME : FACT_WORD, hit.text, d->a);
    extras[EXTRA_AT] = fact_value(FACT_PATH, str_starts(hit.at.file, p->folder) ? str_skip(hit.at.file, p->folder.len) : hit.at.file, d->a);
    for (int i = EXTRA_IT; i <= EXTRA_AT; i++) {
        bool used = blank_uses(&rule->value->uses, d->templates->facts.count + (uint32_t)i);
        if (hit.at.file.len && used && value_is_null(extras[i])) return refuse(p, fact, hit.at), false;
    }
    CelScope scope = detect_scope(d);
    Buf text = {0};
    Error err;
    bool ok = blank_fill(rule->value, values, d->templates->variable_count, LANGUAGE_EN, &scope, &text, &err);
    *out = str_copy(d->a, buf_str(&text));
    buf_free(&text);
    return ok;
}

/* What a hit makes of the fact: true with a value; with a null when the rule says that there is none; false when it can't be used. */
static bool take(Probe *p, const Rule *rule, uint32_t fact, Hit hit, Answer *out) {
    Detection *d = p->d;
    FactType type = (FactType)d->templates->facts.items[fact].type;
    Str text = hit.text;
    *out = (Answer){.rule = rule, .at = hit.at};
    if (rule->value && !said(p, rule, fact, hit, &text)) return false;
    if (rule->value && !text.len && !rule->release.len) return true;
    if (rule->release.len) {
        out->release = release_wanted(rule->release, text, d->today, d->a);
        text = out->release.name;
        if (hit.at.file.len && out->release.standing == RELEASE_ELSEWHERE) return p->unmet = hit.at, false;
    }
    if (rule->release.len) out->value = text.len ? value_string(text) : value_null();
    else out->value = (type == FACT_LINE || type == FACT_EXEC) && rule->value ? value_string(text) : fact_value(type, text, d->a);
    if (value_is_null(out->value) && hit.at.file.len) refuse(p, fact, hit.at);
    return !value_is_null(out->value);
}

static bool from_sources(Probe *p, const Rule *rule, uint32_t fact, Answer *out) {
    Survey *s = p->d->survey;
    uint32_t first, end, looked = 0;
    bool any = false;
    survey_range(s, p->folder, &first, &end);
    for (uint32_t i = first; i < end; i++) {
        Str rest = str_skip(s->paths[i], p->folder.len);
        if (!is_source(p->stack, rest) || is_aside(p->d->templates, rest) || is_others(p, s->paths[i])) continue;
        if (looked++ == SURVEY_FILES_MAX) {
            survey_note_crowded(s, p->folder);
            break;
        }
        SurveyFile *file = source_file(p, s->paths[i]);
        Hit hit = file ? in_file(p, rule, file) : (Hit){0};
        Answer answer;
        if (!hit.found || !take(p, rule, fact, hit, &answer)) continue;
        answer.at.value = answer.value.kind == VALUE_STRING ? value_str(answer.value) : STR("true");
        if (!any) *out = answer;
        else if (!str_eq(out->at.value, answer.at.value)) add_rival(out, answer.at);
        any = true;
    }
    return any;
}

/* ---- dependencies ---- */

static void add_dependency(Probe *p, Str name, Ground at) {
    Arena *a = p->d->a;
    if (!is_word(name)) return;
    Str lower = str_lower(a, name);
    if (map_has(p->dependencies, lower)) return;
    Ground *kept = arena_new(a, Ground);
    *kept = at;
    kept->value = lower;
    map_put(a, p->dependencies, lower, kept);
}

static void from_keys(Probe *p, const DependencySource *source, SurveyFile *file) {
    const Tree *tree = survey_tree(file);
    const Node *map = tree ? follow(tree, source->keys, p->d->a) : NULL;
    if (!map || map->kind != YAML_MAP) return;
    for (const Node *key = map + 1, *end = map + map->size; key < end; key += key->size + key[key->size].size) {
        if (key->kind == YAML_SCALAR) add_dependency(p, yaml_scalar(tree, key, p->d->a), evidence_at(file, node_span(tree, key).start, (Str){NULL, 0}));
    }
}

static void from_text(Probe *p, const DependencySource *source, SurveyFile *file) {
    RegexMatch groups[GROUPS];
    Str bytes = file->source.bytes;
    for (size_t at = 0; at < bytes.len;) {
        Arena scratch = {0};
        bool found = regex_search(source->match, str_skip(bytes, at), &scratch, groups, GROUPS);
        arena_free(&scratch);
        if (!found || groups[1].start == STR_NONE) return;
        add_dependency(p, str_slice(bytes, at + groups[1].start, at + groups[1].end), evidence_at(file, at + groups[1].start, (Str){NULL, 0}));
        at += MAX(groups[0].end, 1);
    }
}

void rule_dependencies(Probe *p) {
    for (uint32_t i = 0; i < p->stack->dependency_count; i++) {
        const DependencySource *source = &p->stack->dependencies[i];
        Rule rule = {.file = source->file};
        SurveyFile *file = named(p, &rule);
        if (file && source->match) from_text(p, source, file);
        else if (file) from_keys(p, source, file);
    }
}

static Hit among_dependencies(Probe *p, const Rule *rule) {
    for (uint32_t i = 0; i < rule->dependency_count; i++) {
        const Ground *at = map_get(p->dependencies, rule->dependencies[i]);
        if (at) return (Hit){true, at->value, *at};
    }
    return (Hit){0};
}

/* ---- the rule ---- */

static Hit in_settings(Probe *p, const Rule *rule) {
    Survey *s = p->d->survey;
    Ground at = {0};
    Str text = s->setting ? s->setting(s->data, p->folder, rule->setting, &at.file, &at.line) : (Str){NULL, 0};
    return (Hit){text.len > 0, text, at};
}

static bool holds(Probe *p, const CelProgram *when) {
    if (!when) return true;
    Value values[VARIABLES_MAX];
    Component part = {.stack = p->stack, .folder = p->folder, .answers = p->answers};
    detect_values(p->d, &part, values);
    return detect_holds(p->d, when, values);
}

bool rule_apply(Probe *p, const Rule *rule, uint32_t fact, Answer *out) {
    if (!holds(p, rule->when)) return false;
    if (rule->sources) return from_sources(p, rule, fact, out);
    Hit hit = {0};
    if (rule->dependency_count) hit = among_dependencies(p, rule);
    else if (rule->setting.len) hit = in_settings(p, rule);
    else if (rule->file.len) {
        SurveyFile *file = named(p, rule);
        hit = file ? in_file(p, rule, file) : (Hit){0};
    } else hit.found = true;
    return hit.found && take(p, rule, fact, hit, out);
}
