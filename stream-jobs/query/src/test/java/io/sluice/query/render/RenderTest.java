package io.sluice.query.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.query.Failure;
import io.sluice.query.ask.Rows;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RenderTest {
  private static final String ESCAPE = "/\u001b[31m\u0007\r\n\u009b1m\u202egnp.exe";

  private static final Rows ROWS =
      new Rows(
          List.of("host", "requests", "p50_us", "at"),
          List.of(
              row("a, \"b\" ", 1_234_567L, 12L, Instant.parse("2026-11-21T01:02:03Z")),
              row(ESCAPE, 5L, null, null),
              row("12345", -1_000L, new BigDecimal("1E+3"), true)));

  private static List<Object> row(Object... values) {
    return Arrays.asList(values);
  }

  @Test
  void shouldWriteCsvAsInRfc4180() {
    assertThat(Csv.write(ROWS))
        .isEqualTo(
            """
            host,requests,p50_us,at\r
            "a, ""b"" ",1234567,12,2026-11-21T01:02:03Z\r
            /\\u{1b}[31m\\u{7}\\u{d}\\u{a}\\u{9b}1m\\u{202e}gnp.exe,5,,\r
            12345,-1000,1000,true\r
            """);
  }

  @Test
  void shouldReadTheCsvThatItWrites() {
    assertThat(Csv.read(Csv.write(ROWS)).get(1))
        .containsExactly("a, \"b\" ", "1234567", "12", "2026-11-21T01:02:03Z");
    String csv = Csv.write(ROWS);
    assertThatThrownBy(() -> Csv.read(csv.substring(0, csv.length() - 3)))
        .isInstanceOf(Failure.class);
  }

  @Test
  void shouldAlignTablesAndGroupDigitsOfNumbersOnly() {
    assertThat(
            TextTable.render(
                List.of(
                    List.of("host", "requests", "p50_us"),
                    List.of("a.example", "1234567", "12"),
                    List.of("1234", "5", ""),
                    List.of("Ünï", "-1000", "1000.5"))))
        .isEqualTo(
            """
            host        requests  p50_us
            a.example  1,234,567      12
            1234               5       -
            Ünï           -1,000  1000.5
            """);
  }

  @Test
  void shouldNeverPrintControlCharacters() {
    String table = TextTable.render(List.of(List.of("path"), List.of(ESCAPE)));
    assertThat(table).isEqualTo("path\n/\\u{1b}[31m\\u{7}\\u{d}\\u{a}\\u{9b}1m\\u{202e}gnp.exe\n");
    for (String text : List.of(table, Csv.write(ROWS), Json.write(ROWS))) {
      assertThat(
              text.replace("\r\n", "\n")
                  .chars()
                  .filter(c -> c != '\n')
                  .filter(Character::isISOControl))
          .isEmpty();
      assertThat(text).doesNotContain("\u202e");
    }
  }

  @Test
  void shouldCutWideCellsInTables() {
    String cell =
        TextTable.render(List.of(List.of("path"), List.of("/" + "x".repeat(500))))
            .lines()
            .toList()
            .get(1);
    assertThat(cell).hasSize(80).endsWith("x…");
  }

  @Test
  void shouldWriteJsonInAscii() {
    assertThat(Json.write(ROWS))
        .isEqualTo(
            """
            [
            {"host":"a, \\"b\\" ","requests":1234567,"p50_us":12,"at":"2026-11-21T01:02:03Z"},
            {"host":"/\\u001B[31m\\u0007\\r\\n\\u009B1m\\u202Egnp.exe","requests":5,"p50_us":null,"at":null},
            {"host":"12345","requests":-1000,"p50_us":1E+3,"at":true}
            ]
            """);
    assertThat(Json.write(new Rows(List.of("a"), List.of()))).isEqualTo("[]\n");
    assertThat(Json.write(Map.of("n", Double.NaN))).isEqualTo("{\"n\":\"NaN\"}\n");
  }
}
