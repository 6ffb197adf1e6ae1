/* What Kubernetes adds to CEL for admission policies, as far as it concerns names.
 * https://kubernetes.io/docs/reference/using-api/cel/ ("Escaping", "Kubernetes authorizer library", "Kubernetes format library") */
#include "cel/node.h"

static const struct {
    const char *name;
    uint8_t count; /* arguments, the receiver included */
} cluster_functions[] = {
    {"path", 2}, {"group", 2}, {"serviceAccount", 3}, {"resource", 2}, {"subresource", 2}, {"namespace", 2}, {"name", 2}, {"fieldSelector", 2},
    {"labelSelector", 2}, {"check", 2}, {"allowed", 1}, {"reason", 1}, {"errored", 1}, {"error", 1}, {"named", 2}, {"validate", 2},
    {"dns1123Label", 1}, {"dns1123Subdomain", 1}, {"dns1035Label", 1}, {"qualifiedName", 1}, {"dns1123LabelPrefix", 1},
    {"dns1123SubdomainPrefix", 1}, {"dns1035LabelPrefix", 1}, {"labelValue", 1}, {"uri", 1}, {"uuid", 1}, {"byte", 1}, {"date", 1}, {"datetime", 1},
};

bool cel_is_cluster_function(Str name, bool receiver, uint32_t count) {
    for (size_t i = 0; receiver && i < ARRAY_COUNT(cluster_functions); i++) {
        if (cluster_functions[i].count == count && str_is(name, cluster_functions[i].name)) return true;
    }
    return false;
}

static const struct {
    const char *escape, *plain;
} escapes[] = {{"__underscores__", "__"}, {"__dot__", "."}, {"__dash__", "-"}, {"__slash__", "/"}};

static bool is_keyword(Str name) {
    static const char *const keywords[] = {"true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if",
                                           "import", "let", "loop", "package", "namespace", "return", "var", "void", "while"};
    for (size_t i = 0; i < ARRAY_COUNT(keywords); i++) {
        if (str_is(name, keywords[i])) return true;
    }
    return false;
}

Str cel_unescape(Str name, Arena *a) {
    if (str_find(name, STR("__")) == STR_NONE) return name;
    if (name.len > 4 && str_starts(name, STR("__")) && str_ends(name, STR("__")) && is_keyword(str_slice(name, 2, name.len - 2))) {
        return str_slice(name, 2, name.len - 2);
    }
    Buf out = {0};
    for (size_t at = 0; at < name.len;) {
        size_t taken = 0;
        for (size_t i = 0; i < ARRAY_COUNT(escapes) && !taken; i++) {
            if (!str_starts(str_skip(name, at), str_of(escapes[i].escape))) continue;
            taken = strlen(escapes[i].escape);
            buf_add(&out, str_of(escapes[i].plain));
        }
        if (!taken) buf_byte(&out, name.at[at]);
        at += MAX(taken, 1);
    }
    Str plain = str_copy(a, buf_str(&out));
    buf_free(&out);
    return plain;
}
