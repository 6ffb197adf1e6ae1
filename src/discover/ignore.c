#include "discover/ignore.h"

#include "values/glob.h"

static bool parse_rule(Str line, IgnoreRule *rule) {
    if (line.len && line.at[line.len - 1] == '\r') line.len--;
    while (line.len && line.at[line.len - 1] == ' ' && !(line.len > 1 && line.at[line.len - 2] == '\\')) line.len--;
    *rule = (IgnoreRule){0};
    if (!line.len || line.at[0] == '#') return false;
    if (line.at[0] == '!') {
        rule->negated = true;
        line = str_skip(line, 1);
    }
    if (line.len && line.at[line.len - 1] == '/') {
        rule->folder = true;
        line.len--;
    }
    rule->anchored = str_find_byte(line, '/') != STR_NONE;
    if (line.len && line.at[0] == '/') line = str_skip(line, 1);
    rule->pattern = line;
    return line.len > 0;
}

IgnoreFile *ignore_parse(Arena *a, Str bytes, Str folder, const IgnoreFile *parent) {
    IgnoreFile *file = arena_new(a, IgnoreFile);
    *file = (IgnoreFile){.parent = parent, .folder = folder};
    Str line;
    IgnoreRule rule;
    while (str_next(&bytes, '\n', &line)) {
        if (parse_rule(line, &rule)) vec_push(a, &file->rules, rule);
    }
    return file;
}

static bool rule_matches(const IgnoreRule *rule, Str below, Str name, bool is_folder) {
    if (rule->folder && !is_folder) return false;
    return glob_matches(rule->pattern, rule->anchored ? below : name);
}

bool ignore_matches(const IgnoreFile *file, Str path, bool is_folder) {
    size_t slash = str_find_last(path, '/');
    Str name = slash == STR_NONE ? path : str_skip(path, slash + 1);
    for (; file; file = file->parent) {
        Str below = file->folder.len ? str_skip(path, file->folder.len + 1) : path;
        for (uint32_t i = file->rules.count; i-- > 0;) {
            if (rule_matches(&file->rules.items[i], below, name, is_folder)) return !file->rules.items[i].negated;
        }
    }
    return false;
}
