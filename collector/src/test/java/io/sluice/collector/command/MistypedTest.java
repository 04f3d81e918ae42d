package io.sluice.collector.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What somebody reads who has mistyped something: one line, and what to do. */
@Isolated("standard error is everybody's")
class MistypedTest {

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      value = {
        "read => cannot run read: Missing required parameter: 'FILE'; see sluice read --help",
        "read --nope x => cannot use the options of read: '--nope' is none of them; did you mean --no-trim?; see sluice read --help",
        "read --max-url-bytes x x => cannot use --max-url-bytes x: give 1 to 1048576",
        "read --drop-query=maybe x => cannot use --drop-query maybe: give true or false",
        "capture -i lo extra => cannot use the options of capture: 'extra' is none of them; see sluice capture --help",
        "ledger x => cannot use the options of ledger: 'x' is none of them; see sluice ledger --help",
        "sessions --limit x => cannot use --limit x: give a whole number",
        "tail --method => cannot run tail: Missing required parameter for option '--method' (NAME); see sluice tail --help",
        "config => cannot run config: Missing required argument (specify one of these): (--default | --check=FILE); see sluice config --help",
        "config --check => cannot run config: Missing required parameter for option '--check' (FILE); see sluice config --help",
        "audit => cannot run audit: no command is given; use audit verify DIR",
        "audit verify => cannot run verify: Missing required parameter: 'DIR'; see sluice audit verify --help",
      })
  void isToldInOneLine(String arguments, String line) {
    assertThat(told(arguments.split(" "))).isEqualTo(line + "\n");
  }

  /** Or somebody who names the wrong one would believe that all is well. */
  @Test
  void aFolderWithoutAuditFilesIsNotAsWritten(@TempDir Path folder) {
    assertThat(told("audit", "verify", folder.toString()))
        .isEqualTo(
            "cannot verify "
                + folder
                + ": there are no audit files in it; name the directory that --audit was given\n");
  }

  private static String told(String... arguments) {
    PrintStream before = System.err;
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
    try {
      assertThat(SluiceCommand.commandLine(arguments, Map.of()).execute(arguments)).isEqualTo(2);
    } finally {
      System.setErr(before);
    }
    return told.toString(StandardCharsets.UTF_8);
  }
}
