package io.sluice.query.render;

import java.util.List;

/** A table for people: columns aligned, numbers to the right with their thousands apart. */
public final class TextTable {
  private static final int WIDEST = 80;
  private static final String GAP = "  ";

  private TextTable() {}

  /**
   * @param lines header and rows, all of the same length
   */
  public static String render(List<List<String>> lines) {
    List<String> header = lines.getFirst();
    List<List<String>> rows = lines.subList(1, lines.size());
    int columns = header.size();
    boolean[] numbers = new boolean[columns];
    int[] widths = new int[columns];
    for (int column = 0; column < columns; column++) {
      int index = column;
      numbers[column] =
          rows.stream()
                  .allMatch(
                      r -> r.get(index).isEmpty() || r.get(index).matches("-?\\d+(?:\\.\\d+)?"))
              && rows.stream().anyMatch(r -> !r.get(index).isEmpty());
      widths[column] =
          lines.stream().mapToInt(r -> length(shown(r.get(index), numbers[index]))).max().orElse(0);
    }
    StringBuilder out = new StringBuilder();
    for (List<String> line : lines) {
      StringBuilder text = new StringBuilder();
      for (int column = 0; column < columns; column++) {
        String cell = shown(line.get(column), numbers[column]);
        String padding = " ".repeat(Math.max(0, widths[column] - length(cell)));
        text.append(column == 0 ? "" : GAP)
            .append(numbers[column] ? padding + cell : cell + padding);
      }
      out.append(text.toString().stripTrailing()).append('\n');
    }
    return out.toString();
  }

  private static String shown(String value, boolean number) {
    if (value.isEmpty()) {
      return "-";
    }
    String cell = number ? PlainText.grouped(value) : PlainText.of(value);
    if (length(cell) <= WIDEST) {
      return cell;
    }
    return cell.substring(0, cell.offsetByCodePoints(0, WIDEST - 1)) + "…";
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
