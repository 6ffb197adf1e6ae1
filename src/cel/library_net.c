/* ip() and cidr(): https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-ip-address-library and -cidr-library. */
#include "cel/node.h"
#include "values/address.h"

typedef struct AddressValue {
    Extension base;
    Address address;
} AddressValue;

typedef struct NetworkValue {
    Extension base;
    Network network;
} NetworkValue;

static bool same_address(const Extension *a, const Extension *b) {
    return address_equal(&((const AddressValue *)a)->address, &((const AddressValue *)b)->address);
}
static void print_address(const Extension *a, Buf *out) { address_print(&((const AddressValue *)a)->address, out); }

static bool same_network(const Extension *a, const Extension *b) {
    const Network *x = &((const NetworkValue *)a)->network, *y = &((const NetworkValue *)b)->network;
    return x->prefix == y->prefix && x->address.length == y->address.length && !memcmp(x->address.bytes, y->address.bytes, 16);
}
static void print_network(const Extension *n, Buf *out) { network_print(&((const NetworkValue *)n)->network, out); }

static const ExtensionType ip_type = {STR_INIT("net.IP"), same_address, print_address};
static const ExtensionType cidr_type = {STR_INIT("net.CIDR"), same_network, print_network};

static Value address_value(CelEvaluator *e, Address address, Value from) {
    AddressValue *v = arena_new(e->scope->arena, AddressValue);
    *v = (AddressValue){{&ip_type}, address};
    return value_at((Value){.kind = VALUE_EXTENSION, .as.extension = &v->base}, from.source, from.span);
}

static Value network_value(CelEvaluator *e, Network network, Value from) {
    NetworkValue *v = arena_new(e->scope->arena, NetworkValue);
    *v = (NetworkValue){{&cidr_type}, network};
    return value_at((Value){.kind = VALUE_EXTENSION, .as.extension = &v->base}, from.source, from.span);
}

static const Address *address_of(Value v) {
    return v.kind == VALUE_EXTENSION && v.as.extension->type == &ip_type ? &((const AddressValue *)v.as.extension)->address : NULL;
}
static const Network *network_of(Value v) {
    return v.kind == VALUE_EXTENSION && v.as.extension->type == &cidr_type ? &((const NetworkValue *)v.as.extension)->network : NULL;
}

Value cel_ip(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    Address address;
    if (a[0].kind == VALUE_HOLE || address_of(a[0])) return a[0];
    if (network_of(a[0])) return address_value(e, network_of(a[0])->address, a[0]);
    if (a[0].kind != VALUE_STRING) return cel_mismatch(e, "ip");
    if (!address_parse(value_str(a[0]), &address)) return cel_error(e, "'%.*s' is no IP address", STR_ARGS(value_str(a[0])));
    return address_value(e, address, a[0]);
}

Value cel_is_ip(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    Address address;
    if (a[0].kind == VALUE_HOLE) return a[0];
    return a[0].kind == VALUE_STRING ? value_bool(address_parse(value_str(a[0]), &address)) : cel_mismatch(e, "isIP");
}

Value cel_ip_is_canonical(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    Address address;
    if (a[0].kind != VALUE_STRING) return a[0].kind == VALUE_HOLE ? a[0] : cel_mismatch(e, "ip.isCanonical");
    if (!address_parse(value_str(a[0]), &address)) return cel_error(e, "'%.*s' is no IP address", STR_ARGS(value_str(a[0])));
    Buf text = {0};
    address_print(&address, &text);
    bool same = str_eq(buf_str(&text), value_str(a[0]));
    buf_free(&text);
    return value_bool(same);
}

Value cel_ip_family(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    const Address *address = address_of(a[0]);
    if (!address) return a[0].kind == VALUE_HOLE ? a[0] : cel_mismatch(e, "family");
    return value_int(address_plain(address).length == 4 ? 4 : 6);
}

static Value in_scope(CelEvaluator *e, Value v, AddressScope scope) {
    const Address *address = address_of(v);
    return address ? value_bool(address_scope(address) == scope) : v.kind == VALUE_HOLE ? v : cel_mismatch(e, "isUnspecified and its kin");
}
Value cel_ip_is_unspecified(CelEvaluator *e, const Value *a, uint32_t n UNUSED) { return in_scope(e, a[0], ADDRESS_UNSPECIFIED); }
Value cel_ip_is_loopback(CelEvaluator *e, const Value *a, uint32_t n UNUSED) { return in_scope(e, a[0], ADDRESS_LOOPBACK); }
Value cel_ip_is_link_local(CelEvaluator *e, const Value *a, uint32_t n UNUSED) { return in_scope(e, a[0], ADDRESS_LINK_LOCAL); }
Value cel_ip_is_link_multicast(CelEvaluator *e, const Value *a, uint32_t n UNUSED) { return in_scope(e, a[0], ADDRESS_LINK_MULTICAST); }
Value cel_ip_is_global(CelEvaluator *e, const Value *a, uint32_t n UNUSED) { return in_scope(e, a[0], ADDRESS_UNICAST); }
Value cel_ip_is_private(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    const Address *address = address_of(a[0]);
    return address ? value_bool(address_is_private(address)) : a[0].kind == VALUE_HOLE ? a[0] : cel_mismatch(e, "isPrivate");
}

Value cel_cidr(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    Network network;
    if (a[0].kind == VALUE_HOLE || network_of(a[0])) return a[0];
    if (a[0].kind != VALUE_STRING) return cel_mismatch(e, "cidr");
    if (!network_parse(value_str(a[0]), &network)) return cel_error(e, "'%.*s' is no network in CIDR notation", STR_ARGS(value_str(a[0])));
    return network_value(e, network, a[0]);
}

Value cel_is_cidr(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    Network network;
    if (a[0].kind == VALUE_HOLE) return a[0];
    return a[0].kind == VALUE_STRING ? value_bool(network_parse(value_str(a[0]), &network)) : cel_mismatch(e, "isCIDR");
}

Value cel_cidr_contains_ip(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    if (a[0].kind == VALUE_HOLE || a[1].kind == VALUE_HOLE) return a[0].kind == VALUE_HOLE ? a[0] : a[1];
    Value ip = cel_ip(e, a + 1, 1);
    if (!network_of(a[0]) || ip.kind == VALUE_ERROR) return ip.kind == VALUE_ERROR ? ip : cel_mismatch(e, "containsIP");
    return value_bool(network_holds(network_of(a[0]), address_of(ip)));
}

Value cel_cidr_contains_cidr(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    if (a[0].kind == VALUE_HOLE || a[1].kind == VALUE_HOLE) return a[0].kind == VALUE_HOLE ? a[0] : a[1];
    Value other = cel_cidr(e, a + 1, 1);
    if (!network_of(a[0]) || other.kind == VALUE_ERROR) return other.kind == VALUE_ERROR ? other : cel_mismatch(e, "containsCIDR");
    return value_bool(network_covers(network_of(a[0]), network_of(other)));
}

Value cel_cidr_masked(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    const Network *network = network_of(a[0]);
    return network ? network_value(e, network_masked(network), a[0]) : a[0].kind == VALUE_HOLE ? a[0] : cel_mismatch(e, "masked");
}

Value cel_cidr_prefix(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    const Network *network = network_of(a[0]);
    return network ? value_int(network->prefix) : a[0].kind == VALUE_HOLE ? a[0] : cel_mismatch(e, "prefixLength");
}
