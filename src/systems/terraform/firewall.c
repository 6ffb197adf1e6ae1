/* Rules of firewalls, one row a kind of block: security groups, network ACLs and firewalls of the clouds. Invariant: a rule that
 * counts for every port has the range 0 to 65535, however that is written, so that a check compares numbers only. */
#include "systems/terraform/module.h"

#include <stdlib.h>

#define LAST_PORT 65535

/* Names of attributes; several are separated by spaces, a dot goes into a nested block. "=x" is always x. */
typedef struct RuleSource {
    const char *type;         /* block_type */
    const char *nested;       /* the list of rules in it; NULL: the block is one rule */
    const char *direction;    /* of the traffic; absent: ingress */
    const char *protocol;
    const char *sources;      /* networks of what comes in */
    const char *destinations; /* networks of what goes out */
    const char *ports;        /* FROM:TO, or ranges as texts: 22, 20-30, 20/30, * */
    const char *action;
    bool is_acl;
    bool whole;               /* what the rule lacks stands in the block around it */
    bool own_ports;           /* its ports count for every protocol, too */
} RuleSource;

#define AWS_GROUP "protocol", "cidr_blocks ipv6_cidr_blocks", "cidr_blocks ipv6_cidr_blocks", "from_port:to_port", "=allow", false, false, false
#define AWS_ACL "protocol", "cidr_block ipv6_cidr_block", "cidr_block ipv6_cidr_block", "from_port:to_port", "action", true, false, false
#define AWS_RULE "ip_protocol", "cidr_ipv4 cidr_ipv6", "cidr_ipv4 cidr_ipv6", "from_port:to_port", "=allow", false, false, false
#define AZURE "protocol", "source_address_prefix source_address_prefixes", "destination_address_prefix destination_address_prefixes", \
              "destination_port_range destination_port_ranges", "access", false, false, true
#define GOOGLE "direction", "protocol", "source_ranges", "destination_ranges", "ports"
#define YANDEX "protocol", "v4_cidr_blocks v6_cidr_blocks", "v4_cidr_blocks v6_cidr_blocks", "from_port:to_port port", "=allow", false, false, false
#define ORACLE "protocol", "source", "destination", "tcp_options.min:tcp_options.max udp_options.min:udp_options.max", "=allow", false, false, false
#define ORACLE_RANGE "tcp_options.destination_port_range.min:tcp_options.destination_port_range.max " \
                     "udp_options.destination_port_range.min:udp_options.destination_port_range.max"
#define NAVER "protocol", "ip_block", "ip_block", "port_range"

static const RuleSource sources[] = {
    {"aws_security_group", "ingress", "=ingress", AWS_GROUP},
    {"aws_security_group", "egress", "=egress", AWS_GROUP},
    {"aws_default_security_group", "ingress", "=ingress", AWS_GROUP},
    {"aws_default_security_group", "egress", "=egress", AWS_GROUP},
    {"aws_security_group_rule", NULL, "type", AWS_GROUP},
    {"aws_vpc_security_group_ingress_rule", NULL, "=ingress", AWS_RULE},
    {"aws_vpc_security_group_egress_rule", NULL, "=egress", AWS_RULE},
    {"aws_network_acl", "ingress", "=ingress", AWS_ACL},
    {"aws_network_acl", "egress", "=egress", AWS_ACL},
    {"aws_default_network_acl", "ingress", "=ingress", AWS_ACL},
    {"aws_default_network_acl", "egress", "=egress", AWS_ACL},
    {"aws_network_acl_rule", NULL, "egress", "protocol", "cidr_block ipv6_cidr_block", "cidr_block ipv6_cidr_block", "from_port:to_port", "rule_action", true, false, false},
    {"azurerm_network_security_group", "security_rule", "direction", AZURE},
    {"azurerm_network_security_rule", NULL, "direction", AZURE},
    {"google_compute_firewall", "allow", GOOGLE, "=allow", false, true, false},
    {"google_compute_firewall", "deny", GOOGLE, "=deny", false, true, false},
    {"alicloud_security_group_rule", NULL, "type", "ip_protocol", "cidr_ip ipv6_cidr_ip", "cidr_ip ipv6_cidr_ip", "port_range", "policy", false, false, false},
    {"oci_core_security_list", "ingress_security_rules", "=ingress", ORACLE},
    {"oci_core_security_list", "egress_security_rules", "=egress", ORACLE},
    {"oci_core_network_security_group_security_rule", NULL, "direction", "protocol", "source", "destination", ORACLE_RANGE, "=allow", false, false, false},
    {"yandex_vpc_security_group", "ingress", "=ingress", YANDEX},
    {"yandex_vpc_security_group", "egress", "=egress", YANDEX},
    {"yandex_vpc_security_group_rule", NULL, "direction", YANDEX},
    {"openstack_networking_secgroup_rule_v2", NULL, "direction", "protocol", "remote_ip_prefix", "remote_ip_prefix", "port_range_min:port_range_max", "=allow", false, false, false},
    {"openstack_compute_secgroup_v2", "rule", "=ingress", "ip_protocol", "cidr", "cidr", "from_port:to_port", "=allow", false, false, false},
    {"tencentcloud_security_group_rule", NULL, "type", "ip_protocol", "cidr_ip", "cidr_ip", "port_range", "policy", false, false, false},
    {"tencentcloud_security_group_rule_set", "ingress", "=ingress", "protocol", "cidr_block ipv6_cidr_block", "cidr_block ipv6_cidr_block", "port", "action", false, false, false},
    {"tencentcloud_security_group_rule_set", "egress", "=egress", "protocol", "cidr_block ipv6_cidr_block", "cidr_block ipv6_cidr_block", "port", "action", false, false, false},
    {"nifcloud_security_group_rule", NULL, "type", "protocol", "cidr_ip", "cidr_ip", "from_port:to_port", "=allow", false, false, false},
    {"nifcloud_db_security_group", "rule", "=ingress", "=tcp", "cidr_ip", "cidr_ip", "", "=allow", false, false, false},
    {"nifcloud_nas_security_group", "rule", "=ingress", "=tcp", "cidr_ip", "cidr_ip", "", "=allow", false, false, false},
    {"ncloud_access_control_group_rule", "inbound", "=ingress", NAVER, "=allow", false, false, false},
    {"ncloud_access_control_group_rule", "outbound", "=egress", NAVER, "=allow", false, false, false},
    {"ncloud_network_acl_rule", "inbound", "=ingress", NAVER, "rule_action", true, false, false},
    {"ncloud_network_acl_rule", "outbound", "=egress", NAVER, "rule_action", true, false, false},
};

/* Rules of a security group that count for everybody when they name neither a network nor one of these. */
static const struct { const char *type, *others; } open_by_default[] = {
    {"alicloud_security_group_rule", "source_security_group_id prefix_list_id"},
    {"openstack_networking_secgroup_rule_v2", "remote_group_id remote_address_group_id"},
};

/* A rule as it is read: where its attributes are looked for. */
typedef struct Rule {
    const RuleSource *source;
    Value body, around; /* around: of the block, when the source says so, else null */
    Arena *arena;
} Rule;

/* The attribute that a path names; a block that stands there once is gone into. */
static Value at_path(Value v, Str path) {
    Str step;
    while (str_next(&path, '.', &step)) {
        if (v.kind == VALUE_LIST && v.count == 1) v = v.as.items[0];
        if (v.kind != VALUE_MAP) return v.kind == VALUE_HOLE ? v : value_null();
        Value next = hcl_member(v, value_string(step));
        v = next.source ? next : value_at(next, v.source, v.span);
    }
    return v;
}

static Value attribute(const Rule *r, Str name) {
    if (str_starts(name, STR("="))) return value_at(value_string(str_skip(name, 1)), r->body.source, r->body.span);
    Value v = at_path(r->body, name);
    return v.kind == VALUE_NULL && r->around.kind == VALUE_MAP ? at_path(r->around, name) : v;
}

/* The word that stands for it in every cloud: ingress, egress; allow, deny. A text that is none stays. */
static Value word_of(Value v, const char *absent) {
    static const char *const words[][2] = {
        {"ingress", "ingress in inbound"}, {"egress", "egress out outbound"}, {"allow", "allow accept"}, {"deny", "deny drop reject"},
    };
    if (v.kind == VALUE_NULL) return value_at(value_string(str_of(absent)), v.source, v.span);
    if (v.kind == VALUE_BOOL) return value_at(value_string(v.as.boolean ? STR("egress") : STR("ingress")), v.source, v.span); /* egress = true */
    if (v.kind != VALUE_STRING) return v;
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        Str rest = str_of(words[i][1]), word;
        while (str_next(&rest, ' ', &word)) {
            if (str_eq_nocase(word, value_str(v))) return value_at(value_string(str_of(words[i][0])), v.source, v.span);
        }
    }
    return v;
}

/* All that the names hold, in one list; a hole among them leaves it open. */
static Value gather(const Rule *r, const char *names) {
    ValueVec items = {0};
    Value first = value_null();
    uint8_t flags = 0;
    Str rest = str_of(names), name;
    while (str_next(&rest, ' ', &name)) {
        Value v = attribute(r, name);
        if (v.kind == VALUE_NULL) continue;
        if (first.kind == VALUE_NULL || (first.kind == VALUE_LIST && !first.count)) first = v;
        flags |= v.kind == VALUE_HOLE ? VALUE_OPEN : v.flags & VALUE_OPEN;
        if (v.kind == VALUE_STRING) vec_push(r->arena, &items, v);
        for (uint32_t k = 0; v.kind == VALUE_LIST && k < v.count; k++) vec_push(r->arena, &items, v.as.items[k]);
    }
    Value out = value_list(items.items, items.count);
    out.flags = flags;
    return first.source ? value_at(out, first.source, first.span) : value_at(out, r->body.source, r->body.span);
}

static bool is_open_by_default(const Rule *r) {
    for (size_t i = 0; i < ARRAY_COUNT(open_by_default); i++) {
        Str rest = str_of(open_by_default[i].others), name;
        bool other = strcmp(open_by_default[i].type, r->source->type) != 0 || r->body.flags & VALUE_OPEN || attribute(r, STR("security_group_id")).kind == VALUE_NULL;
        while (!other && str_next(&rest, ' ', &name)) other = attribute(r, name).kind != VALUE_NULL;
        if (!other) return true;
    }
    return false;
}

/* A /0 whose address is not zero is no network, and refused by the clouds. */
static bool is_everybody(Value network) {
    static const char *const all[] = {"*", "any", "internet"};
    if (network.kind != VALUE_STRING) return false;
    Str text = value_str(network);
    bool zero = str_ends(text, STR("/0"));
    for (size_t i = 0; zero && i < text.len; i++) zero = text.at[i] < '1' || text.at[i] > '9';
    if (zero) return true;
    for (size_t i = 0; i < ARRAY_COUNT(all); i++) {
        if (str_eq_nocase(value_str(network), str_of(all[i]))) return true;
    }
    return false;
}

/* Whether one of the networks is all of the internet; a hole where only an unknown one can be. */
static Value openness(Value networks) {
    Value hole = value_null();
    if (networks.flags & VALUE_OPEN) hole = value_hole(HOLE_VARIABLE);
    for (uint32_t i = 0; i < networks.count; i++) {
        Value n = networks.as.items[i];
        if (is_everybody(n)) return value_at(value_bool(true), n.source, n.span);
        if (n.kind == VALUE_HOLE) hole = n;
    }
    return value_at(hole.kind == VALUE_HOLE ? hole : value_bool(false), networks.source, networks.span);
}

static bool is_every_protocol(Value protocol) {
    static const char *const all[] = {"-1", "all", "any", "*"};
    if (protocol.kind == VALUE_INT) return protocol.as.integer == -1;
    for (size_t i = 0; protocol.kind == VALUE_STRING && i < ARRAY_COUNT(all); i++) {
        if (str_eq_nocase(value_str(protocol), str_of(all[i]))) return true;
    }
    return false;
}

/* ICMP has types, no ports; its number is 1, for IPv6 58. */
static bool has_no_ports(Value protocol) {
    if (protocol.kind == VALUE_INT) return protocol.as.integer == 1 || protocol.as.integer == 58;
    Str text = value_text(protocol);
    return str_starts_nocase(text, STR("icmp")) || str_is(text, "1") || str_is(text, "58") || str_is(text, "ipv6-icmp");
}

/* tcp, udp …; absent where it counts for all or is not known. */
static Value port_protocol(const Rule *r) {
    Value v = attribute(r, str_of(r->source->protocol));
    if (is_every_protocol(v) || v.kind == VALUE_HOLE) return value_null();
    Str text = value_text(v);
    if ((v.kind == VALUE_INT && v.as.integer == 6) || str_is(text, "6")) text = STR("tcp");
    if ((v.kind == VALUE_INT && v.as.integer == 17) || str_is(text, "17")) text = STR("udp");
    return text.len ? value_at(value_string(str_lower(r->arena, text)), v.source, v.span) : value_null();
}

static void add_range(const Rule *r, Value first, Value last, ValueVec *out) {
    if (first.kind == VALUE_NULL && last.kind == VALUE_NULL) return;
    Object *o = object_new(r->arena, SHAPE_PORT, first.source, first.span);
    if (first.kind == VALUE_INT && first.as.integer == -1) { /* -1/-1: all */
        first.as.integer = 0;
        last = value_at(value_int(LAST_PORT), first.source, first.span);
    }
    o->fields[PORT_NUMBER] = first.kind == VALUE_NULL ? value_at(value_int(0), last.source, last.span) : first;
    o->fields[PORT_PROTOCOL] = port_protocol(r);
    o->fields[PORT_LAST] = last.kind == VALUE_NULL ? value_at(value_int(LAST_PORT), first.source, first.span) : last;
    vec_push(r->arena, out, value_object(o));
}

static Value number(Value v) {
    int64_t n;
    return v.kind == VALUE_STRING && str_to_int(str_trim(value_str(v)), &n) ? value_at(value_int(n), v.source, v.span) : v;
}

/* 22 · 20-30 · 20/30 · 20:30 · 80,443 · * */
static void add_text(const Rule *r, Value v, ValueVec *out) {
    Str rest = value_str(v), piece;
    while (str_next(&rest, ',', &piece)) {
        piece = str_trim(piece);
        size_t cut = STR_NONE;
        for (size_t i = 1; i < piece.len && cut == STR_NONE; i++) cut = piece.at[i] == '-' || piece.at[i] == '/' || piece.at[i] == ':' ? i : STR_NONE;
        Value first = number(value_at(value_string(cut == STR_NONE ? piece : str_slice(piece, 0, cut)), v.source, v.span));
        Value last = cut == STR_NONE ? first : number(value_at(value_string(str_skip(piece, cut + 1)), v.source, v.span));
        bool all = str_is(piece, "*") || str_eq_nocase(piece, STR("all")) || str_eq_nocase(piece, STR("any"));
        if (all) first = value_at(value_int(-1), v.source, v.span);
        if (first.kind == VALUE_INT) add_range(r, first, last, out);
    }
}

static void add_ranges(const Rule *r, Value v, ValueVec *out, uint8_t *flags) {
    if (v.kind == VALUE_HOLE) *flags |= VALUE_OPEN;
    if (v.kind == VALUE_INT) add_range(r, v, v, out);
    if (v.kind == VALUE_STRING) add_text(r, v, out);
    if (v.kind == VALUE_LIST) *flags |= v.flags & VALUE_OPEN;
    for (uint32_t i = 0; v.kind == VALUE_LIST && i < v.count; i++) {
        Value item = v.as.items[i];
        if (item.kind == VALUE_HOLE) *flags |= VALUE_OPEN;
        if (item.kind == VALUE_INT) add_range(r, item, item, out);
        if (item.kind == VALUE_STRING) add_text(r, item, out);
    }
}

/* The ports a rule counts for: none of ICMP, all when it names none. */
static Value ports(const Rule *r, Value protocol) {
    ValueVec out = {0};
    uint8_t flags = 0;
    Value all = value_at(value_int(-1), protocol.source ? protocol.source : r->body.source, protocol.source ? protocol.span : r->body.span);
    Str rest = str_of(r->source->ports), name, from, to;
    if (is_every_protocol(protocol) && !r->source->own_ports) rest = STR("");
    if (has_no_ports(protocol)) return value_at(value_list(NULL, 0), all.source, all.span);
    while (str_next(&rest, ' ', &name)) {
        if (str_cut(name, ':', &from, &to)) add_range(r, number(attribute(r, from)), number(attribute(r, to)), &out);
        else add_ranges(r, attribute(r, name), &out, &flags);
    }
    if (!out.count && !(flags & VALUE_OPEN)) add_range(r, all, all, &out);
    Value list = value_list(out.items, out.count);
    list.flags = flags;
    return out.count ? value_at(list, out.items[0].source, out.items[0].span) : value_at(list, all.source, all.span);
}

static bool is_every_port(Value ranges) {
    for (uint32_t i = 0; i < ranges.count; i++) {
        const Object *port = ranges.as.items[i].as.object;
        Value first = port->fields[PORT_NUMBER], last = port->fields[PORT_LAST];
        if (first.kind == VALUE_INT && last.kind == VALUE_INT && first.as.integer <= 0 && last.as.integer >= LAST_PORT) return true;
    }
    return false;
}

static Object *rule_model(Object *block, Value body, const RuleSource *source, Model *model) {
    if (body.kind != VALUE_MAP) return NULL;
    Rule r = {source, body, source->whole ? block->fields[BLOCK_BODY] : value_null(), model->arena};
    Object *o = object_new(model->arena, SHAPE_FIREWALL_RULE, block->source, body.span);
    bool here = body.source == block->source && span_holds(block->extent, body.span);
    if (!here) o->span = block->span;
    o->extent = block->extent;
    o->address = block->address;
    o->origins = block->origins;
    o->origin_count = block->origin_count;
    Value protocol = attribute(&r, str_of(source->protocol)), direction = word_of(attribute(&r, str_of(source->direction)), "ingress");
    Value reached = gather(&r, value_is_string(direction, "egress") ? source->destinations : source->sources);
    if (!reached.count && !(reached.flags & VALUE_OPEN) && is_open_by_default(&r)) {
        Value *all = arena_new(model->arena, Value);
        *all = value_at(value_string(STR("0.0.0.0/0")), reached.source, reached.span);
        reached = value_at(value_list(all, 1), reached.source, reached.span);
    }
    if (here && !source->whole && reached.source == block->source && span_holds(block->extent, reached.span)) o->span = span_join(o->span, reached.span);
    o->fields[FIREWALL_RULE_DIRECTION] = direction;
    o->fields[FIREWALL_RULE_PROTOCOL] = protocol;
    o->fields[FIREWALL_RULE_PORTS] = ports(&r, protocol);
    bool every = is_every_protocol(protocol) && (!source->own_ports || is_every_port(o->fields[FIREWALL_RULE_PORTS]));
    o->fields[FIREWALL_RULE_EVERY_PROTOCOL] = protocol.kind == VALUE_HOLE ? protocol : value_at(value_bool(every), protocol.source, protocol.span);
    o->fields[FIREWALL_RULE_NETWORKS] = reached;
    o->fields[FIREWALL_RULE_IS_OPEN] = openness(reached);
    o->fields[FIREWALL_RULE_DESCRIPTION] = attribute(&r, STR("description"));
    o->fields[FIREWALL_RULE_ACTION] = word_of(attribute(&r, str_of(source->action)), "allow");
    o->fields[FIREWALL_RULE_IS_ACL] = value_at(value_bool(source->is_acl), block->source, o->span);
    o->fields[FIREWALL_RULE_DENIED_BEFORE] = value_at(value_list(NULL, 0), block->source, o->span);
    Value number = attribute(&r, STR("rule_no"));
    o->fields[FIREWALL_RULE_NUMBER] = number.kind == VALUE_NULL ? attribute(&r, STR("rule_number")) : number;
    Str cloud = str_of(source->type);
    o->fields[FIREWALL_RULE_CLOUD] = value_at(value_string(str_slice(cloud, 0, str_find_byte(cloud, '_'))), block->source, o->span);
    o->fields[FIREWALL_RULE_BLOCK] = value_object(block);
    model_subject(model, o);
    return o;
}

static int by_number(const void *a, const void *b) {
    const Value *x = a, *y = b;
    int64_t m = x->as.object->fields[FIREWALL_RULE_NUMBER].as.integer, n = y->as.object->fields[FIREWALL_RULE_NUMBER].as.integer;
    if (m != n) return m < n ? -1 : 1;
    return x->as.object->span.start < y->as.object->span.start ? -1 : x->as.object->span.start > y->as.object->span.start;
}

/* A network ACL takes the first rule that fits, by number: each rule gets the denying ones that come before it, which are the first so
 * many of all of them. A number that nobody knows leaves the list open. `only`: rules of blocks of that type get theirs, or NULL. */
static void order_rules(const ObjectVec *rules, const char *only, Arena *a) {
    ValueVec denying = {0};
    bool unknown = false;
    for (uint32_t i = 0; i < rules->count; i++) {
        const Object *rule = rules->items[i];
        if (!value_is_string(rule->fields[FIREWALL_RULE_ACTION], "deny")) continue;
        if (rule->fields[FIREWALL_RULE_NUMBER].kind == VALUE_INT) vec_push(a, &denying, value_object(rule));
        else unknown = true;
    }
    if (denying.count) qsort(denying.items, denying.count, sizeof *denying.items, by_number);
    for (uint32_t i = 0; i < rules->count; i++) {
        Object *rule = (Object *)(uintptr_t)rules->items[i];
        if (only && !value_is_string(rule->fields[FIREWALL_RULE_BLOCK].as.object->fields[BLOCK_BLOCK_TYPE], only)) continue;
        Value number = rule->fields[FIREWALL_RULE_NUMBER], *list = &rule->fields[FIREWALL_RULE_DENIED_BEFORE];
        bool known = number.kind == VALUE_INT;
        uint32_t low = 0, high = known ? denying.count : 0;
        while (low < high) {
            uint32_t middle = low + (high - low) / 2;
            if (denying.items[middle].as.object->fields[FIREWALL_RULE_NUMBER].as.integer < number.as.integer) low = middle + 1;
            else high = middle;
        }
        *list = value_at(value_list(denying.items, low), list->source, list->span);
        if (unknown || (!known && denying.count)) list->flags |= VALUE_OPEN;
    }
}

/* The rules that stand in one list of a block. */
static void nested_rules(Object *block, Value rules, const RuleSource *source, Model *model) {
    ObjectVec made = {0};
    uint32_t count = rules.kind == VALUE_LIST ? rules.count : 1;
    for (uint32_t k = 0; k < count; k++) {
        Object *o = rule_model(block, rules.kind == VALUE_LIST ? rules.as.items[k] : rules, source, model);
        if (o) vec_push(model->arena, &made, o);
    }
    if (source->is_acl) order_rules(&made, NULL, model->arena);
}

/* The network ACL that a rule of its own belongs to, or the VPC whose default it is; NULL when it is not in sight. */
static const Object *acl_of(const Object *rule) {
    static const char *const types[] = {"aws_network_acl", "aws_default_network_acl", "aws_vpc"};
    Value uses = rule->fields[FIREWALL_RULE_BLOCK].as.object->fields[BLOCK_USES];
    for (size_t t = 0; t < ARRAY_COUNT(types); t++) {
        for (uint32_t i = 0; uses.kind == VALUE_LIST && i < uses.count; i++) {
            const Object *used = uses.as.items[i].as.object;
            if (value_is_string(used->fields[BLOCK_BLOCK_TYPE], types[t])) return used;
        }
    }
    return NULL;
}

static void add_to_list(Map *lists, const Object *acl, const Object *rule, Arena *a) {
    if (!acl) return;
    struct { const Object *acl; uint64_t is_egress; } key = {acl, value_is_string(rule->fields[FIREWALL_RULE_DIRECTION], "egress")};
    void **slot = map_slot(a, lists, str_copy(a, (Str){(const char *)&key, sizeof key}));
    if (!*slot) *slot = arena_new(a, ObjectVec);
    ObjectVec *list = *slot;
    vec_push(a, list, rule);
}

void terraform_order(const ObjectVec *rules, Arena *a) {
    Map lists = {0}; /* an ACL and a direction → the rules of it, in its block or their own */
    for (uint32_t i = 0; i < rules->count; i++) {
        const Object *rule = rules->items[i], *block = rule->fields[FIREWALL_RULE_BLOCK].as.object, *acl = acl_of(rule);
        bool own = value_is_string(block->fields[BLOCK_BLOCK_TYPE], "aws_network_acl_rule");
        if (!own) add_to_list(&lists, block, rule, a);
        if (acl != block) add_to_list(&lists, acl, rule, a);
    }
    for (uint32_t i = 0; i < lists.count; i++) {
        const ObjectVec *list = lists.items[i].value;
        order_rules(list, "aws_network_acl_rule", a);
    }
}

void terraform_rules(Object *block, Model *model) {
    Str type = value_text(block->fields[BLOCK_BLOCK_TYPE]);
    Value body = block->fields[BLOCK_BODY];
    for (size_t i = 0; i < ARRAY_COUNT(sources); i++) {
        if (!str_is(type, sources[i].type)) continue;
        if (sources[i].nested) nested_rules(block, terraform_member(body, sources[i].nested), &sources[i], model);
        else rule_model(block, body, &sources[i], model);
    }
}
