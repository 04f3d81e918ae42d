package io.sluice.collector.capture;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sluice.collector.posix.PosixException;
import io.sluice.collector.testing.Packet;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends requests of connections that there are not, each of another client, many a call (sendmmsg).
 * One thread.
 */
public final class FrameFlood implements AutoCloseable {
  /** Of the requests' targets. */
  public static final String TARGET = "/forged/";

  private static final int BATCH = 256;
  private static final int MESSAGE_BYTES = 64; // struct mmsghdr
  private static final int MESSAGE_VECTORS = 16;
  private static final int MESSAGE_VECTOR_COUNT = 24;
  private static final int VECTOR_BYTES = 16; // struct iovec
  private static final int SOURCE_ADDRESS = 26;
  private static final int SOURCE_PORT = 34;
  private static final int PAYLOAD = 54;
  private static final int DIGITS = PAYLOAD + "GET ".length() + TARGET.length();
  private static final byte FIRST_OCTET = 11;
  private static final int NUMBERS = 1 << 24;

  private static final MethodHandle SENDMMSG =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("sendmmsg"),
              FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));

  private final FrameSender socket;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment frames;
  private final MemorySegment messages;
  private final int frameBytes;
  private long sent;

  private FrameFlood(FrameSender socket) {
    this.socket = socket;
    byte[] payload =
        ("GET " + TARGET + "000000 HTTP/1.1\r\nHost: forged.example\r\n\r\n").getBytes(ISO_8859_1);
    byte[] frame = new Packet(true, 1, 1, Packet.ACK, payload, 0, 40_000, 0).frame();
    frameBytes = frame.length;
    frames = arena.allocate((long) BATCH * frameBytes);
    messages = arena.allocate((long) BATCH * MESSAGE_BYTES, 8);
    MemorySegment vectors = arena.allocate((long) BATCH * VECTOR_BYTES, 8);
    for (int i = 0; i < BATCH; i++) {
      MemorySegment own = frames.asSlice((long) i * frameBytes, frameBytes);
      own.copyFrom(MemorySegment.ofArray(frame));
      own.set(JAVA_BYTE, SOURCE_ADDRESS, FIRST_OCTET);
      MemorySegment vector = vectors.asSlice((long) i * VECTOR_BYTES, VECTOR_BYTES);
      vector.set(ADDRESS, 0, own);
      vector.set(JAVA_LONG, 8, frameBytes);
      MemorySegment message = messages.asSlice((long) i * MESSAGE_BYTES, MESSAGE_BYTES);
      message.set(ADDRESS, MESSAGE_VECTORS, vector);
      message.set(JAVA_LONG, MESSAGE_VECTOR_COUNT, 1);
    }
  }

  public static FrameFlood open(String namespace, String interfaceName) throws IOException {
    return new FrameFlood(FrameSender.open(namespace, interfaceName));
  }

  /** Sends so many a second for so long, no number twice while there are 16 million. */
  public void run(int perSecond, long durationNs) {
    long start = System.nanoTime();
    long before = sent;
    while (true) {
      long elapsedNs = System.nanoTime() - start;
      long due = before + Math.min(elapsedNs, durationNs) * perSecond / 1_000_000_000L;
      if (sent < due) {
        send((int) Math.min(BATCH, due - sent));
      } else if (elapsedNs >= durationNs) {
        return;
      } else {
        LockSupport.parkNanos(200_000);
      }
    }
  }

  /** Frames sent so far. */
  public long sent() {
    return sent;
  }

  private void send(int count) {
    for (int i = 0; i < count; i++) {
      number((long) i * frameBytes, (int) ((sent + i) % NUMBERS));
    }
    int taken;
    try {
      taken = (int) SENDMMSG.invokeExact(socket.fd(), messages, count, 0);
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
    if (taken <= 0) {
      throw new AssertionError("sendmmsg sent nothing");
    }
    sent += taken;
  }

  private void number(long frame, int number) {
    for (int i = 0; i < 3; i++) {
      frames.set(JAVA_BYTE, frame + SOURCE_ADDRESS + 1 + i, (byte) (number >>> 8 * i));
    }
    frames.set(JAVA_BYTE, frame + SOURCE_PORT, (byte) (0x80 | number >>> 5));
    for (int i = 0; i < 6; i++) {
      int digit = number >>> 4 * i & 15;
      frames.set(JAVA_BYTE, frame + DIGITS + i, (byte) Character.forDigit(digit, 16));
    }
  }

  @Override
  public void close() throws PosixException {
    socket.close();
    arena.close();
  }
}
