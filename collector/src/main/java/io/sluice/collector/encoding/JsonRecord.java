package io.sluice.collector.encoding;

import io.sluice.collector.event.RequestEvent;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes one JSON object a record. Text that is null or empty is left out (of a request that was
 * cut the version is empty, of HTTP/2 the reason), and all text is made safe first: JSON itself
 * escapes neither DEL nor the C1 controls, and a generator throws on an unpaired surrogate.
 */
final class JsonRecord {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
          .build();

  private JsonGenerator json;

  /** Begins the record's object. */
  void begin(final RecordBuffer out) {
    json = FACTORY.createGenerator(ObjectWriteContext.empty(), out);
    json.writeStartObject();
  }

  /** Ends the record's object. */
  void end() {
    json.writeEndObject();
    json.close();
    json = null;
  }

  void object(final String name) {
    json.writeObjectPropertyStart(name);
  }

  void close() {
    json.writeEndObject();
  }

  void array(final String name) {
    json.writeArrayPropertyStart(name);
  }

  /** Begins an object in an array. */
  void element() {
    json.writeStartObject();
  }

  void closeArray() {
    json.writeEndArray();
  }

  void text(final String name, final String value) {
    if (isThere(value)) {
      json.writeStringProperty(name, SafeText.clean(value));
    }
  }

  static boolean isThere(final String value) {
    return value != null && !value.isEmpty();
  }

  /** An array of objects of a name and a value; nothing where there are none. */
  void headers(final String name, final List<RequestEvent.Header> headers) {
    if (headers.isEmpty()) {
      return;
    }
    array(name);
    for (final RequestEvent.Header header : headers) {
      element();
      json.writeStringProperty("name", SafeText.clean(header.name()));
      json.writeStringProperty("value", SafeText.clean(header.value()));
      close();
    }
    closeArray();
  }

  void number(final String name, final long value) {
    json.writeNumberProperty(name, value);
  }

  void bool(final String name, final boolean value) {
    json.writeBooleanProperty(name, value);
  }

  /** An array of the values that are neither null nor empty; nothing where there are none. */
  void texts(final String name, final List<String> values) {
    boolean open = false;
    for (final String value : values) {
      if (isThere(value)) {
        if (!open) {
          array(name);
          open = true;
        }
        json.writeString(SafeText.clean(value));
      }
    }
    if (open) {
      closeArray();
    }
  }
}
