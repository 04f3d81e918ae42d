package io.sluice.collector.sink;

import io.sluice.collector.audit.DirectoryLock;
import io.sluice.collector.encoding.SafeText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bounded queue of deliveries on disk: appended to, read and settled in one order. A log of
 * segments, each a file named by the offset at which it begins; offsets count bytes over all of
 * them and only grow. One thread, the publisher's, but where it says so.
 *
 * <p>A failed write leaves whole records only. What was written outlives the process; see {@link
 * SpoolOptions.Fsync} for a failure of power.
 */
final class Spool implements AutoCloseable {
  /** Why nothing, or not all, was appended. */
  enum Refusal {
    NONE,
    FULL,
    /** The file system refused: full, read-only, gone, or broken. */
    DISK
  }

  private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
  private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(1);
  private static final long FSYNC_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

  /** The folder is in order, but not for us. */
  private static final class OtherFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    OtherFormatException(String message) {
      super(message);
    }
  }

  private final SpoolOptions options;

  /** As people know it: it may be reached through a descriptor. */
  private final Path shownDirectory;

  private final String topic;
  private final String format;
  private final FileChannel lockFile;
  private final LongSupplier clockNs;
  private final Deque<SpoolSegment> segments = new ArrayDeque<>();
  private final SpoolState state;
  private ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 18);
  private SpoolReader reader;
  private SpoolSegment readerOf;

  /** Segments from here on were made by this process. */
  private long ownFrom = Long.MAX_VALUE;

  private long readOffset;
  private long end;
  private long settledOffset;
  private long ordinal;
  private long carried;
  private long damaged;
  private long unaccounted;
  private long recovered;
  private long dropped;
  private long retryAtNs;
  private boolean broken;
  private long forcedNs;
  private boolean unforced;
  private Refusal refusal = Refusal.NONE;
  private volatile long bytes;

  private Spool(
      SpoolOptions options, String topic, String format, FileChannel lockFile, LongSupplier clockNs)
      throws IOException {
    this.options = options;
    shownDirectory = options.directory().toRealPath();
    this.topic = topic;
    this.format = format;
    this.lockFile = lockFile;
    this.clockNs = clockNs;
    forcedNs = clockNs.getAsLong();
    Path stateFile = options.directory().resolve(SpoolOptions.STATE);
    SpoolState.Left left = SpoolState.read(stateFile);
    settledOffset = left == null ? 0 : left.settledOffset();
    recover();
    long pending = left == null ? 0 : left.pending();
    carried = Math.max(pending, recovered + damaged);
    unaccounted = carried - recovered - damaged;
    state = SpoolState.create(stateFile, carried, unaccounted + damaged, settledOffset);
  }

  /**
   * Takes over what is left there.
   *
   * @param topic that events are for
   * @param format name of the events' encoding
   * @param clockNs monotonic
   * @throws IOException with one clear line; also where events of another encoding are left, which
   *     the readers of this topic don't expect
   */
  static Spool open(SpoolOptions options, String topic, String format, LongSupplier clockNs)
      throws IOException {
    FileChannel lockFile = null;
    try {
      Files.createDirectories(options.directory());
      lockFile =
          FileChannel.open(
              options.directory().resolve(SpoolOptions.LOCK),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      if (!DirectoryLock.lock(lockFile)) {
        throw new IOException("another collector uses it");
      }
      return new Spool(options, topic, format, lockFile, clockNs);
    } catch (OtherFormatException e) {
      lockFile.close();
      throw e;
    } catch (IOException e) {
      if (lockFile != null) {
        lockFile.close();
      }
      throw new IOException(
          "cannot use the spool in "
              + shown(options.directory())
              + ": "
              + cause(e)
              + "; give another folder or make this one writable",
          e);
    }
  }

  /** As people know it: it may be reached through a descriptor of this process. */
  private static Path shown(Path directory) {
    try {
      return directory.toRealPath();
    } catch (IOException e) {
      return directory;
    }
  }

  private static String cause(IOException failure) {
    String reason =
        switch (failure) {
          case AccessDeniedException denied -> "access is denied";
          case FileSystemException refused -> refused.getReason();
          default -> failure.getMessage();
        };
    return reason == null ? failure.toString() : reason;
  }

  private void recover() throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.list(options.directory())) {
      files = found.filter(path -> path.toString().endsWith(SpoolOptions.SUFFIX)).sorted().toList();
    }
    long expected = -1;
    for (Path path : files) {
      SpoolSegment segment = SpoolSegment.open(path);
      SpoolReader scan = segment.reader(segment.base);
      scan.limit(segment.bytes());
      long validEnd = segment.base + SpoolSegment.MAGIC_BYTES;
      while (scan.next()) {
        validEnd = segment.base + scan.position();
        boolean settled = validEnd <= settledOffset;
        if (expected >= 0 && scan.ordinal() > expected && !settled) {
          damaged += scan.ordinal() - expected;
        }
        expected = scan.ordinal() + (scan.isEvent() ? 1 : 0);
        if (scan.isEvent() && !settled) {
          // All are in one, since others were refused before.
          if (recovered == 0) {
            requireOurFormat(scan.delivery(topic));
          }
          segment.events++;
          recovered++;
        }
      }
      // A torn end is none; what is damaged in the middle has valid records behind it.
      segment.end = validEnd;
      end = Math.max(end, validEnd);
      if (segment.end <= settledOffset || segment.events == 0) {
        segment.delete();
      } else {
        segments.add(segment);
        bytes += segment.bytes();
      }
    }
    ordinal = Math.max(0, expected);
    end = Math.max(end, settledOffset);
    readOffset = settledOffset;
  }

  private void requireOurFormat(Delivery delivery) throws OtherFormatException {
    String left = delivery == null ? format : KafkaRecords.format(delivery.event().headers());
    if (!left.equals(format)) {
      throw new OtherFormatException(
          "cannot use the spool in "
              + shownDirectory
              + ": events wait there in the format "
              + SafeText.clean(left)
              + ", not "
              + format
              + "; collect as before until EVENTS_SPOOLED is 0, or give another folder");
    }
  }

  /** Events taken over from the run before: the three below. */
  long carried() {
    return carried;
  }

  /** Of those, the ones that are here. */
  long recovered() {
    return recovered;
  }

  /** Of those, the ones that the disk has spoilt. */
  long damaged() {
    return damaged;
  }

  /** Of those, the ones that were in memory when the process was killed. */
  long unaccounted() {
    return unaccounted;
  }

  /** All segments. Any thread. */
  long bytes() {
    return bytes;
  }

  SpoolState state() {
    return state;
  }

  /** Whether everything that is here has been read. */
  boolean isRead() {
    return readOffset >= end;
  }

  /**
   * Appends as many as there is room for, in order, and tells each where it ends.
   *
   * @param inMemory so many of the first are not to be read from here: they are on their way
   * @return how many; {@link #refusal} tells why not all
   */
  int append(List<Delivery> deliveries, int inMemory) {
    refusal = Refusal.NONE;
    if (broken && clockNs.getAsLong() - retryAtNs < 0) {
      refusal = Refusal.DISK;
      return 0;
    }
    int done = 0;
    try {
      while (done < deliveries.size() && refusal == Refusal.NONE) {
        done += appendSome(deliveries, done, inMemory);
      }
      if (broken) {
        broken = false;
        LOG.info("the spool in {} is written again", shownDirectory);
      }
    } catch (IOException e) {
      // Those of the failed write that were whole count.
      while (done < deliveries.size() && deliveries.get(done).isSpooled()) {
        done++;
      }
      refusal = Refusal.DISK;
      if (!broken) {
        LOG.error(
            "cannot write the spool in {}: {}; make room there or give the right to write",
            shownDirectory,
            e.toString());
      }
      broken = true;
      retryAtNs = clockNs.getAsLong() + RETRY_NS;
    }
    if (inMemory > 0 && done > 0) {
      readOffset = deliveries.get(Math.min(inMemory, done) - 1).spoolEnd();
    }
    return done;
  }

  /** Why the last append was not whole. */
  Refusal refusal() {
    return refusal;
  }

  /** One write to one segment. */
  private int appendSome(List<Delivery> deliveries, int from, int inMemory) throws IOException {
    SpoolSegment active = activeFor(SpoolFormat.size(deliveries.get(from)));
    if (active == null) {
      refusal = Refusal.FULL;
      return 0;
    }
    buffer.clear();
    long nextOrdinal = ordinal;
    int count = 0;
    int[] ends = new int[deliveries.size() - from];
    for (int i = from; i < deliveries.size(); i++) {
      Delivery delivery = deliveries.get(i);
      int size = SpoolFormat.size(delivery);
      if (count > 0
          && (buffer.position() + size > buffer.capacity()
              || active.bytes() + buffer.position() + size > options.segmentBytes()
              || bytes + buffer.position() + size > options.maxBytes())) {
        break;
      }
      if (size > buffer.capacity()) {
        buffer = ByteBuffer.allocateDirect(size);
      }
      SpoolFormat.write(delivery, nextOrdinal, buffer);
      if (delivery.isEvent()) {
        nextOrdinal++;
      }
      ends[count++] = buffer.position();
    }
    buffer.flip();
    IOException failure = null;
    try {
      active.write(buffer);
      if (options.fsync() == SpoolOptions.Fsync.EACH) {
        active.force();
      }
    } catch (IOException e) {
      failure = e;
    }
    int whole = 0;
    for (int i = 0; i < count && ends[i] <= buffer.position(); i++) {
      Delivery delivery = deliveries.get(from + i);
      delivery.spooled(active.end + ends[i]);
      if (delivery.isEvent()) {
        ordinal++;
        active.events++;
        active.eventsRead += from + i < inMemory ? 1 : 0;
      }
      whole++;
    }
    long written = whole == 0 ? 0 : ends[whole - 1];
    active.end += written;
    end = active.end;
    bytes += written;
    unforced = true;
    if (failure != null) {
      active.truncate();
      throw failure;
    }
    return whole;
  }

  /** The segment to write to; null where there is no room. */
  private SpoolSegment activeFor(int size) throws IOException {
    while (bytes + size + SpoolSegment.MAGIC_BYTES > options.maxBytes()) {
      if (options.whenFull() == SpoolOptions.WhenFull.DROP_NEWEST || segments.size() < 2) {
        return null;
      }
      dropOldest();
    }
    SpoolSegment last = segments.peekLast();
    // One that was taken over is not written to: its end may be torn.
    if (last != null
        && last.end == end
        && last.base >= ownFrom
        && last.bytes() + size <= options.segmentBytes()) {
      return last;
    }
    if (last != null && options.fsync() != SpoolOptions.Fsync.NEVER) {
      last.force();
    }
    ownFrom = Math.min(ownFrom, end);
    SpoolSegment segment = SpoolSegment.create(options.directory(), end);
    segments.add(segment);
    end = segment.end;
    bytes += SpoolSegment.MAGIC_BYTES;
    return segment;
  }

  /** Gives the oldest segment up; its events that were not read are lost. */
  private void dropOldest() {
    SpoolSegment oldest = segments.removeFirst();
    dropped += oldest.events - oldest.eventsRead;
    bytes -= oldest.bytes();
    if (readOffset < oldest.end) {
      readOffset = oldest.end;
      reader = null;
    }
    oldest.delete();
  }

  /** Events that were dropped for newer ones since it was last asked. */
  long takeDropped() {
    long taken = dropped;
    dropped = 0;
    return taken;
  }

  /** The next one; null where all were read. What the disk has spoilt is left out. */
  Delivery next() {
    while (!isRead()) {
      SpoolSegment segment = segmentAt(readOffset);
      if (segment == null) {
        readOffset = end;
        return null;
      }
      try {
        Delivery delivery = nextIn(segment);
        if (delivery != null) {
          return delivery;
        }
      } catch (IOException e) {
        LOG.error(
            "cannot read {}: {}; what is left of it is lost, look at the device",
            segment.path,
            e.toString());
      }
      readOffset = segment.end;
      reader = null;
      if (segment == segments.peekLast()) {
        readOffset = end;
      }
    }
    return null;
  }

  private Delivery nextIn(SpoolSegment segment) throws IOException {
    if (reader == null || readerOf != segment || segment.base + reader.position() != readOffset) {
      reader = segment.reader(readOffset);
      readerOf = segment;
    }
    reader.limit(segment.bytes());
    while (reader.next()) {
      readOffset = segment.base + reader.position();
      Delivery delivery = reader.delivery(topic);
      if (delivery != null) {
        delivery.spooled(readOffset);
        if (delivery.isEvent()) {
          segment.eventsRead++;
        }
        return delivery;
      }
    }
    return null;
  }

  private SpoolSegment segmentAt(long offset) {
    for (SpoolSegment segment : segments) {
      if (offset < segment.end) {
        return segment;
      }
    }
    return null;
  }

  /**
   * Everything before the offset is acknowledged, or lost and counted. Stored so that a kill at any
   * instant leaves either the offset and the number, or those before.
   *
   * @param offset as a delivery was told; negative for no change
   * @param settled events in all
   */
  void settle(long offset, long settled) {
    settledOffset = Math.max(settledOffset, offset);
    state.settle(settledOffset, settled);
    while (!segments.isEmpty()) {
      SpoolSegment first = segments.peekFirst();
      boolean last = segments.size() == 1;
      if (settledOffset < first.end || last && !isWorthDeleting(first)) {
        return;
      }
      segments.removeFirst();
      bytes -= first.bytes();
      first.delete();
    }
  }

  /**
   * A segment that is written to is kept while it is small, rather than made anew for each burst.
   */
  private boolean isWorthDeleting(SpoolSegment segment) {
    return segment.base < ownFrom || segment.bytes() >= options.segmentBytes() / 2;
  }

  /** Forces what the policy says. */
  void onTime(long nowNs) {
    if (!unforced
        || options.fsync() != SpoolOptions.Fsync.INTERVAL
        || nowNs - forcedNs < FSYNC_INTERVAL_NS) {
      return;
    }
    forcedNs = nowNs;
    unforced = false;
    SpoolSegment last = segments.peekLast();
    if (last == null) {
      return;
    }
    try {
      last.force();
    } catch (IOException e) {
      LOG.error("cannot force {} to the device: {}; look at it", last.path, e.toString());
    }
  }

  @Override
  public void close() {
    for (Iterator<SpoolSegment> all = segments.iterator(); all.hasNext(); ) {
      SpoolSegment segment = all.next();
      try {
        if (options.fsync() != SpoolOptions.Fsync.NEVER) {
          segment.force();
        }
        segment.close();
      } catch (IOException e) {
        LOG.warn("cannot close {}: {}; look at the device", segment.path, e.toString());
      }
      all.remove();
    }
    state.close();
    try {
      lockFile.close();
    } catch (IOException e) {
      LOG.debug("cannot close the lock", e);
    }
  }
}
