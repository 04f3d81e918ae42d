package io.sluice.collector.audit;

import io.sluice.collector.encoding.SafeText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.Callable;
import javax.crypto.SecretKey;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice audit}: what can be done with audit files. */
@Command(
    name = "audit",
    description = "Checks audit files.",
    subcommands = AuditCommand.Verify.class,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class AuditCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "cannot run audit: no command is given; use audit verify DIR");
  }

  /** {@code sluice audit verify}. Exit code 0: all is as written; 1: it is not; 2: can't tell. */
  @Command(
      name = "verify",
      description =
          "Checks the hash chains of the audit files in a directory and names every line and file"
              + " that was removed, altered, moved or put in.",
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {
        "0:every line and file is as it was written",
        "1:something is not; each finding is one line",
        "2:the directory or the key can't be read, or there are no audit files in it"
      },
      mixinStandardHelpOptions = true)
  static final class Verify implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "Directory of audit files.")
    private Path directory;

    @Option(
        names = "--key-file",
        paramLabel = "FILE",
        description = "File with the chain's key as hexadecimal digits.")
    private Path keyFile;

    @Option(
        names = "--head",
        paramLabel = "HEX",
        description = "The last head as it was noted elsewhere; an older log is then told too.")
    private String expectedHead;

    @Override
    public Integer call() {
      final PrintWriter err = spec.commandLine().getErr();
      final SecretKey key;
      try {
        key = keyFile == null ? null : KeyFile.read(keyFile);
      } catch (final IOException e) {
        err.println(cannot("read the key " + keyFile, e, "name a file with a key"));
        return 2;
      }
      if (!Files.isDirectory(directory)) {
        err.println(
            SafeText.clean(
                "cannot verify "
                    + directory
                    + ": it is no directory; name the one with the audit files"));
        return 2;
      }
      try {
        final AuditVerifier.Report report = new AuditVerifier(key).verify(directory);
        if (expectedHead == null && report.isOfNothing()) {
          err.println(
              SafeText.clean(
                  "cannot verify "
                      + directory
                      + ": there are no audit files in it; name the directory that --audit was"
                      + " given"));
          return 2;
        }
        return print(report);
      } catch (final IOException e) {
        err.println(cannot("verify " + directory, e, "check that you may read it"));
        return 2;
      }
    }

    private int print(final AuditVerifier.Report report) {
      final PrintWriter out = spec.commandLine().getOut();
      final String head = HexFormat.of().formatHex(report.lastHead());
      report.findings().forEach(finding -> out.println(SafeText.clean(finding.toString())));
      report.notes().forEach(note -> out.println(SafeText.clean("note: " + note)));
      final boolean otherHead =
          expectedHead != null && !expectedHead.toLowerCase(Locale.ROOT).equals(head);
      if (otherHead) {
        out.println("the last head is not the expected one: files were removed or replaced");
      }
      final int wrong = report.findings().size() + (otherHead ? 1 : 0);
      out.println(
          report.files()
              + " files, "
              + report.lines()
              + " lines, "
              + (wrong == 0 ? "all as written" : wrong + " findings")
              + "; last head "
              + head);
      return wrong == 0 ? 0 : 1;
    }

    private static String cannot(final String what, final IOException cause, final String remedy) {
      final String message =
          cause instanceof java.nio.file.NoSuchFileException
              ? "it does not exist"
              : String.valueOf(cause.getMessage());
      return SafeText.clean("cannot " + what + ": " + message + "; " + remedy);
    }
  }
}
