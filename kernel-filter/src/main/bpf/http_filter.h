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

/* Times are CLOCK_MONOTONIC (coarse), nanoseconds. Counts are of kept packets and their payload bytes on the wire. */
struct session {
	__u64 first_seen_ns;
	__u64 last_seen_ns;
	__u64 packets;
	__u64 bytes;
	__u32 sent_by;
	__u32 reserved;
};

_Static_assert(sizeof(struct session) == 40, "the session has no padding");

/* Set between open and load; the verifier then removes what is switched off. */
struct filter_config {
	__u64 idle_timeout_ns;
	__u32 starts_open; /* the gate's first state: 1 for tests and one-socket captures */
	__u32 reserved;
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
	FILTER_COUNTERS /* how many; not a counter */
};

#endif
