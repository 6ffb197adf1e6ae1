#include "report/page.h"

Str page_say(const Page *page, Prose prose) { return prose.in[page->language]; }

void page_heading_start(Page *p, int level) {
    buf_byte(p->out, '\n');
    if (!p->plain) buf_fill(p->out, '#', (size_t)level);
    if (!p->plain) buf_byte(p->out, ' ');
    if (p->plain && p->color) buf_add(p->out, level < 3 ? STR("\x1b[1m") : STR("\x1b[4m"));
}

void page_heading_end(Page *p) {
    if (p->plain && p->color) buf_lit(p->out, "\x1b[0m");
    buf_lit(p->out, "\n\n");
}

void page_heading(Page *p, int level, Str text) {
    page_heading_start(p, level);
    page_prose(p, text);
    page_heading_end(p);
}

static bool is_markup(char c) { return c == '*' || c == '_' || c == '<' || c == '[' || c == ']' || c == '|' || c == '#'; }

/* Everything outside backquotes that Markdown would read as markup is escaped. */
void page_prose(Page *p, Str prose) {
    Buf safe = {0}, line = {0};
    for (size_t i = 0; i < prose.len; i++) buf_byte(&line, prose.at[i] == '\n' || prose.at[i] == '\r' ? ' ' : prose.at[i]);
    report_safe(&safe, buf_str(&line));
    Str text = buf_str(&safe);
    bool code = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == '`') code = !code;
        if (!p->plain && !code && is_markup(c)) buf_byte(p->out, '\\');
        buf_byte(p->out, c);
    }
    if (code) buf_byte(p->out, '`');
    buf_free(&safe);
    buf_free(&line);
}

void page_paragraph(Page *p, Str prose) {
    page_prose(p, prose);
    buf_byte(p->out, '\n');
}

void page_print(Page *p, const char *format, ...) {
    Arena a = {0};
    va_list arguments;
    va_start(arguments, format);
    buf_add(p->out, str_formatv(&a, format, arguments));
    va_end(arguments);
    arena_free(&a);
}

void page_path(Page *p, Str path, uint32_t line) {
    Buf safe = {0};
    report_safe(&safe, path);
    for (size_t i = 0; i < safe.len; i++) {
        if (safe.at[i] == '`') safe.at[i] = '\'';
    }
    if (line) buf_print(&safe, ":%u", line);
    buf_print(p->out, p->plain ? "%.*s" : "`%.*s`", STR_ARGS(buf_str(&safe)));
    buf_free(&safe);
}

void page_strong(Page *p, Str text) {
    buf_add(p->out, !p->plain ? STR("**") : p->color ? STR("\x1b[1m") : STR(""));
    page_prose(p, text);
    buf_add(p->out, !p->plain ? STR("**") : p->color ? STR("\x1b[0m") : STR(""));
}

void page_bullet(Page *p) { buf_add(p->out, p->plain ? STR("  - ") : STR("- ")); }

void page_box(Page *p, bool ticked) {
    buf_add(p->out, p->plain ? STR("  ") : STR("- "));
    buf_add(p->out, ticked ? STR("[x] ") : STR("[ ] "));
}

void page_line(Page *p) { buf_byte(p->out, '\n'); }

/* A fence longer than any run of backquotes inside. */
static void fenced(Page *p, const char *kind, Str text) {
    size_t longest = 2, run = 0;
    for (size_t i = 0; i < text.len; i++) {
        run = text.at[i] == '`' ? run + 1 : 0;
        longest = MAX(longest, run);
    }
    buf_fill(p->out, '`', longest + 1);
    buf_print(p->out, "%s\n", kind);
    buf_add(p->out, text);
    if (!str_ends(text, STR("\n"))) buf_byte(p->out, '\n');
    buf_fill(p->out, '`', longest + 1);
    buf_byte(p->out, '\n');
}

void page_code(Page *p, const char *kind, Str text) {
    if (!p->plain) {
        fenced(p, kind, text);
        return;
    }
    for (Str line; text.len && str_next(&text, '\n', &line);) buf_print(p->out, "      %.*s\n", STR_ARGS(line));
}

void page_code_inside(Page *p, const char *kind, Str text) {
    if (!p->plain) buf_print(p->out, "  ```%s\n", kind);
    for (Str line; text.len && str_next(&text, '\n', &line);) buf_print(p->out, line.len ? p->plain ? "        %.*s\n" : "  %.*s\n" : "\n", STR_ARGS(line));
    if (!p->plain) buf_lit(p->out, "  ```\n");
}

void page_link(Page *p, Str url) {
    Str host = str_skip(url, str_starts(url, STR("https://")) ? 8 : 0);
    size_t end = str_find_byte(host, '/');
    host = str_slice(host, 0, end == STR_NONE ? host.len : end);
    if (p->plain) buf_print(p->out, "(%.*s)", STR_ARGS(url));
    else buf_print(p->out, "([%.*s](%.*s))", STR_ARGS(host), STR_ARGS(url));
}
