package io.sluice.collector.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * One file from its creation under a {@code .part} name to its seal. It always ends behind a whole
 * block: what a failed write left is cut off. One thread.
 */
final class AuditFile implements AutoCloseable {
  private final FileSinkOptions options;
  private final AuditFileName name;
  private final Path part;
  private final Object partKey;
  private final FileChannel channel;
  private final HashChain chain;
  private final long openedNs;
  private long bytes;
  private long records;
  private boolean finished;

  /**
   * Creates it.
   *
   * @param chain null where the file gets none
   * @param workingSuffix what its name ends with until it is sealed
   */
  AuditFile(
      final FileSinkOptions options,
      final AuditFileName name,
      final HashChain chain,
      final String workingSuffix,
      final long openedNs)
      throws IOException {
    this.options = options;
    this.name = name;
    this.chain = chain;
    this.openedNs = openedNs;
    part = options.directory().resolve(name.sealedName() + workingSuffix);
    channel =
        FileChannel.open(
            part,
            Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
    partKey = key(part);
  }

  AuditFileName name() {
    return name;
  }

  HashChain chain() {
    return chain;
  }

  long openedNs() {
    return openedNs;
  }

  /** On the disk, compressed where compression is on. */
  long bytes() {
    return bytes;
  }

  /** Written so far, without the format's own lines. */
  long records() {
    return records;
  }

  /** Whether the format's footer stands already, so that no record may follow. */
  boolean isFinished() {
    return finished;
  }

  /** Writes the format's footer, once however often it is called. */
  void finish(final byte[] footer, final int length) throws IOException {
    if (!finished && length > 0) {
      write(footer, length, 0);
    }
    finished = true;
  }

  /** Whether the name in the directory is still this file. */
  boolean isThere() {
    try {
      return partKey.equals(key(part));
    } catch (final IOException e) {
      return false;
    }
  }

  /**
   * Writes whole lines as one block, all or nothing.
   *
   * @return bytes written
   */
  int write(final byte[] lines, final int length, final long recordCount) throws IOException {
    if (!isThere()) {
      throw new NoSuchFileException(part.toString());
    }
    final byte[] block = options.compression().block(lines, length);
    append(block);
    if (options.fsync() == FsyncPolicy.ON_BLOCK) {
      channel.force(false);
    }
    if (chain != null) {
      chain.add(lines, length);
    }
    records += recordCount;
    return block.length;
  }

  /**
   * Ends the file with its trailer and gives it its name. May be tried again after a failure.
   *
   * @param json whether the format is JSON
   * @param recovered whether the file is what was found of an earlier run's
   */
  void seal(final boolean json, final boolean recovered) throws IOException {
    final long before = bytes;
    try {
      if (chain != null) {
        final byte[] trailer = chain.trailer(json, recovered);
        append(options.compression().block(trailer, trailer.length));
      }
      if (options.fsync() != FsyncPolicy.NEVER) {
        channel.force(true);
      }
      Files.move(
          part, options.directory().resolve(name.sealedName()), StandardCopyOption.ATOMIC_MOVE);
    } catch (final IOException e) {
      cutTo(before);
      throw e;
    }
    channel.close();
    if (options.fsync() != FsyncPolicy.NEVER) {
      syncDirectory(options.directory());
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  static void syncDirectory(final Path directory) throws IOException {
    try (FileChannel d = FileChannel.open(directory, StandardOpenOption.READ)) {
      d.force(true);
    }
  }

  private void append(final byte[] block) throws IOException {
    final ByteBuffer buffer = ByteBuffer.wrap(block);
    try {
      while (buffer.hasRemaining()) {
        channel.write(buffer, bytes + buffer.position());
      }
    } catch (final IOException e) {
      cutTo(bytes);
      throw e;
    }
    bytes += block.length;
  }

  private void cutTo(final long length) {
    bytes = length;
    try {
      channel.truncate(length);
    } catch (final IOException e) {
      // The next write at this position covers what is there; a reader stops at it until then.
    }
  }

  private static Object key(final Path file) throws IOException {
    return Files.getAttribute(file, "unix:ino");
  }
}
