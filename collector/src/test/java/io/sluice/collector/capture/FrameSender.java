package io.sluice.collector.capture;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.sluice.collector.posix.Libc;
import io.sluice.collector.posix.PosixException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Puts frames on an interface as they are. */
public final class FrameSender implements AutoCloseable {
  private static final MethodHandle SEND =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("send"),
              FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

  private final int fd;

  private FrameSender(int fd) {
    this.fd = fd;
  }

  public static FrameSender open(String namespace, String interfaceName) throws IOException {
    return NetworkNamespace.call(
        namespace,
        () -> {
          int fd = Libc.socket(PacketSocketAbi.AF_PACKET, PacketSocketAbi.SOCK_RAW, 0);
          try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(PacketSocketAbi.ADDRESS_BYTES, 4);
            address.set(JAVA_SHORT, PacketSocketAbi.ADDRESS_FAMILY, (short) 17);
            address.set(
                JAVA_INT,
                PacketSocketAbi.ADDRESS_INTERFACE,
                InterfaceRequest.index(fd, interfaceName));
            Libc.bind(fd, address);
          }
          return new FrameSender(fd);
        });
  }

  public void send(byte[] frame) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocateFrom(JAVA_BYTE, frame);
      long sent = (long) SEND.invokeExact(fd, memory, (long) frame.length, 0);
      if (sent != frame.length) {
        throw new AssertionError("sent " + sent + " of " + frame.length + " bytes");
      }
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
  }

  int fd() {
    return fd;
  }

  @Override
  public void close() throws PosixException {
    Libc.close(fd);
  }
}
