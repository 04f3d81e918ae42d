// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * A socket filter that keeps the packets of HTTP sessions. A payload of the admitted shape opens a session; every later
 * packet of it that carries payload, FIN or RST is kept until it has been idle too long.
 */
#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#include "http_filter.h"

static __always_inline int load_bytes(const void *frame, __u32 offset, void *to, __u32 length)
{
	return bpf_skb_load_bytes(frame, offset, to, length);
}

#include "admission.h"
#include "maps.bpf.h"
#include "packet.h"

#define WHOLE_PACKET 0xffffffffU
#define NOTHING 0

static __always_inline int filtered(struct counter_set *counts, int reason)
{
	counts->count[reason]++;
	return NOTHING;
}

static __always_inline int opens_session(const void *frame, const struct packet *packet)
{
	union payload_start start;
	__u32 length = packet->payload_length;

	if (length >= ADMISSION_BYTES) {
		if (load_bytes(frame, packet->payload_offset, &start, ADMISSION_BYTES))
			return 0;
		return is_admitted(&start, ADMISSION_BYTES);
	}
	/* Not to be known at compile time, or the mask that the verifier needs is optimised away. */
	asm volatile("" : "+r"(length));
	length &= ADMISSION_BYTES - 1;
	if (length == 0)
		return 0;
	__builtin_memset(&start, 0, sizeof(start));
	if (load_bytes(frame, packet->payload_offset, &start, length))
		return 0;
	return is_admitted(&start, length);
}

static __always_inline int has_expired(const struct session *session, __u64 now_ns)
{
	return (__s64)(now_ns - session->last_seen_ns) > (__s64)config.idle_timeout_ns;
}

/* A packet is kept whether or not an entry can be had for its session: losing it would lose the message. */
static __always_inline void insert_session(const struct packet *packet, __u64 now_ns, struct counter_set *counts)
{
	struct session session = {
		.first_seen_ns = now_ns,
		.last_seen_ns = now_ns,
		.packets = 1,
		.bytes = packet->payload_length,
		.sent_by = packet->from_high ? SENT_BY_HIGH : SENT_BY_LOW,
	};

	if (bpf_map_update_elem(&unconfirmed, &packet->key, &session, BPF_ANY))
		counts->count[SESSION_REFUSED]++;
	else
		counts->count[SESSION_INSERTED]++;
}

/*
 * In place: two CPUs that see both directions of one session at once may lose a packet from its counts, never the session
 * and never a filter counter.
 */
static __always_inline void refresh_session(struct session *session, const struct packet *packet, __u64 now_ns,
					    struct counter_set *counts)
{
	session->last_seen_ns = now_ns;
	session->packets++;
	session->bytes += packet->payload_length;
	counts->count[SESSION_REFRESHED]++;
}

/* Both ends have sent payload: forged requests do not get this far, so out of their reach with it. */
static __always_inline void confirm_session(struct session *session, const struct packet *packet, struct counter_set *counts)
{
	if (bpf_map_update_elem(&confirmed, &packet->key, session, BPF_NOEXIST)) {
		counts->count[CONFIRMED_FULL]++;
		return;
	}
	bpf_map_delete_elem(&unconfirmed, &packet->key);
	counts->count[SESSION_CONFIRMED]++;
}

SEC("socket")
int http_filter(struct __sk_buff *skb)
{
	struct packet packet;
	struct session *session;
	struct counter_set *counts;
	__u32 zero = 0;
	__u64 now_ns;
	int reason, opens, is_confirmed, expired = 0;

	if (!config.starts_open && !gate)
		return NOTHING;
	counts = bpf_map_lookup_elem(&counters, &zero);
	if (!counts)
		return NOTHING;
	counts->count[SEEN]++;

	reason = parse_frame(skb, skb->len, &packet);
	if (reason)
		return filtered(counts, reason);
	if (packet.payload_length == 0 && !(packet.tcp_flags & (TCP_FIN | TCP_RST)))
		return filtered(counts, FILTERED_NO_PAYLOAD);
	counts->count[FIRST_FRAGMENTS] += packet.first_fragment;

	opens = opens_session(skb, &packet);
	now_ns = bpf_ktime_get_coarse_ns();
	session = bpf_map_lookup_elem(&confirmed, &packet.key);
	is_confirmed = !!session;
	if (!session)
		session = bpf_map_lookup_elem(&unconfirmed, &packet.key);
	if (session && has_expired(session, now_ns)) {
		expired = 1;
		if (opens) {
			counts->count[SESSION_EXPIRED]++;
			/* What comes now is a new session, and has to be confirmed anew. */
			if (is_confirmed)
				bpf_map_delete_elem(&confirmed, &packet.key);
		}
		session = NULL;
	}
	if (!session) {
		if (!opens)
			return filtered(counts, expired ? FILTERED_EXPIRED : FILTERED_NO_SESSION);
		insert_session(&packet, now_ns, counts);
		counts->count[KEPT_ADMITTED]++;
		return WHOLE_PACKET;
	}

	refresh_session(session, &packet, now_ns, counts);
	if (packet.payload_length && !is_confirmed) {
		session->sent_by |= packet.from_high ? SENT_BY_HIGH : SENT_BY_LOW;
		if (session->sent_by == (SENT_BY_LOW | SENT_BY_HIGH))
			confirm_session(session, &packet, counts);
	}
	counts->count[opens ? KEPT_ADMITTED : packet.payload_length ? KEPT_SESSION : KEPT_CLOSING]++;
	return WHOLE_PACKET;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
