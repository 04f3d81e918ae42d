package io.sluice.collector.sink;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * What must outlive a killed process to account for every event: how many came, how many are
 * settled (acknowledged or lost, and counted as such), and up to where the spool is settled. A file
 * of one page that is mapped: what is stored there is the operating system's at once. Offset and
 * number are stored together, in the one of two places that does not count, and then that one
 * counts.
 */
final class SpoolState implements AutoCloseable {
  /**
   * What a run has left.
   *
   * @param pending events that were neither acknowledged nor counted as lost
   * @param settledOffset in the spool
   */
  record Left(long pending, long settledOffset) {}

  private static final long MAGIC = 0x534c5543_53503031L;
  private static final int BYTES = 4096;
  private static final long MAGIC_OFFSET = 0;
  private static final long CARRIED_OFFSET = 8;
  private static final long EMITTED_OFFSET = 64;
  private static final long QUEUE_FULL_OFFSET = 128;
  private static final long ACTIVE_OFFSET = 192;
  private static final long PLACES_OFFSET = 256;
  private static final long PLACE_BYTES = 64;
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

  private final Arena arena;
  private final MemorySegment page;

  private SpoolState(Arena arena, MemorySegment page) {
    this.arena = arena;
    this.page = page;
  }

  /** What the run before has left; null where there was none, or its file is damaged. */
  static Left read(Path file) throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return null;
    }
    if (bytes.length != BYTES) {
      return null;
    }
    // As it is mapped: in the machine's own order.
    MemorySegment old = MemorySegment.ofBuffer(ByteBuffer.allocateDirect(BYTES).put(bytes).flip());
    long active = get(old, ACTIVE_OFFSET) & 1;
    if (get(old, MAGIC_OFFSET) != MAGIC) {
      return null;
    }
    long place = PLACES_OFFSET + active * PLACE_BYTES;
    if (get(old, place + 16) != crc(old, place)) {
      return null;
    }
    long pending =
        get(old, CARRIED_OFFSET)
            + get(old, EMITTED_OFFSET)
            - get(old, QUEUE_FULL_OFFSET)
            - get(old, place + 8);
    return new Left(Math.max(0, pending), get(old, place));
  }

  /**
   * Begins the account of a run. The one before counts until all of the new is written.
   *
   * @param carried events taken over from the run before, lost ones included
   * @param settled of those
   */
  static SpoolState create(Path file, long carried, long settled, long settledOffset)
      throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      // Written, not only made long: a full disk must say so now and not when the page is stored
      // to.
      ByteBuffer zeros = ByteBuffer.allocate(BYTES);
      while (zeros.hasRemaining()) {
        channel.write(zeros);
      }
      // Closed by close(), or with the process where the rest of this fails.
      Arena arena = Arena.ofShared();
      MemorySegment page = channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES, arena);
      SpoolState state = new SpoolState(arena, page);
      LONG.set(page, MAGIC_OFFSET, MAGIC);
      LONG.set(page, CARRIED_OFFSET, carried);
      state.settle(settledOffset, settled);
      channel.force(true);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return state;
    }
  }

  /** Any thread. */
  void emitted() {
    long unused = (long) LONG.getAndAdd(page, EMITTED_OFFSET, 1L);
  }

  /** Any thread. */
  void queueFull() {
    long unused = (long) LONG.getAndAdd(page, QUEUE_FULL_OFFSET, 1L);
  }

  /** Publisher only. */
  void settle(long offset, long settled) {
    long next = 1 - (get(page, ACTIVE_OFFSET) & 1);
    long place = PLACES_OFFSET + next * PLACE_BYTES;
    LONG.set(page, place, offset);
    LONG.set(page, place + 8, settled);
    LONG.set(page, place + 16, crc(page, place));
    LONG.setVolatile(page, ACTIVE_OFFSET, next);
  }

  /** Nobody may store any more. */
  @Override
  public void close() {
    arena.close();
  }

  private static long get(MemorySegment page, long offset) {
    return (long) LONG.get(page, offset);
  }

  private static long crc(MemorySegment page, long place) {
    CRC32C crc = new CRC32C();
    crc.update(page.asSlice(place, 16).asByteBuffer());
    return crc.getValue();
  }
}
