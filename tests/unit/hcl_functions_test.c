/* Functions of Terraform: what the program itself prints for these, collected with `terraform console` 1.11. */
#include "base/buf.h"
#include "parse/hcl_value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const struct { const char *expression, *want; } cases[] = {
    {"abs(-12.4)", "12.4"},
    {"log(50, 10)", "1.6989700043360185"},
    {"pow(3, 2)", "9"},
    {"signum(-13)", "-1"},
    {"parseint(\"FF\", 16)", "255"},
    {"parseint(\"-1011\", 2)", "-11"},
    {"format(\"Hello, %s! %05d %.2f %q %t %x %v %v\", \"Ander\", 42, 3.14159, \"a\\\"b\", true, 255, 12, 1.5)", "\"Hello, Ander! 00042 3.14 \\\"a\\\\\\\"b\\\" true ff 12 1.5\""},
    {"format(\"%-10s|%10s|\", \"ab\", \"cd\")", "\"ab        |        cd|\""},
    {"format(\"%3d%%\", 5)", "\"  5%\""},
    {"formatlist(\"%s-%d\", [\"a\", \"b\"], 3)", "[\"a-3\", \"b-3\"]"},
    {"formatlist(\"Hello, %s!\", [\"Valentina\", \"Ander\"])", "[\"Hello, Valentina!\", \"Hello, Ander!\"]"},
    {"indent(2, \"a\\nb\\nc\")", "\"a\\n  b\\n  c\""},
    {"regex(\"[a-z]+\", \"53453453.345345aaabbbccc23454\")", "\"aaabbbccc\""},
    {"regex(\"(\\\\d\\\\d\\\\d\\\\d)-(\\\\d\\\\d)-(\\\\d\\\\d)\", \"2019-02-01\")", "[\"2019\", \"02\", \"01\"]"},
    {"regex(\"^(?:(?P<scheme>[^:/?#]+):)?(?://(?P<authority>[^/?#]*))?\", \"https://terraform.io/docs/\")", "{\"scheme\": \"https\", \"authority\": \"terraform.io\"}"},
    {"regexall(\"[a-z]+\", \"1234abcd5678efgh9\")", "[\"abcd\", \"efgh\"]"},
    {"regexall(\"[a-z]+\", \"123456789\")", "[]"},
    {"length(regexall(\"[a-z]+\", \"1234abcd5678efgh9\"))", "2"},
    {"replace(\"1 + 2 + 3\", \"+\", \"-\")", "\"1 - 2 - 3\""},
    {"replace(\"hello world\", \"/w.*d/\", \"everybody\")", "\"hello everybody\""},
    {"replace(\"abc123\", \"/([a-z]+)(\\\\d+)/\", \"$2-$1\")", "\"123-abc\""},
    {"strrev(\"a ☃\")", "\"☃ a\""},
    {"substr(\"hello world\", 1, 4)", "\"ello\""},
    {"title(\"hello world\")", "\"Hello World\""},
    {"trim(\"?!hello?!\", \"!?\")", "\"hello\""},
    {"base64encode(\"Hello World\")", "\"SGVsbG8gV29ybGQ=\""},
    {"base64decode(\"SGVsbG8gV29ybGQ=\")", "\"Hello World\""},
    {"urlencode(\"Hello World!\")", "\"Hello+World%21\""},
    {"urlencode(\"☃\")", "\"%E2%98%83\""},
    {"csvdecode(\"a,b,c\\n1,2,3\\n4,\\\"5,6\\\",7\")", "[{\"a\": \"1\", \"b\": \"2\", \"c\": \"3\"}, {\"a\": \"4\", \"b\": \"5,6\", \"c\": \"7\"}]"},
    {"md5(\"hello world\")", "\"5eb63bbbe01eeed093cb22bb8f5acdc3\""},
    {"sha1(\"hello world\")", "\"2aae6c35c94fcfb415dbe95f408b9ce91ee846ed\""},
    {"sha256(\"hello world\")", "\"b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9\""},
    {"sha512(\"hello world\")", "\"309ecc489c12d6eb4cc40f50c902f2b4d0ed77ee511a7c7a9bcd3ca86d4cd86f989dd35bc5ff499670da34255b45b0cfd830e81f605dcf7dc5542e93ae9cd76f\""},
    {"base64sha256(\"hello world\")", "\"uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=\""},
    {"timeadd(\"2017-11-22T00:00:00Z\", \"10m\")", "\"2017-11-22T00:10:00Z\""},
    {"timeadd(\"2017-11-22T00:00:00Z\", \"-1h30m\")", "\"2017-11-21T22:30:00Z\""},
    {"timecmp(\"2017-11-22T00:00:00Z\", \"2017-11-22T01:00:00Z\")", "-1"},
    {"formatdate(\"DD MMM YYYY hh:mm ZZZ\", \"2018-01-02T23:12:01Z\")", "\"02 Jan 2018 23:12 UTC\""},
    {"formatdate(\"EEEE, DD-MMM-YY hh:mm:ss ZZZ\", \"2018-01-02T23:12:01Z\")", "\"Tuesday, 02-Jan-18 23:12:01 UTC\""},
    {"formatdate(\"EEE, DD MMM YYYY H:mmAA Z ZZZZZ\", \"2018-01-02T03:12:01Z\")", "\"Tue, 02 Jan 2018 3:12AM Z +00:00\""},
    {"cidrhost(\"10.12.112.0/20\", 16)", "\"10.12.112.16\""},
    {"cidrhost(\"10.12.112.0/20\", 268)", "\"10.12.113.12\""},
    {"cidrhost(\"10.12.112.0/20\", -1)", "\"10.12.127.255\""},
    {"cidrhost(\"fd00:fd12:3456:7890:00a2::/72\", 34)", "\"fd00:fd12:3456:7890::22\""},
    {"cidrnetmask(\"172.16.0.0/12\")", "\"255.240.0.0\""},
    {"cidrsubnet(\"172.16.0.0/12\", 4, 2)", "\"172.18.0.0/16\""},
    {"cidrsubnet(\"10.1.2.0/24\", 4, 15)", "\"10.1.2.240/28\""},
    {"cidrsubnet(\"fd00:fd12:3456:7890::/56\", 16, 162)", "\"fd00:fd12:3456:7800:a200::/72\""},
    {"cidrsubnets(\"10.1.0.0/16\", 4, 4, 8, 4)", "[\"10.1.0.0/20\", \"10.1.16.0/20\", \"10.1.32.0/24\", \"10.1.48.0/20\"]"},
    {"chunklist([\"a\", \"b\", \"c\", \"d\", \"e\"], 2)", "[[\"a\", \"b\"], [\"c\", \"d\"], [\"e\"]]"},
    {"matchkeys([\"i-123\", \"i-abc\", \"i-def\"], [\"us-west\", \"us-east\", \"us-east\"], [\"us-east\"])", "[\"i-abc\", \"i-def\"]"},
    {"setintersection([\"a\", \"b\"], [\"b\", \"c\"], [\"b\", \"d\"])", "[\"b\"]"},
    {"setproduct([\"development\", \"staging\", \"production\"], [\"app1\", \"app2\"])", "[[\"development\", \"app1\"], [\"development\", \"app2\"], [\"staging\", \"app1\"], [\"staging\", \"app2\"], [\"production\", \"app1\"], [\"production\", \"app2\"]]"},
    {"setsubtract([\"a\", \"b\", \"c\"], [\"a\", \"c\"])", "[\"b\"]"},
    {"setunion([\"a\", \"b\"], [\"b\", \"c\"], [\"d\"])", "[\"a\", \"b\", \"c\", \"d\"]"},
    {"slice([\"a\", \"b\", \"c\", \"d\"], 1, 3)", "[\"b\", \"c\"]"},
    {"sort([\"e\", \"d\", \"a\", \"x\"])", "[\"a\", \"d\", \"e\", \"x\"]"},
    {"transpose({\"a\" = [\"1\", \"2\"], \"b\" = [\"2\", \"3\"]})", "{\"1\": [\"a\"], \"2\": [\"a\", \"b\"], \"3\": [\"b\"]}"},
    {"keys({b = 1, a = 2})", "[\"a\", \"b\"]"},
    {"values({b = 1, a = 2})", "[2, 1]"},
    {"merge({a = 1, c = 3}, {b = 2, a = 5})", "{\"a\": 5, \"b\": 2, \"c\": 3}"},
    {"[for k, v in {b = 1, a = 2} : \"${k}=${v}\"]", "[\"a=2\", \"b=1\"]"},
    {"{for k, v in {b = 1, a = 2} : v => k}", "{\"2\": \"a\", \"1\": \"b\"}"},
    {"element([\"a\", \"b\", \"c\"], 4)", "\"b\""},
    {"index([\"a\", \"b\", \"c\"], \"b\")", "1"},
    {"coalesce(\"\", \"a\", \"b\")", "\"a\""},
    {"compact([\"a\", \"\", \"b\", null])", "[\"a\", \"b\"]"},
    {"distinct([\"a\", \"b\", \"a\"])", "[\"a\", \"b\"]"},
    {"flatten([[\"a\", \"b\"], [], [\"c\", [\"d\"]]])", "[\"a\", \"b\", \"c\", \"d\"]"},
    {"lookup({a = \"ay\", b = \"bee\"}, \"c\", \"what?\")", "\"what?\""},
    {"range(1, 8, 2)", "[1, 3, 5, 7]"},
    {"range(4, 1, -2)", "[4, 2]"},
    {"reverse([1, 2, 3])", "[3, 2, 1]"},
    {"sum([10, 13, 6, 4.5])", "33.5"},
    {"zipmap([\"a\", \"b\"], [1, 2])", "{\"a\": 1, \"b\": 2}"},
    {"contains([\"a\", \"b\"], \"b\")", "true"},
    {"alltrue([true, false])", "false"},
    {"anytrue([false, true])", "true"},
    {"join(\", \", [\"foo\", \"bar\"])", "\"foo, bar\""},
    {"split(\",\", \"foo,bar,baz\")", "[\"foo\", \"bar\", \"baz\"]"},
    {"chomp(\"hello\\n\")", "\"hello\""},
    {"lower(\"HELLO\")", "\"hello\""},
    {"max(5, 12, 9)", "12"},
    {"ceil(5.1)", "6"},
    {"trimprefix(\"helloworld\", \"hello\")", "\"world\""},
    {"startswith(\"hello world\", \"hello\")", "true"},
    {"strcontains(\"hello world\", \"wor\")", "true"},
    {"1 == \"1\"", "false"},
    {"\"1\" == \"1\"", "true"},
    {"try(\"a\", \"b\")", "\"a\""},
    {"!true || 5 % 3 == 2", "true"},
    {"-(3 + 4) * 2 / 7", "-2"},
    {"try({a = 1}.b, \"none\")", "\"none\""},
    {"try([1][5], null)", "null"},
    {"try(tonumber(\"x\"), \"fallback\")", "\"fallback\""},
    {"can(tonumber(\"x\"))", "false"},
    {"can(regex(\"[a-z]+\", \"123\"))", "false"},
    {"can(regex(\"[a-z]+\", \"abc\"))", "true"},
    {"try([{a = 1}][0].b.c, [{a = 2}.b], \"z\")", "\"z\""},
    {"try(null.a, 1)", "1"},
    {"try(element([], 0), \"e\")", "\"e\""},
    {"try(\"x${{a = 1}.b}\", \"t\")", "\"t\""},
    {"try(upper({a = 1}.b), \"u\")", "\"u\""},
    {"try({for k, v in {x = {}} : k => v.y}, \"f\")", "\"f\""},
    {"toset([\"c\", \"b\", 3])", "[\"3\", \"b\", \"c\"]"},
    {"distinct([1, \"1\", 2])", "[\"1\", \"2\"]"},
    {"tolist([\"a\", 3])", "[\"a\", \"3\"]"},
    {"[for x in toset([\"b\", \"a\"]) : x]", "[\"a\", \"b\"]"},
    {"join(\",\", [1, 2], [\"x\"])", "\"1,2,x\""},
    {"title(\"hello-world foo_bar\")", "\"Hello-World Foo_bar\""},
    {"format(\"%g\", 12345.678)", "\"12345.678\""},
    {"max(1, \"5\")", "5"},
    {"sum([1, \"2\"])", "3"},
    {"alltrue([\"true\", true])", "true"},
    {"tonumber(\"1e3\")", "1000"},
    {"parseint(\"1011111011101111\", 2)", "48879"},
    {"{a = [1]} == {a = [1]}", "true"},
    {"{a = 1} == {a = 2}", "false"},
    {"[{a = 1}] != [{b = 1}]", "true"},
    {"jsondecode(\"true\")", "true"},
};

static bool no_names(HclScope *s, Str root, Str name, Str third, Value *out) {
    (void)s, (void)name, (void)third, (void)out;
    return root.len == 0;
}

static void functions_give_what_terraform_gives(void **state UNUSED) {
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        Source source;
        Arena arena = {0};
        Buf got = {0};
        uint32_t steps = 0;
        source_init(&source, STR("main.tf"), str_format(&arena, "v = %s\n", cases[i].expression));
        const Tree *tree = hcl_parse(text_of_source(&source));
        HclScope scope = {.tree = tree, .arena = &arena, .lookup = no_names, .steps = &steps};
        value_dump(hcl_value(&scope, hcl_child(node_first(tree->nodes), 1)), &got);
        if (!str_is(buf_str(&got), cases[i].want)) fail_msg("%s: %.*s instead of %s", cases[i].expression, (int)got.len, got.at, cases[i].want);
        buf_free(&got);
        source_free(&source);
        arena_free(&arena);
    }
}

static void what_the_world_decides_is_a_hole(void **state UNUSED) {
    static const char *const expressions[] = {"timestamp()", "uuid()", "bcrypt(\"a\")", "cidrsubnet(\"x\", 1, 1)", "cidrhost(\"10.0.0.0/30\", 9)", "regex(\"x\", \"y\")",
                                              "regex(\"(\", \"y\")", "base64decode(\"*\")", "formatdate(\"QQ\", \"2018-01-02T23:12:01Z\")", "slice([1], 0, 9)", "parseint(\"9\", 8)",
                                              "file(\"x\")", "templatefile(\"x\", {})", "yamldecode(\"a: [\")", "upper(\"ñ\")", "upper(jsonencode({a = 1}))", "replace(\"ab\", \"/(?P<x>a)/\", \"$x\")", "tonumber(\"x\")", "{a = 1}.b", "[1][3]", "pow(10, 9999)", "log(0, 0)", "range(1, 9999999)", "cidrsubnets(\"10.0.0.0/31\", 1, 1, 1)"};
    for (size_t i = 0; i < ARRAY_COUNT(expressions); i++) {
        Source source;
        Arena arena = {0};
        uint32_t steps = 0;
        source_init(&source, STR("main.tf"), str_format(&arena, "v = %s\n", expressions[i]));
        const Tree *tree = hcl_parse(text_of_source(&source));
        HclScope scope = {.tree = tree, .arena = &arena, .lookup = no_names, .steps = &steps};
        if (hcl_value(&scope, hcl_child(node_first(tree->nodes), 1)).kind != VALUE_HOLE) fail_msg("%s is no hole", expressions[i]);
        assert_int_equal(source.problems.count, 0);
        source_free(&source);
        arena_free(&arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(functions_give_what_terraform_gives), cmocka_unit_test(what_the_world_decides_is_a_hole)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
