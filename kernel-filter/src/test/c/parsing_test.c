// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The headers of the kernel program, compiled natively with sanitizers. Records (length as 4 little-endian bytes, then the
 * bytes) come on standard input.
 *
 *   layout     prints names and numbers of what both sides share
 *   truncate   parses every frame cut at every length, each in memory of exactly its size, and scans its payload
 *   admit      prints 1 or 0 for each payload
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/types.h>

#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif

struct buffer {
	const __u8 *bytes;
	__u32 length;
};

static int load_bytes(const void *frame, __u32 offset, void *to, __u32 length)
{
	const struct buffer *buffer = frame;

	if (length == 0)
		abort(); /* the kernel refuses it */
	if (offset > buffer->length || length > buffer->length - offset)
		return -1;
	memcpy(to, buffer->bytes + offset, length);
	return 0;
}

static __u32 vlan_beside(const void *frame)
{
	(void)frame;
	return 0;
}

#include "http_filter.h"

/* Every tunnel, so that every header is parsed. */
static const struct filter_config config = {
	.tunnels = TUNNEL_IP | TUNNEL_GRE | TUNNEL_VXLAN,
	.vxlan_port = 4789,
};

#include "admission.h"
#include "message.h"
#include "packet.h"

#define NUMBER(name, value) printf("%s=%lu\n", name, (unsigned long)(value))
#define OFFSET(type, field) NUMBER(#type "." #field, offsetof(struct type, field))
#define COUNTER(name) NUMBER("counter." #name, name)

static void print_layout(void)
{
	NUMBER("session_key", sizeof(struct session_key));
	OFFSET(session_key, low_address);
	OFFSET(session_key, high_address);
	OFFSET(session_key, low_port);
	OFFSET(session_key, high_port);
	NUMBER("session", sizeof(struct session));
	OFFSET(session, first_seen_ns);
	OFFSET(session, last_seen_ns);
	OFFSET(session, packets);
	OFFSET(session, bytes);
	OFFSET(session, sent_by);
	NUMBER("filter_config", sizeof(struct filter_config));
	OFFSET(filter_config, idle_timeout_ns);
	OFFSET(filter_config, starts_open);
	OFFSET(filter_config, trims);
	OFFSET(filter_config, tunnels);
	OFFSET(filter_config, direction);
	OFFSET(filter_config, port_lists);
	OFFSET(filter_config, prefix_lists);
	OFFSET(filter_config, vxlan_port);
	OFFSET(filter_config, sampled_below);
	NUMBER("port_marks", PORT_MARK_BYTES);
	NUMBER("prefix_key", sizeof(struct prefix_key));
	OFFSET(prefix_key, bits);
	OFFSET(prefix_key, address);
	NUMBER("MARK_INCLUDED", MARK_INCLUDED);
	NUMBER("MARK_EXCLUDED", MARK_EXCLUDED);
	NUMBER("TO_SERVER", TO_SERVER);
	NUMBER("TO_CLIENT", TO_CLIENT);
	NUMBER("TUNNEL_IP", TUNNEL_IP);
	NUMBER("TUNNEL_GRE", TUNNEL_GRE);
	NUMBER("TUNNEL_VXLAN", TUNNEL_VXLAN);
	COUNTER(SEEN);
	COUNTER(KEPT_ADMITTED);
	COUNTER(KEPT_SESSION);
	COUNTER(KEPT_CLOSING);
	COUNTER(FILTERED_NOT_IP);
	COUNTER(FILTERED_NOT_TCP);
	COUNTER(FILTERED_FRAGMENT);
	COUNTER(FILTERED_MALFORMED);
	COUNTER(FILTERED_NO_PAYLOAD);
	COUNTER(FILTERED_NO_SESSION);
	COUNTER(FILTERED_EXPIRED);
	COUNTER(SESSION_INSERTED);
	COUNTER(SESSION_REFRESHED);
	COUNTER(SESSION_CONFIRMED);
	COUNTER(SESSION_EXPIRED);
	COUNTER(SESSION_REFUSED);
	COUNTER(CONFIRMED_FULL);
	COUNTER(FIRST_FRAGMENTS);
	COUNTER(KEPT_TRIMMED);
	COUNTER(KEPT_WIRE_BYTES);
	COUNTER(KEPT_COPIED_BYTES);
	COUNTER(HTTP2_PREFACES);
	COUNTER(SESSIONS_COPIED_WHOLE);
	COUNTER(FILTERED_PORT);
	COUNTER(FILTERED_ADDRESS);
	COUNTER(FILTERED_SAMPLE);
	COUNTER(FILTERED_DIRECTION);
	COUNTER(TUNNELLED);
	COUNTER(SEGMENTS_REPEATED);
	COUNTER(NETWORKS_MIXED);
	COUNTER(SESSIONS_RESTARTED);
	COUNTER(SESSIONS_NOT_HTTP);
	NUMBER("counters", FILTER_COUNTERS);
}

static int admit(const struct buffer *payload)
{
	union payload_start start;
	__u32 length = payload->length < ADMISSION_BYTES ? payload->length : ADMISSION_BYTES;

	if (length == 0)
		return 0;
	memset(&start, 0, sizeof(start));
	memcpy(&start, payload->bytes, length);
	return is_admitted(&start, length);
}

/* As scan_segment in the kernel program, over one segment that starts a stream. */
static void scan_payload(const struct buffer *frame, const struct packet *packet)
{
	struct scan *scan = calloc(1, sizeof(*scan));
	int i;

	if (!scan)
		abort();
	scan->unanswered = 1;
	scan->at = packet->payload_offset;
	scan->end = packet->payload_offset + packet->payload_length;
	for (i = 0; i < MAX_PARTS && pass_body(scan); i++) {
		if (scan->stream.state > STREAM_CHUNK)
			scan_chunk_line(frame, scan);
		else
			scan_head(frame, scan);
		if (!scan->doubt && scan->at > scan->end)
			abort();
	}
	free(scan);
}

static unsigned long truncate_everywhere(const struct buffer *frame)
{
	unsigned long segments = 0;
	__u32 length;

	for (length = 0; length <= frame->length; length++) {
		struct packet packet;
		/* One byte at least, or the sanitizer does not know whose it is. */
		__u8 *bytes = malloc(length ? length : 1);
		struct buffer cut = { bytes, length };

		if (!bytes)
			abort();
		memcpy(bytes, frame->bytes, length);
		if (parse_frame(&cut, length, &packet) == 0) {
			if (packet.payload_offset + packet.payload_length > length && packet.payload_length)
				abort();
			segments++;
			if (packet.payload_length)
				scan_payload(&cut, &packet);
		}
		free(bytes);
	}
	return segments;
}

int main(int count, char **arguments)
{
	const char *mode = count > 1 ? arguments[1] : "";
	unsigned long segments = 0;
	__u8 head[4];

	if (!strcmp(mode, "layout")) {
		print_layout();
		return 0;
	}
	while (fread(head, 1, sizeof(head), stdin) == sizeof(head)) {
		__u32 length = head[0] | head[1] << 8 | head[2] << 16 | (__u32)head[3] << 24;
		__u8 *bytes = malloc(length ? length : 1);
		struct buffer record = { bytes, length };

		if (!bytes || fread(bytes, 1, length, stdin) != length)
			return 2;
		if (!strcmp(mode, "admit"))
			putchar('0' + admit(&record));
		else
			segments += truncate_everywhere(&record);
		free(bytes);
	}
	if (!strcmp(mode, "truncate"))
		printf("%lu\n", segments);
	return 0;
}
