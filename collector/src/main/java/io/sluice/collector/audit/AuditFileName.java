package io.sluice.collector.audit;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of audit files, as in {@code sluice-20261121T010203Z-00000001.json.zst}; one that is being
 * written has {@code .part} behind it.
 *
 * @param sequence 1 for the first file of the directory and prefix, then without gaps
 */
record AuditFileName(
    String prefix, String stamp, long sequence, String extension, Compression compression) {
  /** Ends the name of a file that is being written. */
  static final String PART = ".part";

  /** Ends the name of the copy that a recovery makes; of no use to the next one. */
  static final String COPY = ".copy";

  private static final Pattern FORM =
      Pattern.compile(
          "([A-Za-z0-9_-]{1,64})-(\\d{8}T\\d{6}Z)-(\\d{8,18})\\.([a-z0-9]{1,16}?)(\\.gz|\\.zst)?");
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  static AuditFileName of(
      final FileSinkOptions options, final long sequence, final Instant openedAt) {
    return new AuditFileName(
        options.prefix(),
        STAMP.format(openedAt),
        sequence,
        options.extension(),
        options.compression());
  }

  static Optional<AuditFileName> parse(final String name) {
    final Matcher matcher = FORM.matcher(name);
    return matcher.matches()
        ? Optional.of(
            new AuditFileName(
                matcher.group(1),
                matcher.group(2),
                Long.parseLong(matcher.group(3)),
                matcher.group(4),
                Compression.of(name)))
        : Optional.empty();
  }

  /** The sealed files of a directory in the order of their prefixes and numbers. */
  static List<AuditFileName> sealedIn(final Path directory) throws IOException {
    return list(directory, "");
  }

  /** The unfinished files of a directory, likewise. */
  static List<AuditFileName> unfinishedIn(final Path directory) throws IOException {
    return list(directory, PART);
  }

  String sealedName() {
    return "%s-%s-%08d.%s%s".formatted(prefix, stamp, sequence, extension, compression.suffix());
  }

  String partName() {
    return sealedName() + PART;
  }

  /** The half-made copies of a recovery that was cut short. */
  static List<AuditFileName> copiesIn(final Path directory) throws IOException {
    return list(directory, COPY);
  }

  private static List<AuditFileName> list(final Path directory, final String suffix)
      throws IOException {
    final List<AuditFileName> result = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (final Path file : files) {
        final String name = file.getFileName().toString();
        if (name.endsWith(suffix)) {
          parse(name.substring(0, name.length() - suffix.length())).ifPresent(result::add);
        }
      }
    } catch (final DirectoryIteratorException e) {
      throw e.getCause();
    }
    result.sort(
        Comparator.comparing(AuditFileName::prefix).thenComparingLong(AuditFileName::sequence));
    return result;
  }
}
