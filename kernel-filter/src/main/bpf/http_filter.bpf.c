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
#include "message.h"
#include "packet.h"

#define WHOLE_PACKET 0xffffffffU
#define NOTHING 0

static __always_inline int filtered(struct counter_set *counts, int reason)
{
	counts->count[reason]++;
	return NOTHING;
}

static __always_inline int kept(struct counter_set *counts, int reason, const struct __sk_buff *skb, __u32 copied)
{
	__u32 length = skb->len;

	counts->count[reason]++;
	counts->count[KEPT_WIRE_BYTES] += length;
	counts->count[KEPT_COPIED_BYTES] += copied < length ? copied : length;
	return copied;
}

static __always_inline int opens_session(const void *frame, const struct packet *packet, union payload_start *start)
{
	__u32 length = packet->payload_length;

	if (length >= ADMISSION_BYTES) {
		if (load_bytes(frame, packet->payload_offset, start, ADMISSION_BYTES))
			return 0;
		return is_admitted(start, ADMISSION_BYTES);
	}
	/* Not to be known at compile time, or the mask that the verifier needs is optimised away. */
	OPAQUE(length);
	length &= ADMISSION_BYTES - 1;
	if (length == 0)
		return 0;
	__builtin_memset(start, 0, sizeof(*start));
	if (load_bytes(frame, packet->payload_offset, start, length))
		return 0;
	return is_admitted(start, length);
}

static __always_inline int has_expired(const struct session *session, __u64 now_ns)
{
	return (__s64)(now_ns - session->last_seen_ns) > (__s64)config.idle_timeout_ns;
}

APART int scan_head_of(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct scan *scan = bpf_map_lookup_elem(&scans, &zero);

	if (!scan)
		return 1;
	scan_head(skb, scan);
	return 0;
}

APART int scan_chunk_line_of(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct scan *scan = bpf_map_lookup_elem(&scans, &zero);

	if (!scan)
		return 1;
	scan_chunk_line(skb, scan);
	return 0;
}

/* Understands the bytes of a segment from scan->at to its end, part by part. */
APART int scan_segment(struct __sk_buff *skb)
{
	__u32 zero = 0, i;
	struct scan *scan = bpf_map_lookup_elem(&scans, &zero);

	if (!scan)
		return 1;
	for (i = 0; i < MAX_PARTS; i++) {
		if (!pass_body(scan))
			return 0;
		if (scan->stream.state > STREAM_CHUNK)
			scan_chunk_line_of(skb);
		else
			scan_head_of(skb);
	}
	if (pass_body(scan))
		scan->doubt = 1;
	return 0;
}

/* Follows one direction of a session. Returns how much of the frame is needed: what is behind it is inside a body. */
static __always_inline __u32 follow(struct __sk_buff *skb, const struct packet *packet, struct session *session)
{
	struct stream *stream = &session->streams[packet->from_high & 1];
	__u32 sequence = packet->sequence + (packet->tcp_flags >> 1 & 1), zero = 0, skip;
	struct scan *scan;
	__u8 doubt = 0;

	/* A cut packet's length is not known for certain. */
	if (packet->first_fragment || packet->cut)
		goto doubt;
	if (stream->state == STREAM_FRESH)
		stream->next_sequence = sequence;
	if (place_segment(stream, sequence, packet->payload_length, &skip, &doubt))
		return packet->payload_offset;
	if (doubt)
		goto doubt;
	if (skip >= packet->payload_length)
		return WHOLE_PACKET;
	scan = bpf_map_lookup_elem(&scans, &zero);
	if (!scan)
		return WHOLE_PACKET;
	scan->stream = *stream;
	/* At the end of its window a body or chunk is over. */
	if (scan->stream.state == STREAM_BODY)
		scan->stream.state = STREAM_MESSAGE;
	else if (scan->stream.state == STREAM_CHUNK)
		scan->stream.state = STREAM_CHUNK_RETURN;
	scan->at = packet->payload_offset + skip;
	scan->end = packet->payload_offset + packet->payload_length;
	scan->unanswered = session->requests - session->responses;
	scan->head_pending = session->head_pending;
	scan->doubt = 0;
	scan->requests_begun = scan->responses_ended = 0;
	scan_segment(skb);
	if (scan->doubt)
		goto doubt;
	scan->stream.next_sequence = sequence + (scan->at - packet->payload_offset);
	*stream = scan->stream;
	session->requests += scan->requests_begun;
	session->responses += scan->responses_ended;
	session->head_pending = scan->head_pending;
	if (scan->at < scan->end && (scan->stream.state == STREAM_BODY || scan->stream.state == STREAM_CHUNK))
		return scan->at;
	return WHOLE_PACKET;
doubt:
	session->copied_whole = 1;
	return WHOLE_PACKET;
}

/* A packet is kept whether or not an entry can be had for its session: losing it would lose the message. */
static __always_inline __u32 insert_session(struct __sk_buff *skb, const struct packet *packet, __u64 now_ns,
					    struct counter_set *counts)
{
	__u32 needed = WHOLE_PACKET;
	struct session session = {
		.first_seen_ns = now_ns,
		.last_seen_ns = now_ns,
		.packets = 1,
		.bytes = packet->payload_length,
		.sent_by = packet->from_high ? SENT_BY_HIGH : SENT_BY_LOW,
	};

	if (config.trims) {
		needed = follow(skb, packet, &session);
		counts->count[SESSIONS_COPIED_WHOLE] += session.copied_whole;
	}
	if (bpf_map_update_elem(&unconfirmed, &packet->key, &session, BPF_ANY))
		counts->count[SESSION_REFUSED]++;
	else
		counts->count[SESSION_INSERTED]++;
	return needed;
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

static __always_inline int keep_of_session(struct __sk_buff *skb, const struct packet *packet, struct session *session,
					   int is_confirmed, __u64 now_ns, struct counter_set *counts)
{
	__u32 needed = WHOLE_PACKET;

	refresh_session(session, packet, now_ns, counts);
	if (!packet->payload_length)
		return kept(counts, KEPT_CLOSING, skb, WHOLE_PACKET);
	if (config.trims && !session->copied_whole) {
		needed = follow(skb, packet, session);
		counts->count[SESSIONS_COPIED_WHOLE] += session->copied_whole;
	}
	if (!is_confirmed) {
		session->sent_by |= packet->from_high ? SENT_BY_HIGH : SENT_BY_LOW;
		if (session->sent_by == (SENT_BY_LOW | SENT_BY_HIGH))
			confirm_session(session, packet, counts);
	}
	return kept(counts, needed == WHOLE_PACKET ? KEPT_SESSION : KEPT_TRIMMED, skb, needed);
}

SEC("socket")
int http_filter(struct __sk_buff *skb)
{
	struct packet packet;
	union payload_start start;
	struct session *session;
	struct counter_set *counts;
	__u32 zero = 0;
	__u64 now_ns;
	int reason, is_confirmed, expired = 0;

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

	now_ns = bpf_ktime_get_coarse_ns();
	session = bpf_map_lookup_elem(&confirmed, &packet.key);
	is_confirmed = !!session;
	if (!session)
		session = bpf_map_lookup_elem(&unconfirmed, &packet.key);
	if (session) {
		expired = has_expired(session, now_ns);
		if (!expired)
			return keep_of_session(skb, &packet, session, is_confirmed, now_ns, counts);
	}

	if (!opens_session(skb, &packet, &start))
		return filtered(counts, expired ? FILTERED_EXPIRED : FILTERED_NO_SESSION);
	if (expired) {
		counts->count[SESSION_EXPIRED]++;
		/* What comes now is a new session, and has to be confirmed anew. */
		if (is_confirmed)
			bpf_map_delete_elem(&confirmed, &packet.key);
	}
	counts->count[HTTP2_PREFACES] += start.words[0] == WORD('P', 'R', 'I', ' ', '*', ' ', 'H', 'T');
	return kept(counts, KEPT_ADMITTED, skb, insert_session(skb, &packet, now_ns, counts));
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
