/* Parsing is strict: no leading zeros, no zones, one `::` at most. */
#include "values/address.h"

static bool parse_v4(Str text, uint8_t *out) {
    size_t at = 0;
    for (int part = 0; part < 4; part++) {
        uint32_t number = 0, digits = 0;
        for (; at < text.len && text.at[at] >= '0' && text.at[at] <= '9' && digits < 4; at++, digits++) number = number * 10 + (uint32_t)(text.at[at] - '0');
        if (!digits || digits > 3 || number > 255 || (digits > 1 && text.at[at - digits] == '0')) return false;
        out[part] = (uint8_t)number;
        if (part < 3 && (at >= text.len || text.at[at++] != '.')) return false;
    }
    return at == text.len;
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Groups of one side of `::`; -1 when it is none. */
static int parse_groups(Str text, uint8_t *out) {
    int groups = 0;
    size_t at = 0;
    if (!text.len) return 0;
    for (;; at++) {
        uint32_t number = 0, digits = 0;
        for (; at < text.len && hex_digit(text.at[at]) >= 0 && digits < 5; at++, digits++) number = number * 16 + (uint32_t)hex_digit(text.at[at]);
        if (!digits || digits > 4 || groups == 8) return -1;
        out[groups * 2] = (uint8_t)(number >> 8);
        out[groups * 2 + 1] = (uint8_t)number;
        groups++;
        if (at == text.len) return groups;
        if (text.at[at] != ':') return -1;
    }
}

static bool parse_v6(Str text, uint8_t *out) {
    uint8_t left[16] = {0}, right[16] = {0};
    size_t gap = str_find(text, STR("::"));
    if (gap == STR_NONE) return parse_groups(text, out) == 8;
    int before = parse_groups(str_slice(text, 0, gap), left), after = parse_groups(str_skip(text, gap + 2), right);
    if (before < 0 || after < 0 || before + after > 7) return false;
    memset(out, 0, 16);
    memcpy(out, left, (size_t)before * 2);
    memcpy(out + 16 - after * 2, right, (size_t)after * 2);
    return true;
}

bool address_parse(Str text, Address *out) {
    *out = (Address){0};
    if (text.len > 64) return false;
    bool six = str_find_byte(text, ':') != STR_NONE;
    out->length = six ? 16 : 4;
    return six ? parse_v6(text, out->bytes) : parse_v4(text, out->bytes);
}

bool network_parse(Str text, Network *out) {
    Str address, bits;
    int64_t prefix;
    if (!str_cut(text, '/', &address, &bits) || !address_parse(address, &out->address)) return false;
    if (!bits.len || bits.len > 3 || !str_to_int(bits, &prefix) || prefix < 0 || prefix > out->address.length * 8) return false;
    if (bits.at[0] == '+' || (bits.len > 1 && bits.at[0] == '0')) return false;
    out->prefix = (uint8_t)prefix;
    return true;
}

/* The longest run of zero groups, of two or more, is written `::` (RFC 5952, 4.2). */
static void print_v6(const uint8_t *bytes, Buf *out) {
    int best = -1, longest = 1;
    for (int i = 0; i < 8; i++) {
        int run = 0;
        while (i + run < 8 && !bytes[(i + run) * 2] && !bytes[(i + run) * 2 + 1]) run++;
        if (run > longest) {
            longest = run;
            best = i;
        }
    }
    for (int i = 0; i < 8; i++) {
        if (i == best) {
            buf_lit(out, "::");
            i += longest - 1;
            continue;
        }
        if (i && i != best + longest) buf_byte(out, ':');
        else if (i && best < 0) buf_byte(out, ':');
        buf_print(out, "%x", (unsigned)(bytes[i * 2] << 8 | bytes[i * 2 + 1]));
    }
}

void address_print(const Address *address, Buf *out) {
    const uint8_t *b = address->bytes;
    if (address->length == 4) buf_print(out, "%u.%u.%u.%u", b[0], b[1], b[2], b[3]);
    else print_v6(b, out);
}

void network_print(const Network *network, Buf *out) {
    address_print(&network->address, out);
    buf_print(out, "/%u", network->prefix);
}

Address address_plain(const Address *address) {
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    if (address->length == 4 || memcmp(address->bytes, mapped, sizeof mapped) != 0) return *address;
    Address plain = {.length = 4};
    memcpy(plain.bytes, address->bytes + 12, 4);
    return plain;
}

bool address_equal(const Address *a, const Address *b) {
    Address x = address_plain(a), y = address_plain(b);
    return x.length == y.length && memcmp(x.bytes, y.bytes, x.length) == 0;
}

Network network_masked(const Network *network) {
    Network masked = *network;
    for (uint32_t bit = network->prefix; bit < masked.address.length * 8u; bit++) masked.address.bytes[bit / 8] &= (uint8_t)~(0x80u >> bit % 8);
    return masked;
}

bool network_holds(const Network *network, const Address *address) {
    if (network->address.length != address->length) return false;
    Network other = {*address, network->prefix}, a = network_masked(network), b = network_masked(&other);
    return memcmp(a.address.bytes, b.address.bytes, a.address.length) == 0;
}

bool network_covers(const Network *network, const Network *other) {
    return other->prefix >= network->prefix && network_holds(network, &other->address);
}

static AddressScope scope_v4(const uint8_t *b) {
    if (!b[0] && !b[1] && !b[2] && !b[3]) return ADDRESS_UNSPECIFIED;
    if (b[0] == 127) return ADDRESS_LOOPBACK;
    if (b[0] == 169 && b[1] == 254) return ADDRESS_LINK_LOCAL;
    if (b[0] == 224 && !b[1] && !b[2]) return ADDRESS_LINK_MULTICAST;
    if (b[0] >= 224 && b[0] < 240) return ADDRESS_MULTICAST;
    return b[0] == 255 && b[1] == 255 && b[2] == 255 && b[3] == 255 ? ADDRESS_BROADCAST : ADDRESS_UNICAST;
}

AddressScope address_scope(const Address *address) {
    static const uint8_t zeros[16];
    const uint8_t *b = address->bytes;
    if (address->length == 4) return scope_v4(b);
    if (!memcmp(b, zeros, 15)) return b[15] == 0 ? ADDRESS_UNSPECIFIED : b[15] == 1 ? ADDRESS_LOOPBACK : ADDRESS_UNICAST;
    if (b[0] == 0xFF) return (b[1] & 0x0F) == 2 ? ADDRESS_LINK_MULTICAST : ADDRESS_MULTICAST;
    return b[0] == 0xFE && (b[1] & 0xC0) == 0x80 ? ADDRESS_LINK_LOCAL : ADDRESS_UNICAST;
}

bool address_is_private(const Address *address) {
    Address plain = address_plain(address);
    const uint8_t *b = plain.bytes;
    AddressScope scope = address_scope(&plain);
    if (scope == ADDRESS_LOOPBACK || scope == ADDRESS_LINK_LOCAL) return true;
    if (plain.length == 16) return (b[0] & 0xFE) == 0xFC;
    return b[0] == 10 || (b[0] == 172 && (b[1] & 0xF0) == 16) || (b[0] == 192 && b[1] == 168);
}
