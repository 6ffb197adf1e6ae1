/* Rules of firewalls, whichever block and cloud they are written in, as the one shape that checks compare. */
#include "unit/terraform_trial.h"

typedef struct Case {
    const char *hcl;
    const char *want; /* direction action ports open, one rule after the other */
} Case;

static void dump_ports(Value ports, Buf *out) {
    if (ports.kind != VALUE_LIST) return;
    for (uint32_t i = 0; i < ports.count; i++) {
        const Object *port = ports.as.items[i].as.object;
        if (i) buf_byte(out, ',');
        value_dump(port->fields[PORT_NUMBER], out);
        buf_byte(out, '-');
        value_dump(port->fields[PORT_LAST], out);
    }
    if (!ports.count) buf_add(out, ports.flags & VALUE_OPEN ? STR("unknown") : STR("none"));
}

static void dump_rules(const Trial *t, Buf *out) {
    for (uint32_t i = 0; i < t->models[0].subjects.count; i++) {
        const Object *o = t->models[0].subjects.items[i];
        if (o->shape->id != SHAPE_FIREWALL_RULE) continue;
        if (out->len) buf_add(out, STR("; "));
        buf_add(out, value_text(o->fields[FIREWALL_RULE_DIRECTION]));
        buf_byte(out, ' ');
        buf_add(out, value_text(o->fields[FIREWALL_RULE_ACTION]));
        buf_byte(out, ' ');
        dump_ports(o->fields[FIREWALL_RULE_PORTS], out);
        buf_byte(out, ' ');
        value_dump(o->fields[FIREWALL_RULE_IS_OPEN], out);
    }
}

static void assert_rules(const Case *cases, size_t count) {
    for (size_t i = 0; i < count; i++) {
        Trial t = {0};
        Buf got = {0};
        evaluate(&t, NULL, "main.tf", cases[i].hcl, NULL);
        dump_rules(&t, &got);
        if (!str_is(buf_str(&got), cases[i].want)) fail_msg("%s\ngives \"%.*s\" instead of \"%s\"", cases[i].hcl, (int)got.len, got.at, cases[i].want);
        buf_free(&got);
        close_trial(&t);
    }
}

static void every_cloud_has_one_shape(void **state UNUSED) {
    static const Case cases[] = {
        {"resource \"aws_security_group\" \"a\" {\n  ingress {\n    protocol = \"tcp\"\n    from_port = 22\n    to_port = 23\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }\n"
         "  egress {\n    protocol = \"-1\"\n    from_port = 0\n    to_port = 0\n    ipv6_cidr_blocks = [\"fd00::/8\"]\n  }\n}\n",
         "ingress allow 22-23 true; egress allow 0-65535 false"},
        {"resource \"aws_vpc_security_group_ingress_rule\" \"a\" {\n  ip_protocol = \"tcp\"\n  from_port = 443\n  to_port = 443\n  cidr_ipv6 = \"::/0\"\n}\n", "ingress allow 443-443 true"},
        {"resource \"aws_network_acl_rule\" \"a\" {\n  egress = true\n  protocol = \"6\"\n  rule_action = \"deny\"\n  from_port = 1\n  to_port = 2\n  cidr_block = \"10.0.0.0/8\"\n}\n", "egress deny 1-2 false"},
        {"resource \"azurerm_network_security_rule\" \"a\" {\n  direction = \"Inbound\"\n  access = \"Allow\"\n  protocol = \"Tcp\"\n  source_address_prefix = \"Internet\"\n"
         "  destination_port_ranges = [\"22\", \"80-90\"]\n}\n", "ingress allow 22-22,80-90 true"},
        {"resource \"google_compute_firewall\" \"a\" {\n  source_ranges = [\"0.0.0.0/0\"]\n  allow {\n    protocol = \"tcp\"\n    ports = [\"22\", \"8000-9000\"]\n  }\n  allow { protocol = \"icmp\" }\n}\n",
         "ingress allow 22-22,8000-9000 true; ingress allow none true"},
        {"resource \"alicloud_security_group_rule\" \"a\" {\n  type = \"ingress\"\n  ip_protocol = \"tcp\"\n  policy = \"drop\"\n  port_range = \"1/200\"\n  cidr_ip = \"0.0.0.0/0\"\n}\n", "ingress deny 1-200 true"},
        {"resource \"oci_core_security_list\" \"a\" {\n  ingress_security_rules {\n    protocol = \"6\"\n    source = \"0.0.0.0/0\"\n    tcp_options {\n      min = 22\n      max = 22\n    }\n  }\n}\n", "ingress allow 22-22 true"},
        {"resource \"openstack_networking_secgroup_rule_v2\" \"a\" {\n  direction = \"ingress\"\n  protocol = \"tcp\"\n  port_range_min = 22\n  port_range_max = 22\n  security_group_id = \"s\"\n}\n", "ingress allow 22-22 true"},
        {"resource \"openstack_networking_secgroup_rule_v2\" \"a\" {\n  direction = \"ingress\"\n  protocol = \"tcp\"\n  port_range_min = 22\n  port_range_max = 22\n  remote_group_id = \"g\"\n  security_group_id = \"s\"\n}\n", "ingress allow 22-22 false"},
        {"resource \"openstack_networking_secgroup_rule_v2\" \"a\" {\n  direction = \"ingress\"\n  protocol = \"tcp\"\n  port_range_min = 22\n  port_range_max = 22\n  remote_group_id = var.g\n  security_group_id = \"s\"\n}\n", "ingress allow 22-22 false"},
        {"resource \"alicloud_security_group_rule\" \"a\" {\n  type = \"ingress\"\n  ip_protocol = \"tcp\"\n  port_range = \"22/22\"\n  security_group_id = \"s\"\n}\n", "ingress allow 22-22 true"},
        {"resource \"openstack_networking_secgroup_rule_v2\" \"a\" {\n  direction = \"egress\"\n  protocol = \"tcp\"\n  port_range_min = 22\n  remote_ip_prefix = \"10.0.0.0/8\"\n}\n", "egress allow 22-65535 false"},
    };
    assert_rules(cases, ARRAY_COUNT(cases));
}

static void all_ports_are_a_range(void **state UNUSED) {
    static const Case cases[] = {
        {"resource \"aws_security_group_rule\" \"a\" {\n  type = \"ingress\"\n  protocol = \"all\"\n  from_port = 22\n  to_port = 22\n  cidr_blocks = []\n}\n", "ingress allow 0-65535 false"},
        {"resource \"aws_security_group_rule\" \"a\" {\n  type = \"ingress\"\n  protocol = \"tcp\"\n  from_port = -1\n  to_port = -1\n  cidr_blocks = [\"0.0.0.0/0\"]\n}\n", "ingress allow 0-65535 true"},
        {"resource \"azurerm_network_security_rule\" \"a\" {\n  direction = \"Outbound\"\n  protocol = \"*\"\n  destination_port_range = \"*\"\n  destination_address_prefix = \"*\"\n}\n", "egress allow 0-65535 true"},
        {"resource \"azurerm_network_security_rule\" \"a\" {\n  direction = \"Inbound\"\n  protocol = \"*\"\n  destination_port_range = \"21\"\n}\n", "ingress allow 21-21 false"},
        {"resource \"google_compute_firewall\" \"a\" {\n  allow { protocol = \"udp\" }\n  source_ranges = [\"10.0.0.0/8\"]\n}\n", "ingress allow 0-65535 false"},
    };
    assert_rules(cases, ARRAY_COUNT(cases));
}

/* What a variable could hold is no answer: neither open nor closed. */
static void what_is_not_known_stays_open(void **state UNUSED) {
    static const Case cases[] = {
        {"variable \"n\" {}\nresource \"aws_security_group\" \"a\" {\n  ingress {\n    protocol = \"tcp\"\n    from_port = var.n\n    to_port = var.n\n    cidr_blocks = var.n\n  }\n}\n", "ingress allow ?variable-?variable ?variable"},
        {"variable \"n\" {}\nresource \"aws_security_group\" \"a\" {\n  ingress {\n    protocol = \"tcp\"\n    from_port = 1\n    to_port = 1\n    cidr_blocks = [var.n, \"0.0.0.0/0\"]\n  }\n}\n", "ingress allow 1-1 true"},
        {"variable \"n\" {}\nresource \"azurerm_network_security_rule\" \"a\" {\n  direction = \"Inbound\"\n  destination_port_ranges = var.n\n}\n", "ingress allow unknown false"},
        {"variable \"n\" {}\nresource \"aws_security_group\" \"a\" {\n  dynamic \"ingress\" {\n    for_each = [22, 80]\n    content {\n      protocol = \"tcp\"\n      from_port = ingress.value\n      to_port = ingress.value\n    }\n  }\n}\n",
         "ingress allow 22-22 false; ingress allow 80-80 false"},
    };
    assert_rules(cases, ARRAY_COUNT(cases));
}

/* A network ACL takes the first rule that fits. */
static void denying_rules_come_before(void **state UNUSED) {
    Trial t = {0};
    evaluate(&t, NULL, "main.tf",
             "variable \"n\" {}\nresource \"aws_network_acl\" \"a\" {\n"
             "  ingress {\n    rule_no = 100\n    action = \"deny\"\n    protocol = \"tcp\"\n    from_port = 22\n    to_port = 22\n    cidr_block = \"0.0.0.0/0\"\n  }\n"
             "  ingress {\n    rule_no = 200\n    action = \"allow\"\n    protocol = \"-1\"\n    from_port = 0\n    to_port = 0\n    cidr_block = \"0.0.0.0/0\"\n  }\n"
             "  ingress {\n    rule_no = var.n\n    action = \"allow\"\n    protocol = \"-1\"\n    from_port = 0\n    to_port = 0\n    cidr_block = \"0.0.0.0/0\"\n  }\n}\n", NULL);
    uint32_t seen = 0, before[3] = {0};
    bool open[3] = {false};
    for (uint32_t i = 0; i < t.models[0].subjects.count; i++) {
        const Object *o = t.models[0].subjects.items[i];
        if (o->shape->id != SHAPE_FIREWALL_RULE) continue;
        assert_true(seen < 3);
        before[seen] = o->fields[FIREWALL_RULE_DENIED_BEFORE].count;
        open[seen++] = o->fields[FIREWALL_RULE_DENIED_BEFORE].flags & VALUE_OPEN;
    }
    assert_int_equal(seen, 3);
    assert_true(before[0] == 0 && !open[0]);
    assert_true(before[1] == 1 && !open[1]);
    assert_true(before[2] == 0 && open[2]);
    close_trial(&t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cloud_has_one_shape),
        cmocka_unit_test(all_ports_are_a_range),
        cmocka_unit_test(what_is_not_known_stays_open),
        cmocka_unit_test(denying_rules_come_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
