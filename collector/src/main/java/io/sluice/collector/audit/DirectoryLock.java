package io.sluice.collector.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
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

  /** Made and removed while the lock is held, so that it is nobody else's. */
  private static final String TRIAL = ".trial";

  private static final String TAKEN =
      "another collector writes there; name another directory, or stop that one";

  private final FileChannel channel;

  private DirectoryLock(final FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Makes the directory where it does not exist, and makes sure that files can be made in it: to be
   * called as the user who will write. One that is merely full is let through, with or without a
   * lock: that is no mistake of whoever named it, nor a reason not to watch, and the log tells.
   *
   * @throws IOException with one clear line where another collector has it, or it can't be written
   */
  public static DirectoryLock take(final Path directory) throws IOException {
    FileChannel channel = null;
    String refusal = null;
    try {
      Files.createDirectories(directory);
      channel =
          FileChannel.open(
              directory.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (lock(channel)) {
        tryOut(directory.resolve(TRIAL));
      } else {
        refusal = TAKEN;
      }
    } catch (final IOException e) {
      final IoFailure why = IoFailure.of(e, directory);
      refusal = why.counter() == AuditCounter.DISK_FULL ? null : why.causeAndRemedy();
    }
    if (refusal == null) {
      return new DirectoryLock(channel);
    }
    if (channel != null) {
      channel.close();
    }
    throw new IOException("cannot write an audit log to " + directory + ": " + refusal);
  }

  /**
   * Locks a file against other processes and against this one, until it is closed.
   *
   * @return false where one of them has it
   */
  public static boolean lock(final FileChannel file) throws IOException {
    try {
      return file.tryLock() != null;
    } catch (final OverlappingFileLockException e) {
      return false;
    }
  }

  /** A lock of an earlier run's may be open to us where the directory is no longer. */
  private static void tryOut(final Path trial) throws IOException {
    Files.deleteIfExists(trial);
    Files.createFile(trial);
    Files.delete(trial);
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
