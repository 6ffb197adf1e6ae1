/* Names of the small enums. */
#include "model/finding.h"

static const Str severities[] = {STR_INIT("info"), STR_INIT("low"), STR_INIT("medium"), STR_INIT("high"), STR_INIT("critical")};
static const Str confidences[] = {STR_INIT("low"), STR_INIT("medium"), STR_INIT("high")};
static const Str profiles[] = {STR_INIT("default"), STR_INIT("strict"), STR_INIT("all")};
static const Str categories[] = {STR_INIT("security"), STR_INIT("reliability"), STR_INIT("performance"), STR_INIT("cost"),
                                 STR_INIT("observability"), STR_INIT("supply-chain"), STR_INIT("correctness"), STR_INIT("style")};
_Static_assert(ARRAY_COUNT(severities) == SEVERITY_COUNT, "a name each");
_Static_assert(ARRAY_COUNT(confidences) == CONFIDENCE_COUNT, "a name each");
_Static_assert(ARRAY_COUNT(profiles) == PROFILE_COUNT, "a name each");
_Static_assert(ARRAY_COUNT(categories) == CATEGORY_COUNT, "a name each");

static int find_name(const Str *names, size_t count, Str name) {
    for (size_t i = 0; i < count; i++) {
        if (str_eq(names[i], name)) return (int)i;
    }
    return -1;
}

static const Prose severity_titles[] = {PROSE_INIT("info", "info"), PROSE_INIT("low", "baja"), PROSE_INIT("medium", "media"), PROSE_INIT("high", "alta"), PROSE_INIT("critical", "crítica")};

Prose severity_title(Severity severity) { return severity_titles[severity]; }
Str severity_name(Severity severity) { return severities[severity]; }
Str confidence_name(Confidence confidence) { return confidences[confidence]; }
Str profile_name(Profile profile) { return profiles[profile]; }
Str category_name(Category category) { return categories[category]; }
int severity_find(Str name) { return find_name(severities, SEVERITY_COUNT, name); }
int confidence_find(Str name) { return find_name(confidences, CONFIDENCE_COUNT, name); }
int profile_find(Str name) { return find_name(profiles, PROFILE_COUNT, name); }
int category_find(Str name) { return find_name(categories, CATEGORY_COUNT, name); }

Str finding_id(Str identity, uint32_t ordinal, Arena *a) {
    if (!ordinal) return identity;
    return str_hex(a, str_hash(str_format(a, "%.*s#%u", STR_ARGS(identity), ordinal)));
}

bool finding_is_named(const Finding *finding, Str pattern) {
    bool named = check_is_named(finding->check, pattern);
    for (uint32_t i = 0; i < finding->also_count && !named; i++) named = check_is_named(finding->also[i], pattern);
    return named;
}
