package io.sluice.collector.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a second collector out of an audit log's directory, where each would take the other's
 * unfinished file for one of a killed run. Ends with the process, however that ends.
 */
public final class DirectoryLock implements AutoCloseable {
  private static final String NAME = ".lock";

  private final FileChannel channel;

  private DirectoryLock(final FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Makes the directory where it does not exist. One that can't be written to now is not locked:
   * the log tells of it, and nobody else writes there either.
   *
   * @throws IOException with one clear line where another collector has it
   */
  public static DirectoryLock take(final Path directory) throws IOException {
    FileChannel channel = null;
    boolean taken = false;
    try {
      Files.createDirectories(directory);
      channel =
          FileChannel.open(
              directory.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      final FileLock lock = channel.tryLock();
      taken = lock == null;
    } catch (final OverlappingFileLockException e) {
      taken = true;
    } catch (final IOException e) {
      if (channel != null) {
        channel.close();
      }
      return new DirectoryLock(null);
    }
    if (taken) {
      channel.close();
      throw new IOException(
          "cannot write an audit log to "
              + directory
              + ": another collector writes there; name another directory, or stop that one");
    }
    return new DirectoryLock(channel);
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
