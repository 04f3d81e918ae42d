/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* All maps and globals of the filter. Sizes are defaults; user space sets them before load. */
#ifndef SLUICE_MAPS_BPF_H
#define SLUICE_MAPS_BPF_H

#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#include "http_filter.h"
#include "message.h"

#define DEFAULT_SESSIONS 65536

/*
 * Sessions of which one end has sent. Least recently used ones make room: a flood of forged requests pushes out only its
 * like.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, DEFAULT_SESSIONS);
	__type(key, struct session_key);
	__type(value, struct session);
} unconfirmed SEC(".maps");

/* Sessions of which both ends have sent payload. Nothing is pushed out; a full map leaves newcomers where they are. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, DEFAULT_SESSIONS);
	__type(key, struct session_key);
	__type(value, struct session);
} confirmed SEC(".maps");

/* One value per CPU, so that no counter needs an atomic: a socket filter does not migrate while it runs. */
struct counter_set {
	__u64 count[FILTER_COUNTERS];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct counter_set);
} counters SEC(".maps");

/* Working memory of the message scanner. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct scan);
} scans SEC(".maps");

/* Address prefixes to take or to leave out; made full before the filter is attached. */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1);
	__type(key, struct prefix_key);
	__type(value, __u32);
} prefixes SEC(".maps");

/* Alone in its section: user space sets it through a mapping whose layout is this structure. */
const volatile struct filter_config config SEC(".rodata.config") = {
	.idle_timeout_ns = 30000000000ULL,
};

const volatile __u8 port_marks[PORT_MARK_BYTES] SEC(".rodata.ports") = {};

/* Alone in its section, written at run time: 0 nothing is kept or counted, 1 the filter works. */
volatile __u32 gate SEC(".data.gate") = 0;

#endif
