#include "values/image.h"

static bool is_lower(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
static bool is_word(char c) { return is_lower(c) || (c >= 'A' && c <= 'Z') || c == '_'; }

/* path-component: [a-z0-9]+ separated by ., _, __ or dashes. */
static bool valid_path(Str path) {
    bool before = false;
    for (size_t i = 0; i < path.len; i++) {
        char c = path.at[i];
        if (is_lower(c)) before = true;
        else if (c == '/' ? !before : !(c == '.' || c == '_' || c == '-') || !before) return false;
        else if (c == '/') before = false;
    }
    return path.len > 0 && is_lower(path.at[path.len - 1]) && before;
}

static bool valid_tag(Str tag) {
    if (tag.len > 128 || !is_word(tag.at[0])) return false;
    for (size_t i = 0; i < tag.len; i++) {
        if (!is_word(tag.at[i]) && tag.at[i] != '.' && tag.at[i] != '-') return false;
    }
    return true;
}

static bool valid_digest(Str digest) {
    Str algorithm, hex;
    if (!str_cut(digest, ':', &algorithm, &hex) || !algorithm.len || hex.len < 32) return false;
    for (size_t i = 0; i < hex.len; i++) {
        if (!is_lower(hex.at[i])) return false;
    }
    return true;
}

ImageParts image_parse(Str ref) {
    ImageParts parts = {0};
    Str rest = ref, left, right;
    if (str_cut(rest, '@', &left, &right)) {
        parts.digest = right;
        rest = left;
    }
    size_t slash = str_find_last(rest, '/'), colon = str_find_last(rest, ':');
    if (colon != STR_NONE && (slash == STR_NONE || colon > slash)) {
        parts.tag = str_skip(rest, colon + 1);
        rest = str_slice(rest, 0, colon);
    }
    parts.whole = parts.repository = rest;
    if (str_cut(rest, '/', &left, &right) &&
        (str_find_byte(left, '.') != STR_NONE || str_find_byte(left, ':') != STR_NONE || str_is(left, "localhost"))) {
        parts.registry = left;
        parts.repository = right;
    }
    slash = str_find_last(parts.repository, '/');
    parts.name = slash == STR_NONE ? parts.repository : str_skip(parts.repository, slash + 1);
    bool colon_alone = colon != STR_NONE && !parts.tag.len && parts.repository.len + parts.registry.len + 1 < ref.len;
    parts.is_valid = valid_path(parts.repository) && (!parts.tag.len || valid_tag(parts.tag)) &&
                     (!parts.digest.len || valid_digest(parts.digest)) && !(colon_alone && !parts.digest.len && ref.at[ref.len - 1] == ':');
    return parts;
}
