/* What plain scalars mean to readers of YAML 1.1 and not to those of 1.2: Kubernetes' tools are among the former for booleans and
 * octal numbers. https://yaml.org/type/bool.html https://yaml.org/type/int.html */
#include "parse/yaml_parser.h"

bool yaml_old_boolean(Str s, bool *value) {
    if (!s.len || s.len > 3 || !memchr("yYoOnN", s.at[0], 6)) return false;
    static const char *const words[] = {"y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "n", "N", "no", "No", "NO", "off", "Off", "OFF"};
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        if (!str_is(s, words[i])) continue;
        *value = i < 8;
        return true;
    }
    return false;
}

bool yaml_old_octal(Str s, int64_t *value) {
    if (s.len < 2 || s.len > 20 || s.at[0] != '0') return false;
    *value = 0;
    for (size_t i = 1; i < s.len; i++) {
        if (s.at[i] < '0' || s.at[i] > '7') return false;
        *value = *value * 8 + (s.at[i] - '0');
    }
    return true;
}

/* 22:22 is 1342, 190:20:30 is 685230. */
bool yaml_is_sexagesimal(Str s) {
    if (s.len < 3 || s.len > 32 || s.at[0] < '1' || s.at[0] > '9') return false;
    Str rest = s, part;
    uint32_t parts = 0;
    while (str_next(&rest, ':', &part)) {
        int64_t number;
        bool digits = part.len && part.len <= (parts ? 2u : 9u) && str_to_int(part, &number) && part.at[0] >= '0' && part.at[0] <= '9';
        if (!digits || (parts && number > 59)) return false;
        parts++;
    }
    return parts > 1 && s.at[s.len - 1] != ':';
}

#define OLD_MAX 1000 /* of one file */

static bool report(const Tree *tree, const Node *value) {
    Str text = node_text(tree, value);
    bool boolean;
    int64_t number;
    ProblemCode code;
    if (yaml_old_boolean(text, &boolean)) code = PROBLEM_YAML_OLD_BOOLEAN;
    else if (yaml_old_octal(text, &number)) code = PROBLEM_YAML_OLD_OCTAL;
    else if (yaml_is_sexagesimal(text)) code = PROBLEM_YAML_SEXAGESIMAL;
    else return false;
    source_problem(tree->text.source, code, node_span(tree, value), text);
    return true;
}

static bool is_plain(const Node *node) { return node->kind == YAML_SCALAR && node->style == YAML_PLAIN && !(node->flags & (YAML_EMPTY | YAML_DECODE)) && !node->data; }

void yaml_report_old(const Tree *tree) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < tree->count && count < OLD_MAX; i++) {
        const Node *node = &tree->nodes[i];
        if (node->kind != YAML_MAP && node->kind != YAML_SEQUENCE) continue;
        bool is_key = node->kind == YAML_MAP;
        node_each(child, node) {
            if (!is_key && is_plain(child) && count < OLD_MAX) count += report(tree, child);
            if (node->kind == YAML_MAP) is_key = !is_key;
        }
    }
}
