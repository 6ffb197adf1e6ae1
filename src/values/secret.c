/* Data and a few comparisons. Forms are those that the issuers document; read 2026-11. */
#include "values/secret.h"

typedef struct Form {
    Str prefix;
    Str kind;
    uint32_t minimum, maximum; /* characters behind the prefix */
} Form;

static const Form forms[] = {
    {STR_INIT("AKIA"), STR_INIT("aws-access-key"), 16, 16},       {STR_INIT("ASIA"), STR_INIT("aws-access-key"), 16, 16},
    {STR_INIT("ghp_"), STR_INIT("github-token"), 36, 255},        {STR_INIT("gho_"), STR_INIT("github-token"), 36, 255},
    {STR_INIT("ghs_"), STR_INIT("github-token"), 36, 255},        {STR_INIT("ghu_"), STR_INIT("github-token"), 36, 255},
    {STR_INIT("ghr_"), STR_INIT("github-token"), 36, 255},        {STR_INIT("github_pat_"), STR_INIT("github-token"), 60, 255},
    {STR_INIT("glpat-"), STR_INIT("gitlab-token"), 20, 255},      {STR_INIT("xoxb-"), STR_INIT("slack-token"), 20, 255},
    {STR_INIT("xoxp-"), STR_INIT("slack-token"), 20, 255},        {STR_INIT("xapp-"), STR_INIT("slack-token"), 20, 255},
    {STR_INIT("AIza"), STR_INIT("google-api-key"), 35, 35},       {STR_INIT("sk_live_"), STR_INIT("stripe-key"), 20, 255},
    {STR_INIT("rk_live_"), STR_INIT("stripe-key"), 20, 255},      {STR_INIT("npm_"), STR_INIT("npm-token"), 36, 36},
    {STR_INIT("pypi-AgEI"), STR_INIT("pypi-token"), 50, 255},     {STR_INIT("hvs."), STR_INIT("vault-token"), 24, 255},
    {STR_INIT("SG."), STR_INIT("sendgrid-key"), 60, 70},          {STR_INIT("dckr_pat_"), STR_INIT("docker-token"), 20, 40},
    {STR_INIT("sk-ant-"), STR_INIT("anthropic-key"), 40, 255},    {STR_INIT("dop_v1_"), STR_INIT("digitalocean-token"), 64, 64},
};

static bool is_any(Str word, const char *const *list, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (str_eq_nocase(word, str_of(list[i]))) return true;
    }
    return false;
}

static bool is_token(char c) { return c == '_' || c == '-' || c == '.' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }

/* The first two letters of those prefixes. */
static bool may_begin(char first, char second) {
    switch (first) {
        case 'A': return second == 'K' || second == 'S' || second == 'I';
        case 'S': return second == 'G';
        case 'd': return second == 'c' || second == 'o';
        case 'g': return second == 'h' || second == 'i' || second == 'l';
        case 'h': return second == 'v';
        case 'n': return second == 'p';
        case 'p': return second == 'y';
        case 'r': case 's': return second == 'k';
        case 'x': return second == 'o' || second == 'a';
        default: return false;
    }
}

bool secret_form_at(Str s, size_t at, Str *kind, Str *part) {
    if (s.len - at < 2 || !may_begin(s.at[at], s.at[at + 1])) return false;
    for (size_t i = 0; i < ARRAY_COUNT(forms); i++) {
        if (s.at[at] != forms[i].prefix.at[0] || !str_starts(str_skip(s, at), forms[i].prefix)) continue;
        size_t end = at + forms[i].prefix.len, letters = 0, digits = 0;
        for (; end < s.len && is_token(s.at[end]); end++) {
            digits += s.at[end] >= '0' && s.at[end] <= '9';
            letters++;
        }
        if (letters < forms[i].minimum || letters > forms[i].maximum || !digits) continue;
        Str found = str_slice(s, at, end);
        if (str_find_nocase(found, STR("example")) != STR_NONE || str_find_nocase(found, STR("xxxx")) != STR_NONE) continue;
        *kind = forms[i].kind;
        *part = found;
        return true;
    }
    return false;
}

/* scheme://user:password@host, the password literal. */
bool secret_url_password(Str s, Str *part) {
    size_t scheme = str_find(s, STR("://"));
    if (scheme == STR_NONE || scheme == 0) return false;
    Str rest = str_skip(s, scheme + 3);
    size_t end = 0;
    while (end < rest.len && rest.at[end] != '/' && rest.at[end] != ' ' && rest.at[end] != '"' && rest.at[end] != '\'') end++;
    Str authority = str_slice(rest, 0, end), user, password;
    size_t at = str_find_last(authority, '@');
    if (at == STR_NONE || !str_cut(str_slice(authority, 0, at), ':', &user, &password)) return false;
    *part = password;
    return password.len > 0 && !secret_placeholder(password);
}

#define HEADER_MINIMUM 16 /* characters of a credential in a header: shorter ones are names */

/* Authorization: Bearer … (RFC 9110, 11.6.2), with the credential written out. */
static bool header_credential(Str s, Str *part) {
    static const char *const schemes[] = {"bearer", "token", "basic"};
    Str rest, scheme, credential;
    size_t at = str_find_nocase(s, STR("authorization:"));
    if (at == STR_NONE) return false;
    rest = str_trim(str_skip(s, at + STR("authorization:").len));
    if (!str_cut(rest, ' ', &scheme, &credential) || !is_any(scheme, schemes, ARRAY_COUNT(schemes))) return false;
    credential = str_trim(credential);
    size_t end = 0, digits = 0;
    for (; end < credential.len && (is_token(credential.at[end]) || memchr("+/=~", credential.at[end], 4)); end++) digits += credential.at[end] >= '0' && credential.at[end] <= '9';
    *part = str_slice(credential, 0, end);
    return end >= HEADER_MINIMUM && digits && !secret_placeholder(*part);
}

#define KEY_RUN 20 /* characters of base64 that a line of a key has at least: "A key" or "..." between the marks is none */

/* Between the marks stands something, and no key. Without anything behind the first mark the key may follow. */
static bool stands_for_key(Str s) {
    Str body = str_skip(s, str_find(s, STR("PRIVATE KEY-----")) + STR("PRIVATE KEY-----").len);
    size_t end = str_find(body, STR("-----END ")), run = 0, longest = 0;
    body = end == STR_NONE ? body : str_slice(body, 0, end);
    for (size_t i = 0; i < body.len && longest < KEY_RUN; i++) {
        char c = body.at[i];
        bool base64 = c == '+' || c == '/' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
        run = base64 && !(i && c == 'n' && body.at[i - 1] == '\\') ? run + 1 : 0;
        longest = MAX(longest, run);
    }
    body = str_trim(body);
    bool open = !body.len || str_is(body, "\"") || str_is(body, "'") || str_is(body, "|") || str_starts(body, STR("$")); /* what follows is elsewhere */
    return !open && longest < KEY_RUN;
}

Str secret_form(Str s, Str *part) {
    Str kind;
    size_t key = str_find(s, STR("-----BEGIN "));
    if (key != STR_NONE && str_has(str_slice(s, key, MIN(s.len, key + 60)), STR("PRIVATE KEY-----")) && !stands_for_key(str_skip(s, key))) {
        *part = str_skip(s, key);
        return STR("private-key");
    }
    for (size_t at = 0; at < s.len; at++) {
        bool begins = at == 0 || !is_token(s.at[at - 1]);
        if (begins && secret_form_at(s, at, &kind, part)) return kind;
    }
    if (header_credential(s, part)) return STR("authorization-header");
    if (secret_url_password(s, part)) return STR("url-password");
    return (Str){NULL, 0};
}

static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

/* The words of a name: DB_PASSWORD, dbPassword and db-password are db, password. */
static size_t split_words(Str name, Str *words, size_t limit) {
    size_t count = 0, start = 0;
    for (size_t i = 0; i <= name.len; i++) {
        bool separator = i == name.len || name.at[i] == '_' || name.at[i] == '-' || name.at[i] == '.';
        bool hump = !separator && i > start && is_upper(name.at[i]) && !is_upper(name.at[i - 1]);
        if (!separator && !hump) continue;
        if (i > start && count < limit) words[count++] = str_slice(name, start, i);
        start = separator ? i + 1 : i;
    }
    return count;
}

bool secret_stem_at(Str s, size_t i) {
    if (s.len - i < 3) return false;
    char second = (char)(s.at[i + 1] | 0x20), third = (char)(s.at[i + 2] | 0x20);
    switch (s.at[i] | 0x20) {
        case 'p': return (second == 'a' && third == 's') || (second == 'w' && third == 'd') || (second == 's' && third == 'w');
        case 's': return second == 'e' && third == 'c';
        case 't': return second == 'o' && third == 'k';
        case 'k': return second == 'e' && third == 'y';
        case 'c': return second == 'r' && third == 'e';
        case 'a': return second == 'u' && third == 't';
        default: return false;
    }
}

static Str singular(Str word) { return word.len > 3 && (word.at[word.len - 1] | 0x20) == 's' ? str_slice(word, 0, word.len - 1) : word; }

bool secret_name(Str name) {
    bool stem = false;
    for (size_t i = 0; i + 2 < name.len && !stem; i++) stem = secret_stem_at(name, i);
    if (!stem) return false; /* and most have none */
    static const char *const secrets[] = {"password", "passwd", "pwd", "passphrase", "pass", "secret", "secrets", "token", "apikey", "credential", "credentials", "auth", "privatekey", "pswd"};
    static const char *const keys[] = {"api", "access", "secret", "private", "encryption", "signing", "license", "account", "auth"};
    static const char *const others[] = {"file", "path", "url", "uri", "dir", "name", "id", "type", "length", "ttl", "expiry", "expiration", "public", "host", "port", "user", "enabled", "required", "algorithm", "policy", "endpoint", "method", "header", "version", "mode", "min", "max", "timeout", "issuer", "audience", "helper", "scope", "size", "count", "field", "domain", "provider", "realm", "lifetime", "strategy", "class", "sock", "server", "image", "store", "manager", "driver", "prefix", "role", "roles", "namespace", "ref", "minutes", "seconds", "hours", "days", "interval"};
    Str words[12];
    size_t count = split_words(name, words, ARRAY_COUNT(words));
    if (count > 1 && str_eq_nocase(words[count - 1], STR("id")) && str_eq_nocase(words[count - 2], STR("key"))) count--; /* AWS_ACCESS_KEY_ID */
    if (count > 2 && str_eq_nocase(words[count - 3], STR("initial")) && str_eq_nocase(words[count - 2], STR("cluster"))) return false; /* of etcd: a name that tells clusters apart */
    if (!count || is_any(singular(words[count - 1]), others, ARRAY_COUNT(others)) || is_any(words[0], others, ARRAY_COUNT(others))) return false;
    for (size_t i = 0; i < count; i++) {
        if (str_eq_nocase(words[i], STR("username"))) return false; /* node.session.auth.username_in */
        bool key = str_eq_nocase(words[i], STR("key")) && i > 0 && is_any(words[i - 1], keys, ARRAY_COUNT(keys));
        bool weak = str_eq_nocase(words[i], STR("pass")) || str_eq_nocase(words[i], STR("auth")) || str_eq_nocase(words[i], STR("pwd"));
        if (weak && count > 1 && i == 0) continue; /* auth_backend, pass_through */
        if (key || is_any(words[i], secrets, ARRAY_COUNT(secrets))) return true;
    }
    return false;
}

/* A password may look like anything. */
static bool is_password(Str name) {
    static const char *const passwords[] = {"password", "passwd", "pwd", "pass", "pswd", "passphrase"};
    Str words[12];
    size_t count = split_words(name, words, ARRAY_COUNT(words));
    for (size_t i = 0; i < count; i++) {
        if (is_any(words[i], passwords, ARRAY_COUNT(passwords))) return true;
    }
    return false;
}

/* The name of a secret that lies elsewhere: `tailscale-auth`, `shop/tls-secret`, `broker_keystore_creds`. */
static bool names_another(Str value) {
    static const char *const kinds[] = {"secret", "secrets", "creds", "credential", "credentials", "auth", "token", "tokens"};
    size_t last = 0;
    for (size_t i = 0; i < value.len; i++) {
        char c = value.at[i];
        bool separator = c == '-' || c == '_' || c == '/' || c == '.';
        if (!separator && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9')) return false;
        if (separator) last = i + 1;
    }
    return last && is_any(str_skip(value, last), kinds, ARRAY_COUNT(kinds));
}

/* REGISTRY_AUTH=htpasswd: how, and not with what. */
static bool is_way_to_log_in(Str value, Str name) {
    static const char *const ways[] = {"anonymous", "basic", "bearer", "cert", "digest", "github", "gitlab", "google", "gssapi", "htpasswd", "iam", "internal", "jwt", "kerberos", "keycloak", "ldap", "local", "md5", "mtls", "oauth", "oauth2", "oidc", "pam", "plain", "saml", "scram-sha-256", "scram-sha-512", "silly", "tls", "token", "trust", "x509"};
    return (name.len >= 4 && str_eq_nocase(str_skip(name, name.len - 4), STR("auth"))) && is_any(value, ways, ARRAY_COUNT(ways));
}

#define NUMBER_MAX 4 /* characters of a number that is a limit, a number of days */

static bool is_short_number(Str value) {
    for (size_t i = value.len && value.at[0] == '-'; i < value.len; i++) {
        if (value.at[i] < '0' || value.at[i] > '9') return false;
    }
    return value.len && value.len < NUMBER_MAX;
}

/* COOKIE_SECRET: SECRET. */
static bool is_end_of_name(Str value, Str name) {
    for (size_t i = 0; i < value.len; i++) {
        if (!is_upper(value.at[i]) && value.at[i] != '_') return false;
    }
    return value.len && str_ends(name, value);
}

bool secret_repeats_name(Str value, Str name) {
    if (!is_password(name) && (names_another(value) || is_short_number(value))) return true;
    if (is_end_of_name(value, name) || is_way_to_log_in(value, name)) return true;
    bool words = false;
    for (size_t i = 0; i < name.len; i++) {
        if (name.at[i] >= 'a' && name.at[i] <= 'z') return false;
        words = words || name.at[i] == '_';
    }
    return words && str_find(value, name) != STR_NONE;
}

bool secret_placeholder(Str value) {
    static const char *const words[] = {"true", "false", "null", "none", "todo", "tbd", "0", "1", "yes", "no", "placeholder", "dummy", "fake", "***", "redacted", "required", "requested", "optional", "enabled", "disabled", "on", "off", "[]", "{}"};
    value = str_trim(value);
    if (!value.len || value.at[0] == '$' || value.at[0] == '<' || str_starts(value, STR("**")) || str_starts(value, STR("{{")) || str_starts(value, STR("/")) || str_starts(value, STR("%"))) return true;
    static const char *const references[] = {"arn:aws", "@Microsoft.KeyVault(", "op://", "vault:", "secretref:", "projects/"}; /* where the credential lies */
    for (size_t i = 0; i < ARRAY_COUNT(references); i++) {
        if (str_starts(value, str_of(references[i]))) return true;
    }
    bool same = true;
    for (size_t i = 1; i < value.len; i++) same = same && value.at[i] == value.at[0];
    return same || is_any(value, words, ARRAY_COUNT(words)) || str_find_nocase(value, STR("your-")) != STR_NONE || str_find_nocase(value, STR("your_")) != STR_NONE || str_find_nocase(value, STR("placeholder")) != STR_NONE || str_starts_nocase(value, STR("fake"));
}

bool secret_file(Str path) {
    static const char *const names[] = {"id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", ".env", ".npmrc", ".pypirc", ".netrc", ".htpasswd", "credentials", ".git-credentials", ".dockercfg", "kubeconfig", ".pgpass", "secrets.yml", "secrets.yaml", "secrets.json", "master.key"};
    static const Str suffixes[] = {STR_INIT(".pfx"), STR_INIT(".p12"), STR_INIT(".key"), STR_INIT(".jks"), STR_INIT(".keystore"), STR_INIT("_rsa"), STR_INIT(".ppk")};
    if (str_has(path, STR("://"))) return false; /* what anybody may download */
    while (path.len && path.at[path.len - 1] == '/') path.len--;
    size_t slash = str_find_last(path, '/');
    Str name = slash == STR_NONE ? path : str_skip(path, slash + 1);
    if (is_any(name, names, ARRAY_COUNT(names))) return true;
    if (str_starts(name, STR(".env.")) && !str_ends(name, STR("example")) && !str_ends(name, STR("sample")) && !str_ends(name, STR("template"))) return true;
    for (size_t i = 0; i < ARRAY_COUNT(suffixes); i++) {
        if (name.len > suffixes[i].len && str_ends(name, suffixes[i]) && str_find_nocase(name, STR("pub")) == STR_NONE) return true;
    }
    return false;
}
