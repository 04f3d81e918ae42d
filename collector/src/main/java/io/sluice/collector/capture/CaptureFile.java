package io.sluice.collector.capture;

import com.github.luben.zstd.ZstdInputStream;
import java.io.Closeable;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.GZIPInputStream;

/**
 * An open capture file: pcap or pcapng, plain, gzip or zstd, a regular file or a stream. Owned by
 * one thread, but for {@link #bytesRead}.
 */
public final class CaptureFile implements AutoCloseable {
  private static final int MAGIC_BYTES = 4;
  private static final String ACCEPTED = "give a pcap or pcapng file, plain, gzip or zstd";

  private final String name;
  private final Arena arena;
  private final CountingInputStream stream;
  private final FileChannel channel;
  private final ByteWindow window;
  private final CaptureFormat format;
  private final long size;
  private final Frame frame = new Frame();
  private volatile long windowOffset;

  private CaptureFile(
      String name,
      Arena arena,
      ByteWindow window,
      CountingInputStream stream,
      FileChannel channel,
      long size)
      throws CaptureFileException {
    this.name = name;
    this.arena = arena;
    this.window = window;
    this.stream = stream;
    this.channel = channel;
    this.size = size;
    format = detect();
    frame.vlanTci = Frame.NO_VLAN;
  }

  /**
   * Opens a file; {@code -} is standard input.
   *
   * @throws CaptureFileException where it is missing, may not be read, or is no capture
   */
  public static CaptureFile open(String path) throws CaptureFileException {
    if (path.equals("-")) {
      return of(new FileInputStream(FileDescriptor.in), "standard input");
    }
    return open(Path.of(path));
  }

  /**
   * Opens a file.
   *
   * @throws CaptureFileException where it is missing, may not be read, or is no capture
   */
  public static CaptureFile open(Path path) throws CaptureFileException {
    String name = path.toString();
    try {
      if (Files.isDirectory(path)) {
        throw new CaptureFileException(name, "it is a folder", "name the files in it");
      }
      if (!Files.isRegularFile(path)) {
        return of(Files.newInputStream(path), name);
      }
      return openRegular(FileChannel.open(path, StandardOpenOption.READ), path);
    } catch (CaptureFileException e) {
      throw e;
    } catch (NoSuchFileException | FileNotFoundException e) {
      throw new CaptureFileException(name, "no such file", "check the path", e);
    } catch (AccessDeniedException e) {
      throw new CaptureFileException(
          name, "permission denied", "make it readable for this user", e);
    } catch (FileSystemException e) {
      throw new CaptureFileException(name, String.valueOf(e.getReason()), "check the file", e);
    } catch (IOException e) {
      throw new CaptureFileException(name, String.valueOf(e.getMessage()), "check the file", e);
    }
  }

  /** Opens a stream, which this object closes. */
  public static CaptureFile of(InputStream input, String name) throws CaptureFileException {
    return open(input, name, -1);
  }

  private static CaptureFile openRegular(FileChannel channel, Path path) throws IOException {
    Arena arena = Arena.ofShared();
    boolean opened = false;
    try {
      ByteBuffer start = ByteBuffer.allocate(MAGIC_BYTES);
      channel.read(start, 0);
      if (isCompressed(magic(start.array()))) {
        return open(Files.newInputStream(path), path.toString(), channel.size());
      }
      ByteWindow window = ByteWindow.ofFile(arena, channel);
      CaptureFile file =
          new CaptureFile(path.toString(), arena, window, null, channel, channel.size());
      opened = true;
      return file;
    } finally {
      if (!opened) {
        arena.close();
        channel.close();
      }
    }
  }

  private static CaptureFile open(InputStream input, String name, long size)
      throws CaptureFileException {
    Arena arena = Arena.ofShared();
    try {
      CountingInputStream counting = new CountingInputStream(input);
      ByteWindow window = ByteWindow.ofStream(arena, uncompressed(name, counting));
      return new CaptureFile(name, arena, window, counting, null, size);
    } catch (IOException | RuntimeException e) {
      arena.close();
      closeQuietly(input);
      throw e;
    }
  }

  /** As it was named to {@link #open}. */
  public String name() {
    return name;
  }

  /** Calls the action whenever a stream has nothing more just now, before waiting for it. */
  public void onWaiting(Runnable action) {
    window.beforeWaiting(action);
  }

  /** Frames from now on stay valid until the lender says otherwise. Before the first poll. */
  public void useBuffersOf(BufferLender lender) {
    window.useBuffersOf(lender);
  }

  /** Bytes of the file as stored, or -1 where that is not known. */
  public long size() {
    return size;
  }

  /** Bytes of the file as stored that were read so far. Any thread. */
  public long bytesRead() {
    return stream == null ? windowOffset : stream.count();
  }

  /**
   * Delivers up to {@code limit} frames; returns how many, 0 at the end of the file.
   *
   * @throws CaptureFileException at damage; the frames before it were delivered
   */
  public int poll(FrameHandler handler, int limit) throws CaptureFileException {
    int delivered = 0;
    try {
      while (delivered < limit && format.next(frame)) {
        handler.onFrame(frame);
        delivered++;
      }
    } finally {
      windowOffset = window.offsetInCapture();
    }
    return delivered;
  }

  @Override
  public void close() {
    arena.close();
    closeQuietly(stream);
    closeQuietly(channel);
  }

  private static void closeQuietly(Closeable input) {
    try {
      if (input != null) {
        input.close();
      }
    } catch (IOException e) {
      // It was only read: nothing is lost.
    }
  }

  private CaptureFormat detect() throws CaptureFileException {
    CaptureDamage damage = new CaptureDamage(name, window);
    if (!window.has(MAGIC_BYTES)) {
      damage.checkEndOfStream();
      if (window.available() == 0) {
        throw new CaptureFileException(name, "it is empty", ACCEPTED);
      }
      throw damage.cutOff("its first 4 bytes");
    }
    int magic = magic(window.memory().asSlice(0, MAGIC_BYTES).toArray(ValueLayout.JAVA_BYTE));
    return switch (magic) {
      case 0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1, 0xa1b2cd34, 0x34cdb2a1 ->
          new PcapFormat(window, damage);
      case 0x0a0d0d0a -> new PcapngFormat(window, damage);
      default ->
          throw new CaptureFileException(
              name, "not a capture file (it starts with %08x)".formatted(magic), ACCEPTED);
    };
  }

  /** The first 4 bytes, most significant first; 0 where there are fewer. */
  private static int magic(byte[] bytes) {
    return bytes.length < MAGIC_BYTES ? 0 : ByteBuffer.wrap(bytes).getInt();
  }

  private static boolean isGzip(int magic) {
    return magic >>> 16 == 0x1f8b;
  }

  /** Also the skippable frame that pzstd begins with (RFC 8878, 3.1.2). */
  private static boolean isZstd(int magic) {
    return magic == 0x28b52ffd || (magic & 0xf0ffffff) == 0x502a4d18;
  }

  private static boolean isCompressed(int magic) {
    return isGzip(magic) || isZstd(magic);
  }

  private static InputStream uncompressed(String name, InputStream input)
      throws CaptureFileException {
    try {
      PushbackInputStream stream = new PushbackInputStream(input, MAGIC_BYTES);
      byte[] first = stream.readNBytes(MAGIC_BYTES);
      stream.unread(first);
      int magic = magic(first);
      if (isGzip(magic)) {
        return new GZIPInputStream(stream, 1 << 16);
      }
      return isZstd(magic) ? new ZstdInputStream(stream).setContinuous(false) : stream;
    } catch (IOException e) {
      throw new CaptureFileException(name, "not readable (" + e.getMessage() + ")", ACCEPTED, e);
    }
  }
}
