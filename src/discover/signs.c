/* Rows stand under a whole name (`Vagrantfile`) or an ending (`*.yml`, which is `*.yaml` too), so that most files cost a few lookups that find
 * nothing. A row with a path is about fewer files, and wins over one without. `content` holds what must all stand there, between `|`: what
 * a line begins with; after a `~`, what stands anywhere; after a `!`, what no line begins with. */
#include "discover/signs.h"

#include "facts/fact.h"
#include "values/glob.h"

enum { COLUMN_PATH = 1, COLUMN_CONTENT, COLUMN_SYSTEM };

static bool path_fits(Str pattern, Str path) {
    return !pattern.len || glob_matches(pattern, str_find_byte(pattern, '/') == STR_NONE ? str_base_name(path) : path);
}

static bool begins_line(Str head, Str mark) {
    for (size_t from = 0; from < head.len;) {
        size_t at = str_find(str_skip(head, from), mark);
        if (at == STR_NONE) return false;
        if (from + at == 0 || head.at[from + at - 1] == '\n') return true;
        from += at + 1;
    }
    return false;
}

static bool content_fits(Str marks, Str head) {
    Str mark;
    while (str_next(&marks, '|', &mark)) {
        bool anywhere = str_starts(mark, STR("~")), not = str_starts(mark, STR("!"));
        Str text = str_skip(mark, anywhere || not);
        if ((anywhere ? str_has(head, text) : begins_line(head, text)) == not) return false;
    }
    return true;
}

/* The first row under `key` that fits: of those with a path, then of those without. Without a head only rows that ask for no content do, and
 * *sniff is set when there are others. */
static Str match(Str key, Str path, const Str *head, bool *sniff) {
    FactRows rows = fact_rows(fact_table(STR("file-signs")), key);
    for (int general = 0; general < 2; general++) {
        for (uint32_t i = 0; i < rows.count; i++) {
            Str pattern = fact_cell(rows.table, rows.first + i, COLUMN_PATH), content = fact_cell(rows.table, rows.first + i, COLUMN_CONTENT);
            if ((pattern.len == 0) != (general == 1) || !path_fits(pattern, path)) continue;
            if (!content.len || (head && content_fits(content, *head))) return fact_cell(rows.table, rows.first + i, COLUMN_SYSTEM);
            if (sniff) *sniff = true;
        }
    }
    return (Str){NULL, 0};
}

/* Under the whole name, then under its endings, the longest first. */
static Str find(Str path, const Str *head, bool *sniff) {
    Str name = str_base_name(path), found = match(name, path, head, sniff);
    char key[32] = "*";
    for (size_t i = 0; i < name.len && !found.len; i++) {
        Str ending = str_skip(name, i);
        if (ending.at[0] != '.' || ending.len >= sizeof key) continue;
        if (str_is(ending, ".yaml")) ending = STR(".yml");
        memcpy(key + 1, ending.at, ending.len);
        found = match((Str){key, ending.len + 1}, path, head, sniff);
    }
    return found;
}

Str signs_of_name(Str path, bool *sniff) {
    *sniff = false;
    return find(path, NULL, sniff);
}

Str signs_of_content(Str path, Str head) { return find(path, &head, NULL); }
