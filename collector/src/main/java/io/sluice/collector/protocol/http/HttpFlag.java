package io.sluice.collector.protocol.http;

/**
 * What was odd or missing about an exchange. Names are Zeek's where Zeek has one. Constants are
 * only appended: an exchange keeps them as bits.
 */
public enum HttpFlag {
  TRUNCATED(
      "truncated",
      "Part of the message is missing from the event: cut, lost or over a limit. Where the first"
          + " line was cut, the target may be its start only, and the version is empty."),
  GAP("gap", "Bytes of the exchange were never seen; the event says how many as gap:N."),
  MIDSTREAM("midstream", "The flow was picked up inside a message."),
  URL_LIMIT("url_limit", "The target was longer than the limit; its start is in the event."),
  HEADER_LIMIT("header_limit", "The header section was longer, or had more lines, than the limit."),
  REQUEST_INCOMPLETE("request_incomplete", "The request's end was not seen."),
  RESPONSE_INCOMPLETE("response_incomplete", "The response's end was not seen."),
  RESPONSE_TIMEOUT("response_timeout", "No response was seen in time."),
  PIPELINED("pipelined", "The request was sent before the response to the one before it."),
  UPGRADED("upgraded", "The connection left HTTP after this exchange (CONNECT or Upgrade)."),
  OVERLAP("overlap_differs", "Segments of the flow overlapped with different bytes."),
  URGENT("urgent_data", "The flow carried urgent data, which is read in line here."),
  UNKNOWN_METHOD("unknown_HTTP_method", "The method is not registered."),
  VERSION_MISMATCH("HTTP_version_mismatch", "The version is none of 1.0 and 1.1."),
  MISSING_VERSION("missing_HTTP_version", "The request line has no version."),
  MISSING_HOST("missing_host_header", "An HTTP/1.1 request without a Host header."),
  DUPLICATE_HOST("host_header_ambiguous", "More than one Host, or another one than in the target."),
  BARE_LF("line_terminated_with_single_LF", "A line ends in LF without CR."),
  OBSOLETE_FOLDING("HTTP_obsolete_line_folding", "A header line is continued on the next."),
  LEADING_EMPTY_LINES("leading_empty_lines", "Empty lines before the message."),
  REQUEST_LINE_SPACES("request_line_whitespace", "Odd white space in the request line."),
  NUL_IN_HEADER("NUL_in_line", "A NUL byte in the header section."),
  BAD_HEADER_LINE("bad_header_line", "A header line without a colon."),
  HEADER_SPACE_BEFORE_COLON("header_space_before_colon", "Smuggling: space before a colon."),
  BAD_CONTENT_LENGTH("HTTP_bad_content_length", "Smuggling: a Content-Length that is no number."),
  CONTENT_LENGTH_LEADING_ZEROS("HTTP_content_length_leading_zeros", "Content-Length with zeros."),
  DUPLICATE_CONTENT_LENGTH("duplicate_content_length", "Content-Length twice, with one value."),
  DIFFERING_CONTENT_LENGTH("differing_content_length", "Smuggling: two values."),
  CHUNKED_AND_LENGTH("HTTP_content_length_and_chunked", "Smuggling: both framings at once."),
  CHUNKED_MULTI("HTTP_chunked_multi", "Smuggling: chunked is named more than once."),
  ODD_TRANSFER_ENCODING("odd_transfer_encoding", "Smuggling: disguised or unknown coding."),
  BAD_CHUNK_SIZE("HTTP_bad_chunk_size", "Smuggling: a chunk size that is no number."),
  CHUNKED_HTTP10("chunked_in_HTTP_1_0", "Smuggling: chunked in a message of version 1.0."),
  EXPECT_ODD("HTTP_expect_not_100_continue", "Expect with something else than 100-continue."),
  EXCESSIVE_PIPELINING("HTTP_excessive_pipelining", "More requests waited than are kept."),
  BAD_STATUS_LINE("bad_status_line", "The status line is not as it should be."),
  BODY_CUT_SHORT("HTTP_overlapping_messages", "The next message began before the body's end."),
  STRAY_DATA("data_before_message", "Bytes that are no message came before this one."),
  HEADER_VALUES_CUT("header_values_cut", "More of the headers asked for than an event holds."),
  FORWARDED_CONTRADICTORY(
      "forwarded_contradictory",
      "X-Forwarded-For and Forwarded, from a trusted proxy, name different clients."),
  HTTP2_RESET("http2_reset", "The HTTP/2 stream was reset, or refused by GOAWAY."),
  HTTP2_LOST("http2_lost", "HTTP/2 frames or header state of the exchange were lost."),
  HTTP2_PUSHED("http2_pushed", "The server promised the request itself (PUSH_PROMISE)."),
  H2C_UPGRADE(
      "h2c_upgrade",
      "A 101 took the connection to HTTP/2; the response is that on stream 1, or the 101 without"
          + " it."),
  HEADER_INJECTION("header_injection", "Smuggling: CR, LF or NUL in an HTTP/2 header."),
  BARE_CR("line_terminated_with_single_CR", "A CR without LF in the header section."),
  CONTROL_IN_HEADER("control_in_header", "A control byte in the header section."),
  MISSING_TARGET("missing_HTTP_uri", "The request line has no target."),
  LOWERCASE_KEYWORD("lowercase_HTTP_keyword", "HTTP in the first line is not in capitals.");

  private final String text;
  private final String help;

  HttpFlag(String text, String help) {
    this.text = text;
    this.help = help;
  }

  /** As in the event. */
  public String text() {
    return text;
  }

  public String help() {
    return help;
  }

  long bit() {
    return 1L << ordinal();
  }
}
