package io.sluice.collector.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the chain of a directory and prefix stands, kept in a small file beside the log, so that a
 * file removed from the end is missed.
 *
 * @param sequence of the last sealed file, 0 where there is none
 * @param head of the last sealed file
 */
record ChainState(long sequence, byte[] head) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,18}) ([0-9a-f]{64})\n");

  static ChainState none() {
    return new ChainState(0, new byte[32]);
  }

  static Path file(final Path directory, final String prefix) {
    return directory.resolve(prefix + ".chain");
  }

  /** None where the file is missing or not one of ours. */
  static ChainState read(final Path directory, final String prefix) throws IOException {
    try {
      final Path file = file(directory, prefix);
      if (Files.size(file) > 128) {
        return none();
      }
      final Matcher form = FORM.matcher(Files.readString(file, StandardCharsets.US_ASCII));
      return form.matches()
          ? new ChainState(Long.parseLong(form.group(1)), HexFormat.of().parseHex(form.group(2)))
          : none();
    } catch (final NoSuchFileException e) {
      return none();
    }
  }

  void write(final Path directory, final String prefix) throws IOException {
    final Path file = file(directory, prefix);
    final Path part = file.resolveSibling(file.getFileName() + AuditFileName.PART);
    Files.writeString(part, sequence + " " + HexFormat.of().formatHex(head) + "\n");
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
