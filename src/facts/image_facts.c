/* From the parts of an image's name to what the tables know of it. Invariant: only names that the tables hold
 * say anything; a registry that nobody knows may hold anything under any name, and stays unknown.
 *
 *     docker.io/library/node : 14.21-buster-slim
 *     node → product nodejs    14.21 → cycle 14, ended 2023-04-30    buster → Debian 10, ended 2024-06-30
 *
 * Tables: facts/image-products.tsv, lifecycles.tsv, image-users.tsv, official-images.tsv (facts/README.md). */
#include "facts/image_facts.h"

#include "facts/fact.h"

#define NAME_MAX_BYTES 255 /* of a whole name, by the grammar of references; a longer one is unknown */
#define LOOKALIKE_LEAST 4  /* bytes: one slip away from a shorter name is a name of its own (php, vpn) */

enum { PRODUCT_IMAGE, PRODUCT_ID, PRODUCT_TITLE };                       /* columns of image-products.tsv */
enum { CYCLE_PRODUCT, CYCLE_TAG, CYCLE_NAME, CYCLE_EOL, CYCLE_ROLLING }; /* of lifecycles.tsv */
enum { USER_IMAGE, USER_TAG, USER_NAME };                                /* of image-users.tsv */

typedef struct Name {
    char bytes[NAME_MAX_BYTES];
    size_t len;
    bool hub; /* of Docker's own registry, or a mirror of it */
} Name;

static Str name_str(const Name *name) {
    return (Str){name->bytes, name->len};
}

/* ---- names ---- */

static bool is_hub(Str registry) {
    static const char *const hosts[] = {"", "docker.io", "index.docker.io", "registry-1.docker.io",
                                        "mirror.gcr.io"};
    for (size_t i = 0; i < ARRAY_COUNT(hosts); i++) {
        if (str_is(registry, hosts[i])) return true;
    }
    return false;
}

/* The name as the tables have it: `node` for docker.io/library/node, host and path for others. */
static bool name_of(Str registry, Str repository, Name *out) {
    *out = (Name){.hub = is_hub(registry)};
    if (str_is(registry, "public.ecr.aws") &&
        str_starts(repository, STR("docker/"))) { /* Amazon's mirror of the Hub */
        out->hub = true;
        repository = str_skip(repository, 7);
    }
    if (out->hub && str_starts(repository, STR("library/"))) repository = str_skip(repository, 8);
    size_t host = out->hub ? 0 : registry.len + 1;
    if (!repository.len || host + repository.len > NAME_MAX_BYTES) return false;
    if (host) {
        memcpy(out->bytes, registry.at, registry.len);
        out->bytes[registry.len] = '/';
    }
    memcpy(out->bytes + host, repository.at, repository.len);
    out->len = host + repository.len;
    for (size_t i = host; i < out->len; i++) { /* a capital is refused, and what is meant is the same name without it */
        if (out->bytes[i] >= 'A' && out->bytes[i] <= 'Z') out->bytes[i] = (char)(out->bytes[i] + 32);
    }
    return true;
}

/* ---- release lines ---- */

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Whether `rest`, what follows a version in a tag, ends that version: 3.9 in 3.9-slim, 3.9.1, 8u312, 1.21rc2;
 * not in 3.91. */
static bool ends_version(Str rest) {
    if (!rest.len) return true;
    if (str_find_byte(STR(".-_+"), rest.at[0]) != STR_NONE) return true;
    return (rest.at[0] == 'u' && rest.len > 1 && is_digit(rest.at[1])) || str_starts(rest, STR("rc"));
}

/* What stands before the first dash: the version of a tag such as 3.9-slim. */
static Str version_of(Str tag) {
    size_t dash = str_find_byte(tag, '-');
    return str_slice(tag, 0, dash == STR_NONE ? tag.len : dash);
}

/* Whether the tag moves over several lines of which this is one: `3` over 3.9, 3.10 … */
static bool covers(Str version, Str cycle) {
    return version.len && cycle.len > version.len && is_digit(version.at[0]) && str_starts(cycle, version) &&
           cycle.at[version.len] == '.';
}

/* An empty date is later than any: the line goes on. */
static bool ends_later(Str eol, Str than) {
    return than.len && (!eol.len || str_compare(eol, than) > 0);
}

/* The line that the tag names: the longest cycle that it starts with, else, of those it moves over, the last
 * to end. */
static ReleaseLine find_line(Str product, Str title, Str tag) {
    ReleaseLine named = {0}, moving = {0};
    FactRows rows = fact_rows(fact_table(STR("lifecycles")), product);
    Str version = version_of(tag);
    size_t longest = 0;
    for (uint32_t i = rows.first; tag.len && i < rows.first + rows.count; i++) {
        Str cycle = fact_cell(rows.table, i, CYCLE_TAG);
        if (!cycle.len || cycle.at[0] != tag.at[0]) continue; /* most of them: one byte is enough to tell */
        Str eol = fact_cell(rows.table, i, CYCLE_EOL);
        ReleaseLine line = {title, fact_cell(rows.table, i, CYCLE_NAME), eol,
                            str_is(fact_cell(rows.table, i, CYCLE_ROLLING), "1")};
        if (str_starts(tag, cycle) && cycle.len > longest && ends_version(str_skip(tag, cycle.len))) {
            named = line;
            longest = cycle.len;
        } else if (covers(version, cycle) && (!moving.cycle.len || ends_later(eol, moving.eol)))
            moving = line;
    }
    return longest ? named : moving;
}

/* Of two versions such as 1.30 and 1.9, whether the first is the higher one. */
static bool is_higher(Str a, Str b) {
    Str x, y;
    while (str_next(&a, '.', &x)) {
        if (!str_next(&b, '.', &y)) return true;
        int order = x.len != y.len ? (x.len > y.len) - (x.len < y.len) : str_compare(x, y);
        if (order) return order > 0;
    }
    return false;
}

static bool is_numbers(Str tag) {
    for (size_t i = 0; i < tag.len; i++) {
        if (!is_digit(tag.at[i]) && tag.at[i] != '.') return false;
    }
    return tag.len > 0;
}

/* The line that ends last; one that has no end yet, when it is a higher one. */
static void find_lasting(Str product, Str *tag, Str *eol) {
    FactRows rows = fact_rows(fact_table(STR("lifecycles")), product);
    Str open = {NULL, 0};
    for (uint32_t i = rows.first; i < rows.first + rows.count; i++) {
        Str cycle = fact_cell(rows.table, i, CYCLE_TAG), end = fact_cell(rows.table, i, CYCLE_EOL);
        if (!is_numbers(cycle) || str_is(fact_cell(rows.table, i, CYCLE_ROLLING), "1")) continue;
        int later = end.len ? str_compare(end, *eol) : 0;
        if (!end.len && (!open.len || is_higher(cycle, open))) open = cycle;
        if (end.len && (!tag->len || later > 0 || (!later && is_higher(cycle, *tag)))) *tag = cycle, *eol = end;
    }
    if (open.len && (!tag->len || is_higher(open, *tag))) *tag = open, *eol = (Str){NULL, 0};
}

/* The product of an image: its id, and its title for people. */
static Str product_of(Str image, Str *title) {
    FactRows rows = fact_rows(fact_table(STR("image-products")), image);
    if (!rows.count) return (Str){NULL, 0};
    *title = fact_cell(rows.table, rows.first, PRODUCT_TITLE);
    return fact_cell(rows.table, rows.first, PRODUCT_ID);
}

static ReleaseLine release_of(Str image, Str tag) {
    Str title, product = product_of(image, &title);
    if (!product.len || !tag.len) return (ReleaseLine){0};
    if (tag.at[0] == 'v' && tag.len > 1 && is_digit(tag.at[1]))
        tag = str_skip(tag, 1);
    else if (str_starts(tag, image))
        tag = str_skip(tag, image.len); /* centos:centos7 */
    return find_line(product, title, tag);
}

/* ---- the distribution below ---- */

/* A piece of a tag that names a release of a distribution: bullseye, focal, alpine3.12. */
static ReleaseLine distribution_of(Str piece) {
    static const char *const named[] = {"debian", "ubuntu"};
    if (str_starts(piece, STR("alpine")) && piece.len > 6)
        return release_of(STR("alpine"), str_skip(piece, 6));
    for (size_t i = 0; i < ARRAY_COUNT(named) && piece.len && !is_digit(piece.at[0]); i++) {
        ReleaseLine line = release_of(str_of(named[i]), piece);
        if (line.cycle.len) return line;
    }
    return (ReleaseLine){0};
}

static ReleaseLine base_of(Str tag, Str product) {
    Str piece;
    while (str_next(&tag, '-', &piece)) {
        ReleaseLine line = distribution_of(piece);
        if (line.cycle.len && !str_eq(line.product, product)) return line;
    }
    return (ReleaseLine){0};
}

/* ---- users ---- */

/* Whether a tag is as a row says: it starts with `part`, or holds what stands behind a `*`. */
static bool tag_is(Str tag, Str part) {
    return part.len && part.at[0] == '*' ? str_has(tag, str_skip(part, 1)) : str_starts(tag, part);
}

/* The row of this key that fits the tag; one that fits all comes first, and any other is more exact. */
static bool user_row(Str key, Str tag, Str *user) {
    FactRows rows = fact_rows(fact_table(STR("image-users")), key);
    bool found = false;
    for (uint32_t i = rows.first; i < rows.first + rows.count; i++) {
        Str part = fact_cell(rows.table, i, USER_TAG);
        if (!tag_is(tag, part)) continue;
        *user = fact_cell(rows.table, i, USER_NAME);
        found = true;
        if (part.len) break;
    }
    return found;
}

/* By the whole name, else by the nearest folder of it, a key that ends in a star. NULL: no row; empty: root. */
static Str user_of(const Name *name, Str tag) {
    Str user = {NULL, 0}, key = name_str(name);
    if (user_row(key, tag, &user)) return user;
    Name folder = *name;
    for (size_t slash = str_find_last(key, '/'); slash != STR_NONE && slash + 1 < NAME_MAX_BYTES;
         slash = str_find_last(key, '/')) {
        folder.bytes[slash + 1] = '*';
        if (user_row((Str){folder.bytes, slash + 2}, tag, &user)) return user;
        key.len = slash;
    }
    return user;
}

/* ---- near misses ---- */

/* Whether one slip turns `a` into `b`: a byte more, less or another, or two neighbours swapped. */
static bool one_slip(Str a, Str b) {
    if (a.len > b.len) return one_slip(b, a);
    if (b.len - a.len > 1) return false;
    size_t start = 0, end = 0;
    while (start < a.len && a.at[start] == b.at[start]) start++;
    while (end < a.len - start && a.at[a.len - 1 - end] == b.at[b.len - 1 - end]) end++;
    size_t left = a.len - start - end;
    if (left == 0) return b.len != a.len;
    if (a.len != b.len) return false;
    return left == 1 || (left == 2 && a.at[start] == b.at[start + 1] && a.at[start + 1] == b.at[start]);
}

/* Only names that can be nothing but official ones: without a folder, on the Hub. */
static Str lookalike_of(const Name *name) {
    const FactTable *official = fact_table(STR("official-images"));
    Str own = name_str(name);
    if (!name->hub || own.len < LOOKALIKE_LEAST || str_find_byte(own, '/') != STR_NONE ||
        fact_rows(official, own).count)
        return (Str){NULL, 0};
    for (uint32_t i = 0; i < fact_row_count(official); i++) {
        Str known = fact_cell(official, i, 0);
        if (known.len >= LOOKALIKE_LEAST && one_slip(own, known)) return known;
    }
    return (Str){NULL, 0};
}

ImageFacts image_facts(Str registry, Str repository, Str tag) {
    ImageFacts facts = {0};
    Name name;
    if (!name_of(registry, repository, &name)) return facts;
    facts.release = release_of(name_str(&name), tag);
    FactRows official = fact_rows(fact_table(STR("official-images")), name_str(&name));
    if (official.count) facts.official = fact_cell(official.table, official.first, 0);
    Str title = {NULL, 0};
    Str product = product_of(name_str(&name), &title);
    if (official.count && product.len) find_lasting(product, &facts.lasting, &facts.lasting_eol);
    if (official.count) facts.base = base_of(tag, title);
    facts.user = user_of(&name, tag);
    facts.is_root = !facts.user.len && (facts.user.at || official.count); /* an official image that steps down says so in our table */
    FactRows down = fact_rows(fact_table(STR("image-steps-down")), name_str(&name));
    if (down.count) facts.steps_down = fact_cell(down.table, down.first, 1);
    facts.lookalike = lookalike_of(&name);
    return facts;
}
