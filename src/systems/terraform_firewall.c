/* Rules of firewalls, one row a kind of block: security groups and network ACLs of AWS. Invariant: a rule for every protocol
 * covers ports 0 to 65535, so that a check compares numbers only. */
#include "systems/terraform_module.h"

typedef struct RuleSource {
    const char *type;      /* block_type */
    const char *nested;    /* the list of rules in it; NULL: the block is one rule */
    const char *direction; /* "ingress", "egress"; NULL: by `type`, or by `egress = true` */
    const char *protocol, *v4, *v6, *action;
    bool is_acl;
} RuleSource;

static const RuleSource sources[] = {
    {"aws_security_group", "ingress", "ingress", "protocol", "cidr_blocks", "ipv6_cidr_blocks", "", false},
    {"aws_security_group", "egress", "egress", "protocol", "cidr_blocks", "ipv6_cidr_blocks", "", false},
    {"aws_default_security_group", "ingress", "ingress", "protocol", "cidr_blocks", "ipv6_cidr_blocks", "", false},
    {"aws_default_security_group", "egress", "egress", "protocol", "cidr_blocks", "ipv6_cidr_blocks", "", false},
    {"aws_security_group_rule", NULL, NULL, "protocol", "cidr_blocks", "ipv6_cidr_blocks", "", false},
    {"aws_vpc_security_group_ingress_rule", NULL, "ingress", "ip_protocol", "cidr_ipv4", "cidr_ipv6", "", false},
    {"aws_vpc_security_group_egress_rule", NULL, "egress", "ip_protocol", "cidr_ipv4", "cidr_ipv6", "", false},
    {"aws_network_acl", "ingress", "ingress", "protocol", "cidr_block", "ipv6_cidr_block", "action", true},
    {"aws_network_acl", "egress", "egress", "protocol", "cidr_block", "ipv6_cidr_block", "action", true},
    {"aws_default_network_acl", "ingress", "ingress", "protocol", "cidr_block", "ipv6_cidr_block", "action", true},
    {"aws_default_network_acl", "egress", "egress", "protocol", "cidr_block", "ipv6_cidr_block", "action", true},
    {"aws_network_acl_rule", NULL, NULL, "protocol", "cidr_block", "ipv6_cidr_block", "rule_action", true},
};

/* Both families in one list; a hole in either leaves it open. */
static Value networks(Value rule, const RuleSource *source, Arena *a) {
    ValueVec items = {0};
    Value first = value_null();
    uint8_t flags = 0;
    const char *const names[] = {source->v4, source->v6};
    for (int i = 0; i < 2; i++) {
        Value v = terraform_member(rule, names[i]);
        if (v.kind == VALUE_NULL) continue;
        if (first.kind == VALUE_NULL || (first.kind == VALUE_LIST && !first.count)) first = v;
        flags |= v.kind == VALUE_HOLE ? VALUE_OPEN : v.flags & VALUE_OPEN;
        if (v.kind == VALUE_STRING) vec_push(a, &items, v);
        for (uint32_t k = 0; v.kind == VALUE_LIST && k < v.count; k++) vec_push(a, &items, v.as.items[k]);
    }
    Value out = value_list(items.items, items.count);
    out.flags = flags;
    return first.source ? value_at(out, first.source, first.span) : value_at(out, rule.source, rule.span);
}

static Value direction_of(Value rule, const RuleSource *source) {
    if (source->direction) return value_string(str_of(source->direction));
    if (!source->is_acl) return terraform_member(rule, "type");
    Value egress = terraform_member(rule, "egress");
    if (egress.kind == VALUE_HOLE) return egress;
    return value_string(egress.kind == VALUE_BOOL && egress.as.boolean ? STR("egress") : STR("ingress"));
}

static bool is_every_protocol(Value protocol) {
    return (protocol.kind == VALUE_INT && protocol.as.integer == -1) || value_is_string(protocol, "all") || value_is_string(protocol, "-1");
}

static Object *rule_model(Object *block, Value rule, const RuleSource *source, Model *model) {
    if (rule.kind != VALUE_MAP) return NULL;
    Object *o = object_new(model->arena, SHAPE_FIREWALL_RULE, block->source, rule.span);
    bool here = rule.source == block->source && span_holds(block->extent, rule.span);
    if (!here) o->span = block->span;
    o->extent = block->extent;
    o->address = block->address;
    o->origins = block->origins;
    o->origin_count = block->origin_count;
    Value protocol = terraform_member(rule, source->protocol), reached = networks(rule, source, model->arena);
    if (here && reached.source == block->source && span_holds(block->extent, reached.span)) o->span = span_join(o->span, reached.span);
    bool every = is_every_protocol(protocol);
    o->fields[FIREWALL_RULE_DIRECTION] = value_at(direction_of(rule, source), block->source, o->span);
    o->fields[FIREWALL_RULE_PROTOCOL] = protocol;
    o->fields[FIREWALL_RULE_FROM_PORT] = every ? value_at(value_int(0), protocol.source, protocol.span) : terraform_member(rule, "from_port");
    o->fields[FIREWALL_RULE_TO_PORT] = every ? value_at(value_int(65535), protocol.source, protocol.span) : terraform_member(rule, "to_port");
    o->fields[FIREWALL_RULE_EVERY_PROTOCOL] = protocol.kind == VALUE_HOLE ? protocol : value_at(value_bool(every), protocol.source, protocol.span);
    o->fields[FIREWALL_RULE_NETWORKS] = reached;
    o->fields[FIREWALL_RULE_DESCRIPTION] = terraform_member(rule, "description");
    o->fields[FIREWALL_RULE_ACTION] = *source->action ? terraform_member(rule, source->action) : value_at(value_string(STR("allow")), block->source, o->span);
    o->fields[FIREWALL_RULE_IS_ACL] = value_at(value_bool(source->is_acl), block->source, o->span);
    o->fields[FIREWALL_RULE_DENIED_BEFORE] = value_at(value_list(NULL, 0), block->source, o->span);
    o->fields[FIREWALL_RULE_NUMBER] = terraform_member(rule, "rule_no");
    o->fields[FIREWALL_RULE_BLOCK] = value_object(block);
    model_subject(model, o);
    return o;
}

/* A network ACL takes the first rule that fits, by number: each allowing rule gets the denying ones that come before it. A number
 * that nobody knows leaves the list open. */
static void order_rules(Object *const *rules, size_t count, Arena *a) {
    for (size_t i = 0; i < count; i++) {
        Value number = rules[i]->fields[FIREWALL_RULE_NUMBER];
        ValueVec before = {0};
        bool known = number.kind == VALUE_INT, open = false;
        for (size_t k = 0; k < count; k++) {
            if (!value_is_string(rules[k]->fields[FIREWALL_RULE_ACTION], "deny")) continue;
            Value other = rules[k]->fields[FIREWALL_RULE_NUMBER];
            if (!known || other.kind != VALUE_INT) open = true;
            else if (other.as.integer < number.as.integer) vec_push(a, &before, value_object(rules[k]));
        }
        Value *list = &rules[i]->fields[FIREWALL_RULE_DENIED_BEFORE];
        *list = value_at(value_list(before.items, before.count), list->source, list->span);
        if (open) list->flags |= VALUE_OPEN;
    }
}

/* The rules that stand in one list of a block. */
static void nested_rules(Object *block, Value rules, const RuleSource *source, Model *model) {
    VEC(Object *) made = {0};
    uint32_t count = rules.kind == VALUE_LIST ? rules.count : 1;
    for (uint32_t k = 0; k < count; k++) {
        Object *o = rule_model(block, rules.kind == VALUE_LIST ? rules.as.items[k] : rules, source, model);
        if (o) vec_push(model->arena, &made, o);
    }
    if (source->is_acl) order_rules(made.items, made.count, model->arena);
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
