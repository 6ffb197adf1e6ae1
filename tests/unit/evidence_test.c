/* Reports of other scanners: what each format says, and that none can do harm. What Checkov, Semgrep, npm, pip-audit (skipped), Trivy and Grype (folder, image),
 * Gitleaks, OSV-Scanner and zizmor wrote about small inputs is as they wrote it (without rules that nothing refers to, and with another
 * folder); the other samples are written after the formats' documentation. */
#include "evidence/evidence.h"

#include "base/io.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <time.h>
#include <cmocka.h>

static bool read_text(Source *source, ClaimVec *out, Str text, Error *err) {
    source_init(source, STR("report"), text);
    *out = (ClaimVec){0};
    return evidence_read(source, out, err);
}

typedef struct Expected {
    const char *file, *scanner, *id, *place, *advice;
    Severity severity;
    uint32_t count, blocking, line;
} Expected;

/* The worst of each. */
static const Expected expected[] = {
    {"sarif.json", "CodeQL", "py/sql-injection", "compose.yaml", "", SEVERITY_CRITICAL, 3, 1, 7},
    {"trivy.json", "trivy", "CVE-2026-0001", "registry.shop.example/worker:latest", "3.0.2", SEVERITY_CRITICAL, 3, 2, 0},
    {"grype.json", "grype", "GHSA-aaaa-bbbb-cccc", "redis:7", "2.0.1", SEVERITY_HIGH, 1, 1, 0},
    {"snyk.json", "snyk", "SNYK-JS-A-1", "web/package-lock.json", "4.17.21", SEVERITY_HIGH, 1, 1, 0},
    {"zap.json", "zap", "40012", "https://staging.shop.example/search?q=a", "", SEVERITY_HIGH, 2, 1, 0},
    {"zap.xml", "zap", "40018", "https://staging.shop.example/a", "Use parameters", SEVERITY_HIGH, 2, 1, 0},
    {"npm.json", "npm audit", "https://github.com/advisories/GHSA-xvch-5gv4-984h", "package-lock.json", "", SEVERITY_CRITICAL, 1, 1, 0},
    {"checkov.sarif", "Checkov", "CKV_GHA_2", ".github/workflows/ci.yaml", "", SEVERITY_HIGH, 4, 4, 22},
    {"semgrep.sarif", "Semgrep OSS", "python-any-host", "api/src/main.py", "", SEVERITY_HIGH, 2, 1, 3},
    {"npm-shop.json", "npm audit", "https://github.com/advisories/GHSA-xvch-5gv4-984h", "package-lock.json", "", SEVERITY_CRITICAL, 3, 2, 0},
    {"pip-skipped.json", "pip-audit", "not-audited", "requirements.txt", "", SEVERITY_LOW, 1, 0, 0},
    {"trivy-fs.json", "trivy", "DS017", "Dockerfile", "Combine '<package-manager> update' and '<package-manager> install' instructions to single one", SEVERITY_HIGH, 5, 3, 2},
    {"trivy-fs.sarif", "Trivy", "DS017", "Dockerfile", "", SEVERITY_HIGH, 5, 3, 2},
    {"trivy-image.json", "trivy", "CVE-2024-6119", "image.tar", "3.0.14-1~deb12u2", SEVERITY_CRITICAL, 3, 2, 0},
    {"trivy-image.sarif", "Trivy", "CVE-2024-6119", "image.tar", "3.0.14-1~deb12u2", SEVERITY_CRITICAL, 3, 2, 0},
    {"grype-dir.json", "grype", "GHSA-p6mc-m468-83gw", "package-lock.json", "4.17.20", SEVERITY_HIGH, 1, 1, 0},
    {"grype-dir.sarif", "grype", "GHSA-p6mc-m468-83gw-lodash", "/package-lock.json", "", SEVERITY_HIGH, 1, 1, 1},
    {"grype-image.json", "grype", "CVE-2024-6119", "registry.shop.example/worker:latest", "3.0.14-1~deb12u2", SEVERITY_CRITICAL, 3, 2, 0},
    {"grype-image.sarif", "grype", "CVE-2024-6119-openssl", "image.tar", "", SEVERITY_CRITICAL, 3, 2, 0},
    {"gitleaks.json", "gitleaks", "generic-api-key", "web/settings.ini", "", SEVERITY_HIGH, 1, 1, 1},
    {"gitleaks.sarif", "gitleaks", "generic-api-key", "web/settings.ini", "", SEVERITY_HIGH, 1, 1, 1},
    {"osv.json", "osv-scanner", "GHSA-p6mc-m468-83gw", "/src/web/package-lock.json", "4.17.20", SEVERITY_HIGH, 1, 1, 0},
    {"osv.sarif", "osv-scanner", "CVE-2020-8203", "file:///src/web/package-lock.json", "", SEVERITY_MEDIUM, 1, 0, 0},
    {"zizmor.sarif", "zizmor", "zizmor/unpinned-uses", ".github/workflows/ci.yaml", "", SEVERITY_HIGH, 4, 2, 11},
    {"pip.json", "pip-audit", "PYSEC-2019-179", "requirements.txt", "1.0", SEVERITY_HIGH, 1, 1, 0},
};

static void load(const char *file, Source *source) {
    Arena a = {0};
    *source = (Source){.path = str_of(file)};
    Str path = str_join(&a, STR("tests/evidence/"), str_of(file));
    assert_int_equal(io_read(AT_FDCWD, path.at, true, 1 << 20, SOURCE_PADDING, &source->arena, &source->bytes), READ_OK);
    arena_free(&a);
}

static void check_one(const Expected *e) {
    Source source;
    load(e->file, &source);
    ClaimVec claims = {0};
    Error err;
    assert_true(evidence_read(&source, &claims, &err));
    evidence_sort(&claims);
    assert_int_equal(claims.count, e->count);
    uint32_t blocking = 0;
    for (uint32_t i = 0; i < claims.count; i++) blocking += claims.items[i].blocks;
    assert_int_equal(blocking, e->blocking);
    const Claim *worst = &claims.items[0];
    assert_true(str_is(worst->scanner, e->scanner));
    assert_true(str_is(worst->id, e->id));
    assert_true(str_is(worst->place, e->place));
    assert_true(str_is(worst->advice, e->advice));
    assert_int_equal(worst->severity, e->severity);
    assert_int_equal(worst->line, e->line);
    arena_free(&source.arena);
}

static void test_formats(void **state) {
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(expected); i++) check_one(&expected[i]);
}

static void test_older(void **state) {
    (void)state;
    Source source;
    ClaimVec claims;
    Error err;
    assert_true(read_text(&source, &claims, STR("{\"advisories\": {\"1\": {\"module_name\": \"a\", \"title\": \"t\", \"severity\": \"moderate\", \"patched_versions\": \">=2\"}}}"), &err));
    assert_int_equal(claims.count, 1);
    assert_int_equal(claims.items[0].severity, SEVERITY_MEDIUM);
    source_free(&source);
    assert_true(read_text(&source, &claims, STR("[{\"name\": \"flask\", \"version\": \"1\", \"vulns\": [{\"id\": \"X\", \"fix_versions\": []}]}]"), &err));
    assert_int_equal(claims.count, 1);
    source_free(&source);
    assert_true(read_text(&source, &claims, STR("{\"infrastructureAsCodeIssues\": [{\"id\": \"SNYK-CC-1\", \"title\": \"open\", \"severity\": \"high\", \"lineNumber\": 4}], \"targetFile\": \"main.tf\"}"), &err));
    assert_int_equal(claims.items[0].line, 4);
    source_free(&source);
    assert_true(read_text(&source, &claims, STR("{\"version\": \"2.1.0\", \"runs\": []}"), &err));
    assert_int_equal(claims.count, 0);
    source_free(&source);
}

/* Titles say what is wrong, in a line, also where a format puts a form into its messages; what was found is never in them. */
static void test_titles(void **state) {
    (void)state;
    static const struct { const char *file, *title; } cases[] = {
        {"trivy-fs.sarif", "The instruction 'RUN <package-manager> update' should always be followed by '<package-manager> install' in the same RUN statement."},
        {"trivy-fs.sarif", "lodash 4.17.15: nodejs-lodash: prototype pollution in zipObjectDeep function"},
        {"trivy-image.sarif", "openssl 3.0.13-1~deb12u1: openssl: Possible denial of service in X.509 name checks"},
        {"trivy-image.json", "bash 5.2.15-2: A description only."},
        {"osv.json", "lodash 4.17.15: Prototype pollution in lodash"},
        {"gitleaks.json", "Detected a Generic API Key, potentially exposing access to various services and sensitive operations."},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        Source source;
        ClaimVec claims = {0};
        Error err;
        bool found = false;
        load(cases[i].file, &source);
        assert_true(evidence_read(&source, &claims, &err));
        vec_each(Claim, claim, &claims) {
            found = found || str_is(claim->title, cases[i].title);
            assert_true(!str_has(claim->title, STR("q8Zt3")) && !str_has(claim->advice, STR("q8Zt3")));
        }
        if (!found) fail_msg("%s has no '%s'", cases[i].file, cases[i].title);
        source_free(&source);
    }
}

/* What only some reports say. */
static void test_finer(void **state) {
    (void)state;
    static const struct { const char *report, *id, *place; Severity severity; uint32_t count; bool blocks; } cases[] = {
        /* a rule of an extension, as CodeQL's packs bring them */
        {"{\"runs\": [{\"tool\": {\"driver\": {\"name\": \"a\"}, \"extensions\": [{\"rules\": [{\"id\": \"x\", \"properties\": {\"security-severity\": \"9.1\"}}]}]}, \"results\": [{\"ruleId\": \"x\"}]}]}", "x", "", SEVERITY_CRITICAL, 1, true},
        {"{\"runs\": [{\"results\": [{\"rule\": {\"id\": \"y\"}, \"locations\": [{\"physicalLocation\": {\"artifactLocation\": {\"uri\": \"my%20app/Docker%66ile%2\"}}}]}]}]}", "y", "my app/Dockerfile%2", SEVERITY_MEDIUM, 1, false},
        {"{\"runs\": [{\"results\": [{\"ruleId\": \"z\", \"level\": \"error\", \"suppressions\": [{\"kind\": \"external\", \"status\": \"rejected\"}]}]}]}", "z", "", SEVERITY_HIGH, 1, true},
        {"{\"runs\": [{\"results\": [{\"ruleId\": \"z\", \"level\": \"error\", \"suppressions\": [{\"kind\": \"inSource\"}]}]}]}", "z", "", SEVERITY_HIGH, 1, false},
        {"{\"runs\": [{\"invocations\": [{\"executionSuccessful\": false}], \"results\": []}]}", "executionSuccessful", "", SEVERITY_MEDIUM, 1, false},
        {"{\"ArtifactName\": \".\", \"Results\": [{\"Target\": \"OS Packages\", \"Class\": \"license\", \"Licenses\": [{\"Severity\": \"HIGH\", \"Category\": \"restricted\", \"PkgName\": \"a\", \"Name\": \"AGPL-3.0\"}]}]}", "AGPL-3.0", "OS Packages", SEVERITY_HIGH, 1, true},
        {"{\"ClusterName\": \"c\", \"Resources\": [{\"Kind\": \"Deployment\", \"Results\": [{\"Target\": \"Deployment/api\", \"Misconfigurations\": [{\"ID\": \"KSV-0014\", \"Severity\": \"HIGH\", \"Status\": \"FAIL\"}]}]}]}", "KSV-0014", "Deployment/api", SEVERITY_HIGH, 1, true},
        {"{\"matches\": [{\"vulnerability\": {\"id\": \"G\", \"severity\": \"High\"}, \"artifact\": {\"name\": \"a\", \"locations\": [{\"path\": \"/web/package-lock.json\"}]}}], \"source\": {\"type\": \"directory\", \"target\": \".\"}}", "G", "web/package-lock.json", SEVERITY_HIGH, 1, true},
        {"{\"vulnerabilities\": [{\"id\": \"S\", \"severity\": \"high\", \"from\": [\"a\"]}, {\"id\": \"S\", \"severity\": \"high\", \"from\": [\"b\"]}], \"path\": \"p\"}", "S", "p", SEVERITY_HIGH, 1, true},
        {"{\"site\": [{\"@name\": \"s\", \"alerts\": [{\"pluginid\": \"1\", \"riskcode\": \"3\", \"confidence\": \"0\"}, {\"pluginid\": \"2\", \"riskcode\": \"1\", \"confidence\": \"2\"}]}]}", "2", "s", SEVERITY_LOW, 1, false},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        Source source;
        ClaimVec claims;
        Error err;
        assert_true(read_text(&source, &claims, str_of(cases[i].report), &err));
        evidence_sort(&claims);
        assert_int_equal(claims.count, cases[i].count);
        assert_true(str_is(claims.items[0].id, cases[i].id) && str_is(claims.items[0].place, cases[i].place));
        assert_int_equal(claims.items[0].severity, cases[i].severity);
        assert_int_equal(claims.items[0].blocks, cases[i].blocks);
        source_free(&source);
    }
}

/* A scan that failed wrote no result: that is no clean report. */
static void test_failed(void **state) {
    (void)state;
    static const struct { const char *report, *says; } cases[] = {
        {"{\"message\": \"405 Method Not Allowed\", \"statusCode\": 405, \"error\": {\"summary\": \"\", \"detail\": \"\"}}", "the scan failed: 405 Method Not Allowed"},
        {"{\"error\": {\"code\": \"ENOLOCK\", \"summary\": \"This command requires an existing lockfile.\"}}", "requires an existing lockfile"},
        {"{\"ok\": false, \"error\": \"Authentication failed\", \"path\": \"/src\"}", "the scan failed: Authentication failed"},
        {"[{\"vulnerabilities\": []}, {\"ok\": false, \"error\": \"Could not detect supported target files\"}]", "Could not detect"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        Source source;
        ClaimVec claims;
        Error err;
        assert_false(read_text(&source, &claims, str_of(cases[i].report), &err));
        assert_non_null(strstr(err.message, cases[i].says));
        source_free(&source);
    }
}

static void refused(Str text) {
    Source source;
    ClaimVec claims;
    Error err;
    assert_false(read_text(&source, &claims, text, &err));
    source_free(&source);
}

static void test_refused(void **state) {
    (void)state;
    refused(STR(""));
    refused(STR("hello"));
    refused(STR("{}"));
    refused(STR("[]"));
    refused(STR("{\"runs\": [}"));
    refused(STR("<html><body>404</body></html>"));
}

/* 1 MB of each, well under a second. */
static void test_hostile(void **state) {
    (void)state;
    static const char *const pieces[] = {"[", "{\"a\":", "<alertitem>", "<alertitem><riskcode>", "&amp;", "{\"runs\":[", "\"", "\\u0000", "<!ENTITY a \"&b;\">"};
    for (size_t i = 0; i < ARRAY_COUNT(pieces); i++) {
        Buf text = {0};
        if (pieces[i][0] == '&' || pieces[i][1] == '!') buf_lit(&text, "<OWASPZAPReport><alertitem><alert>");
        while (text.len < 1 << 20) buf_add(&text, str_of(pieces[i]));
        Source source;
        ClaimVec claims;
        Error err;
        clock_t start = clock();
        read_text(&source, &claims, buf_str(&text), &err);
        assert_true(clock() - start < 2 * CLOCKS_PER_SEC);
        source_free(&source);
        buf_free(&text);
    }
}

static uint32_t random_of(uint32_t *state) {
    *state = *state * 1664525 + 1013904223;
    return *state >> 8;
}

/* Each value may be of any type, each report may end anywhere, each byte may be another: what is read of it is text of one line, or it is refused. */
static void read_harmless(Str text) {
    Source source;
    ClaimVec claims;
    Error err;
    if (!read_text(&source, &claims, text, &err)) assert_true(err.message[0] && err.spanish[0]);
    vec_each(Claim, claim, &claims) {
        assert_true(claim->title.len <= EVIDENCE_TEXT_MAX && claim->advice.len <= EVIDENCE_TEXT_MAX && claim->id.len <= EVIDENCE_TEXT_MAX);
        assert_true(str_find_byte(claim->title, '\n') == STR_NONE && claim->severity < SEVERITY_COUNT);
    }
    source_free(&source);
}

/* Puts `other` where the value behind the n-th colon stands, up to the end of its line or its comma. */
static Str with_other_value(Arena *a, Str text, uint32_t number, const char *other) {
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] != ':' || number--) continue;
        size_t end = i + 1;
        while (end < text.len && text.at[end] != ',' && text.at[end] != '\n' && text.at[end] != '}') end++;
        return str_format(a, "%.*s: %s%.*s", (int)i, text.at, other, STR_ARGS(str_skip(text, end)));
    }
    return text;
}

static void test_mangled(void **state) {
    (void)state;
    static const char *const others[] = {"null", "[]", "{}", "[[[]]]", "-1", "1e999", "true", "\"\"", "\"\\u001b[2J\\u202e../../etc/passwd\"", "99999999999999999999", "{\"text\": [1]}", "[null, 3, \"a\"]"};
    uint32_t dice = 7;
    for (size_t i = 0; i < ARRAY_COUNT(expected); i++) {
        Source source;
        load(expected[i].file, &source);
        Str text = source.bytes;
        for (uint32_t n = 0; n < 60; n++) {
            Arena a = {0};
            char *copy = arena_array(&a, char, text.len);
            memcpy(copy, text.at, text.len);
            for (int k = 0; k < 3; k++) copy[random_of(&dice) % text.len] = (char)random_of(&dice);
            read_harmless((Str){copy, text.len});
            read_harmless(str_slice(text, 0, random_of(&dice) % text.len));
            read_harmless(with_other_value(&a, text, random_of(&dice) % 120, others[n % ARRAY_COUNT(others)]));
            arena_free(&a);
        }
        source_free(&source);
    }
}

static void test_too_many(void **state) {
    (void)state;
    Buf text = {0};
    buf_lit(&text, "{\"runs\":[{\"results\":[{}");
    for (int i = 0; i < EVIDENCE_CLAIMS_MAX; i++) buf_lit(&text, ",{}");
    buf_lit(&text, "]}]}");
    refused(buf_str(&text));
    buf_free(&text);
}

/* A title is one line, cut between characters. */
static void test_text(void **state) {
    (void)state;
    Buf text = {0};
    buf_lit(&text, "{\"runs\":[{\"results\":[{\"message\":{\"text\":\"");
    for (int i = 0; i < 150; i++) buf_lit(&text, "é");
    buf_lit(&text, "\\nsecond\"}}]}]}");
    Source source;
    ClaimVec claims;
    Error err;
    assert_true(read_text(&source, &claims, buf_str(&text), &err));
    assert_int_equal(claims.items[0].title.len, EVIDENCE_TEXT_MAX);
    source_free(&source);
    buf_free(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_formats), cmocka_unit_test(test_titles), cmocka_unit_test(test_mangled), cmocka_unit_test(test_older), cmocka_unit_test(test_finer), cmocka_unit_test(test_failed), cmocka_unit_test(test_refused), cmocka_unit_test(test_hostile), cmocka_unit_test(test_too_many), cmocka_unit_test(test_text)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
