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

static __always_inline __u32 vlan_beside(const void *frame)
{
	/* Volatile, or clang merges it with a neighbour into a read that the verifier refuses. */
	return *(const volatile __u32 *)&((const struct __sk_buff *)frame)->vlan_tci & 0xfff;
}

#include "maps.bpf.h"

#include "admission.h"
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
	__u64 last = (__u64)packet->payload_length - 1;

	if (packet->payload_length >= ADMISSION_BYTES) {
		if (load_bytes(frame, packet->payload_offset, start, ADMISSION_BYTES))
			return 0;
		return is_admitted(start, ADMISSION_BYTES);
	}
	/* Of what is left, one less than the length: the verifier of Linux 6.1 then sees that it is not zero. */
	OPAQUE(last);
	if (last >= ADMISSION_BYTES - 1)
		return 0;
	__builtin_memset(start, 0, sizeof(*start));
	if (load_bytes(frame, packet->payload_offset, start, (__u32)(last + 1)))
		return 0;
	return is_admitted(start, (__u32)(last + 1));
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

/* One part of a segment: body bytes that are in it, then a head, a trailer or a chunk's line. Returns 1 after the last. */
APART int scan_part(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct scan *scan = bpf_map_lookup_elem(&scans, &zero);

	if (!scan || !pass_body(scan))
		return 1;
	return scan->stream.state > STREAM_CHUNK ? scan_chunk_line_of(skb) : scan_head_of(skb);
}

/* Understands the bytes of a segment from scan->at to its end, part by part. See scan_step for why the call is tested. */
APART int scan_segment(struct __sk_buff *skb)
{
	__u32 zero = 0, i;
	struct scan *scan = bpf_map_lookup_elem(&scans, &zero);

	if (!scan)
		return 1;
	for (i = 0; i < MAX_PARTS; i++) {
		if (scan_part(skb))
			return 0;
	}
	if (pass_body(scan))
		scan->doubt = 1;
	return 0;
}

static __always_inline int is_outside(__u8 lists, __u32 marks)
{
	return marks & MARK_EXCLUDED || (lists & MARK_INCLUDED && !(marks & MARK_INCLUDED));
}

static __always_inline __u32 marks_of_port(__u16 port)
{
	__u32 number = from_be16(port);

	return port_marks[(number >> 2) & (PORT_MARK_BYTES - 1)] >> (number & 3) * 2 & (MARK_INCLUDED | MARK_EXCLUDED);
}

static __always_inline __u32 marks_of_address(const __u32 *address)
{
	struct prefix_key key = { .bits = 128 };
	__u32 i, *marks;

	for (i = 0; i < 4; i++)
		key.address[i] = address[i];
	marks = bpf_map_lookup_elem(&prefixes, &key);
	return marks ? *marks : 0;
}

/* Whether a session is not to be opened: 0, or the counter for it. What is not asked for is not in the loaded program. */
static __always_inline int left_out(const struct session_key *key)
{
	if (config.port_lists &&
	    is_outside(config.port_lists, marks_of_port(key->low_port) | marks_of_port(key->high_port)))
		return FILTERED_PORT;
	if (config.prefix_lists &&
	    is_outside(config.prefix_lists, marks_of_address(key->low_address) | marks_of_address(key->high_address)))
		return FILTERED_ADDRESS;
	if (config.sampled_below && hash_of_session(key) >= config.sampled_below)
		return FILTERED_SAMPLE;
	return 0;
}

static __always_inline __u8 sender_of(const struct packet *packet)
{
	return packet->from_high ? SENT_BY_HIGH : SENT_BY_LOW;
}

static __always_inline int is_unwanted(const struct session *session, const struct packet *packet)
{
	return (session->server == sender_of(packet)) != (config.direction == TO_CLIENT);
}

/* Follows one direction of a session. Returns how much of the frame is needed: what is behind it is inside a body. */
static __always_inline __u32 follow(struct __sk_buff *skb, const struct packet *packet, struct session *session,
				    struct counter_set *counts)
{
	struct stream *stream = &session->streams[packet->from_high & 1];
	__u32 sequence = packet->sequence + (packet->tcp_flags >> 1 & 1), zero = 0, skip;
	struct scan *scan;
	__u8 doubt = 0;

	/* A cut packet's length is not known for certain. */
	if (packet->first_fragment || packet->cut || stream->ended)
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
	scan->requests_begun = scan->responses_ended = scan->foreign = 0;
	scan_segment(skb);
	counts->count[SESSIONS_NOT_HTTP] += scan->foreign;
	if (scan->doubt)
		goto doubt;
	scan->stream.next_sequence = sequence + (scan->at - packet->payload_offset);
	*stream = scan->stream;
	/* Another CPU may follow the other direction at this moment: nothing is written that did not change. */
	session->requests += scan->requests_begun;
	session->responses += scan->responses_ended;
	if (session->head_pending != scan->head_pending)
		session->head_pending = scan->head_pending;
	if (scan->at < scan->end && (scan->stream.state == STREAM_BODY || scan->stream.state == STREAM_CHUNK))
		return scan->at;
	return WHOLE_PACKET;
doubt:
	session->copied_whole = 1;
	counts->count[SESSIONS_COPIED_WHOLE]++;
	return WHOLE_PACKET;
}

/*
 * A SYN of a session: another connection of the same ends. Where the one before has ended it is followed anew. Else the SYN may
 * be forged, or an end was not seen, and which bytes are whose is no longer certain.
 */
static __always_inline void begin_connection(struct session *session, struct counter_set *counts)
{
	struct stream *low = &session->streams[0], *high = &session->streams[1];

	if (low->state == STREAM_FRESH && high->state == STREAM_FRESH && !session->copied_whole)
		return;
	if (low->ended && high->ended) {
		low->state = high->state = STREAM_FRESH;
		low->flags = high->flags = low->carried_bytes = high->carried_bytes = low->ended = high->ended = 0;
		session->copied_whole = session->head_pending = 0;
		session->requests = session->responses = 0;
		counts->count[SESSIONS_RESTARTED]++;
	} else if (!session->copied_whole) {
		session->copied_whole = 1;
		counts->count[SESSIONS_COPIED_WHOLE]++;
	}
}

/* Takes down where a segment of a session came from. A repeated one, or one from elsewhere, is counted. */
static __always_inline void note_segment(struct session *session, const struct packet *packet, struct counter_set *counts)
{
	struct stream *stream = &session->streams[packet->from_high & 1];

	if (session->sent_by & sender_of(packet)) {
		counts->count[SEGMENTS_REPEATED] += stream->last_sequence == packet->sequence;
		if (stream->network != packet->network) {
			counts->count[NETWORKS_MIXED]++;
			/* Two connections may be taken for one. */
			if (config.trims && !session->copied_whole) {
				session->copied_whole = 1;
				counts->count[SESSIONS_COPIED_WHOLE]++;
			}
		}
	}
	stream->last_sequence = packet->sequence;
	stream->network = packet->network;
}

static __always_inline void note_end(struct session *session, const struct packet *packet)
{
	if (packet->tcp_flags & TCP_RST)
		session->streams[0].ended = session->streams[1].ended = 1;
	if (packet->tcp_flags & TCP_FIN)
		session->streams[packet->from_high & 1].ended = 1;
}

/* A packet is kept whether or not an entry can be had for its session: losing it would lose the message. */
static __always_inline int insert_session(struct __sk_buff *skb, const struct packet *packet, int is_response, __u64 now_ns,
					  struct counter_set *counts)
{
	__u32 needed = WHOLE_PACKET;
	struct session session = {
		.first_seen_ns = now_ns,
		.last_seen_ns = now_ns,
		.packets = 1,
		.bytes = packet->payload_length,
	};

	note_segment(&session, packet, counts);
	session.sent_by = sender_of(packet);
	if (config.direction)
		session.server = is_response ? session.sent_by : session.sent_by ^ (SENT_BY_LOW | SENT_BY_HIGH);
	if (config.trims) {
		needed = follow(skb, packet, &session, counts);
		note_end(&session, packet);
	}
	if (bpf_map_update_elem(&unconfirmed, &packet->key, &session, BPF_ANY))
		counts->count[SESSION_REFUSED]++;
	else
		counts->count[SESSION_INSERTED]++;
	if (config.direction && is_unwanted(&session, packet))
		return filtered(counts, FILTERED_DIRECTION);
	return kept(counts, KEPT_ADMITTED, skb, needed);
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
	int unwanted = 0;

	refresh_session(session, packet, now_ns, counts);
	if (!packet->payload_length) {
		if (config.trims)
			note_end(session, packet);
		return kept(counts, KEPT_CLOSING, skb, WHOLE_PACKET);
	}
	if (config.trims && packet->tcp_flags & TCP_SYN)
		begin_connection(session, counts);
	note_segment(session, packet, counts);
	if (config.trims) {
		if (!session->copied_whole)
			needed = follow(skb, packet, session, counts);
		note_end(session, packet);
	}
	if (config.direction) {
		__u64 start;

		if (packet->payload_length >= sizeof(start) && !load_bytes(skb, packet->payload_offset, &start, sizeof(start)) &&
		    (start & WORD_HTTP_MASK) == WORD_HTTP)
			session->server = sender_of(packet);
		unwanted = is_unwanted(session, packet);
	}
	if (!is_confirmed) {
		session->sent_by |= sender_of(packet);
		if (session->sent_by == (SENT_BY_LOW | SENT_BY_HIGH))
			confirm_session(session, packet, counts);
	}
	if (unwanted)
		return filtered(counts, FILTERED_DIRECTION);
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
	if (config.tunnels)
		counts->count[TUNNELLED] += packet.tunnelled;
	if (reason)
		return filtered(counts, reason);
	/* A SYN is looked at only for what it says of a session; it is not kept. */
	if (packet.payload_length == 0 && !(packet.tcp_flags & (config.trims ? TCP_FIN | TCP_RST | TCP_SYN : TCP_FIN | TCP_RST)))
		return filtered(counts, FILTERED_NO_PAYLOAD);
	counts->count[FIRST_FRAGMENTS] += packet.first_fragment;

	now_ns = bpf_ktime_get_coarse_ns();
	session = bpf_map_lookup_elem(&confirmed, &packet.key);
	is_confirmed = !!session;
	if (!session)
		session = bpf_map_lookup_elem(&unconfirmed, &packet.key);
	if (session)
		expired = has_expired(session, now_ns);
	if (packet.payload_length == 0 && !(packet.tcp_flags & (TCP_FIN | TCP_RST))) {
		if (session && !expired)
			begin_connection(session, counts);
		return filtered(counts, FILTERED_NO_PAYLOAD);
	}
	if (session && !expired)
		return keep_of_session(skb, &packet, session, is_confirmed, now_ns, counts);

	if (!opens_session(skb, &packet, &start))
		return filtered(counts, expired ? FILTERED_EXPIRED : FILTERED_NO_SESSION);
	reason = left_out(&packet.key);
	if (reason)
		return filtered(counts, reason);
	if (expired) {
		counts->count[SESSION_EXPIRED]++;
		/* What comes now is a new session, and has to be confirmed anew. */
		if (is_confirmed)
			bpf_map_delete_elem(&confirmed, &packet.key);
	}
	counts->count[HTTP2_PREFACES] += start.words[0] == WORD('P', 'R', 'I', ' ', '*', ' ', 'H', 'T');
	return insert_session(skb, &packet, (start.words[0] & WORD_HTTP_MASK) == WORD_HTTP, now_ns, counts);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
