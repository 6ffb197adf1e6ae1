/* What Kubernetes adds to CEL for admission policies, as far as it concerns names.
 * https://kubernetes.io/docs/reference/using-api/cel/ ("Escaping", "Kubernetes authorizer library", "Kubernetes format library") */
#include "cel/node.h"

static const struct {
    const char *name;
    uint8_t count; /* arguments, the receiver included */
} cluster_functions[] = {
    {"path", 2}, {"group", 2}, {"serviceAccount", 3}, {"resource", 2}, {"subresource", 2}, {"namespace", 2}, {"name", 2}, {"fieldSelector", 2},
    {"labelSelector", 2}, {"check", 2}, {"allowed", 1}, {"reason", 1}, {"errored", 1}, {"error", 1}, {"validate", 2},
};

/* format.dns1123Label() and its like: functions whose name has a dot; format.named takes the name of one. */
static bool is_format(Str name, uint32_t count) {
    static const char *const formats[] = {"dns1123Label", "dns1123Subdomain", "dns1035Label", "qualifiedName", "dns1123LabelPrefix", "dns1123SubdomainPrefix", "dns1035LabelPrefix", "labelValue", "uri", "uuid", "byte", "date", "datetime"};
    static const Str prefix = STR_INIT("format.");
    if (!str_starts(name, prefix)) return false;
    name = str_skip(name, prefix.len);
    if (str_is(name, "named")) return count == 1;
    for (size_t i = 0; !count && i < ARRAY_COUNT(formats); i++) {
        if (str_is(name, formats[i])) return true;
    }
    return false;
}

bool cel_is_cluster_function(Str name, bool receiver, uint32_t count) {
    if (!receiver && is_format(name, count)) return true;
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
