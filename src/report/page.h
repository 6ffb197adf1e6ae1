/* A document in one of two dresses: Markdown for pull requests, indented text for a terminal. What is written is the same. Text of
 * files is fenced or escaped, so that it can't become markup. */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include "report/report.h"

typedef struct Page {
    Language language;
    bool plain;  /* for a terminal */
    bool color;
    Buf *out;
} Page;

/* What the page's language says. */
Str page_say(const Page *page, Prose prose);
/* A line of its own; `level` 1 to 3. Between _start and _end anything of one line may be put. */
void page_heading(Page *page, int level, Str text);
void page_heading_start(Page *page, int level);
void page_heading_end(Page *page);
/* Prose with code spans, in one line. */
void page_prose(Page *page, Str prose);
/* The same as a paragraph. */
void page_paragraph(Page *page, Str prose);
/* Formatted text that holds nothing of files. */
PRINTF(2, 3) void page_print(Page *page, const char *format, ...);
/* A path as code, with the line unless it is 0. */
void page_path(Page *page, Str path, uint32_t line);
void page_strong(Page *page, Str text);
void page_bullet(Page *page);
/* A box to tick. */
void page_box(Page *page, bool ticked);
void page_line(Page *page);
/* A block of code; `kind` names the language, or is empty. */
void page_code(Page *page, const char *kind, Str text);
/* The same, as part of the bullet before it. */
void page_code_inside(Page *page, const char *kind, Str text);
/* A link that says where it leads. */
void page_link(Page *page, Str url);

#endif
