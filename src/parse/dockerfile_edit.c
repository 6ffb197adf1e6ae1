/* What stands there is looked at as lines: a Dockerfile is made of them. */
#include "parse/dockerfile_edit.h"

/* The instruction that holds `span`; the outer one, where ONBUILD holds another. */
static const Node *instruction_of(const Tree *tree, Span span) {
    const Node *found = NULL;
    for (const Node *node = tree_before(tree, span.start); node; node = node_parent(node)) {
        if (node->kind == DOCKERFILE_INSTRUCTION && span.end <= node->end) found = node;
    }
    return found;
}

static bool in_heredoc(const Node *instruction, Span span) {
    for (const Node *node = instruction, *end = instruction + instruction->size; node < end; node++) {
        if (node->kind == DOCKERFILE_BODY && node->start <= span.start && span.end <= node->end) return true;
    }
    return false;
}

/* The indentation of the last continuation line that is no comment, and whether it begins with &&. False: there is none. */
static bool continuation(Str bytes, const Node *instruction, Str *indent, bool *leads) {
    bool found = false;
    for (uint32_t at = line_end(bytes, instruction->start); at < instruction->end; at = line_end(bytes, at)) {
        while (at < instruction->end && bytes.at[at] != '\n') at++;
        at++;
        uint32_t first = at;
        while (first < instruction->end && (bytes.at[first] == ' ' || bytes.at[first] == '\t')) first++;
        if (first >= instruction->end || bytes.at[first] == '#' || bytes.at[first] == '\n') continue;
        *indent = str_slice(bytes, at, first);
        *leads = str_starts(str_skip(bytes, first), STR("&&"));
        found = true;
        if (*leads) return true;
    }
    return found;
}

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

/* Whether the command goes on behind `at` with a pipe, a redirection or &: then nothing may stand between. */
static bool goes_on(Str bytes, uint32_t at, char escape) {
    while (at < bytes.len && (is_blank(bytes.at[at]) || (bytes.at[at] == escape && line_end(bytes, at) == at + 1))) {
        if (bytes.at[at++] != escape) continue;
        while (at < bytes.len && (bytes.at[at] == '\r' || bytes.at[at] == '\n')) at++;
    }
    char c = at < bytes.len ? bytes.at[at] : '\n', next = at + 1 < bytes.len ? bytes.at[at + 1] : '\n';
    return c == '<' || c == '>' || (c >= '0' && c <= '9') || (c == '|' && next != '|') || (c == '&' && next != '&');
}

bool dockerfile_edit_then(const Tree *tree, Span command, Str text, Arena *a, EditVec *out) {
    Str bytes = tree->text.source->bytes, indent = {NULL, 0}, feed = line_feed(bytes);
    const Node *instruction = instruction_of(tree, command);
    bool leads = false;
    char escape = dockerfile_escape(tree);
    if (!instruction || goes_on(bytes, command.end, escape)) return false;
    if (in_heredoc(instruction, command)) return script_edit_then(bytes, command, text, a, out);
    Str shown = str_format(a, " && %.*s", STR_ARGS(text));
    if (continuation(bytes, instruction, &indent, &leads)) {
        shown = leads ? str_format(a, " %c%.*s%.*s&& %.*s", escape, STR_ARGS(feed), STR_ARGS(indent), STR_ARGS(text))
                      : str_format(a, " && %c%.*s%.*s%.*s", escape, STR_ARGS(feed), STR_ARGS(indent), STR_ARGS(text));
    }
    return edit_put(out, a, command.end, command.end, shown);
}

bool script_edit_then(Str bytes, Span command, Str text, Arena *a, EditVec *out) {
    uint32_t end = line_end(bytes, command.end);
    if (goes_on(bytes, command.end, '\\')) return false;
    bool own_line = line_begins(bytes, command.start) && end == command.end;
    Str indent = line_indent(bytes, command.start), feed = line_feed(bytes);
    return edit_put(out, a, command.end, command.end, own_line ? str_format(a, "%.*s%.*s%.*s", STR_ARGS(feed), STR_ARGS(indent), STR_ARGS(text)) : str_format(a, " && %.*s", STR_ARGS(text)));
}

static bool remove_instruction(Editor *e, const Node *instruction) {
    if (!line_begins(e->bytes, instruction->start)) return false; /* behind ONBUILD */
    Span lines = lines_of(e->bytes, instruction->start, instruction->end);
    return edit_put(e->out, e->a, lines.start, lines.end, (Str){NULL, 0});
}

/* With the blanks before it; where it begins a line, with those behind it; where it is all of a continued line, with the line. */
static bool remove_word(Editor *e, const Node *instruction, Span word) {
    Str bytes = e->bytes;
    char escape = dockerfile_escape(e->tree);
    uint32_t start = word.start, end = word.end;
    if (!line_begins(bytes, start)) {
        while (start > instruction->start && is_blank(bytes.at[start - 1])) start--;
        return edit_put(e->out, e->a, start, end, (Str){NULL, 0});
    }
    if (end == instruction->end) { /* the last one: the line before is the last now */
        while (start > instruction->start && (is_blank(bytes.at[start - 1]) || bytes.at[start - 1] == '\n' || bytes.at[start - 1] == '\r' || bytes.at[start - 1] == escape)) start--;
        return edit_put(e->out, e->a, start, end, (Str){NULL, 0});
    }
    while (end < bytes.len && is_blank(bytes.at[end])) end++;
    bool alone = end + 1 < bytes.len && bytes.at[end] == escape && line_end(bytes, end) == end + 1;
    Span lines = lines_of(bytes, start, end);
    return alone ? edit_put(e->out, e->a, lines.start, lines.end, (Str){NULL, 0}) : edit_put(e->out, e->a, start, end, (Str){NULL, 0});
}

bool dockerfile_edit_remove(const Tree *tree, Span what, Arena *a, EditVec *out) {
    Editor e = editor_of(tree, a, out);
    const Node *instruction = instruction_of(tree, what);
    if (!instruction) return false;
    bool whole = instruction->start == what.start && instruction->end == what.end;
    return whole ? remove_instruction(&e, instruction) : remove_word(&e, instruction, what);
}
