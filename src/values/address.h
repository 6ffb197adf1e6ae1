/* IP addresses and networks: RFC 791, RFC 4291 (2.2, text; zones and IPv4-mapped text are refused, as Kubernetes does),
 * RFC 4632 (CIDR), RFC 5952 (how IPv6 is written). */
#ifndef VALUES_ADDRESS_H
#define VALUES_ADDRESS_H

#include "base/buf.h"

typedef struct Address {
    uint8_t bytes[16];  /* of IPv4 the first four */
    uint8_t length;     /* 4 or 16 */
} Address;

typedef struct Network {
    Address address;    /* as written, host bits kept */
    uint8_t prefix;     /* bits */
} Network;

bool address_parse(Str text, Address *out);
bool network_parse(Str text, Network *out);
void address_print(const Address *address, Buf *out);
void network_print(const Network *network, Buf *out);
/* ::ffff:a.b.c.d is a.b.c.d. */
Address address_plain(const Address *address);
bool address_equal(const Address *a, const Address *b);
Network network_masked(const Network *network);
bool network_holds(const Network *network, const Address *address);
bool network_covers(const Network *network, const Network *other);

typedef enum AddressScope { ADDRESS_UNSPECIFIED, ADDRESS_LOOPBACK, ADDRESS_LINK_LOCAL, ADDRESS_LINK_MULTICAST, ADDRESS_MULTICAST, ADDRESS_BROADCAST, ADDRESS_UNICAST } AddressScope;
AddressScope address_scope(const Address *address);
/* 10/8, 172.16/12, 192.168/16, fc00::/7, and what never leaves the machine. */
bool address_is_private(const Address *address);

#endif
