// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Does nothing: what a run of any program costs, for the benchmark. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

SEC("socket")
int empty(struct __sk_buff *skb __attribute__((unused)))
{
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
