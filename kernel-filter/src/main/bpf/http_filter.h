/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What the kernel program and its user-space handle both see: structures and numbers, no logic. The Java mirror is in
 * io.sluice.kernelfilter (FilterCounter, SessionLayout, ConfigLayout); a test compares both sides.
 */
#ifndef SLUICE_HTTP_FILTER_H
#define SLUICE_HTTP_FILTER_H

#include <linux/types.h>

/*
 * Two end points in network byte order, IPv4 as ::ffff:a.b.c.d. The low end is the smaller of (address, port) compared as
 * bytes, so that both directions of a connection have one key. No padding: the map compares all 36 bytes.
 */
struct session_key {
	__u32 low_address[4];
	__u32 high_address[4];
	__u16 low_port;
	__u16 high_port;
};

_Static_assert(sizeof(struct session_key) == 36, "the session key has no padding");

/* Bit per end that has sent payload. */
#define SENT_BY_LOW 1
#define SENT_BY_HIGH 2

/* What the next byte of a stream is. Numbered so that BODY and CHUNK are a range, and chunk lines are what is above. */
enum stream_state {
	STREAM_FRESH,	    /* nothing was sent yet */
	STREAM_MESSAGE,	    /* the first of a message */
	STREAM_FIRST_LINE,  /* further on in a message's first line */
	STREAM_LINE_START,  /* the first of a line of a head or trailer */
	STREAM_LINE_REST,   /* further on in a line that is of no interest */
	STREAM_BODY,	    /* `left` bytes of a Content-Length body */
	STREAM_CHUNK,	    /* `left` bytes of a chunk */
	STREAM_CHUNK_RETURN, /* the carriage return behind a chunk */
	STREAM_CHUNK_FEED,  /* the line feed behind that */
	STREAM_CHUNK_FIRST_DIGIT,
	STREAM_CHUNK_SIZE,  /* a further digit, or the end of them; `left` is the size so far */
	STREAM_CHUNK_EXTENSION, /* anything up to the line feed; `left` is the size */
};

/* One direction of a session, as far as it was followed. */
struct stream {
	__u32 next_sequence; /* of the first byte of that state */
	__u8 state;
	__u8 flags;
	__u8 carried_bytes; /* of the stream before that, put aside because they do not yet decide */
	__u8 ended;	    /* by FIN or RST */
	__u64 left;
	__u64 carried[2];
	__u32 last_sequence; /* of the last segment */
	__u32 network;	     /* that it came in: VLANs, VNI or tunnel key, folded */
};

#define MAX_CARRIED 15

_Static_assert(sizeof(struct stream) == 40, "the stream has no padding");

/* Times are CLOCK_MONOTONIC (coarse), nanoseconds. Counts are of kept packets and their payload bytes on the wire. */
struct session {
	__u64 first_seen_ns;
	__u64 last_seen_ns;
	__u64 packets;
	__u64 bytes;
	__u8 sent_by;
	__u8 copied_whole; /* the streams are no longer followed; until a new connection begins */
	__u8 head_pending;
	__u8 server; /* the end that answers, as SENT_BY_*; 0 while not asked for */
	__u16 requests;	 /* begun */
	__u16 responses; /* final ones begun */
	struct stream streams[2]; /* sent by the low end, by the high end */
};

_Static_assert(sizeof(struct session) == 120, "the session has no padding");

/* Tunnels whose inner packet is looked at. */
#define TUNNEL_IP 1 /* IPv4 or IPv6 in IPv4 or IPv6 (RFC 2003, 4213, 2473) */
#define TUNNEL_GRE 2 /* RFC 2784, 2890, with IP or Ethernet inside */
#define TUNNEL_VXLAN 4 /* RFC 7348 */

/* How a port or an address stands in a list; of overlapping prefixes the longest decides. */
#define MARK_INCLUDED 1
#define MARK_EXCLUDED 2

#define TO_SERVER 1
#define TO_CLIENT 2

/* Set between open and load; the verifier then removes what is switched off. */
struct filter_config {
	__u64 idle_timeout_ns;
	__u8 starts_open; /* the gate's first state: 1 for tests and one-socket captures */
	__u8 trims;	  /* 1: what is provably inside a body is not copied */
	__u8 tunnels;	  /* TUNNEL_*; 0 none */
	__u8 direction;	  /* TO_SERVER, TO_CLIENT, or 0 for both */
	__u8 port_lists;  /* the MARK_* that there are in port_marks; 0 takes every port */
	__u8 prefix_lists; /* the same of the map prefixes */
	__u16 vxlan_port; /* host order */
	__u32 sampled_below; /* sessions whose hash is below this are taken; 0 takes all */
	__u32 reserved;
};

/* Two bits MARK_* for each port, the lowest port in the lowest bits. */
#define PORT_MARK_BYTES (65536 / 4)

/* Of the map prefixes: an address as in the session key, of which the first `bits` count. */
struct prefix_key {
	__u32 bits;
	__u32 address[4];
};

/*
 * Append only: stored health records know these by number. Every packet is counted once as SEEN and once as a KEPT_* or a
 * FILTERED_*; the others say what happened beside. FilterCounter.java has the same order.
 */
enum filter_counter {
	SEEN,
	KEPT_ADMITTED,
	KEPT_SESSION,
	KEPT_CLOSING,
	FILTERED_NOT_IP,
	FILTERED_NOT_TCP,
	FILTERED_FRAGMENT,
	FILTERED_MALFORMED,
	FILTERED_NO_PAYLOAD,
	FILTERED_NO_SESSION,
	FILTERED_EXPIRED,
	SESSION_INSERTED,
	SESSION_REFRESHED,
	SESSION_CONFIRMED,
	SESSION_EXPIRED,
	SESSION_REFUSED,
	CONFIRMED_FULL,
	FIRST_FRAGMENTS,
	KEPT_TRIMMED,
	KEPT_WIRE_BYTES,
	KEPT_COPIED_BYTES,
	HTTP2_PREFACES,
	SESSIONS_COPIED_WHOLE,
	FILTERED_PORT,
	FILTERED_ADDRESS,
	FILTERED_SAMPLE,
	FILTERED_DIRECTION,
	TUNNELLED,
	SEGMENTS_REPEATED,
	NETWORKS_MIXED,
	SESSIONS_RESTARTED,
	SESSIONS_NOT_HTTP,
	FILTER_COUNTERS /* how many; not a counter */
};

#endif
