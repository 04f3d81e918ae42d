package io.sluice.query.render;

import io.sluice.query.ask.Rows;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/**
 * JSON for programs, all ASCII: no terminal, browser or log can take a part of it for something
 * else.
 */
public final class Json {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private Json() {}

  /** An array with an object for each row, one line each. */
  public static String write(Rows rows) {
    StringBuilder out = new StringBuilder("[");
    String separator = "\n";
    for (List<Object> row : rows.rows()) {
      StringWriter line = new StringWriter();
      try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), line)) {
        json.writeStartObject();
        for (int i = 0; i < row.size(); i++) {
          json.writeName(rows.columns().get(i));
          value(json, row.get(i));
        }
        json.writeEndObject();
      }
      out.append(separator).append(line);
      separator = ",\n";
    }
    return out.append(rows.rows().isEmpty() ? "]\n" : "\n]\n").toString();
  }

  /** One object. */
  public static String write(Map<String, ?> fields) {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      fields.forEach((name, value) -> {
        json.writeName(name);
        value(json, value);
      });
      json.writeEndObject();
    }
    return out.append('\n').toString();
  }

  private static void value(JsonGenerator json, Object value) {
    switch (value) {
      case null -> json.writeNull();
      case Long number -> json.writeNumber(number);
      case Integer number -> json.writeNumber(number);
      case BigDecimal number -> json.writeNumber(number);
      case Double number when Double.isFinite(number) -> json.writeNumber(number);
      case Boolean truth -> json.writeBoolean(truth);
      default -> json.writeString(value.toString());
    }
  }
}
