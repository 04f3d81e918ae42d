package io.sluice.collector.encoding;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A table of schema facts beside the tests: tab-separated, '#' begins a comment. */
final class SchemaTable {
  private SchemaTable() {}

  static List<Row> rows(final String resource) {
    try (InputStream in = SchemaTable.class.getResourceAsStream(resource)) {
      return new String(Objects.requireNonNull(in, resource).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#") && !line.isBlank())
          .map(line -> new Row(List.of(line.split("\t", -1))))
          .toList();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Map<String, Row> byFirstColumn(final String resource) {
    return rows(resource).stream()
        .collect(Collectors.toMap(row -> row.column(0), Function.identity()));
  }

  /** One line's columns. */
  record Row(List<String> columns) {
    /** Empty text where the line has fewer columns. */
    String column(final int index) {
      return index < columns.size() ? columns.get(index) : "";
    }
  }
}
