/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * From an Ethernet frame to a TCP segment, through one tunnel at most. The file that includes this one defines config (a
 * struct filter_config) and
 *
 *   static int load_bytes(const void *frame, __u32 offset, void *to, __u32 length)
 *   static __u32 vlan_beside(const void *frame)
 *
 * The first copies length (1 or more) bytes and returns 0, or returns a negative number where the frame is shorter; the second
 * says which VLAN id is not in the frame but beside it, 0 for none. So the same text reads an sk_buff in the kernel and a plain
 * buffer in tests. Every function here returns 0, or the counter under which the packet is filtered.
 */
#ifndef SLUICE_PACKET_H
#define SLUICE_PACKET_H

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/types.h>
#include <stddef.h>

#include "http_filter.h"

#ifndef MAX_VLAN_TAGS
#define MAX_VLAN_TAGS 2 /* in the frame; the outermost is usually beside it */
#endif
#ifndef MAX_IPV6_EXTENSIONS
#define MAX_IPV6_EXTENSIONS 6
#endif

#define ETHERTYPE_QINQ_OLD 0x9100

#define VLAN_ID_BITS 12
#define VLAN_ID_MASK 0xfff

#define IPV6_HOP_BY_HOP 0
#define IPV6_ROUTING 43
#define IPV6_FRAGMENT 44
#define IPV6_AUTHENTICATION 51
#define IPV6_DESTINATION 60

/* Assigned to IPv6's end of headers: never a tunnel. */
#define NO_TUNNEL 59

#define ETHERTYPE_TRANSPARENT_BRIDGING 0x6558
#define GRE_CHECKSUM 0x8000
#define GRE_ROUTING 0x4000
#define GRE_KEY 0x2000
#define GRE_SEQUENCE 0x1000
#define GRE_VERSION 0x0007
#define VXLAN_HAS_VNI 0x08

#define TCP_FIN 1
#define TCP_SYN 2
#define TCP_RST 4

struct packet {
	struct session_key key;
	__u32 payload_offset;
	__u32 payload_length;
	__u32 sequence;
	__u32 network; /* VLANs, VNI or tunnel key, folded */
	__u8 tcp_flags;
	__u8 from_high;	     /* sent by the key's high end */
	__u8 first_fragment; /* the payload goes on in another packet */
	__u8 cut;	     /* the frame ends before the payload does */
	__u8 tunnelled;
	__u8 protocol; /* of a packet without TCP; its payload is at payload_offset and ends at payload_end */
	__u32 payload_end;
};

/* The same for both directions, and for the Java model. */
static __always_inline __u32 hash_of_session(const struct session_key *key)
{
	const __u32 *words = (const __u32 *)key;
	__u64 hash = 0;
	__u32 i;

	for (i = 0; i < sizeof(*key) / sizeof(*words); i++) {
		hash = (hash ^ words[i]) * 0x9e3779b97f4a7c15ULL;
		hash ^= hash >> 32;
	}
	return (__u32)hash;
}

/* Wire layouts, read whole; packed by construction. Numbers are in network byte order. */
struct ipv4_header {
	__u8 version_and_length;
	__u8 service;
	__u16 total_length;
	__u16 id;
	__u16 fragment;
	__u8 ttl;
	__u8 protocol;
	__u16 checksum;
	__u32 source;
	__u32 destination;
};

struct ipv6_header {
	__u32 version_class_flow;
	__u16 payload_length;
	__u8 next;
	__u8 hop_limit;
	__u32 source[4];
	__u32 destination[4];
};

struct tcp_header {
	__u16 source_port;
	__u16 destination_port;
	__u32 sequence;
	__u32 acknowledgement;
	__u8 data_offset;
	__u8 flags;
	__u16 window;
	__u16 checksum;
	__u16 urgent;
};

struct ethernet_ipv4 {
	__u8 align[2]; /* so that what follows Ethernet's 14 bytes is aligned */
	__u8 macs[12];
	__u16 type;
	struct ipv4_header ip;
	struct tcp_header tcp; /* where the IPv4 header has no options */
};

#define ETHERNET_OFFSET offsetof(struct ethernet_ipv4, macs)
#define SHORTEST_FRAME (ETH_HLEN + sizeof(struct ipv4_header))
#define USUAL_HEADERS (SHORTEST_FRAME + sizeof(struct tcp_header))

static __always_inline __u16 from_be16(__u16 value)
{
	return __builtin_bswap16(value);
}

static __always_inline __u32 from_be32(__u32 value)
{
	return __builtin_bswap32(value);
}

static __always_inline __u64 pair_be32(__u32 first, __u32 second)
{
	return (__u64)from_be32(first) << 32 | from_be32(second);
}

/* The TCP header that was at `offset`, in a packet whose IP part ends at `ip_end`. Fills everything but the addresses. */
static __always_inline int parse_tcp(const struct tcp_header *tcp, __u32 frame_length, __u32 offset, __u32 ip_end,
				     struct packet *packet)
{
	__u32 header_length = (tcp->data_offset >> 4) * 4;

	if (header_length < sizeof(*tcp) || offset + header_length > ip_end)
		return FILTERED_MALFORMED;
	packet->cut = ip_end > frame_length;
	if (packet->cut)
		ip_end = frame_length;
	packet->payload_offset = offset + header_length;
	packet->payload_length = ip_end > packet->payload_offset ? ip_end - packet->payload_offset : 0;
	packet->sequence = from_be32(tcp->sequence);
	packet->tcp_flags = tcp->flags;
	return 0;
}

/* No TCP: what a tunnel may be in. */
static __always_inline int other_protocol(struct packet *packet, __u8 protocol, __u32 offset, __u32 end)
{
	if (config.tunnels) {
		packet->protocol = protocol;
		packet->payload_offset = offset;
		packet->payload_end = end;
	}
	return FILTERED_NOT_TCP;
}

/* The headers at `offset`; the first `loaded` bytes of the frame are in `head`, the IPv4 header in any case. */
static __always_inline int parse_ipv4(const void *frame, __u32 frame_length, __u32 offset, struct ethernet_ipv4 *head,
				      __u32 loaded, struct packet *packet)
{
	const struct ipv4_header *ip = &head->ip;
	__u32 header_length = (ip->version_and_length & 15) * 4;
	__u32 total_length = from_be16(ip->total_length);
	__u16 fragment = from_be16(ip->fragment);
	__u16 source_port, destination_port;
	__u32 source = from_be32(ip->source), destination = from_be32(ip->destination);
	int reason;

	if (ip->version_and_length >> 4 != 4 || header_length < sizeof(*ip))
		return FILTERED_MALFORMED;
	/* A super-frame of more than 64 KiB has no length of its own. */
	if (total_length == 0)
		total_length = frame_length - offset;
	packet->first_fragment |= fragment >> 13 & 1;
	if (ip->protocol != IPPROTO_TCP)
		return other_protocol(packet, fragment & 0x1fff ? NO_TUNNEL : ip->protocol, offset + header_length,
				      offset + total_length);
	if (fragment & 0x1fff)
		return FILTERED_FRAGMENT;
	if ((loaded < USUAL_HEADERS || header_length != sizeof(*ip)) &&
	    load_bytes(frame, offset + header_length, &head->tcp, sizeof(head->tcp)))
		return FILTERED_MALFORMED;
	reason = parse_tcp(&head->tcp, frame_length, offset + header_length, offset + total_length, packet);
	if (reason)
		return reason;

	struct session_key *key = &packet->key;

	source_port = head->tcp.source_port;
	destination_port = head->tcp.destination_port;
	packet->from_high = source > destination || (source == destination && from_be16(source_port) > from_be16(destination_port));
	key->low_address[0] = key->high_address[0] = 0;
	key->low_address[1] = key->high_address[1] = 0;
	key->low_address[2] = key->high_address[2] = from_be32(0xffff);
	key->low_address[3] = packet->from_high ? ip->destination : ip->source;
	key->high_address[3] = packet->from_high ? ip->source : ip->destination;
	key->low_port = packet->from_high ? destination_port : source_port;
	key->high_port = packet->from_high ? source_port : destination_port;
	return 0;
}

/* 1 where the first address is the larger, -1 where it is the smaller, 0 where they are the same. */
static __always_inline int compare_ipv6(const __u32 *first, const __u32 *second)
{
	__u64 a = pair_be32(first[0], first[1]), b = pair_be32(second[0], second[1]);

	if (a == b) {
		a = pair_be32(first[2], first[3]);
		b = pair_be32(second[2], second[3]);
	}
	return a > b ? 1 : a < b ? -1 : 0;
}

static __always_inline int parse_ipv6(const void *frame, __u32 frame_length, __u32 offset, struct packet *packet)
{
	struct ipv6_header ip;
	struct tcp_header tcp;
	__u8 extension[4];
	__u16 source_port, destination_port;
	__u32 ip_end, i;
	__u8 next;
	int reason, order;

	if (load_bytes(frame, offset, &ip, sizeof(ip)))
		return FILTERED_MALFORMED;
	if ((from_be32(ip.version_class_flow) >> 28) != 6)
		return FILTERED_MALFORMED;
	ip_end = ip.payload_length ? offset + (__u32)sizeof(ip) + from_be16(ip.payload_length) : frame_length;
	offset += sizeof(ip);
	next = ip.next;
	for (i = 0; i < MAX_IPV6_EXTENSIONS && next != IPPROTO_TCP; i++) {
		if (next != IPV6_HOP_BY_HOP && next != IPV6_ROUTING && next != IPV6_FRAGMENT && next != IPV6_AUTHENTICATION &&
		    next != IPV6_DESTINATION)
			return other_protocol(packet, next, offset, ip_end);
		if (load_bytes(frame, offset, extension, sizeof(extension)))
			return FILTERED_MALFORMED;
		if (next == IPV6_FRAGMENT) {
			__u32 fragment = extension[2] << 8 | extension[3];

			if (fragment & 0xfff8)
				return FILTERED_FRAGMENT;
			packet->first_fragment |= fragment & 1;
			offset += 8;
		} else if (next == IPV6_AUTHENTICATION) {
			offset += (extension[1] + 2) * 4;
		} else {
			offset += (extension[1] + 1) * 8;
		}
		next = extension[0];
	}
	if (next != IPPROTO_TCP)
		return other_protocol(packet, next, offset, ip_end);
	if (load_bytes(frame, offset, &tcp, sizeof(tcp)))
		return FILTERED_MALFORMED;
	reason = parse_tcp(&tcp, frame_length, offset, ip_end, packet);
	if (reason)
		return reason;

	struct session_key *key = &packet->key;

	source_port = tcp.source_port;
	destination_port = tcp.destination_port;
	order = compare_ipv6(ip.source, ip.destination);
	packet->from_high = order > 0 || (order == 0 && from_be16(source_port) > from_be16(destination_port));
	for (i = 0; i < 4; i++) {
		key->low_address[i] = packet->from_high ? ip.destination[i] : ip.source[i];
		key->high_address[i] = packet->from_high ? ip.source[i] : ip.destination[i];
	}
	key->low_port = packet->from_high ? destination_port : source_port;
	key->high_port = packet->from_high ? source_port : destination_port;
	return 0;
}

/* VLAN tags behind an EtherType, then an IP packet. */
static __always_inline int parse_tagged(const void *frame, __u32 frame_length, __u16 type, __u32 offset,
					struct ethernet_ipv4 *head, struct packet *packet)
{
	__u32 i;

	for (i = 0; i < MAX_VLAN_TAGS && (type == ETH_P_8021Q || type == ETH_P_8021AD || type == ETHERTYPE_QINQ_OLD); i++) {
		__u16 tag[2];

		if (load_bytes(frame, offset, tag, sizeof(tag)))
			return FILTERED_MALFORMED;
		packet->network = packet->network << VLAN_ID_BITS | (from_be16(tag[0]) & VLAN_ID_MASK);
		type = from_be16(tag[1]);
		offset += sizeof(tag);
	}
	if (type == ETH_P_IP) {
		if (load_bytes(frame, offset, &head->ip, sizeof(head->ip)))
			return FILTERED_MALFORMED;
		return parse_ipv4(frame, frame_length, offset, head, 0, packet);
	}
	if (type == ETH_P_IPV6)
		return parse_ipv6(frame, frame_length, offset, packet);
	return FILTERED_NOT_IP;
}

static __always_inline void enter_network(struct packet *packet, __u32 number)
{
	packet->network = packet->network * 0x9e3779b1U + number + 1;
}

/* Steps over a GRE header. */
static __always_inline int parse_gre(const void *frame, struct packet *packet, __u16 *type, __u32 *offset)
{
	__u16 gre[2], flags;
	__u32 key, at = packet->payload_offset;

	if (load_bytes(frame, at, gre, sizeof(gre)))
		return FILTERED_MALFORMED;
	flags = from_be16(gre[0]);
	*type = from_be16(gre[1]);
	if (flags & GRE_VERSION || (*type != ETH_P_IP && *type != ETH_P_IPV6 && *type != ETHERTYPE_TRANSPARENT_BRIDGING))
		return FILTERED_NOT_TCP;
	at += sizeof(gre) + (flags & (GRE_CHECKSUM | GRE_ROUTING) ? 4 : 0);
	if (flags & GRE_KEY) {
		if (load_bytes(frame, at, &key, sizeof(key)))
			return FILTERED_MALFORMED;
		enter_network(packet, from_be32(key));
		at += sizeof(key);
	}
	*offset = at + (flags & GRE_SEQUENCE ? 4 : 0);
	return 0;
}

/* Steps over a UDP and a VXLAN header. */
static __always_inline int parse_vxlan(const void *frame, struct packet *packet, __u16 *type, __u32 *offset)
{
	struct {
		__u16 source_port;
		__u16 destination_port;
		__u32 length_and_checksum;
		__u8 flags;
		__u8 reserved[3];
		__u32 vni;
	} header;

	if (load_bytes(frame, packet->payload_offset, &header, sizeof(header)) ||
	    from_be16(header.destination_port) != config.vxlan_port || !(header.flags & VXLAN_HAS_VNI))
		return FILTERED_NOT_TCP;
	enter_network(packet, from_be32(header.vni) >> 8);
	*type = ETHERTYPE_TRANSPARENT_BRIDGING;
	*offset = packet->payload_offset + sizeof(header);
	return 0;
}

/* The packet inside a tunnel's packet, which parse_frame has found to carry no TCP itself. */
static __attribute__((noinline)) int parse_tunnelled(const void *frame, __u32 frame_length, struct packet *packet)
{
	struct ethernet_ipv4 head;
	__u32 offset = packet->payload_offset, end = packet->payload_end;
	__u16 type;
	int reason = FILTERED_NOT_TCP;

	if (config.tunnels & TUNNEL_IP && packet->protocol == IPPROTO_IPIP) {
		type = ETH_P_IP;
		reason = 0;
	} else if (config.tunnels & TUNNEL_IP && packet->protocol == IPPROTO_IPV6) {
		type = ETH_P_IPV6;
		reason = 0;
	} else if (config.tunnels & TUNNEL_GRE && packet->protocol == IPPROTO_GRE) {
		reason = parse_gre(frame, packet, &type, &offset);
	} else if (config.tunnels & TUNNEL_VXLAN && packet->protocol == IPPROTO_UDP) {
		reason = parse_vxlan(frame, packet, &type, &offset);
	}
	if (reason)
		return reason;
	packet->tunnelled = 1;
	/* What is behind the outer packet's end is not the inner one's. */
	if (end > frame_length)
		end = frame_length;
	if (type == ETHERTYPE_TRANSPARENT_BRIDGING) {
		if (load_bytes(frame, offset + ETH_HLEN - sizeof(type), &type, sizeof(type)))
			return FILTERED_MALFORMED;
		type = from_be16(type);
		offset += ETH_HLEN;
	}
	return parse_tagged(frame, end, type, offset, &head, packet);
}

static __always_inline int parse_frame(const void *frame, __u32 frame_length, struct packet *packet)
{
	/* Ethernet, the fixed part of IPv4 and that of TCP in one read: what nearly every frame is. */
	struct ethernet_ipv4 head;
	__u32 loaded = 0;
	__u16 type;
	int reason;

	packet->first_fragment = 0;
	packet->tunnelled = 0;
	packet->network = vlan_beside(frame);
	if (frame_length < SHORTEST_FRAME)
		return FILTERED_NOT_IP;
	if (frame_length >= USUAL_HEADERS) {
		loaded = USUAL_HEADERS;
		if (load_bytes(frame, 0, (__u8 *)&head + ETHERNET_OFFSET, USUAL_HEADERS))
			return FILTERED_NOT_IP;
	} else if (load_bytes(frame, 0, (__u8 *)&head + ETHERNET_OFFSET, SHORTEST_FRAME)) {
		return FILTERED_NOT_IP;
	}
	type = from_be16(head.type);
	if (type == ETH_P_IP)
		reason = parse_ipv4(frame, frame_length, ETH_HLEN, &head, loaded, packet);
	else
		reason = parse_tagged(frame, frame_length, type, ETH_HLEN, &head, packet);
	if (config.tunnels && reason == FILTERED_NOT_TCP)
		return parse_tunnelled(frame, frame_length, packet);
	return reason;
}

/* The same of what stands behind the Ethernet header, whose type is known. */
static __always_inline int parse_behind_ethernet(const void *frame, __u32 length, __u16 type, struct packet *packet)
{
	struct ethernet_ipv4 head;
	int reason;

	packet->first_fragment = 0;
	packet->tunnelled = 0;
	packet->network = 0;
	reason = parse_tagged(frame, length, type, 0, &head, packet);
	if (config.tunnels && reason == FILTERED_NOT_TCP)
		return parse_tunnelled(frame, length, packet);
	return reason;
}

#endif
