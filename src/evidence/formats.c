/* The formats in JSON, told apart by the keys of their root. Missing keys read as empty: a report of a newer version still tells what it can. */
#include "evidence/evidence.h"

#include "base/map.h"
#include "parse/yaml.h"

typedef EvidenceReader Reader;

static const Node *get(const Reader *r, const Node *map, const char *key) { return yaml_get(r->tree, map, key); }

static Str text(const Reader *r, const Node *map, const char *key) {
    const Node *node = get(r, map, key);
    return node && node->kind == YAML_SCALAR ? yaml_scalar(r->tree, node, &r->source->arena) : (Str){NULL, 0};
}

static Str first_of(Str a, Str b) { return a.len ? a : b; }

static uint32_t number(const Reader *r, const Node *map, const char *key) {
    int64_t value;
    return str_to_int(text(r, map, key), &value) && value > 0 && value < UINT32_MAX ? (uint32_t)value : 0;
}

static const Node *list(const Reader *r, const Node *map, const char *key) {
    const Node *node = get(r, map, key);
    return node && node->kind == YAML_SEQUENCE ? node : NULL;
}

static const Node *map_at(const Reader *r, const Node *map, const char *key) {
    const Node *node = get(r, map, key);
    return node && node->kind == YAML_MAP ? node : NULL;
}

/* "a, b" of a list of strings, or the string itself. */
static Str joined(const Reader *r, const Node *map, const char *key) {
    const Node *node = get(r, map, key);
    if (!node || node->kind != YAML_SEQUENCE) return text(r, map, key);
    Buf out = {0};
    node_each(item, node) {
        if (item->kind != YAML_SCALAR || out.len > EVIDENCE_TEXT_MAX) continue;
        if (out.len) buf_lit(&out, ", ");
        buf_add(&out, yaml_scalar(r->tree, item, &r->source->arena));
    }
    Str s = str_copy(&r->source->arena, buf_str(&out));
    buf_free(&out);
    return s;
}

static Str package_of(const Reader *r, Str name, Str version) { return version.len ? str_format(&r->source->arena, "%.*s %.*s", STR_ARGS(name), STR_ARGS(version)) : name; }

static void add(Reader *r, Claim c) {
    c.blocks = c.severity >= SEVERITY_HIGH;
    evidence_add(r, c);
}

/* ---- SARIF 2.1.0: 3.14 run, 3.27 result, 3.49 reportingDescriptor ---- */

/* security-severity is a CVSS score, 0.0 to 10.0. */
static Severity by_score(Str score) {
    int64_t whole;
    size_t dot = str_find_byte(score, '.');
    if (!str_to_int(str_slice(score, 0, dot == STR_NONE ? score.len : dot), &whole)) return SEVERITY_MEDIUM;
    return whole >= 9 ? SEVERITY_CRITICAL : whole >= 7 ? SEVERITY_HIGH : whole >= 4 ? SEVERITY_MEDIUM : SEVERITY_LOW;
}

typedef struct Rules {
    Map by_id;               /* → Node */
    VEC(const Node *) items; /* of the driver: what ruleIndex counts in */
} Rules;

static void read_rules(Reader *r, const Node *component, bool counted, Rules *out) {
    const Node *rules = list(r, component, "rules");
    if (!rules) return;
    node_each(rule, rules) {
        if (counted) vec_push(&r->source->arena, &out->items, rule);
        Str id = text(r, rule, "id");
        void **slot = id.len ? map_slot(&r->source->arena, &out->by_id, id) : NULL;
        if (slot && !*slot) *slot = (void *)(uintptr_t)rule;
    }
}

/* 3.27.23: one that somebody still looks at, or has refused, suppresses nothing. */
static bool is_suppressed(const Reader *r, const Node *result) {
    const Node *suppressions = list(r, result, "suppressions");
    if (!suppressions || !node_first(suppressions)) return false;
    node_each(s, suppressions) {
        Str status = text(r, s, "status");
        if (str_is(status, "underReview") || str_is(status, "rejected")) return false;
    }
    return true;
}

static int hex(char c) { return c >= '0' && c <= '9' ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : -1; }

/* RFC 3986, 2.1: a place is a URI, so that a space in a path is %20. */
static Str decoded(Reader *r, Str uri) {
    if (str_find_byte(uri, '%') == STR_NONE) return uri;
    char *at = arena_alloc(&r->source->arena, uri.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < uri.len; i++) {
        bool escaped = uri.at[i] == '%' && i + 2 < uri.len && hex(uri.at[i + 1]) >= 0 && hex(uri.at[i + 2]) >= 0;
        at[len++] = escaped ? (char)(hex(uri.at[i + 1]) * 16 + hex(uri.at[i + 2])) : uri.at[i];
        if (escaped) i += 2;
    }
    return (Str){at, len};
}

/* Trivy writes a form into its messages, a line for each field: "Package: bash". What stands behind `name`, or empty. */
static Str field_of(Str message, Str name) {
    for (Str line; str_next(&message, '\n', &line);) {
        if (str_starts(line, name)) return str_trim(str_skip(line, name.len));
    }
    return (Str){NULL, 0};
}

/* What the result says in a line: its message, unless that is a form. `title` is the rule's. */
static Str sarif_title(const Reader *r, Str message, Str title) {
    Str package = field_of(message, STR("Package: ")), version = field_of(message, STR("Installed Version: "));
    if (package.len && version.len) return str_format(&r->source->arena, "%.*s: %.*s", STR_ARGS(package_of(r, package, version)), STR_ARGS(title));
    Str said = str_starts(message, STR("Artifact: ")) ? first_of(field_of(message, STR("Message: ")), title) : message;
    return first_of(said, title);
}

/* A scanner that looks for nothing but credentials gives them no level: each is one. */
static bool finds_credentials(Str scanner) {
    static const char *const names[] = {"gitleaks", "trufflehog", "detect-secrets"};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (str_eq_nocase(scanner, str_of(names[i]))) return true;
    }
    return false;
}

/* Grype writes image//path. */
static Str image_of(Str place) {
    size_t at = str_find(place, STR("//"));
    return at != STR_NONE && at > 0 && place.at[at - 1] != ':' ? str_slice(place, 0, at) : (Str){NULL, 0};
}

/* `image`: what was scanned, when it was no folder; places are then inside of it. */
static void sarif_result(Reader *r, const Node *result, Str scanner, Str image, const Rules *rules) {
    if (str_is(text(r, result, "baselineState"), "absent")) return;
    Str kind = text(r, result, "kind");
    if (kind.len && !str_is(kind, "fail") && !str_is(kind, "open")) return;
    Str id = first_of(text(r, result, "ruleId"), text(r, map_at(r, result, "rule"), "id"));
    const Node *rule = map_get(&rules->by_id, id), *locations = list(r, result, "locations");
    uint32_t index = number(r, result, "ruleIndex");
    if (!rule && !id.len && index < rules->items.count) rule = rules->items.items[index];
    const Node *physical = get(r, locations ? node_first(locations) : NULL, "physicalLocation");
    Str score = first_of(text(r, map_at(r, result, "properties"), "security-severity"), text(r, map_at(r, rule, "properties"), "security-severity"));
    Str level = first_of(text(r, result, "level"), text(r, map_at(r, rule, "defaultConfiguration"), "level"));
    Str title = first_of(text(r, map_at(r, rule, "shortDescription"), "text"), text(r, map_at(r, rule, "fullDescription"), "text"));
    Str message = text(r, map_at(r, result, "message"), "text"), place = decoded(r, text(r, map_at(r, physical, "artifactLocation"), "uri"));
    if (!image.len) image = image_of(place);
    Claim c = {.scanner = scanner, .id = first_of(id, text(r, rule, "id")), .title = sarif_title(r, message, first_of(title, text(r, rule, "name"))), .advice = field_of(message, STR("Fixed Version: ")),
               .place = image.len ? image : place, .line = image.len ? 0 : number(r, map_at(r, physical, "region"), "startLine"),
               .severity = score.len ? by_score(score) : evidence_severity(first_of(level, finds_credentials(scanner) ? STR("error") : STR("warning")))};
    c.blocks = c.severity >= SEVERITY_HIGH && !is_suppressed(r, result);
    evidence_add(r, c);
}

/* 3.20.14: a run that did not end well may lack results, so that its silence says nothing. */
static void sarif_invocations(Reader *r, const Node *run, Str scanner) {
    const Node *invocations = list(r, run, "invocations");
    if (!invocations) return;
    node_each(invocation, invocations) {
        const Node *notes = list(r, invocation, "toolExecutionNotifications");
        if (!str_is(text(r, invocation, "executionSuccessful"), "false")) continue;
        Str said = text(r, map_at(r, notes ? node_first(notes) : NULL, "message"), "text");
        evidence_add(r, (Claim){.scanner = scanner, .id = STR("executionSuccessful"), .title = first_of(said, STR("executionSuccessful: false")), .severity = SEVERITY_MEDIUM});
    }
}

static void sarif(Reader *r, const Node *root) {
    const Node *runs = list(r, root, "runs");
    node_each(run, runs) {
        const Node *tool = map_at(r, run, "tool"), *driver = map_at(r, tool, "driver"), *extensions = list(r, tool, "extensions"), *results = list(r, run, "results");
        Rules rules = {0};
        read_rules(r, driver, true, &rules);
        if (extensions) {
            node_each(extension, extensions) read_rules(r, extension, false, &rules);
        }
        sarif_invocations(r, run, text(r, driver, "name"));
        if (!results) continue;
        Str image = text(r, map_at(r, run, "properties"), "imageName");
        node_each(result, results) sarif_result(r, result, text(r, driver, "name"), image, &rules);
    }
}

/* ---- Trivy ---- */

static void trivy_list(Reader *r, const Node *result, const char *key, Str place) {
    const Node *items = list(r, result, key);
    if (!items) return;
    node_each(item, items) {
        if (str_is(text(r, item, "Status"), "PASS") || str_is(text(r, item, "Status"), "EXCEPTION")) continue;
        Str id = first_of(text(r, item, "VulnerabilityID"), first_of(text(r, item, "ID"), first_of(text(r, item, "RuleID"), text(r, item, "Name"))));
        Str package = package_of(r, text(r, item, "PkgName"), text(r, item, "InstalledVersion"));
        Str title = first_of(text(r, item, "Title"), first_of(text(r, item, "Message"), first_of(text(r, item, "Description"), text(r, item, "Category"))));
        const Node *cause = map_at(r, item, "CauseMetadata");
        uint32_t line = number(r, item, "StartLine");
        add(r, (Claim){.scanner = STR("trivy"), .id = id, .title = package.len ? str_format(&r->source->arena, "%.*s: %.*s", STR_ARGS(package), STR_ARGS(title)) : title,
                       .place = first_of(text(r, item, "FilePath"), place), .advice = first_of(text(r, item, "FixedVersion"), text(r, item, "Resolution")), .severity = evidence_severity(text(r, item, "Severity")), .line = line ? line : number(r, cause, "StartLine")});
    }
}

static void trivy(Reader *r, const Node *root) {
    const Node *results = list(r, root, "Results");
    bool image = str_is(text(r, root, "ArtifactType"), "container_image");
    if (!results) return;
    const Node *tags = list(r, map_at(r, root, "Metadata"), "RepoTags"), *tag = tags ? node_first(tags) : NULL;
    Str name = tag && tag->kind == YAML_SCALAR ? yaml_scalar(r->tree, tag, &r->source->arena) : text(r, root, "ArtifactName"); /* of an archive, the name is a file's */
    node_each(result, results) {
        bool packages = str_is(text(r, result, "Class"), "os-pkgs") || image;
        Str target = text(r, result, "Target"), place = packages ? first_of(name, target) : target;
        trivy_list(r, result, "Vulnerabilities", place);
        trivy_list(r, result, "Misconfigurations", target);
        trivy_list(r, result, "Secrets", target);
        trivy_list(r, result, "Licenses", target);
    }
}

/* `trivy k8s`: a report for each object of a cluster. */
static void trivy_cluster(Reader *r, const Node *resources) {
    node_each(resource, resources) trivy(r, resource);
}

/* ---- Grype ---- */

/* What was scanned: a folder, or an image by the name that it was asked for, or, of an archive of one, the name that stands in it. */
static Str grype_target(const Reader *r, const Node *source) {
    const Node *target = get(r, source, "target"), *tags = list(r, target, "tags"), *tag = tags ? node_first(tags) : NULL;
    if (target && target->kind == YAML_SCALAR) return text(r, source, "target");
    Str asked = text(r, target, "userInput");
    bool archive = str_ends(asked, STR(".tar")) && tag && tag->kind == YAML_SCALAR;
    return archive ? yaml_scalar(r->tree, tag, &r->source->arena) : asked;
}

static void grype(Reader *r, const Node *root) {
    const Node *source = map_at(r, root, "source"), *matches = list(r, root, "matches");
    Str target = grype_target(r, source), kind = text(r, source, "type");
    bool folder = str_is(kind, "directory") || str_is(kind, "file");
    if (!matches) return;
    node_each(match, matches) {
        const Node *v = map_at(r, match, "vulnerability"), *artifact = map_at(r, match, "artifact");
        const Node *locations = list(r, artifact, "locations");
        Str package = package_of(r, text(r, artifact, "name"), text(r, artifact, "version")), file = text(r, locations ? node_first(locations) : NULL, "path"), said = text(r, v, "description");
        if (str_starts(file, STR("/"))) file = str_skip(file, 1); /* the folder is its root */
        add(r, (Claim){.scanner = STR("grype"), .id = text(r, v, "id"), .title = said.len ? str_format(&r->source->arena, "%.*s: %.*s", STR_ARGS(package), STR_ARGS(said)) : package,
                       .place = folder ? first_of(file, target) : target, .advice = joined(r, map_at(r, v, "fix"), "versions"), .severity = evidence_severity(text(r, v, "severity"))});
    }
}

/* ---- Snyk: one project, or a list of them ---- */

static void snyk_items(Reader *r, const Node *items, Str place) {
    if (!items) return;
    node_each(item, items) {
        if (str_is(text(r, item, "isIgnored"), "true")) continue;
        Str package = package_of(r, text(r, item, "packageName"), text(r, item, "version")), title = text(r, item, "title");
        add(r, (Claim){.scanner = STR("snyk"), .id = text(r, item, "id"), .title = package.len ? str_format(&r->source->arena, "%.*s: %.*s", STR_ARGS(package), STR_ARGS(title)) : title, .place = place,
                       .advice = first_of(joined(r, item, "fixedIn"), text(r, item, "resolve")), .severity = evidence_severity(text(r, item, "severity")), .line = number(r, item, "lineNumber")});
    }
}

static void snyk(Reader *r, const Node *project) {
    Str place = first_of(text(r, project, "displayTargetFile"), first_of(text(r, project, "targetFile"), text(r, project, "path")));
    snyk_items(r, list(r, project, "vulnerabilities"), place);
    snyk_items(r, list(r, project, "infrastructureAsCodeIssues"), place);
}

/* ---- ZAP: riskcode 0 to 3 ---- */

static void zap(Reader *r, const Node *root) {
    static const Severity risks[] = {SEVERITY_INFO, SEVERITY_LOW, SEVERITY_MEDIUM, SEVERITY_HIGH};
    const Node *sites = list(r, root, "site");
    node_each(site, sites) {
        const Node *alerts = list(r, site, "alerts");
        if (!alerts) continue;
        node_each(alert, alerts) {
            if (str_is(text(r, alert, "confidence"), "0")) continue; /* somebody marked it as a false positive */
            uint32_t risk = number(r, alert, "riskcode");
            const Node *instances = list(r, alert, "instances");
            Str uri = text(r, instances ? node_first(instances) : NULL, "uri");
            add(r, (Claim){.scanner = STR("zap"), .id = first_of(text(r, alert, "pluginid"), text(r, alert, "alertRef")), .title = first_of(text(r, alert, "alert"), text(r, alert, "name")),
                           .place = first_of(uri, text(r, site, "@name")), .advice = evidence_plain(text(r, alert, "solution"), &r->source->arena), .severity = risks[MIN(risk, 3u)]});
        }
    }
}

/* ---- npm audit ---- */

static void npm_one(Reader *r, Str name, const Node *advisory, Str place) {
    add(r, (Claim){.scanner = STR("npm audit"), .id = first_of(text(r, advisory, "url"), first_of(text(r, advisory, "source"), text(r, advisory, "id"))),
                   .title = str_format(&r->source->arena, "%.*s: %.*s", STR_ARGS(name), STR_ARGS(text(r, advisory, "title"))), .place = place,
                   .advice = text(r, advisory, "patched_versions"), .severity = evidence_severity(text(r, advisory, "severity"))});
}

/* Version 2: `via` holds the advisories themselves, and the names of packages that bring others'. */
static void npm(Reader *r, const Node *packages, bool second) {
    const Str place = STR("package-lock.json");
    for (const Node *key = node_first(packages), *end = packages + packages->size; key && key < end;) {
        const Node *value = key + key->size;
        if (value >= end) break;
        const Node *via = second ? list(r, value, "via") : NULL;
        Str name = second ? yaml_scalar(r->tree, key, &r->source->arena) : text(r, value, "module_name");
        if (!second) npm_one(r, name, value, place);
        if (via) {
            node_each(advisory, via) {
                if (advisory->kind == YAML_MAP) npm_one(r, name, advisory, place);
            }
        }
        key = value + value->size;
    }
}

/* ---- pip-audit: what it could not look up is told too, it may be anything. It tells no severity; what is known to be vulnerable counts as high until somebody says otherwise ---- */

static void pip(Reader *r, const Node *dependencies) {
    node_each(dependency, dependencies) {
        const Node *vulnerabilities = list(r, dependency, "vulns");
        Str skipped = text(r, dependency, "skip_reason");
        if (skipped.len) evidence_add(r, (Claim){.scanner = STR("pip-audit"), .id = STR("not-audited"), .title = skipped, .place = STR("requirements.txt"), .severity = SEVERITY_LOW});
        if (!vulnerabilities) continue;
        Str package = package_of(r, text(r, dependency, "name"), text(r, dependency, "version"));
        node_each(v, vulnerabilities) add(r, (Claim){.scanner = STR("pip-audit"), .id = text(r, v, "id"), .title = package, .place = STR("requirements.txt"), .advice = joined(r, v, "fix_versions"), .severity = SEVERITY_HIGH});
    }
}

/* ---- OSV-Scanner: the severity stands with the group of ids that mean one vulnerability ---- */

static Severity osv_severity(const Reader *r, const Node *groups, const Node *vulnerability) {
    Str id = text(r, vulnerability, "id"), named = text(r, map_at(r, vulnerability, "database_specific"), "severity");
    for (const Node *group = groups ? node_first(groups) : NULL; group; group = node_next(group)) {
        const Node *ids = list(r, group, "ids");
        Str score = text(r, group, "max_severity");
        for (const Node *one = ids && score.len ? node_first(ids) : NULL; one; one = node_next(one)) {
            if (one->kind == YAML_SCALAR && str_eq(yaml_scalar(r->tree, one, &r->source->arena), id)) return by_score(score);
        }
    }
    return evidence_severity(named);
}

static Str osv_fixed(const Reader *r, const Node *vulnerability, Str package) {
    const Node *affected = list(r, vulnerability, "affected");
    for (const Node *one = affected ? node_first(affected) : NULL; one; one = node_next(one)) {
        const Node *ranges = str_eq(text(r, map_at(r, one, "package"), "name"), package) ? list(r, one, "ranges") : NULL;
        for (const Node *range = ranges ? node_first(ranges) : NULL; range; range = node_next(range)) {
            const Node *events = list(r, range, "events");
            for (const Node *event = events ? node_first(events) : NULL; event; event = node_next(event)) {
                if (text(r, event, "fixed").len) return text(r, event, "fixed");
            }
        }
    }
    return (Str){NULL, 0};
}

static void osv(Reader *r, const Node *results) {
    node_each(result, results) {
        const Node *packages = list(r, result, "packages");
        Str place = text(r, map_at(r, result, "source"), "path");
        for (const Node *one = packages ? node_first(packages) : NULL; one; one = node_next(one)) {
            const Node *package = map_at(r, one, "package"), *found = list(r, one, "vulnerabilities");
            Str name = text(r, package, "name"), full = package_of(r, name, text(r, package, "version"));
            for (const Node *v = found ? node_first(found) : NULL; v; v = node_next(v)) {
                Str summary = first_of(text(r, v, "summary"), text(r, v, "details"));
                add(r, (Claim){.scanner = STR("osv-scanner"), .id = text(r, v, "id"), .title = summary.len ? str_format(&r->source->arena, "%.*s: %.*s", STR_ARGS(full), STR_ARGS(summary)) : full,
                               .place = place, .advice = osv_fixed(r, v, name), .severity = osv_severity(r, list(r, one, "groups"), v)});
            }
        }
    }
}

/* ---- Gitleaks: what it found stands in the report, and is never looked at ---- */

static void gitleaks(Reader *r, const Node *found) {
    node_each(one, found) add(r, (Claim){.scanner = STR("gitleaks"), .id = text(r, one, "RuleID"), .title = text(r, one, "Description"), .place = text(r, one, "File"), .line = number(r, one, "StartLine"), .severity = SEVERITY_HIGH});
}

/* npm and Snyk write why a scan failed where its results would be: {"error": "…"}, or {"error": {"summary": "…"}, "message": "…"}. */
static void scan_failure(Reader *r, const Node *root) {
    const Node *error = get(r, root, "error");
    if (!error) return;
    Str said = error->kind == YAML_MAP ? first_of(text(r, error, "summary"), first_of(text(r, error, "detail"), text(r, error, "code"))) : text(r, root, "error");
    r->failure = first_of(first_of(said, text(r, root, "message")), STR("?"));
}

/* Other scanners have `results`, too; an empty list is of none in particular. */
static bool is_osv(const Reader *r, const Node *results) {
    const Node *first = node_first(results);
    return first && list(r, first, "packages") && map_at(r, first, "source");
}

static bool one_document(Reader *r, const Node *root) {
    const Node *packages = map_at(r, root, "vulnerabilities"), *advisories = map_at(r, root, "advisories");
    if (list(r, root, "runs")) sarif(r, root);
    else if (get(r, root, "Results") || get(r, root, "ArtifactName")) trivy(r, root);
    else if (get(r, root, "ClusterName") && list(r, root, "Resources")) trivy_cluster(r, list(r, root, "Resources"));
    else if (list(r, root, "matches")) grype(r, root);
    else if (list(r, root, "results") && is_osv(r, list(r, root, "results"))) osv(r, list(r, root, "results"));
    else if (list(r, root, "site")) zap(r, root);
    else if (list(r, root, "dependencies")) pip(r, list(r, root, "dependencies"));
    else if (packages && get(r, root, "auditReportVersion")) npm(r, packages, true);
    else if (advisories) npm(r, advisories, false);
    else if (list(r, root, "vulnerabilities") || list(r, root, "infrastructureAsCodeIssues")) snyk(r, root);
    else {
        scan_failure(r, root);
        return false;
    }
    return true;
}

bool evidence_formats(Reader *r) {
    const Node *root = yaml_root(r->tree);
    if (!root || root->kind != YAML_SEQUENCE) return root && one_document(r, root);
    bool known = false; /* Snyk's projects; pip-audit of old */
    bool first = true;
    node_each(item, root) {
        bool package = get(r, item, "vulns") != NULL;
        bool leak = get(r, item, "RuleID") && get(r, item, "Fingerprint");
        if (package && first) pip(r, root);
        if (leak && first) gitleaks(r, root);
        if ((package || leak) && first) return true;
        first = false;
        known = one_document(r, item) || known;
    }
    return known;
}
