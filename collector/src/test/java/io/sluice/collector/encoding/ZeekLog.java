package io.sluice.collector.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a Zeek ASCII log by the rules of Zeek's own reader: the separator is hex-unescaped from the
 * first line, names and types come from the header, a column is unset or empty by whole equality
 * before it is unescaped, sets are split before their elements are unescaped.
 */
final class ZeekLog {
  final Map<String, String> header = new LinkedHashMap<>();
  final List<Map<String, Object>> records = new ArrayList<>();
  private List<String> fields;
  private List<String> types;

  static ZeekLog read(final String log) {
    final ZeekLog result = new ZeekLog();
    for (final String line : log.split("\n", -1)) {
      if (line.startsWith("#")) {
        result.headerLine(line);
      } else if (!line.isEmpty()) {
        result.record(line);
      }
    }
    return result;
  }

  private void headerLine(final String line) {
    if (line.startsWith("#separator ")) {
      header.put("separator", unescape(line.substring("#separator ".length())));
      return;
    }
    final String[] columns = line.substring(1).split(header.get("separator"), 2);
    header.put(columns[0], columns[1]);
    if (columns[0].equals("fields")) {
      fields = List.of(columns[1].split(header.get("separator"), -1));
    } else if (columns[0].equals("types")) {
      types = List.of(columns[1].split(header.get("separator"), -1));
      assertThat(types).hasSameSizeAs(fields);
    }
  }

  private void record(final String line) {
    final String[] columns = line.split(header.get("separator"), -1);
    assertThat(columns).as("columns of %.200s", line).hasSize(fields.size());
    final Map<String, Object> record = new LinkedHashMap<>();
    for (int i = 0; i < columns.length; i++) {
      record.put(fields.get(i), value(types.get(i), columns[i]));
    }
    records.add(record);
  }

  private Object value(final String type, final String text) {
    if (text.equals(header.get("unset_field"))) {
      return null;
    }
    if (type.startsWith("set[") || type.startsWith("vector[")) {
      final String inner = type.substring(type.indexOf('[') + 1, type.length() - 1);
      final List<Object> elements = new ArrayList<>();
      if (!text.equals(header.get("empty_field"))) {
        for (final String element : text.split(header.get("set_separator"), -1)) {
          elements.add(value(inner, element));
        }
      }
      return elements;
    }
    return switch (type) {
      case "string", "enum" -> text.equals(header.get("empty_field")) ? "" : unescape(text);
      case "addr" -> InetAddress.ofLiteral(text);
      case "port" -> portNumber(text);
      case "count" -> Long.parseUnsignedLong(text);
      case "int" -> Long.parseLong(text);
      case "time", "interval" -> new java.math.BigDecimal(text);
      default -> throw new AssertionError("type " + type);
    };
  }

  private static int portNumber(final String text) {
    final int port = Integer.parseInt(text);
    assertThat(port).isBetween(0, 65_535);
    return port;
  }

  /** {@code \xHH} and doubled backslashes, to the bytes and then to text. */
  static String unescape(final String text) {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); ) {
      if (text.startsWith("\\x", i)) {
        bytes.write(Integer.parseInt(text.substring(i + 2, i + 4), 16));
        i += 4;
      } else if (text.startsWith("\\\\", i)) {
        bytes.write('\\');
        i += 2;
      } else {
        assertThat(text.charAt(i)).as("a backslash that escapes nothing").isNotEqualTo('\\');
        final int codePoint = text.codePointAt(i);
        bytes.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
        i += Character.charCount(codePoint);
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
