// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Which worker gets a packet: its session's hash, of the inner packet where tunnels are looked into, so that both directions
 * come to one worker, and on several interfaces to the same. For a fanout group, which takes it modulo its sockets. What has
 * no session is the first worker's, whose filter counts it.
 */
#include <linux/bpf.h>
#include <linux/if_packet.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#include "http_filter.h"

static __always_inline int load_bytes(const void *frame, __u32 offset, void *to, __u32 length)
{
	return bpf_skb_load_bytes(frame, offset, to, length);
}

/* A worker does not depend on it: the two directions of a connection may come in two VLANs. */
static __always_inline __u32 vlan_beside(const void *frame __attribute__((unused)))
{
	return 0;
}

/* As in maps.bpf.h. */
const volatile struct filter_config config SEC(".rodata.config") = {};

#include "packet.h"

#define FIRST_WORKER 0

SEC("socket")
int worker(struct __sk_buff *skb)
{
	struct packet packet;
	int reason;

	/* The kernel asks before it puts back the Ethernet header that it took off a received packet. */
	if (skb->pkt_type == PACKET_OUTGOING)
		reason = parse_frame(skb, skb->len, &packet);
	else
		reason = parse_behind_ethernet(skb, skb->len, from_be16(skb->protocol), &packet);
	return reason ? FIRST_WORKER : (int)hash_of_session(&packet.key);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
