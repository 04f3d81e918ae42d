package io.sluice.bench.traffic;

/** How a message says where its body ends (RFC 9112, 6). */
enum Framing {
  NONE,
  CONTENT_LENGTH,
  CHUNKED,
  UNTIL_CLOSE
}
