/* Rows stand under a whole name (`Vagrantfile`), an ending (`*.yml`, which is `*.yaml` too) or a folder above and an ending (`tasks` and `*.yml`
 * with a slash between), so that most files cost a few lookups that find nothing. A row with a path is about fewer files, and wins over one without. `content` holds what must all stand there, between `|`: what
 * a line begins with; after a `~`, what stands anywhere; after a `!`, what no line begins with. */
#include "discover/signs.h"

#include "facts/fact.h"
#include "values/glob.h"

enum { COLUMN_PATH = 1, COLUMN_CONTENT, COLUMN_SYSTEM };

/* Most patterns begin with a letter that is not the file's: these are gone at once. */
static bool path_fits(Str pattern, Str path, Str name) {
    if (!pattern.len) return true;
    bool literal = pattern.at[0] != '*' && pattern.at[0] != '?' && pattern.at[0] != '[' && pattern.at[0] != '\\';
    if (literal && pattern.at[0] != name.at[0] && pattern.at[0] != path.at[0]) return false;
    return glob_matches(pattern, str_find_byte(pattern, '/') == STR_NONE ? name : path);
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
    Str name = str_base_name(path), general = {NULL, 0};
    for (uint32_t i = rows.first; i < rows.first + rows.count; i++) {
        Str pattern = fact_cell(rows.table, i, COLUMN_PATH);
        if ((!pattern.len && general.len) || !path_fits(pattern, path, name)) continue;
        Str content = fact_cell(rows.table, i, COLUMN_CONTENT);
        if (!head && content.len) *sniff = true;
        if (content.len && (!head || !content_fits(content, *head))) continue;
        Str system = fact_cell(rows.table, i, COLUMN_SYSTEM);
        if (pattern.len) return system;
        general = system;
    }
    return general;
}

enum { KEY_MAX = 64 }; /* no key of the table is as long */

/* Under each folder of the path with this ending (`tasks/ and *.yml`), the outermost first, then under the ending alone. */
static Str find_ending(Str ending, Str path, const Str *head, bool *sniff) {
    Str folders = str_folder(path), folder, found = {NULL, 0};
    char key[KEY_MAX];
    while (!found.len && str_next(&folders, '/', &folder)) {
        if (folder.len + 2 + ending.len > sizeof key) continue;
        memcpy(key, folder.at, folder.len);
        memcpy(key + folder.len, "/*", 2);
        memcpy(key + folder.len + 2, ending.at, ending.len);
        found = match((Str){key, folder.len + 2 + ending.len}, path, head, sniff);
    }
    if (found.len || ending.len + 1 > sizeof key) return found;
    key[0] = '*';
    memcpy(key + 1, ending.at, ending.len);
    return match((Str){key, ending.len + 1}, path, head, sniff);
}

/* Under the whole name, then under its endings, the longest first. */
static Str find(Str path, const Str *head, bool *sniff) {
    Str name = str_base_name(path), found = {NULL, 0};
    if (name.len) found = match(name, path, head, sniff);
    for (size_t i = 0; i < name.len && !found.len; i++) {
        Str ending = str_skip(name, i);
        if (ending.at[0] == '.') found = find_ending(str_is(ending, ".yaml") ? STR(".yml") : ending, path, head, sniff);
    }
    return found;
}

Str signs_of_name(Str path, bool *sniff) {
    *sniff = false;
    return find(path, NULL, sniff);
}

Str signs_of_content(Str path, Str head) {
    bool sniff;
    return find(path, &head, &sniff);
}
