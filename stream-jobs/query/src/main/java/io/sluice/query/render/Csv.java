package io.sluice.query.render;

import io.sluice.query.Failure;
import io.sluice.query.ask.Rows;
import java.util.ArrayList;
import java.util.List;

/**
 * RFC 4180, with a header line. Control characters are written out as in tables, so no record spans
 * lines.
 */
public final class Csv {
  private Csv() {}

  public static String write(Rows rows) {
    StringBuilder out = new StringBuilder();
    line(out, rows.columns());
    for (List<Object> row : rows.rows()) {
      line(out, row.stream().map(PlainText::machine).toList());
    }
    return out.toString();
  }

  private static void line(StringBuilder out, List<String> cells) {
    String separator = "";
    for (String cell : cells) {
      out.append(separator).append(quoted(PlainText.of(cell)));
      separator = ",";
    }
    out.append("\r\n");
  }

  private static String quoted(String cell) {
    boolean quote =
        cell.indexOf(',') >= 0
            || cell.indexOf('"') >= 0
            || cell.startsWith(" ")
            || cell.endsWith(" ");
    return quote ? '"' + cell.replace("\"", "\"\"") + '"' : cell;
  }

  /** Reads what {@link #write} wrote: the header's cells, then each line's. */
  public static List<List<String>> read(String csv) {
    List<List<String>> lines = new ArrayList<>();
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < csv.length(); i++) {
      char c = csv.charAt(i);
      if (quoted) {
        if (c != '"') {
          cell.append(c);
        } else if (i + 1 < csv.length() && csv.charAt(i + 1) == '"') {
          cell.append(c);
          i++;
        } else {
          quoted = false;
        }
      } else if (c == '"') {
        quoted = true;
      } else if (c == ',' || c == '\n') {
        cells.add(cell.toString());
        cell.setLength(0);
        if (c == '\n') {
          lines.add(cells);
          cells = new ArrayList<>();
        }
      } else if (c != '\r') {
        cell.append(c);
      }
    }
    if (quoted || !cell.isEmpty() || !cells.isEmpty()) {
      throw Failure.cannot("read the answer", "it was cut off", "ask again");
    }
    return lines;
  }
}
