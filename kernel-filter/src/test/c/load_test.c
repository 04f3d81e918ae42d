// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The first and only process of a machine without anything else: loads the kernel program with each option on and off, runs it
 * over one frame, says what happened, and switches the machine off. Links libbpf statically.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "http_filter.h"

#define OBJECT "/http_filter.bpf.o"
#define WORKER_OBJECT "/worker.bpf.o"
#define WHOLE 0xffffffffU
#define LEFT_OUT 0

struct trial {
	const char *name;
	struct filter_config config;
	int tunnelled; /* the frame is in an IPv4 tunnel */
	__u32 verdict;
};

static const struct trial TRIALS[] = {
	{ "everything off", {}, 0, WHOLE },
	{ "trimming", { .trims = 1 }, 0, WHOLE },
	{ "no tunnel", {}, 1, LEFT_OUT },
	{ "tunnels", { .tunnels = TUNNEL_IP | TUNNEL_GRE | TUNNEL_VXLAN, .vxlan_port = 4789 }, 1, WHOLE },
	{ "requests", { .direction = TO_SERVER }, 0, WHOLE },
	{ "responses", { .direction = TO_CLIENT }, 0, LEFT_OUT },
	{ "included ports", { .port_lists = MARK_INCLUDED }, 0, WHOLE },
	{ "included prefixes", { .prefix_lists = MARK_INCLUDED }, 0, WHOLE },
	{ "large sample", { .sampled_below = 0xffffffff }, 0, WHOLE },
	{ "small sample", { .sampled_below = 1 }, 0, LEFT_OUT },
	{ "everything on",
	  { .trims = 1,
	    .tunnels = TUNNEL_IP | TUNNEL_GRE | TUNNEL_VXLAN,
	    .vxlan_port = 4789,
	    .direction = TO_SERVER,
	    .port_lists = MARK_INCLUDED | MARK_EXCLUDED,
	    .prefix_lists = MARK_INCLUDED | MARK_EXCLUDED,
	    .sampled_below = 0xffffffff },
	  1,
	  WHOLE },
};

/* What a test run takes off the front, Ethernet, an IPv4 header that is a tunnel's, and a request over TCP. */
static const __u8 TEST_RUN_FRONT[14] = { [12] = 0x08 };
static const __u8 ETHERNET[14] = { [12] = 0x08 };
static const __u8 OUTER[20] = { 0x45, [3] = 78, [8] = 64, [9] = 4, [12] = 192, 0, 2, 1, 192, 0, 2, 2 };
static const __u8 REQUEST[58] = "\x45\0\0\x3a\0\1\0\0\x40\6\0\0\x0a\1\2\3\x0a\1\2\4"
				"\x9c\x41\0\x50\0\0\0\1\0\0\0\1\x50\x18\4\0\0\0\0\0"
				"GET / HTTP/1.1\r\n\r";

static char libbpf_log[1 << 16];

static int remember(enum libbpf_print_level level, const char *format, va_list arguments)
{
	size_t used = strlen(libbpf_log);

	(void)level;
	return vsnprintf(libbpf_log + used, sizeof(libbpf_log) - used, format, arguments);
}

static __u32 append(__u8 *frame, __u32 length, const __u8 *bytes, __u32 count)
{
	memcpy(frame + length, bytes, count);
	return length + count;
}

static void *initial_value(struct bpf_object *object, const char *map)
{
	size_t size;

	/* Its constness differs between versions of libbpf. */
	return (void *)bpf_map__initial_value(bpf_object__find_map_by_name(object, map), &size);
}

/* 0, or what failed. */
static const char *try(const struct trial *trial)
{
	LIBBPF_OPTS(bpf_test_run_opts, run);
	struct prefix_key prefix = { .bits = 96 + 8, .address = { 0, 0, 0xffff0000, 10 } };
	__u8 frame[128], *ports;
	__u32 length = 0, included = MARK_INCLUDED;
	struct bpf_object *object = bpf_object__open(OBJECT);
	struct filter_config *config;

	if (!object)
		return "open";
	config = initial_value(object, ".rodata.config");
	ports = initial_value(object, ".rodata.ports");
	if (!config || !ports)
		return "configure";
	*config = trial->config;
	config->idle_timeout_ns = 30000000000ULL;
	config->starts_open = 1;
	ports[80 / 4] = MARK_INCLUDED;
	if (bpf_object__load(object))
		return "load";
	if (bpf_map_update_elem(bpf_object__find_map_fd_by_name(object, "prefixes"), &prefix, &included, 0))
		return "enter a prefix";
	length = append(frame, length, TEST_RUN_FRONT, sizeof(TEST_RUN_FRONT));
	length = append(frame, length, ETHERNET, sizeof(ETHERNET));
	if (trial->tunnelled)
		length = append(frame, length, OUTER, sizeof(OUTER));
	length = append(frame, length, REQUEST, sizeof(REQUEST));
	run.data_in = frame;
	run.data_size_in = length;
	run.repeat = 1;
	if (bpf_prog_test_run_opts(bpf_program__fd(bpf_object__find_program_by_name(object, "http_filter")), &run))
		return "run";
	bpf_object__close(object);
	return run.retval == trial->verdict ? 0 : "decide as expected";
}

/* 0, or what failed. A received frame and the same in a tunnel are one worker's. */
static const char *try_worker(void)
{
	LIBBPF_OPTS(bpf_test_run_opts, run);
	__u8 frame[128];
	__u32 length = 0, plain;
	struct bpf_object *object = bpf_object__open(WORKER_OBJECT);
	struct filter_config *config;
	int program;

	if (!object)
		return "open";
	config = initial_value(object, ".rodata.config");
	if (!config)
		return "configure";
	config->tunnels = TUNNEL_IP | TUNNEL_GRE | TUNNEL_VXLAN;
	config->vxlan_port = 4789;
	if (bpf_object__load(object))
		return "load";
	program = bpf_program__fd(bpf_object__find_program_by_name(object, "worker"));
	length = append(frame, length, ETHERNET, sizeof(ETHERNET));
	run.data_in = frame;
	run.data_size_in = append(frame, length, REQUEST, sizeof(REQUEST));
	run.repeat = 1;
	if (bpf_prog_test_run_opts(program, &run))
		return "run";
	plain = run.retval;
	length = append(frame, length, OUTER, sizeof(OUTER));
	run.data_size_in = append(frame, length, REQUEST, sizeof(REQUEST));
	/* The first run has left there how much it would give back. */
	run.data_size_out = 0;
	if (bpf_prog_test_run_opts(program, &run))
		return "run";
	bpf_object__close(object);
	return plain && run.retval == plain ? 0 : "decide as expected";
}

static unsigned int tell(const char *failure, const char *name)
{
	size_t used = strlen(libbpf_log);

	if (!failure) {
		printf("LOADED with %s\n", name);
		return 0;
	}
	printf("%s\nCANNOT %s with %s\n", libbpf_log + (used > 4000 ? used - 4000 : 0), failure, name);
	return 1;
}

int main(void)
{
	struct utsname kernel;
	unsigned int i, failed = 0;

	uname(&kernel);
	libbpf_set_print(remember);
	for (i = 0; i < sizeof(TRIALS) / sizeof(*TRIALS); i++) {
		libbpf_log[0] = 0;
		failed += tell(try(&TRIALS[i]), TRIALS[i].name);
	}
	libbpf_log[0] = 0;
	failed += tell(try_worker(), "the choice of a worker");
	printf("%s on Linux %s\n", failed ? "FAIL" : "PASS", kernel.release);
	fflush(stdout);
	sync();
	if (getpid() == 1)
		reboot(RB_AUTOBOOT);
	return failed != 0;
}
