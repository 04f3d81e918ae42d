package io.sluice.collector.encoding;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sluice.collector.event.RequestEvent;
import java.util.Arrays;
import java.util.List;

/**
 * The event's own form, field for field as the Avro record has it. Written by hand, since it is the
 * default of every file that is read: {@code deploy/decisions/0311} has the measurement.
 */
final class JsonEncoding implements EventEncoding {
  private static final byte[] NULL = ascii("null");

  private static final byte[] ID = ascii("{\"id\":");
  private static final byte[] TS = ascii(",\"ts\":\"");
  private static final byte[] CLIENT_IP = ascii(",\"flow\":{\"client_ip\":");
  private static final byte[] CLIENT_PORT = ascii(",\"client_port\":");
  private static final byte[] SERVER_IP = ascii(",\"server_ip\":");
  private static final byte[] SERVER_PORT = ascii(",\"server_port\":");
  private static final byte[] VLAN = ascii(",\"vlan\":");
  private static final byte[] COMMUNITY_ID = ascii(",\"community_id\":");
  private static final byte[] REAL_CLIENT_IP = ascii(",\"real_client_ip\":");
  private static final byte[] METHOD = ascii("},\"request\":{\"method\":");
  private static final byte[] TARGET = ascii(",\"target\":");
  private static final byte[] SCHEME = ascii(",\"scheme\":");
  private static final byte[] HOST = ascii(",\"host\":");
  private static final byte[] URL = ascii(",\"url\":");
  private static final byte[] VERSION = ascii(",\"version\":");
  private static final byte[] USER_AGENT = ascii(",\"user_agent\":");
  private static final byte[] REFERRER = ascii(",\"referrer\":");
  private static final byte[] CONTENT_TYPE = ascii(",\"content_type\":");
  private static final byte[] HEADER_BYTES = ascii(",\"header_bytes\":");
  private static final byte[] BODY_BYTES = ascii(",\"body_bytes\":");
  private static final byte[] NO_RESPONSE = ascii("},\"response\":null");
  private static final byte[] STATUS = ascii("},\"response\":{\"status\":");
  private static final byte[] REASON = ascii(",\"reason\":");
  private static final byte[] LATENCY_US = ascii(",\"latency_us\":");
  private static final byte[] DURATION_US = ascii(",\"duration_us\":");
  private static final byte[] HEADERS = ascii(",\"headers\":[");
  private static final byte[] NAME = ascii("{\"name\":");
  private static final byte[] VALUE = ascii(",\"value\":");
  private static final byte[] GRPC_STATUS = ascii(",\"grpc_status\":");
  private static final byte[] DEPTH = ascii(",\"depth\":");
  private static final byte[] FLAGS = ascii(",\"flags\":[");
  private static final byte[] FILE = ascii(",\"file\":");

  private static final int FLOW_SLOTS_LOG2 = 10;
  private static final int FLOW_SLOTS = 1 << FLOW_SLOTS_LOG2;
  private static final int MAX_FLOW_BYTES = 512;

  /** From the time's end to the flow: the same in every record. */
  private final byte[] sensor;

  private final IsoTime time = new IsoTime();
  private final JsonTexts texts = new JsonTexts();

  // flows of the last events, and the text of each: an event's flow is most often one of them
  private final RequestEvent.Flow[] flows = new RequestEvent.Flow[FLOW_SLOTS];
  private final byte[][] flowTexts = new byte[FLOW_SLOTS][];

  private String file;

  JsonEncoding(final EncodingOptions options) {
    final RecordBuffer text = new RecordBuffer();
    text.ascii("\",\"sensor\":");
    text.json(options.sensor());
    sensor = text.toByteArray();
  }

  @Override
  public String name() {
    return "json";
  }

  @Override
  public String contentType() {
    return "application/x-ndjson";
  }

  @Override
  public void captureFile(final String baseName) {
    file = baseName;
  }

  @Override
  public void append(final RequestEvent event, final RecordBuffer out) {
    text(ID, event.id(), out);
    out.bytes(TS);
    time.append(event.timestampNs(), out);
    out.bytes(sensor);
    flow(event.flow(), out);
    request(event.request(), out);
    response(event.response(), out);
    number(DEPTH, event.depth(), out);
    flags(event.flags(), out);
    if (file != null) {
      text(FILE, file, out);
    }
    out.put('}');
  }

  /** All events of a connection have one object for its flow. */
  private void flow(final RequestEvent.Flow flow, final RecordBuffer out) {
    final int slot = flow.clientPort() * 0x9e3779b9 >>> Integer.SIZE - FLOW_SLOTS_LOG2;
    if (flows[slot] == flow) {
      out.bytes(flowTexts[slot]);
      return;
    }
    final int from = out.length();
    newFlow(flow, out);
    if (out.length() - from <= MAX_FLOW_BYTES) {
      flows[slot] = flow;
      flowTexts[slot] = Arrays.copyOfRange(out.array(), from, out.length());
    }
  }

  private static void newFlow(final RequestEvent.Flow flow, final RecordBuffer out) {
    text(CLIENT_IP, flow.clientIp(), out);
    number(CLIENT_PORT, flow.clientPort(), out);
    text(SERVER_IP, flow.serverIp(), out);
    number(SERVER_PORT, flow.serverPort(), out);
    out.bytes(VLAN);
    if (flow.vlan() < 0) {
      out.bytes(NULL);
    } else {
      out.decimal(flow.vlan());
    }
    text(COMMUNITY_ID, flow.communityId(), out);
    text(REAL_CLIENT_IP, flow.realClientIp(), out);
  }

  private void request(final RequestEvent.Request request, final RecordBuffer out) {
    common(METHOD, request.method(), out);
    final int target = out.length();
    text(TARGET, request.target(), out);
    final int targetEnd = out.length();
    common(SCHEME, request.scheme(), out);
    common(HOST, request.host(), out);
    url(request, target + TARGET.length + 1, targetEnd, out);
    common(VERSION, request.version(), out);
    common(USER_AGENT, request.userAgent(), out);
    common(REFERRER, request.referrer(), out);
    common(CONTENT_TYPE, request.contentType(), out);
    number(HEADER_BYTES, request.headerBytes(), out);
    number(BODY_BYTES, request.bodyBytes(), out);
    headers(request.headers(), out);
  }

  /**
   * Appends the URL, which most often is the scheme, the host and the target that was just written.
   *
   * @param target where the target's text starts in the buffer
   * @param targetEnd behind its closing quote
   */
  private static void url(
      final RequestEvent.Request request,
      final int target,
      final int targetEnd,
      final RecordBuffer out) {
    final String url = request.url();
    final String text = request.target();
    if (url == null || text == null || !text.startsWith("/") || !url.endsWith(text)) {
      text(URL, url, out);
      return;
    }
    out.bytes(URL);
    if (out.jsonStart(url, url.length() - text.length())) {
      out.again(target, targetEnd);
    } else {
      out.json(url);
    }
  }

  private void response(final RequestEvent.Response response, final RecordBuffer out) {
    if (response == null) {
      out.bytes(NO_RESPONSE);
      return;
    }
    number(STATUS, response.status(), out);
    common(REASON, response.reason(), out);
    common(CONTENT_TYPE, response.contentType(), out);
    number(HEADER_BYTES, response.headerBytes(), out);
    number(BODY_BYTES, response.bodyBytes(), out);
    number(LATENCY_US, response.latencyUs(), out);
    number(DURATION_US, response.durationUs(), out);
    headers(response.headers(), out);
    out.bytes(GRPC_STATUS);
    if (response.grpcStatus() < 0) {
      out.bytes(NULL);
    } else {
      out.decimal(response.grpcStatus());
    }
    out.put('}');
  }

  private static void headers(final List<RequestEvent.Header> headers, final RecordBuffer out) {
    out.bytes(HEADERS);
    for (int i = 0; i < headers.size(); i++) {
      if (i > 0) {
        out.put(',');
      }
      text(NAME, headers.get(i).name(), out);
      text(VALUE, headers.get(i).value(), out);
      out.put('}');
    }
    out.put(']');
  }

  private static void flags(final List<String> flags, final RecordBuffer out) {
    out.bytes(FLAGS);
    for (int i = 0; i < flags.size(); i++) {
      if (i > 0) {
        out.put(',');
      }
      out.json(flags.get(i));
    }
    out.put(']');
  }

  private static void text(final byte[] key, final String value, final RecordBuffer out) {
    out.bytes(key);
    if (value == null) {
      out.bytes(NULL);
    } else {
      out.json(value);
    }
  }

  /** The same for one of which many are the same object. */
  private void common(final byte[] key, final String value, final RecordBuffer out) {
    out.bytes(key);
    if (value == null) {
      out.bytes(NULL);
    } else {
      texts.append(value, out);
    }
  }

  private static void number(final byte[] key, final long value, final RecordBuffer out) {
    out.bytes(key);
    out.decimal(value);
  }

  private static byte[] ascii(final String text) {
    return text.getBytes(US_ASCII);
  }
}
