/* What stands there is looked at as lines: a Dockerfile is made of them. */
#include "parse/dockerfile_edit.h"

static bool put(Arena *a, EditVec *out, uint32_t start, uint32_t end, Str text) {
    vec_push(a, out, ((Edit){span_of(start, end), text}));
    return true;
}

/* The instruction that holds `span`. */
static const Node *instruction_of(const Tree *tree, Span span) {
    node_each(child, tree->nodes) {
        if (child->kind == DOCKERFILE_INSTRUCTION && child->start <= span.start && span.end <= child->end) return child;
    }
    return NULL;
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

bool dockerfile_edit_then(const Tree *tree, Span command, Str text, Arena *a, EditVec *out) {
    Str bytes = tree->text.source->bytes, indent = {NULL, 0}, feed = line_feed(bytes);
    const Node *instruction = instruction_of(tree, command);
    bool leads = false;
    char escape = dockerfile_escape(tree);
    if (!instruction) return false;
    if (in_heredoc(instruction, command)) return script_edit_then(bytes, command, text, a, out);
    Str shown = str_format(a, " && %.*s", STR_ARGS(text));
    if (continuation(bytes, instruction, &indent, &leads)) {
        shown = leads ? str_format(a, " %c%.*s%.*s&& %.*s", escape, STR_ARGS(feed), STR_ARGS(indent), STR_ARGS(text))
                      : str_format(a, " && %c%.*s%.*s%.*s", escape, STR_ARGS(feed), STR_ARGS(indent), STR_ARGS(text));
    }
    return put(a, out, command.end, command.end, shown);
}

bool script_edit_then(Str bytes, Span command, Str text, Arena *a, EditVec *out) {
    uint32_t end = line_end(bytes, command.end);
    bool own_line = line_begins(bytes, command.start) && end == command.end;
    Str indent = line_indent(bytes, command.start), feed = line_feed(bytes);
    return put(a, out, command.end, command.end, own_line ? str_format(a, "%.*s%.*s%.*s", STR_ARGS(feed), STR_ARGS(indent), STR_ARGS(text)) : str_format(a, " && %.*s", STR_ARGS(text)));
}

static bool remove_instruction(Str bytes, const Node *instruction, Arena *a, EditVec *out) {
    uint32_t to = line_end(bytes, instruction->end);
    if (!line_begins(bytes, instruction->start)) return false; /* behind ONBUILD */
    while (to < bytes.len && bytes.at[to] != '\n') to++;
    return put(a, out, line_start(bytes, instruction->start), (uint32_t)MIN((size_t)to + 1, bytes.len), (Str){NULL, 0});
}

bool dockerfile_edit_remove(const Tree *tree, Span what, Arena *a, EditVec *out) {
    Str bytes = tree->text.source->bytes;
    const Node *instruction = instruction_of(tree, what);
    if (!instruction) return false;
    if (instruction->start == what.start && instruction->end == what.end) return remove_instruction(bytes, instruction, a, out);
    uint32_t start = what.start;
    while (start > instruction->start && (bytes.at[start - 1] == ' ' || bytes.at[start - 1] == '\t')) start--;
    return put(a, out, start, what.end, (Str){NULL, 0});
}
