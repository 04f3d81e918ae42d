/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Where a stream of HTTP/1 messages stands, so that segments provably inside a body need not be copied. One direction at a
 * time, in order, from a message's start. Whatever is not certain sets `doubt`: the session is then copied whole for good.
 * ModelScanner.java is the same in Java; a test compares both over every frame.
 *
 * Certain is: a whole body window that a single Content-Length, or a chunk's size, gives; of a message whose first line was
 * seen from its first byte; where the other end's method is known (a response to HEAD has no body), and the status too.
 *
 * Compiled for the kernel and, in tests, natively. The including file defines load_bytes, see packet.h.
 */
#ifndef SLUICE_MESSAGE_H
#define SLUICE_MESSAGE_H

#include <linux/types.h>

#include "http_filter.h"

/* Looked at in one go; a power of two, so that an index can be masked. */
#define SCAN_BYTES 2048
#define SCAN_MASK (SCAN_BYTES - 1)
/* Leaves room for bytes carried over from the segment before. */
#define LONGEST_SCAN (SCAN_BYTES - MAX_CARRIED - 1)
/* Zeros behind the bytes, so that a word may be read at the last one, and one more behind it. */
#define SCAN_MARGIN 16
/* The shortest start of a message that says what bears on bodies: "HTTP/1.1 200" and one more. */
#define SHORTEST_START 13
/* What a request's first line ends with, before its line feed. */
#define VERSION_BYTES 10
/* A step takes so many words of eight bytes, or what is left of a line. */
#define STEP_WORDS 8
#define MAX_SCAN_STEPS (SCAN_BYTES / (STEP_WORDS * 8) + 96)
/* Heads, chunk lines and trailers taken from one segment. */
#define MAX_PARTS 16
#define CHUNK_LINE_BYTES 32
#define MAX_CHUNK_DIGITS 8
#define MAX_LENGTH_DIGITS 15

/* Bytes sent again are not further back than this. */
#define LONGEST_RETURN_BITS 26

#define FLAG_LENGTH 1	 /* Content-Length was seen; its value is in `left` */
#define FLAG_CHUNKED 2	 /* Transfer-Encoding: chunked was seen */
#define FLAG_NO_BODY 4	 /* whatever the fields say */
#define FLAG_TRAILER 8	 /* in the fields behind the last chunk */
#define FLAG_RESPONSES 16 /* this direction sends responses */
#define FLAG_ROLE 32	  /* it is known which of them it sends */
#define FLAG_KEPT (FLAG_RESPONSES | FLAG_ROLE)

/* Working memory, one for each CPU. In the kernel a filter is not interrupted by another on its CPU. */
struct scan {
	struct stream stream;
	__u32 at;	     /* offset in the frame of the next byte to understand */
	__u32 end;	     /* of the payload */
	__u16 unanswered;    /* requests begun whose final response has not */
	__u8 head_pending;   /* the only unanswered request is a HEAD */
	__u8 doubt;	     /* copy this session whole from now on */
	__u8 requests_begun; /* in this segment, as are the next two */
	__u8 responses_ended;
	__u8 foreign; /* what looked like a request's first line has ended as none of HTTP/1 */
	__u8 reserved;
	__u32 cursor;	     /* the next byte to look at, in bytes[] */
	__u32 line;	     /* where the current line starts, in bytes[] */
	__u8 in_first_line;
	__u8 line_open;	     /* bytes of the current line have been passed */
	__u8 special;	     /* the current line decides something and is not understood yet */
	__u8 done;	     /* the empty line was found */
	__u8 bytes[SCAN_BYTES + SCAN_MARGIN];
};

#ifdef __bpf__
#define word_at(bytes) (*(const __u64 *)(bytes))
#define put_word(bytes, word) (*(__u64 *)(bytes) = (word))
/* A global function: the verifier takes it by itself, once, instead of once for each way to it. */
#define APART __attribute__((noinline))
/* Keeps the compiler from proving away the bound that the verifier wants to see. */
#define OPAQUE(value) asm volatile("" : "+r"(value))
#else
static inline __u64 word_at(const __u8 *bytes)
{
	__u64 word;

	__builtin_memcpy(&word, bytes, sizeof(word));
	return word;
}
static inline void put_word(__u8 *bytes, __u64 word)
{
	__builtin_memcpy(bytes, &word, sizeof(word));
}
#define APART static inline
#define OPAQUE(value) ((void)(value))
#endif

/* Eight characters as a word in memory order. */
#define WORD(a, b, c, d, e, f, g, h)                                                                                   \
	((__u64)(a) | (__u64)(b) << 8 | (__u64)(c) << 16 | (__u64)(d) << 24 | (__u64)(e) << 32 | (__u64)(f) << 40 |    \
	 (__u64)(g) << 48 | (__u64)(h) << 56)
#define LOWER_CASE 0x2020202020202020ULL
#define EVERY_BYTE 0x0101010101010101ULL
#define EVERY_HIGH_BIT 0x8080808080808080ULL

#define NAME_CONTENT WORD('c', 'o', 'n', 't', 'e', 'n', 't', '-')
#define NAME_LENGTH WORD('l', 'e', 'n', 'g', 't', 'h', ':', 0)
#define NAME_TRANSFER WORD('t', 'r', 'a', 'n', 's', 'f', 'e', 'r')
#define NAME_ENCODING WORD('-', 'e', 'n', 'c', 'o', 'd', 'i', 'n')
#define NAME_UPGRADE WORD('u', 'p', 'g', 'r', 'a', 'd', 'e', ':')
#define VALUE_CHUNKED WORD('c', 'h', 'u', 'n', 'k', 'e', 'd', 0)
#define LOW_7_BYTES 0x00ffffffffffffffULL

/* The high bit of each byte that is a line feed; exact up to and including the first. */
static __always_inline __u64 line_feeds(__u64 word)
{
	__u64 zeroed = word ^ (EVERY_BYTE * '\n');

	return (zeroed - EVERY_BYTE) & ~zeroed & EVERY_HIGH_BIT;
}

/* Index of the lowest byte whose high bit is set in a mask of only such bits, one at least. */
static __always_inline __u32 first_byte(__u64 mask)
{
	/* The bytes below the lowest set bit, counted: BPF has no instruction for it. */
	__u64 lowest = mask >> 7;
	__u64 below = (lowest - 1) & ~lowest & EVERY_BYTE;

	return (__u32)((below * EVERY_BYTE) >> 56);
}

/* Copies up to `limit` bytes of the payload behind `from` others, and says how many. 0 where there are none, with doubt. */
static __always_inline __u32 fill_scan(const void *frame, struct scan *scan, __u32 from, __u32 limit)
{
	__u32 available = scan->end - scan->at;
	__u8 *to = scan->bytes + (from & MAX_CARRIED);
	__u64 last = (__u64)(available < limit ? available : limit) - 1, length;

	/* Not zero, in a way that the verifier of Linux 6.1 sees too: by a bound on one less. */
	OPAQUE(last);
	length = last + 1;
	if (last >= LONGEST_SCAN || load_bytes(frame, scan->at, to, length)) {
		scan->doubt = 1;
		return 0;
	}
	put_word(to + length, 0);
	put_word(to + length + 8, 0);
	return length;
}

static __always_inline void begin_request(struct scan *scan, __u64 word)
{
	int is_head = (word & 0xffffffffffULL) == WORD('H', 'E', 'A', 'D', ' ', 0, 0, 0);

	/* A tunnel, another protocol, or a HEAD among others: which response has a body is no longer certain. */
	if (word == WORD('C', 'O', 'N', 'N', 'E', 'C', 'T', ' ') || word == WORD('P', 'R', 'I', ' ', '*', ' ', 'H', 'T') ||
	    scan->head_pending || (is_head && scan->unanswered))
		scan->doubt = 1;
	scan->head_pending = is_head;
	scan->unanswered++;
	scan->requests_begun++;
}

static __always_inline void begin_response(struct scan *scan)
{
	__u64 status = word_at(scan->bytes + 8);
	__u32 hundreds = (status >> 8 & 0xff) - '0', tens = (status >> 16 & 0xff) - '0', ones = (status >> 24 & 0xff) - '0';
	__u32 code = hundreds * 100 + tens * 10 + ones;

	if ((status & 0xff) != ' ' || hundreds - 1 > 4 || tens > 9 || ones > 9 || code == 101 || !scan->unanswered) {
		scan->doubt = 1;
		return;
	}
	if (hundreds == 1) {
		scan->stream.flags |= FLAG_NO_BODY;
		return;
	}
	if (code == 204 || code == 304 || scan->head_pending)
		scan->stream.flags |= FLAG_NO_BODY;
	scan->head_pending = 0;
	scan->unanswered--;
	scan->responses_ended++;
}

/* The first line's first bytes: whose it is, and what of it bears on bodies. */
static __always_inline void begin_message(struct scan *scan)
{
	__u64 word = word_at(scan->bytes);
	int is_response = (word & LOW_7_BYTES) == WORD('H', 'T', 'T', 'P', '/', '1', '.', 0);

	if (!(scan->stream.flags & FLAG_ROLE))
		scan->stream.flags |= is_response ? FLAG_ROLE | FLAG_RESPONSES : FLAG_ROLE;
	if (!is_response != !(scan->stream.flags & FLAG_RESPONSES)) {
		scan->doubt = 1;
		return;
	}
	scan->stream.flags &= FLAG_KEPT;
	scan->stream.left = 0;
	if (is_response)
		begin_response(scan);
	else
		begin_request(scan, word);
}

/* The digits of a Content-Length whose value starts at `at`. */
APART int take_length(struct scan *scan, __u32 at)
{
	__u64 value = 0;
	__u32 i, digits = 0;

	if (!scan)
		return 0;
	scan->special = 1;
	if (at + MAX_LENGTH_DIGITS + 4 > SCAN_BYTES)
		return 0;
	for (i = 0; i < MAX_LENGTH_DIGITS + 4; i++) {
		__u8 c = scan->bytes[(at + i) & SCAN_MASK];

		if ((__u8)(c - '0') < 10) {
			value = value * 10 + (c - '0');
			digits++;
		} else if (c == '\r' || c == '\n') {
			break;
		} else if ((c != ' ' && c != '\t') || digits) {
			return 0;
		}
	}
	if (i == MAX_LENGTH_DIGITS + 4 || !digits || digits > MAX_LENGTH_DIGITS ||
	    scan->stream.flags & (FLAG_LENGTH | FLAG_CHUNKED))
		return 0;
	scan->stream.flags |= FLAG_LENGTH;
	scan->stream.left = value;
	scan->special = 0;
	return 0;
}

/* "chunked" alone, as the value that starts at `at`. */
static __always_inline void take_encoding(struct scan *scan, __u32 at)
{
	scan->special = 1;
	if (at + 16 > SCAN_BYTES)
		return;
	if (scan->bytes[at & SCAN_MASK] == ' ')
		at++;
	__u64 word = word_at(scan->bytes + (at & SCAN_MASK));
	__u8 next = word >> 56;

	if (((word | LOWER_CASE) & LOW_7_BYTES) != VALUE_CHUNKED || (next != '\r' && next != '\n') ||
	    scan->stream.flags & (FLAG_LENGTH | FLAG_CHUNKED))
		return;
	scan->stream.flags |= FLAG_CHUNKED;
	scan->special = 0;
}

/* A line starts at `at`: leaves `special` set where it may bear on the body and is not understood, or is not all there. */
APART int begin_line(struct scan *scan, __u32 at, __u32 available)
{
	__u64 word, raw_next, lower, next;
	__u8 first;

	if (!scan)
		return 0;
	word = word_at(scan->bytes + (at & SCAN_MASK));
	lower = word | LOWER_CASE;
	raw_next = word_at(scan->bytes + ((at + 8) & SCAN_MASK));
	next = raw_next | LOWER_CASE;
	first = (__u8)word;
	scan->special = 0;
	if (first == ' ' || first == '\t' || first == '\r') {
		/* A folded line goes on from one already judged. A lone return may be half of the end. */
		scan->special = 1;
		return 0;
	}
	if (available < 8) {
		__u64 mask = (1ULL << (available * 8)) - 1;

		scan->special = !((lower ^ NAME_CONTENT) & mask) || !((lower ^ NAME_TRANSFER) & mask) ||
				!((lower ^ NAME_UPGRADE) & mask);
		return 0;
	}
	/* Lower case is had by setting a bit, which makes a hyphen and a colon of other bytes too: look at them as they were. */
	if (lower == NAME_CONTENT) {
		if (available > 15 && (next & LOW_7_BYTES) == NAME_LENGTH && word >> 56 == '-' && (raw_next >> 48 & 0xff) == ':')
			take_length(scan, at + 15);
		else
			scan->special = available == 8 || (next & 0xff) == 'l';
	} else if (lower == NAME_TRANSFER) {
		/* 'g' and ':' follow; the value behind them. */
		if (available > 18 && next == NAME_ENCODING && (raw_next & 0xff) == '-' &&
		    (scan->bytes[(at + 16) & SCAN_MASK] | 0x20) == 'g' &&
		    scan->bytes[(at + 17) & SCAN_MASK] == ':')
			take_encoding(scan, at + 18);
		else
			scan->special = 1;
	} else if (lower == NAME_UPGRADE) {
		scan->special = 1;
	}
	return 0;
}

/* The empty line was found: what follows the head. */
static __always_inline void end_head(struct scan *scan)
{
	struct stream *stream = &scan->stream;

	if (stream->flags & FLAG_TRAILER || stream->flags & FLAG_NO_BODY) {
		stream->state = STREAM_MESSAGE;
		stream->left = 0;
	} else if (stream->flags & FLAG_CHUNKED) {
		stream->state = STREAM_CHUNK_FIRST_DIGIT;
		stream->left = 0;
	} else if (stream->flags & FLAG_LENGTH) {
		stream->state = stream->left ? STREAM_BODY : STREAM_MESSAGE;
	} else if (stream->flags & FLAG_RESPONSES) {
		scan->doubt = 1; /* the body ends with the connection */
	} else {
		stream->state = STREAM_MESSAGE;
	}
}

/* A line ends with the line feed at `end`. */
static __always_inline void end_line(struct scan *scan, __u32 end)
{
	if (scan->special) {
		scan->doubt = 1;
	} else if (scan->in_first_line) {
		/* A request's first line says what protocol it is of only at its end. */
		if (!(scan->stream.flags & FLAG_RESPONSES) &&
		    (end < VERSION_BYTES ||
		     word_at(scan->bytes + ((end - VERSION_BYTES) & SCAN_MASK)) != WORD(' ', 'H', 'T', 'T', 'P', '/', '1', '.')))
			scan->doubt = scan->foreign = 1;
		scan->in_first_line = 0;
	}
	scan->line_open = 0;
}

/*
 * One step along a head: some words, or up to the line's end. What it knows is in memory, where the verifier forgets it.
 * Returns 1 where there is no further step.
 *
 * A loop must test what it has called: Linux before 6.2 takes a call for a loop's forbidden edge where the instruction behind it
 * is reached by a jump too.
 */
APART int scan_step(struct scan *scan, __u32 length)
{
	__u32 at, i;
	__u64 word, feeds;

	if (!scan)
		return 1;
	at = scan->cursor;
	if (!scan->line_open) {
		word = word_at(scan->bytes + (at & SCAN_MASK));
		if ((word & 0xff) == '\n' || (word & 0xffff) == ('\r' | '\n' << 8)) {
			scan->done = 1;
			scan->cursor = at + ((word & 0xff) == '\n' ? 1 : 2);
			return 1;
		}
		scan->line = at;
		scan->line_open = 1;
		begin_line(scan, at, length - at);
	}
	for (i = 0; i < STEP_WORDS && at < length; i++) {
		feeds = line_feeds(word_at(scan->bytes + (at & SCAN_MASK)));
		if (feeds) {
			at += first_byte(feeds);
			end_line(scan, at);
			scan->cursor = at + 1;
			return scan->doubt || at + 1 >= length;
		}
		at += 8;
	}
	scan->cursor = at;
	return scan->doubt || at >= length;
}

/* The bytes from `from` on decide something, but not without what follows: they are put aside until the next segment. */
static __always_inline void carry(struct scan *scan, __u32 from, __u32 length)
{
	struct stream *stream = &scan->stream;

	if (length - from > MAX_CARRIED) {
		scan->doubt = 1;
		return;
	}
	stream->carried_bytes = length - from;
	stream->carried[0] = word_at(scan->bytes + (from & SCAN_MASK));
	stream->carried[1] = word_at(scan->bytes + (from & SCAN_MASK) + 8);
}

/*
 * Goes along a head, or a trailer, from scan->at; stops behind its empty line, or where the bytes end. A line that goes on
 * behind them is passed over where it is of no interest.
 */
static __always_inline void scan_head(const void *frame, struct scan *scan)
{
	struct stream *stream = &scan->stream;
	__u32 carried = stream->carried_bytes & MAX_CARRIED, length, at, i, undecided;
	int starts = stream->state == STREAM_FRESH || stream->state == STREAM_MESSAGE;

	put_word(scan->bytes, stream->carried[0]);
	put_word(scan->bytes + 8, stream->carried[1]);
	length = fill_scan(frame, scan, carried, LONGEST_SCAN);
	if (!length)
		return;
	length += carried;
	stream->carried_bytes = 0;
	scan->line = 0;
	scan->special = 0;
	scan->done = 0;
	scan->in_first_line = starts || stream->state == STREAM_FIRST_LINE;
	scan->line_open = stream->state != STREAM_LINE_START;
	if (starts) {
		if (length < SHORTEST_START) {
			stream->state = STREAM_MESSAGE;
			carry(scan, 0, length);
			scan->at = scan->end;
			return;
		}
		begin_message(scan);
	}
	scan->cursor = 0;
	for (i = 0; !scan->doubt && i < MAX_SCAN_STEPS; i++) {
		if (scan_step(scan, length))
			break;
	}
	if (scan->doubt)
		return;
	at = scan->cursor;
	if (scan->done) {
		scan->at += at - carried;
		end_head(scan);
		return;
	}
	if (at > length)
		at = length;
	undecided = scan->special ? scan->line : at;
	if (scan->in_first_line)
		undecided = at > VERSION_BYTES ? at - VERSION_BYTES : 0;
	stream->state = scan->in_first_line			? STREAM_FIRST_LINE
			: scan->line_open && !scan->special ? STREAM_LINE_REST
							    : STREAM_LINE_START;
	if (scan->at + (length - carried) < scan->end) {
		/* More of the segment is to come: come back to what is undecided. */
		if (undecided <= carried)
			scan->doubt = 1;
		scan->at += undecided - carried;
		return;
	}
	if (at < length)
		scan->doubt = 1; /* more steps than are taken */
	carry(scan, undecided, length);
	scan->at = scan->end;
}

static __always_inline __u32 hex_digit(__u8 c)
{
	if ((__u8)(c - '0') < 10)
		return c - '0';
	c |= 0x20;
	return (__u8)(c - 'a') < 6 ? c - 'a' + 10U : 16;
}

/* One byte of what is between two chunks' data. */
static __always_inline void scan_chunk_byte(struct scan *scan, __u8 c)
{
	struct stream *stream = &scan->stream;
	__u32 digit = hex_digit(c);

	switch (stream->state) {
	case STREAM_CHUNK_RETURN:
		if (c != '\r')
			scan->doubt = 1;
		stream->state = STREAM_CHUNK_FEED;
		return;
	case STREAM_CHUNK_FEED:
		if (c != '\n')
			scan->doubt = 1;
		stream->state = STREAM_CHUNK_FIRST_DIGIT;
		stream->left = 0;
		return;
	case STREAM_CHUNK_FIRST_DIGIT:
		if (digit > 15)
			scan->doubt = 1;
		stream->left = digit & 15;
		stream->state = STREAM_CHUNK_SIZE;
		return;
	case STREAM_CHUNK_SIZE:
		if (digit < 16) {
			if (stream->left >> ((MAX_CHUNK_DIGITS - 1) * 4))
				scan->doubt = 1;
			stream->left = stream->left << 4 | digit;
			return;
		}
		if (c != '\r' && c != '\n' && c != ';' && c != ' ' && c != '\t') {
			scan->doubt = 1;
			return;
		}
		stream->state = STREAM_CHUNK_EXTENSION;
		break;
	}
	if (c == '\n') {
		stream->flags |= stream->left ? 0 : FLAG_TRAILER;
		stream->state = stream->left ? STREAM_CHUNK : STREAM_LINE_START;
	}
}

static __always_inline void scan_chunk_line(const void *frame, struct scan *scan)
{
	__u32 length = fill_scan(frame, scan, 0, CHUNK_LINE_BYTES), i;

	for (i = 0; i < CHUNK_LINE_BYTES; i++) {
		if (i >= length || scan->doubt || scan->stream.state < STREAM_CHUNK_RETURN)
			break;
		scan_chunk_byte(scan, scan->bytes[i]);
	}
	scan->at += i;
}

/*
 * Where a segment lies. Returns 1 where it is inside a body and need not be copied; 0 where it is to be copied whole. In
 * that case *skip is how many of its bytes are understood already; all of them where nothing new is in it.
 */
static __always_inline int place_segment(struct stream *stream, __u32 sequence, __u32 length, __u32 *skip, __u8 *doubt)
{
	__s64 from_mark = (__s32)(sequence - stream->next_sequence);
	__s64 window = stream->state <= STREAM_CHUNK && stream->state >= STREAM_BODY ? (__s64)stream->left : 0;
	__s64 from_boundary = from_mark - window;

	*skip = length;
	if (from_boundary + length <= 0) {
		if (from_mark < -(1 << LONGEST_RETURN_BITS))
			*doubt = 1; /* no receive window is that long: another connection */
		if (from_mark < 0 || !window)
			return 0; /* old bytes, sent again */
		if (from_mark > 1 << 29) {
			/* Far into a long body: the mark moves on before sequence numbers wrap. */
			stream->next_sequence = sequence;
			stream->left -= from_mark;
		}
		return 1;
	}
	if (from_boundary > 0) {
		*doubt = 1; /* bytes that decide are missing, or come later */
		return 0;
	}
	*skip = (__u32)-from_boundary;
	return 0;
}

/* After a part of a segment: passes over body bytes that are in the segment. Returns 0 when its bytes are used up. */
static __always_inline int pass_body(struct scan *scan)
{
	struct stream *stream = &scan->stream;
	__u32 available = scan->end - scan->at;

	if (scan->doubt || !available)
		return 0;
	if (stream->state != STREAM_BODY && stream->state != STREAM_CHUNK)
		return 1;
	if (stream->left >= available)
		return 0; /* the window starts here, and goes to the segment's end at least */
	scan->at += (__u32)stream->left;
	stream->left = 0;
	stream->state = stream->state == STREAM_BODY ? STREAM_MESSAGE : STREAM_CHUNK_RETURN;
	return 1;
}

#endif
