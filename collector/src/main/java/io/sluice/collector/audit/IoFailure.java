package io.sluice.collector.audit;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Why the file system refused, with what to do about it.
 *
 * @param counter the reason that losses are counted under
 * @param causeAndRemedy for people
 */
record IoFailure(AuditCounter counter, String causeAndRemedy) {
  /**
   * @param directory the audit log's; asked for its space where the message does not tell
   */
  static IoFailure of(final IOException failure, final Path directory) {
    final String message = text(failure);
    if (failure instanceof NoSuchFileException || message.contains("no such file")) {
      return new IoFailure(
          AuditCounter.DIRECTORY_MISSING, "the directory does not exist; create it");
    }
    if (failure instanceof FileAlreadyExistsException || message.contains("not a directory")) {
      return new IoFailure(
          AuditCounter.DIRECTORY_MISSING, "something else is in its place; move it away");
    }
    if (message.contains("read-only file system")) {
      return new IoFailure(
          AuditCounter.READ_ONLY, "the file system is read-only; mount it read-write");
    }
    if (failure instanceof AccessDeniedException
        || message.contains("permission denied")
        || message.contains("operation not permitted")) {
      return new IoFailure(
          AuditCounter.PERMISSION_DENIED, "access is denied; give the sensor's user the right");
    }
    if (message.contains("no space left")
        || message.contains("quota exceeded")
        || isFull(directory)) {
      return new IoFailure(AuditCounter.DISK_FULL, "no space is left on the device; free some");
    }
    return new IoFailure(
        AuditCounter.IO_ERROR, "input/output error (" + message + "); look at the device");
  }

  private static String text(final IOException failure) {
    final String reason =
        failure instanceof final FileSystemException f ? f.getReason() : failure.getMessage();
    return reason == null ? failure.getClass().getSimpleName() : reason.toLowerCase(Locale.ROOT);
  }

  /** Messages of the C library are translated on some machines; free space is not. */
  private static boolean isFull(final Path directory) {
    try {
      return Files.getFileStore(directory).getUsableSpace() < 4096;
    } catch (final IOException e) {
      return false;
    }
  }
}
