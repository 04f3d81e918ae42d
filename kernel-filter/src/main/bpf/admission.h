/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The admission rule: does a TCP payload look as if an HTTP/1 message, or the HTTP/2 preface, starts with it? By shape, so
 * that methods nobody has registered pass. AdmissionRule.java is the same rule; a test compares both over every frame.
 *
 *   1-24 token characters (RFC 9110, 5.6.2), a space, then '/', '*', '[' or a letter (after CONNECT a digit too), or a
 *   payload that ends before this is decided; or "HTTP/".
 *
 * Compiled for the kernel and, in tests, natively.
 */
#ifndef SLUICE_ADMISSION_H
#define SLUICE_ADMISSION_H

#include <linux/types.h>

#define MAX_METHOD_BYTES 24
/* The longest method, the space, and the first byte of the target; rounded up so that an index can be masked. */
#define ADMISSION_BYTES 32

/* Token characters as a bit per character: 0-63, 64-127. */
#define TOKEN_BITS_LOW 0x03ff6cfa00000000ULL
#define TOKEN_BITS_HIGH 0x57ffffffc7fffffeULL

static __always_inline int is_token_character(__u8 c)
{
	__u64 bits = c & 64 ? TOKEN_BITS_HIGH : TOKEN_BITS_LOW;

	return c < 128 && (bits >> (c & 63)) & 1;
}

static __always_inline int is_letter(__u8 c)
{
	return (__u8)((c | 0x20) - 'a') < 26;
}

static __always_inline int is_digit(__u8 c)
{
	return (__u8)(c - '0') < 10;
}

/* The payload's first bytes; words[0] holds the first eight of them, in memory order. */
union payload_start {
	__u8 bytes[ADMISSION_BYTES];
	__u64 words[ADMISSION_BYTES / 8];
};

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the words below are little-endian"
#endif
#define WORD_CONNECT 0x205443454e4e4f43ULL /* "CONNECT " */
#define WORD_HTTP 0x2f50545448ULL	   /* "HTTP/" */
#define WORD_HTTP_MASK 0xffffffffffULL

/*
 * length: how many bytes of the start are payload, 1..ADMISSION_BYTES; ADMISSION_BYTES where the payload goes on. The rest
 * must be zero.
 */
static __always_inline int is_admitted(const union payload_start *start, __u32 length)
{
	__u32 at;
	__u8 target;

	if ((start->words[0] & WORD_HTTP_MASK) == WORD_HTTP)
		return 1;
	/* Only CONNECT takes host:port, and a host may be an IPv4 address. */
	if (start->words[0] == WORD_CONNECT && is_digit(start->bytes[8]))
		return 1;
	for (at = 0; at <= MAX_METHOD_BYTES; at++) {
		if (at >= length)
			return 1;
		if (!is_token_character(start->bytes[at]))
			break;
	}
	if (at == 0 || at > MAX_METHOD_BYTES || start->bytes[at] != ' ')
		return 0;
	if (at + 1 >= length)
		return 1;
	target = start->bytes[at + 1];
	return target == '/' || target == '*' || target == '[' || is_letter(target);
}

#endif
