package io.sluice.collector.sink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file of a spool, named by the offset at which it begins: eight bytes that tell what it is,
 * then records. Offsets are the spool's. Publisher only.
 */
final class SpoolSegment {
  static final int MAGIC_BYTES = 8;
  private static final Logger LOG = LoggerFactory.getLogger(SpoolSegment.class);
  private static final long MAGIC = 0x534c5543_53503032L;

  final Path path;
  final long base;

  /** Behind the last record. */
  long end;

  /** In it. */
  long events;

  /** Of those, the ones that were read or need not be. */
  long eventsRead;

  private final FileChannel file;

  private SpoolSegment(Path path, FileChannel file, long base, long end) {
    this.path = path;
    this.file = file;
    this.base = base;
    this.end = end;
  }

  /** A new one; none where its first bytes can't be written. */
  static SpoolSegment create(Path directory, long base) throws IOException {
    Path path = directory.resolve("%020d%s".formatted(base, SpoolOptions.SUFFIX));
    SpoolSegment segment =
        open(path, base, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
    try {
      segment.write(ByteBuffer.allocate(MAGIC_BYTES).putLong(MAGIC).flip());
    } catch (IOException e) {
      segment.file.close();
      Files.deleteIfExists(path);
      throw e;
    }
    segment.end = base + MAGIC_BYTES;
    return segment;
  }

  /** One that is there, with all bytes that are in the file. */
  static SpoolSegment open(Path path) throws IOException {
    String name = String.valueOf(path.getFileName());
    long base;
    try {
      base = Long.parseLong(name.substring(0, name.length() - SpoolOptions.SUFFIX.length()));
    } catch (NumberFormatException e) {
      throw new IOException(path + " is no segment of a spool");
    }
    SpoolSegment segment = open(path, base);
    segment.end = base + segment.file.size();
    if (!segment.hasMagic()) {
      // Killed between making the file and its first write, or damaged from its start on.
      LOG.warn("{} does not begin as a spool's segment; its records are searched for", path);
    }
    return segment;
  }

  private static SpoolSegment open(Path path, long base, OpenOption... how) throws IOException {
    OpenOption[] options = new OpenOption[how.length + 2];
    System.arraycopy(how, 0, options, 0, how.length);
    options[how.length] = StandardOpenOption.READ;
    options[how.length + 1] = StandardOpenOption.WRITE;
    return new SpoolSegment(path, FileChannel.open(path, options), base, base);
  }

  private boolean hasMagic() throws IOException {
    ByteBuffer magic = ByteBuffer.allocate(MAGIC_BYTES);
    while (magic.hasRemaining() && file.read(magic, magic.position()) > 0) {}
    return !magic.hasRemaining() && magic.getLong(0) == MAGIC;
  }

  /** Of its file, as far as the last record. */
  long bytes() {
    return end - base;
  }

  /**
   * @param from offset of the first record to be read
   */
  SpoolReader reader(long from) {
    return new SpoolReader(file, Math.max(MAGIC_BYTES, from - base));
  }

  /** Writes all of it behind the last record; where that fails, the buffer tells how much stood. */
  void write(ByteBuffer buffer) throws IOException {
    long position = bytes();
    while (buffer.hasRemaining()) {
      file.write(buffer, position + buffer.position());
    }
  }

  /** Takes away what a failed write has left behind the last record. */
  void truncate() throws IOException {
    file.truncate(bytes());
  }

  /** To the device. */
  void force() throws IOException {
    file.force(false);
  }

  void close() throws IOException {
    file.close();
  }

  void delete() {
    try {
      file.close();
      Files.deleteIfExists(path);
    } catch (IOException e) {
      LOG.warn("cannot delete {}: {}; delete it", path, e.toString());
    }
  }
}
