package io.sluice.collector.sink;

import io.sluice.collector.event.RequestEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes events as lines of JSON. Buffered: nothing is sure to be out before {@link #flush}. Owned
 * by one thread.
 */
public final class JsonLines implements AutoCloseable {
  private final JsonGenerator json;
  private final String sensor;
  private final Timestamps timestamps = new Timestamps();

  /**
   * @param out closed by {@link #close}
   */
  public JsonLines(OutputStream out, String sensor) {
    this.sensor = PlainText.of(sensor);
    json =
        JsonFactory.builder()
            .rootValueSeparator((String) null)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .build()
            .createGenerator(ObjectWriteContext.empty(), out);
  }

  /**
   * @param file base name of the capture file that the event is from, or null
   * @throws UncheckedIOException where the output does not take it
   */
  public void write(RequestEvent event, String file) {
    try {
      writeEvent(event, file);
    } catch (JacksonIOException e) {
      throw new UncheckedIOException(e.getCause());
    }
  }

  /** Hands everything written so far to the stream, which may buffer itself. */
  public void flush() {
    try {
      json.flush();
    } catch (JacksonIOException e) {
      throw new UncheckedIOException(e.getCause());
    }
  }

  @Override
  public void close() throws IOException {
    try {
      json.close();
    } catch (JacksonIOException e) {
      throw e.getCause();
    }
  }

  private void writeEvent(RequestEvent event, String file) throws JacksonException {
    json.writeStartObject();
    string("id", event.id());
    json.writeName("ts");
    char[] timestamp = timestamps.format(event.timestampNs());
    json.writeString(timestamp, 0, timestamp.length);
    string("sensor", sensor);
    writeFlow(event.flow());
    writeRequest(event.request());
    writeResponse(event.response());
    json.writeNumberProperty("depth", event.depth());
    json.writeArrayPropertyStart("flags");
    for (String flag : event.flags()) {
      json.writeString(flag);
    }
    json.writeEndArray();
    if (file != null) {
      string("file", PlainText.of(file));
    }
    json.writeEndObject();
    json.writeRaw('\n');
  }

  private void writeFlow(RequestEvent.Flow flow) {
    json.writeObjectPropertyStart("flow");
    string("client_ip", flow.clientIp());
    json.writeNumberProperty("client_port", flow.clientPort());
    string("server_ip", flow.serverIp());
    json.writeNumberProperty("server_port", flow.serverPort());
    if (flow.vlan() < 0) {
      json.writeNullProperty("vlan");
    } else {
      json.writeNumberProperty("vlan", flow.vlan());
    }
    string("community_id", flow.communityId());
    json.writeEndObject();
  }

  private void writeRequest(RequestEvent.Request request) {
    json.writeObjectPropertyStart("request");
    string("method", request.method());
    string("target", request.target());
    string("host", request.host());
    string("url", request.url());
    string("version", request.version());
    string("user_agent", request.userAgent());
    string("referrer", request.referrer());
    string("content_type", request.contentType());
    json.writeNumberProperty("header_bytes", request.headerBytes());
    json.writeNumberProperty("body_bytes", request.bodyBytes());
    json.writeEndObject();
  }

  private void writeResponse(RequestEvent.Response response) {
    if (response == null) {
      json.writeNullProperty("response");
      return;
    }
    json.writeObjectPropertyStart("response");
    json.writeNumberProperty("status", response.status());
    string("reason", response.reason());
    string("content_type", response.contentType());
    json.writeNumberProperty("header_bytes", response.headerBytes());
    json.writeNumberProperty("body_bytes", response.bodyBytes());
    json.writeNumberProperty("latency_us", response.latencyUs());
    json.writeNumberProperty("duration_us", response.durationUs());
    json.writeEndObject();
  }

  private void string(String name, String value) {
    if (value == null) {
      json.writeNullProperty(name);
    } else {
      json.writeStringProperty(name, PlainText.of(value));
    }
  }
}
