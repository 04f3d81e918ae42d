package io.sluice.collector.protocol.http;

import io.sluice.collector.counters.Counter;
import io.sluice.collector.counters.Counters;

/**
 * HTTP messages: REQUESTS = EVENTS + PENDING, and RESPONSES = PAIRED + UNMATCHED + HELD once a
 * response's head is complete.
 */
public enum HttpCounter implements Counter {
  REQUESTS("Requests of which at least the request line was seen."),
  EVENTS("Events emitted, one a request."),
  PENDING("Requests whose event is not emitted yet."),
  RESPONSES("Final responses of which at least the status line was seen."),
  PAIRED("Responses that were given to their request."),
  UNMATCHED("Responses whose request was not seen, or could not be told for certain."),
  HELD("Responses that wait until their request can be told."),
  INTERIM_RESPONSES("1xx responses, which do not end an exchange."),
  TIMEOUTS("Events emitted without a response because none was seen in time."),
  RESYNCHRONISED("Message starts found again after a gap."),
  LOST_SYNC("Gaps and breaks after which messages may be missing."),
  UPGRADES("Connections that left HTTP by CONNECT or Upgrade."),
  UPGRADED_BYTES("Bytes of such connections after they left HTTP."),
  FOREIGN_BYTES("Bytes that are not HTTP."),
  SEARCHED_BYTES("Bytes read while looking for the next message start."),
  HEAD_LIMIT("Header sections longer than the limit."),
  PENDING_LIMIT("Requests emitted early because too many waited on their connection."),
  HEAD_BUFFER_REFUSED("Header sections dropped because all head buffers were in use."),
  HTTP2_CONNECTIONS("Connections that are read as HTTP/2."),
  HTTP2_REFUSED("HTTP/2 connections that were not read because too many were at once."),
  HTTP2_LOST("Directions of HTTP/2 connections of which the rest could not be read."),
  HTTP2_BYTES("Bytes that were read as HTTP/2 frames."),
  HTTP2_UNREADABLE_BYTES("Bytes of HTTP/2 connections behind a loss or what is no frame.");

  private final String help;

  HttpCounter(String help) {
    this.help = help;
  }

  @Override
  public String help() {
    return help;
  }

  /** Requests minus everything that requests can become: zero between two calls. */
  public static long unaccountedRequests(Counters<HttpCounter> counters) {
    return counters.get(REQUESTS) - counters.get(EVENTS) - counters.get(PENDING);
  }

  /** Responses minus everything that responses can become: zero between two calls. */
  public static long unaccountedResponses(Counters<HttpCounter> counters) {
    return counters.get(RESPONSES)
        - counters.get(PAIRED)
        - counters.get(UNMATCHED)
        - counters.get(HELD);
  }
}
