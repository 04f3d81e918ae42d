package io.sluice.query.cli;

import io.sluice.query.render.Csv;
import io.sluice.query.render.TextTable;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Option;

/** How an answer is printed. */
final class Output {
  static final class Format {
    @Option(names = "--json", description = "Print an array of rows as JSON.")
    private boolean json;

    @Option(names = "--csv", description = "Print CSV with a header line.")
    private boolean csv;
  }

  private Output() {}

  /** What to ask the service for: a table is made here, from CSV. */
  static String parameter(Format format) {
    return format != null && format.json ? "json" : "csv";
  }

  static void print(PrintWriter out, Format format, String body) {
    if (format != null && (format.json || format.csv)) {
      out.print(body);
    } else {
      List<List<String>> lines = Csv.read(body);
      out.print(lines.size() == 1 ? "no rows\n" : TextTable.render(lines));
    }
    out.flush();
  }
}
