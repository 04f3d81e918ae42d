package io.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What somebody reads who has mistyped something. */
class MainTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "up x | cannot run up: 'x' is none of its options; see sluice up --help",
        "up --nope | cannot run up: '--nope' is none of its options; see sluice up --help",
        "up --demo --pcap x | cannot run up: --demo, --pcap=FILE are mutually exclusive (specify only one); see sluice up --help",
        "up --disk-budget x | cannot run up: Invalid value for option '--disk-budget': 'x' is not a long; see sluice up --help",
        "up --interface | cannot run up: Missing required parameter for option '--interface' (IF); see sluice up --help",
        "down x | cannot run down: 'x' is none of its options; see sluice down --help",
        "status --data-dir | cannot run status: Missing required parameter for option '--data-dir' (DIR); see sluice status --help",
        "doctor x | cannot run doctor: 'x' is none of its options; see sluice doctor --help",
        "nope | cannot run sluice: 'nope' is none of its options; see sluice --help",
      })
  void isToldInOneLine(String arguments, String line) {
    StringWriter told = new StringWriter();
    int status = Main.line().setErr(new PrintWriter(told)).execute(arguments.split(" "));
    assertThat(told.toString()).isEqualTo("sluice: " + line + "\n");
    assertThat(status).isEqualTo(CommandLine.ExitCode.USAGE);
  }
}
