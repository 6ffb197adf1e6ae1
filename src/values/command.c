/* Tables and small grammars; no shell here. */
#include "values/command.h"

static const Tool tools[] = {
#define TOOL(name, style, flags) {STR_INIT(name), TOOL_##style, STR_INIT(flags)},
#include "values/tools.def"
#undef TOOL
};
static const Tool unknown_tool = {STR_INIT(""), TOOL_PLAIN, STR_INIT("")};

const Tool *tool_find(Str name) {
    for (size_t i = 0; i < ARRAY_COUNT(tools); i++) {
        if (str_eq(tools[i].name, name)) return &tools[i];
    }
    return &unknown_tool;
}

bool tool_has_subcommand(const Tool *tool) { return tool->style == TOOL_SUB || tool->style == TOOL_LONG_SUB; }
bool tool_splits(const Tool *tool) { return tool->style == TOOL_PLAIN || tool->style == TOOL_SUB; }
bool tool_takes_value(const Tool *tool, Str flag) { return str_has_word(tool->value_flags, flag); }

Str tool_canonical(Str path) {
    size_t slash = str_find_last(path, '/');
    Str name = slash == STR_NONE ? path : str_skip(path, slash + 1);
    static const Str versioned[] = {STR_INIT("pip"), STR_INIT("python"), STR_INIT("gem"), STR_INIT("pipx")};
    for (size_t i = 0; i < ARRAY_COUNT(versioned); i++) {
        if (!str_starts(name, versioned[i])) continue;
        Str rest = str_skip(name, versioned[i].len);
        bool digits = true;
        for (size_t k = 0; k < rest.len; k++) digits = digits && ((rest.at[k] >= '0' && rest.at[k] <= '9') || rest.at[k] == '.');
        if (digits) return versioned[i];
    }
    return name;
}

static const struct {
    Str name;
    int words;
    Str value_flags;
} wrappers[] = {
    {STR_INIT("sudo"), 0, STR_INIT("-u --user -g --group -h -p -C -r -t -U")}, {STR_INIT("doas"), 0, STR_INIT("-u -C")},
    {STR_INIT("env"), 0, STR_INIT("-u --unset -C --chdir -S")},                 {STR_INIT("nice"), 0, STR_INIT("-n --adjustment")},
    {STR_INIT("ionice"), 0, STR_INIT("-c -n -p")},                              {STR_INIT("time"), 0, STR_INIT("-f -o")},
    {STR_INIT("exec"), 0, STR_INIT("-a")},                                      {STR_INIT("command"), 0, STR_INIT("")},
    {STR_INIT("builtin"), 0, STR_INIT("")},                                     {STR_INIT("nohup"), 0, STR_INIT("")},
    {STR_INIT("xargs"), 0, STR_INIT("-I -n -P -L -d -a -s -E --max-args --max-procs --delimiter")},
    {STR_INIT("timeout"), 1, STR_INIT("-s --signal -k --kill-after")},          {STR_INIT("gosu"), 1, STR_INIT("")},
    {STR_INIT("su-exec"), 1, STR_INIT("")},                                     {STR_INIT("chroot"), 1, STR_INIT("")},
    {STR_INIT("stdbuf"), 0, STR_INIT("-i -o -e")},                              {STR_INIT("eatmydata"), 0, STR_INIT("")},
    {STR_INIT("tini"), 0, STR_INIT("-p")},                                      {STR_INIT("dumb-init"), 0, STR_INIT("")},
};

int wrapper_words(Str name) {
    for (size_t i = 0; i < ARRAY_COUNT(wrappers); i++) {
        if (str_eq(wrappers[i].name, name)) return wrappers[i].words;
    }
    return -1;
}

bool wrapper_takes_value(Str name, Str flag) {
    for (size_t i = 0; i < ARRAY_COUNT(wrappers); i++) {
        if (str_eq(wrappers[i].name, name)) return str_has_word(wrappers[i].value_flags, flag);
    }
    return false;
}

static const struct {
    Str tool, actions;
    PackageSyntax syntax;
} installers[] = {
    {STR_INIT("apt-get"), STR_INIT("install reinstall"), PACKAGES_APT},
    {STR_INIT("apt"), STR_INIT("install reinstall"), PACKAGES_APT},
    {STR_INIT("aptitude"), STR_INIT("install reinstall"), PACKAGES_APT},
    {STR_INIT("apk"), STR_INIT("add"), PACKAGES_APK},
    {STR_INIT("dnf"), STR_INIT("install in reinstall groupinstall localinstall module:install module:enable"), PACKAGES_RPM},
    {STR_INIT("yum"), STR_INIT("install reinstall groupinstall localinstall module:install module:enable"), PACKAGES_RPM},
    {STR_INIT("microdnf"), STR_INIT("install reinstall"), PACKAGES_RPM},
    {STR_INIT("tdnf"), STR_INIT("install reinstall"), PACKAGES_RPM},
    {STR_INIT("zypper"), STR_INIT("install in"), PACKAGES_ZYPPER},
    {STR_INIT("pip"), STR_INIT("install"), PACKAGES_PIP},
    {STR_INIT("pipx"), STR_INIT("install"), PACKAGES_PIP},
    {STR_INIT("npm"), STR_INIT("install i add in ins inst insta instal isnt isnta isntal isntall"), PACKAGES_NPM},
    {STR_INIT("yarn"), STR_INIT("add global:add"), PACKAGES_NPM},
    {STR_INIT("pnpm"), STR_INIT("add install i"), PACKAGES_NPM},
    {STR_INIT("gem"), STR_INIT("install i update"), PACKAGES_GEM},
    {STR_INIT("bundle"), STR_INIT("add"), PACKAGES_GEM},
    {STR_INIT("go"), STR_INIT("install get run"), PACKAGES_GO},
};

PackageSyntax package_syntax(Str tool, Str action) {
    for (size_t i = 0; i < ARRAY_COUNT(installers); i++) {
        if (str_eq(installers[i].tool, tool)) return str_has_word(installers[i].actions, action) ? installers[i].syntax : PACKAGES_NONE;
    }
    return PACKAGES_NONE;
}

static const Str kind_names[] = {STR_INIT("name"), STR_INIT("file"), STR_INIT("url"), STR_INIT("directory"), STR_INIT("group"), STR_INIT("git")};
Str package_kind_name(PackageKind kind) { return kind_names[kind]; }

/* Cuts at the first of `marks`; the version begins behind the run of them. */
static bool cut_version(PackageParts *parts, Str word, const char *marks) {
    size_t count = strlen(marks);
    for (size_t i = 1; i < word.len; i++) {
        if (!memchr(marks, word.at[i], count)) continue;
        parts->name = str_slice(word, 0, i);
        while (i < word.len && memchr(marks, word.at[i], count)) i++;
        parts->version = str_skip(word, i);
        parts->has_operator = true;
        return true;
    }
    return false;
}

static bool is_url(Str word) { return str_has(word, STR("://")) || str_starts(word, STR("git+")) || str_starts(word, STR("git@")); }
static bool is_git(Str word) { return str_starts(word, STR("git+")) || str_starts(word, STR("git://")) || str_starts(word, STR("git@")) || (is_url(word) && str_has(word, STR(".git"))); }
static bool is_path(Str word) { return str_starts(word, STR("/")) || str_starts(word, STR("~")) || str_starts(word, STR("./")) || str_starts(word, STR("../")) || str_is(word, ".") || str_is(word, ".."); }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* name-1.2.3 or name-1.2.3-4.el9: a version begins with a digit and holds no dash but the one before the release. */
static void rpm_version(PackageParts *parts, Str word) {
    size_t dash = str_find_last(word, '-'), stream = str_find_byte(word, ':');
    if (stream != STR_NONE) { /* a module's stream: nodejs:20 */
        *parts = (PackageParts){.name = str_slice(word, 0, stream), .version = str_skip(word, stream + 1), .has_operator = true, .pinned = true};
        return;
    }
    if (dash == STR_NONE || dash + 1 >= word.len || !is_digit(word.at[dash + 1])) return;
    size_t before = str_find_last(str_slice(word, 0, dash), '-');
    if (before != STR_NONE && before + 1 < dash && is_digit(word.at[before + 1])) dash = before;
    parts->name = str_slice(word, 0, dash);
    parts->version = str_skip(word, dash + 1);
    parts->has_operator = parts->pinned = true;
}

static bool exact_npm(Str version) {
    size_t dots = 0;
    if (!version.len || !(is_digit(version.at[0]) || version.at[0] == 'v')) return false;
    for (size_t i = 0; i < version.len; i++) dots += version.at[i] == '.';
    return dots >= 2 && !str_has(version, STR("x")) && !str_has(version, STR("*")) && !str_has(version, STR(" "));
}

static void npm_version(PackageParts *parts, Str word) {
    size_t at = str_find_last(word, '@');
    if (at == STR_NONE || at == 0) return;
    parts->name = str_slice(word, 0, at);
    parts->version = str_skip(word, at + 1);
    parts->has_operator = true;
    parts->pinned = exact_npm(parts->version);
}

static void pip_version(PackageParts *parts, Str word) {
    size_t marker = str_find_byte(word, ';');
    if (marker != STR_NONE) word = str_slice(word, 0, marker);
    if (!cut_version(parts, word, "=<>!~")) {
        Str left, right;
        if (str_cut(word, '@', &left, &right)) {
            parts->name = str_trim(left);
            parts->version = str_trim(right);
            parts->has_operator = parts->pinned = true;
        }
        return;
    }
    Str operator = str_slice(word, parts->name.len, word.len - parts->version.len);
    parts->pinned = (str_is(operator, "==") || str_is(operator, "===")) && !str_has(parts->version, STR("*"));
    parts->name = str_trim(parts->name);
}

/* git+https://host/a.git@v1 (pip), git+https://host/a.git#v1 (npm). */
static void git_revision(PackageParts *parts, PackageSyntax syntax, Str word) {
    char mark = syntax == PACKAGES_NPM ? '#' : '@';
    size_t slash = str_find_last(word, '/'), at = str_find_last(word, mark);
    parts->kind = PACKAGE_GIT;
    if (at == STR_NONE || slash == STR_NONE || at < slash) return;
    parts->name = str_slice(word, 0, at);
    parts->version = str_skip(word, at + 1);
    parts->has_operator = parts->pinned = true;
}

/* Of Go's versions: `latest`, `upgrade` and names of branches move; what names a release or a commit has a digit. */
static bool has_digit(Str s) {
    for (size_t i = 0; i < s.len; i++) {
        if (is_digit(s.at[i])) return true;
    }
    return false;
}

PackageParts package_parse(PackageSyntax syntax, Str word, bool whole) {
    PackageParts parts = {.name = word};
    bool file = str_ends(word, STR(".deb")) || str_ends(word, STR(".rpm")) || str_ends(word, STR(".whl")) || str_ends(word, STR(".apk")) ||
                str_ends(word, STR(".gem")) || str_ends(word, STR(".tgz")) || str_ends(word, STR(".tar")) || str_ends(word, STR(".go")) || str_ends(word, STR(".tar.gz")) || str_ends(word, STR(".zip"));
    Str left, right;
    if (is_git(word)) git_revision(&parts, syntax, word);
    else if (is_url(word)) parts.kind = PACKAGE_URL;
    else if (file) parts.kind = PACKAGE_FILE;
    else if (is_path(word) || (syntax == PACKAGES_PIP && whole && str_find_byte(word, '/') != STR_NONE && str_find_byte(word, '@') == STR_NONE)) parts.kind = PACKAGE_DIRECTORY;
    else if (syntax == PACKAGES_RPM && word.len && word.at[0] == '@') parts.kind = PACKAGE_GROUP;
    if (parts.kind != PACKAGE_NAME_ONLY) return parts;
    switch (syntax) {
        case PACKAGES_APT:
            parts.pinned = cut_version(&parts, word, "=");
            if (!parts.pinned) cut_version(&parts, word, "/"); /* the release it is taken from */
            break;
        case PACKAGES_APK: parts.pinned = cut_version(&parts, word, "=<>~"); break;
        case PACKAGES_RPM: rpm_version(&parts, word); break;
        case PACKAGES_ZYPPER:
            if (cut_version(&parts, word, "=<>~")) parts.pinned = true;
            else rpm_version(&parts, word);
            break;
        case PACKAGES_PIP: pip_version(&parts, word); break;
        case PACKAGES_NPM: npm_version(&parts, word); break;
        case PACKAGES_GEM:
            if (str_cut(word, ':', &left, &right)) parts = (PackageParts){.name = left, .version = right, .has_operator = true, .pinned = true};
            break;
        case PACKAGES_GO:
            if (str_cut(word, '@', &left, &right)) parts = (PackageParts){.name = left, .version = right, .has_operator = true, .pinned = has_digit(right)};
            break;
        case PACKAGES_NONE: break;
    }
    if (!whole && parts.has_operator) parts.pinned = true; /* the version comes from a variable: somebody chose it */
    return parts;
}
