/* Ours:    # infra: ignore CHECK[,CHECK] [until=YYYY-MM-DD] reason
 * Behind code it holds for that line; above code, for what begins there (a line with all that is indented below it, an
 * instruction, a stage above its FROM); at the head of a file and followed by an empty line, for the file.
 * Others': the table below. They are found by their text alone, so that a file that can't be parsed is heeded too.
 *
 * Invariant: an ignore that is not understood ignores nothing and says why in `fault`. */
#include "suppress/inline.h"

#include "suppress/blocks.h"
#include "values/date.h"

typedef enum Reach {
    REACH_NEXT,  /* the line, or what begins below the comment */
    REACH_LINE,  /* the line, or the next one */
    REACH_OWNER, /* the outermost block that the comment stands in */
    REACH_FILE
} Reach;

typedef struct Directive {
    Str text;     /* how the comment begins */
    Str peer;     /* empty: ours */
    Reach reach;
    char before_reason; /* ends the ids: ':' in skip=ID:reason, '#' where blanks stand among them; 0: ids go to the end of the word */
    char close;   /* ids end here: ']' ; 0: none */
    bool all;     /* names no id: every check of the peer */
} Directive;

/* The longer ones first where one begins with another. */
static const Directive directives[] = {
    {STR_INIT("infra: ignore"), STR_INIT(""), REACH_NEXT, 0, 0, false},
    {STR_INIT("hadolint global ignore="), STR_INIT("hadolint"), REACH_FILE, 0, 0, false},
    {STR_INIT("hadolint ignore="), STR_INIT("hadolint"), REACH_NEXT, 0, 0, false},
    {STR_INIT("shellcheck disable="), STR_INIT("hadolint"), REACH_NEXT, 0, 0, false},
    {STR_INIT("checkov:skip="), STR_INIT("checkov"), REACH_OWNER, ':', 0, false},
    {STR_INIT("bridgecrew:skip="), STR_INIT("checkov"), REACH_OWNER, ':', 0, false},
    {STR_INIT("trivy:ignore:"), STR_INIT("trivy"), REACH_NEXT, ':', 0, false},
    {STR_INIT("tfsec:ignore:"), STR_INIT("tfsec"), REACH_NEXT, ':', 0, false},
    {STR_INIT("tflint-ignore-file:"), STR_INIT("tflint"), REACH_FILE, '#', 0, false},
    {STR_INIT("tflint-ignore:"), STR_INIT("tflint"), REACH_LINE, '#', 0, false},
    {STR_INIT("kics-scan ignore-line"), STR_INIT("kics"), REACH_LINE, 0, 0, true},
    {STR_INIT("kics-scan ignore-block"), STR_INIT("kics"), REACH_NEXT, 0, 0, true},
    {STR_INIT("kics-scan ignore"), STR_INIT("kics"), REACH_FILE, 0, 0, true},
    {STR_INIT("kics-scan disable="), STR_INIT("kics"), REACH_FILE, 0, 0, false},
    {STR_INIT("zizmor: ignore["), STR_INIT("zizmor"), REACH_LINE, 0, ']', false},
    {STR_INIT("gitleaks:allow"), STR_INIT("gitleaks"), REACH_LINE, 0, 0, true},
};

typedef struct Inline {
    Source *source;
    const Tree *tree;
    BlockOf block;
    Blocks blocks;  /* by indentation; made when the first comment asks */
    Arena *arena;
    IgnoreVec *out;
    uint32_t next;  /* the line of code that the last comment stood above: the next comment may stand above it too */
    bool ended;     /* there is no code any more */
    bool code_seen; /* a line that is no comment stood before */
} Inline;

/* ---- how far one reaches ---- */

static bool begins_comment(Str line) {
    Str text = str_trim(line);
    return str_starts(text, STR("#")) || str_starts(text, STR("//"));
}

static Blocks *blocks(Inline *in) {
    if (!in->blocks.count) in->blocks = blocks_of(in->source, in->arena);
    return &in->blocks;
}

static uint32_t end_of_block(Inline *in, uint32_t line) {
    Str text = source_line(in->source, line);
    uint32_t start = (uint32_t)(text.at - in->source->bytes.at), end = start + (uint32_t)text.len;
    while (start < end && (in->source->bytes.at[start] == ' ' || in->source->bytes.at[start] == '\t')) start++;
    if (!in->block || !in->tree) return blocks_end(blocks(in), line);
    Span span = in->block(in->tree, (Span){start, end});
    return span.end > span.start ? source_place(in->source, span.end - 1).line : line;
}

static void reach_to(Inline *in, Ignore *ignore, Reach reach, uint32_t line, bool alone, bool head) {
    if (alone && in->next <= line && !in->ended) {
        in->next = blocks_next(blocks(in), line);
        in->ended = in->next <= line;
    }
    uint32_t next = alone && !in->ended ? in->next : line;
    bool file = reach == REACH_FILE || (head && !str_trim(source_line(in->source, line + 1)).len);
    ignore->from = ignore->to = next;
    if (file || (reach == REACH_OWNER && in->block)) {
        ignore->from = 1;
        ignore->to = UINT32_MAX;
    } else if (reach == REACH_OWNER && alone) {
        ignore->from = blocks_owner(blocks(in), line);
        if (!ignore->from) ignore->from = next;
        ignore->to = end_of_block(in, ignore->from);
    } else if (reach == REACH_NEXT && alone) ignore->to = end_of_block(in, next);
}

/* ---- what one says ---- */

static bool is_word_end(char c, const Directive *d) { return (d->before_reason != '#' && (c == ' ' || c == '\t')) || c == '\r' || (d->before_reason && c == d->before_reason) || (d->close && c == d->close); }

/* Takes the list of ids off `rest`. */
static Str take_ids(Str *rest, const Directive *d) {
    size_t end = 0;
    while (end < rest->len && (d->close ? rest->at[end] != d->close : !is_word_end(rest->at[end], d))) end++;
    Str ids = str_slice(*rest, 0, end);
    *rest = str_skip(*rest, end + (end < rest->len && rest->at[end] != ' '));
    return ids;
}

/* until=… of ours, exp:… of trivy's, wherever it stands among the words before the reason. */
static void take_until(Str *rest, const Directive *d, Ignore *ignore) {
    Str mark = d->peer.len ? STR("exp:") : STR("until=");
    Str text = str_trim(*rest);
    if (!str_starts(text, mark)) return;
    size_t end = mark.len;
    while (end < text.len && text.at[end] != ' ' && text.at[end] != '\t') end++;
    ignore->until = str_slice(text, mark.len, end);
    *rest = str_skip(text, end);
    int64_t day;
    if (!date_parse(ignore->until, &day)) ignore->fault = PROSE("`until=` takes a day as YYYY-MM-DD", "`until=` lleva un día como AAAA-MM-DD");
}

static Str reason_of(Str rest) {
    rest = str_trim(rest);
    while (rest.len && (rest.at[0] == '-' || rest.at[0] == ':' || rest.at[0] == '#')) rest = str_trim(str_skip(rest, 1));
    static const Str closers[] = {STR_INIT("*/"), STR_INIT("-->")};
    for (size_t i = 0; i < ARRAY_COUNT(closers); i++) {
        if (str_ends(rest, closers[i])) rest = str_trim(str_slice(rest, 0, rest.len - closers[i].len));
    }
    return rest;
}

static void add(Inline *in, const Ignore *ignore) {
    if (in->out->count < INLINE_IGNORES_MAX) vec_push(in->arena, in->out, *ignore);
}

static void add_each(Inline *in, Ignore ignore, const Directive *d, Str ids) {
    Str id;
    uint32_t count = 0;
    while (!d->all && str_next(&ids, ',', &id)) {
        ignore.check = str_trim(id);
        if (!ignore.check.len) continue;
        if ((str_is(ignore.check, "*") || (d->before_reason == '#' && str_is(ignore.check, "all"))) && d->peer.len) ignore.check = STR("");
        add(in, &ignore);
        count++;
    }
    if (count) return;
    if (!d->all) ignore.fault = PROSE("it names no check", "no nombra ningún chequeo");
    if (d->all || !d->peer.len) add(in, &ignore);
}

static void directive(Inline *in, const Directive *d, Str rest, Span span, uint32_t line, bool alone) {
    Ignore ignore = {.source = in->source, .span = span, .peer = d->peer};
    if (!d->peer.len && rest.len && rest.at[0] != ' ' && rest.at[0] != '\t') {
        ignore.fault = PROSE("write `infra: ignore CHECK [until=YYYY-MM-DD] reason`", "se escribe `infra: ignore CHEQUEO [until=AAAA-MM-DD] motivo`");
    }
    rest = d->close ? rest : str_trim(rest);
    Str ids = d->all ? (Str){NULL, 0} : take_ids(&rest, d);
    take_until(&rest, d, &ignore);
    ignore.reason = reason_of(rest);
    reach_to(in, &ignore, d->reach, line, alone, alone && !in->code_seen && !d->peer.len);
    add_each(in, ignore, d, ids);
}

/* ---- annotations of Kubernetes objects ---- */

static Str unquote(Str s) {
    s = str_trim(s);
    if (s.len > 1 && (s.at[0] == '"' || s.at[0] == '\'') && s.at[s.len - 1] == s.at[0]) s = str_slice(s, 1, s.len - 1);
    return s;
}

static void annotation(Inline *in, Str line, uint32_t number) {
    Str key, value, peer, check = {NULL, 0};
    if (!str_cut(line, ':', &key, &value)) return;
    key = unquote(key);
    value = unquote(value);
    static const Str linter = STR_INIT("ignore-check.kube-linter.io/");
    Ignore ignore = {.source = in->source, .reason = value};
    if (str_starts(key, linter)) {
        peer = STR("kube-linter");
        check = str_skip(key, linter.len);
    } else if (str_is(key, "kube-linter.io/ignore-all")) peer = STR("kube-linter");
    else if (str_starts(key, STR("checkov.io/skip"))) {
        peer = STR("checkov");
        str_cut(value, '=', &check, &ignore.reason);
    } else if (str_is(key, "kube-score/ignore")) {
        peer = STR("kube-score");
        ignore.reason = STR("");
    } else return;
    uint32_t start = (uint32_t)(str_trim(line).at - in->source->bytes.at);
    ignore.span = (Span){start, start + (uint32_t)str_trim(line).len};
    ignore.peer = peer;
    blocks_document(blocks(in), number, &ignore.from, &ignore.to);
    static const Directive list = {STR_INIT(""), STR_INIT("peer"), REACH_FILE, 0, 0, false}, all = {STR_INIT(""), STR_INIT("peer"), REACH_FILE, 0, 0, true};
    if (str_is(peer, "kube-score")) add_each(in, ignore, &list, value);
    else if (check.len) add_each(in, ignore, &list, check);
    else if (str_ends(key, STR("ignore-all"))) add_each(in, ignore, &all, check);
}

/* ---- the scan ---- */

static const Directive *directive_at(Str text) {
    for (size_t i = 0; i < ARRAY_COUNT(directives); i++) {
        if (str_starts(text, directives[i].text)) return &directives[i];
    }
    return NULL;
}

static Str skip_blanks(Str s) {
    size_t i = 0;
    while (i < s.len && (s.at[i] == ' ' || s.at[i] == '\t' || s.at[i] == '*')) i++;
    return str_skip(s, i);
}

/* Tries each place of the line where a comment may begin; a second directive in one comment counts too. */
static void scan_line(Inline *in, Str line, uint32_t number) {
    bool alone = begins_comment(line) || str_starts(str_trim(line), STR("/*"));
    for (size_t i = 0; i < line.len; i++) {
        char c = line.at[i];
        bool mark = c == '#' || (c == '/' && i + 1 < line.len && (line.at[i + 1] == '/' || line.at[i + 1] == '*'));
        if (!mark || (i && line.at[i - 1] != ' ' && line.at[i - 1] != '\t' && line.at[i - 1] != '#')) continue;
        Str text = skip_blanks(str_skip(line, i + (c == '#' ? 1 : 2)));
        const Directive *d = directive_at(text);
        if (d) {
            uint32_t start = (uint32_t)(line.at + i - in->source->bytes.at);
            directive(in, d, str_skip(text, d->text.len), (Span){start, start + (uint32_t)(line.len - i)}, number, alone);
            i = line.len - text.len + d->text.len - 1;
        } else i = MAX(i, line.len - text.len - 1);
    }
    if (!alone && str_trim(line).len) in->code_seen = true;
}

static bool may_hold_any(Str bytes) {
    static const Str words[] = {STR_INIT("ignore"), STR_INIT(":skip="), STR_INIT("disable="), STR_INIT("gitleaks:allow"), STR_INIT("checkov.io/skip")};
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        if (str_has(bytes, words[i])) return true;
    }
    return false;
}

void inline_ignores(Source *source, const Tree *tree, BlockOf block, Arena *a, IgnoreVec *out) {
    if (!may_hold_any(source->bytes)) return;
    Inline in = {.source = source, .tree = tree, .block = block, .arena = a, .out = out};
    Str rest = source->bytes, line;
    bool annotated = str_has(rest, STR("kube-linter.io/")) || str_has(rest, STR("checkov.io/skip")) || str_has(rest, STR("kube-score/ignore"));
    for (uint32_t number = 1; str_next(&rest, '\n', &line); number++) {
        scan_line(&in, line, number);
        if (annotated) annotation(&in, line, number);
    }
}
