/* What is known of images by name, and the calendar. */
#include "facts/fact.h"
#include "facts/image_facts.h"
#include "values/date.h"
#include "values/image.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static Arena arena;

static ImageFacts facts_of(const char *ref) {
    ImageParts parts = image_parse(str_of(ref));
    return image_facts(parts.registry, parts.repository, parts.tag);
}

typedef struct Case {
    const char *ref, *expected;
} Case;

static void release_lines(void **state UNUSED) {
    const Case cases[] = {{"node:14.21.3-alpine", "Node.js 14 2023-04-30"},
                          {"docker.io/library/node:14", "Node.js 14 2023-04-30"},
                          {"public.ecr.aws/docker/library/node:14", "Node.js 14 2023-04-30"},
                          {"eclipse-temurin:8u312-b07-jdk", "Eclipse Temurin 8 2030-12-31"},
                          {"golang:1.21rc2", "Go 1.21 2024-08-13"},
                          {"centos:centos7", "CentOS 7 2024-06-30"},
                          {"debian:buster-slim", "Debian 10 2024-06-30"},
                          {"python:2", "Python 2.7 2020-01-01"},
                          {"traefik:v2.4.1", "Traefik 2.4 2021-08-17"},
                          /* nothing is said where the tag names no line, or the registry may hold anything */
                          {"node", " "},
                          {"node:latest", " "},
                          {"node:1", "Node.js 1 "},
                          {"node:141", " "},
                          {"node:14x", " "},
                          {"node:lts", " "}, {"node:node", " "},
                          {"registry.example/node:14", " "},
                          {"someone/node:14", " "},
                          {"node:-", " "},
                          {"node:v", " "},
                          {"", " "}};
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        ReleaseLine line = facts_of(cases[i].ref).release;
        Str found = str_format(&arena, "%.*s%s%.*s %.*s", STR_ARGS(line.product), line.product.len ? " " : "",
                               STR_ARGS(line.cycle), STR_ARGS(line.eol));
        if (!str_is(found, cases[i].expected))
            fail_msg("%s: '%.*s' instead of '%s'", cases[i].ref, STR_ARGS(found), cases[i].expected);
    }
}

static void distributions(void **state UNUSED) {
    const Case cases[] = {{"node:14-buster", "10"},
                          {"python:3.9-slim-bullseye", "11"},
                          {"golang:1.22-alpine3.19", "3.19"},
                          {"ruby:3.3-alpine", ""},
                          {"debian:buster", ""},
                          {"someone/app:1-buster", ""},
                          {"openjdk:8-jdk-stretch", "9"},
                          {"node:20-alpine3", "3.24"}};
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        Str cycle = facts_of(cases[i].ref).base.cycle;
        if (!str_is(cycle, cases[i].expected)) fail_msg("%s: '%.*s'", cases[i].ref, STR_ARGS(cycle));
    }
}

static void users(void **state UNUSED) {
    const Case cases[] = {{"gcr.io/distroless/static:nonroot", "65532"},
                          {"gcr.io/distroless/static-debian12:debug-nonroot", "65532"},
                          {"gcr.io/distroless/static", ""},
                          {"cgr.dev/chainguard/python:latest-dev", "65532"},
                          {"cgr.dev/chainguard/wolfi-base", ""},
                          {"bitnami/redis:7", "1001"},
                          {"bitnami/minideb:bookworm", ""},
                          {"elasticsearch:8.15.0", "elasticsearch"},
                          {"elasticsearch:7.8.1", ""},
                          {"mcr.microsoft.com/dotnet/aspnet:8.0-jammy-chiseled", "1654"},
                          {"mcr.microsoft.com/dotnet/aspnet:8.0-jammy", ""},
                          {"grafana/grafana", "472"},
                          {"debian:12", ""},
                          {"other.example/bitnami/redis:7", ""}};
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        Str user = facts_of(cases[i].ref).user;
        if (!str_is(user, cases[i].expected)) fail_msg("%s: '%.*s'", cases[i].ref, STR_ARGS(user));
    }
}

static void lookalikes(void **state UNUSED) {
    const Case cases[] = {{"pyhton:3", "python"},
                          {"ngnix", "nginx"},
                          {"ngin", "nginx"},
                          {"postgress:16", "postgres"},
                          {"debain", "debian"},
                          {"python:3", ""},
                          {"centos:7", ""},
                          {"scratch", ""},
                          {"vpn", ""},
                          {"someone/ngnix", ""},
                          {"ghcr.io/ngnix", ""},
                          {"app", ""}};
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        Str name = facts_of(cases[i].ref).lookalike;
        if (!str_is(name, cases[i].expected)) fail_msg("%s: '%.*s'", cases[i].ref, STR_ARGS(name));
    }
}

/* Names at and beyond the limit are looked up, or left alone, without harm. */
static void long_names(void **state UNUSED) {
    char name[600];
    memset(name, 'a', sizeof name);
    for (size_t i = 1; i < sizeof name; i += 2) name[i] = '/';
    for (size_t len = 240; len < sizeof name; len++) {
        ImageFacts facts = image_facts(STR("ghcr.io"), (Str){name, len}, STR("1"));
        assert_int_equal(facts.user.len, 0);
    }
}

/* Every official image is itself, and no near miss of another. */
static void official_names(void **state UNUSED) {
    const FactTable *official = fact_table(STR("official-images"));
    for (uint32_t i = 0; i < fact_row_count(official); i++) {
        assert_int_equal(image_facts(STR(""), fact_cell(official, i, 0), STR("")).lookalike.len, 0);
    }
}

static void calendar(void **state UNUSED) {
    int64_t seconds;
    for (int64_t day = -719162; day <= 2932896; day += 7) {
        assert_true(date_parse(date_print(day * DATE_DAY + DATE_DAY / 2, &arena), &seconds));
        assert_int_equal(seconds, day * DATE_DAY);
    }
    assert_true(date_parse(STR("2024-02-29"), &seconds));
    assert_int_equal(seconds, INT64_C(1709164800));
    const char *const wrong[] = {"",         "2023-02-29", "2024-13-01", "2024-00-10", "2024-01-32",
                                 "2024-1-1", "0000-01-01", "2024-01-0x", "+024-01-01"};
    for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) assert_false(date_parse(str_of(wrong[i]), &seconds));
    assert_true(str_is(date_print(-1, &arena), "1969-12-31"));
    assert_true(str_is(date_print(INT64_MAX, &arena), "9999-12-31"));
    assert_true(str_is(date_print(INT64_MIN, &arena), "0001-01-01"));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(release_lines), cmocka_unit_test(distributions),
                                       cmocka_unit_test(users),         cmocka_unit_test(lookalikes),
                                       cmocka_unit_test(long_names),    cmocka_unit_test(official_names),
                                       cmocka_unit_test(calendar)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(&arena);
    return failed;
}
