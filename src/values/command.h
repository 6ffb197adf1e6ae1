/* How the command lines of known tools are read: which flags take a value, where the sub-command stands, what is a package. */
#ifndef VALUES_COMMAND_H
#define VALUES_COMMAND_H

#include "base/str.h"

typedef enum ToolStyle { TOOL_PLAIN, TOOL_SUB, TOOL_LONG, TOOL_LONG_SUB } ToolStyle;

typedef struct Tool {
    Str name;
    ToolStyle style;
    Str value_flags; /* names between blanks */
} Tool;

/* The tool of that name; a default without value flags for an unknown one. Never NULL. */
const Tool *tool_find(Str name);
bool tool_has_subcommand(const Tool *tool);
/* -xy means -x -y. */
bool tool_splits(const Tool *tool);
bool tool_takes_value(const Tool *tool, Str flag);

/* pip3.11 → pip, /usr/bin/apt-get → apt-get, python3 → python. */
Str tool_canonical(Str path);
/* Commands that run another one: how many words of their own stand before it (flags and their values left out), or -1. */
int wrapper_words(Str name);
bool wrapper_takes_value(Str name, Str flag);

typedef enum PackageSyntax { PACKAGES_NONE, PACKAGES_APT, PACKAGES_APK, PACKAGES_RPM, PACKAGES_ZYPPER, PACKAGES_PIP, PACKAGES_NPM, PACKAGES_GEM, PACKAGES_GO } PackageSyntax;

/* What the words behind `tool action` are: PACKAGES_NONE when that installs nothing. */
PackageSyntax package_syntax(Str tool, Str action);

typedef enum PackageKind { PACKAGE_NAME_ONLY, PACKAGE_FILE, PACKAGE_URL, PACKAGE_DIRECTORY, PACKAGE_GROUP, PACKAGE_GIT } PackageKind;

typedef struct PackageParts {
    Str name;
    Str version;       /* without its operator, or empty */
    bool has_operator; /* a version is asked for, even when it is unknown: name=${V} */
    bool pinned;       /* as written, exact enough that two builds agree */
    PackageKind kind;
} PackageParts;

/* `word` is the known text; where a value is unknown the known prefix is given and `whole` is false. */
PackageParts package_parse(PackageSyntax syntax, Str word, bool whole);
Str package_kind_name(PackageKind kind);

#endif
