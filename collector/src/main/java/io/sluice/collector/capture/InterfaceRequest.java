package io.sluice.collector.capture;

import static io.sluice.collector.capture.PacketSocketAbi.HWTSTAMP_BYTES;
import static io.sluice.collector.capture.PacketSocketAbi.HWTSTAMP_FILTER_ALL;
import static io.sluice.collector.capture.PacketSocketAbi.HWTSTAMP_RX_FILTER;
import static io.sluice.collector.capture.PacketSocketAbi.IFF_UP;
import static io.sluice.collector.capture.PacketSocketAbi.IFREQ_BYTES;
import static io.sluice.collector.capture.PacketSocketAbi.IFREQ_NAME_BYTES;
import static io.sluice.collector.capture.PacketSocketAbi.IFREQ_VALUE;
import static io.sluice.collector.capture.PacketSocketAbi.SIOCGIFFLAGS;
import static io.sluice.collector.capture.PacketSocketAbi.SIOCGIFINDEX;
import static io.sluice.collector.capture.PacketSocketAbi.SIOCSHWTSTAMP;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.collector.posix.Libc;
import io.sluice.collector.posix.PosixException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Questions about an interface, put to a socket: they are about the network namespace that the
 * socket was opened in, whatever the thread's own, and need no privileges where not said. Any
 * thread.
 */
final class InterfaceRequest {
  private InterfaceRequest() {}

  /**
   * The interface's index, 1 or more, which an interface that was made again does not have.
   *
   * @throws PosixException ENODEV where there is none of that name
   */
  static int index(int fd, String name) throws PosixException {
    try (Arena arena = Arena.ofConfined()) {
      return ask(fd, SIOCGIFINDEX, name, arena).get(JAVA_INT, IFREQ_VALUE);
    }
  }

  /**
   * Whether it is switched on; that its link carries is another matter.
   *
   * @throws PosixException ENODEV where there is none of that name
   */
  static boolean isUp(int fd, String name) throws PosixException {
    try (Arena arena = Arena.ofConfined()) {
      return (ask(fd, SIOCGIFFLAGS, name, arena).get(JAVA_SHORT, IFREQ_VALUE) & IFF_UP) != 0;
    }
  }

  /**
   * Has the network card take the time of every packet that it receives. Needs CAP_NET_ADMIN.
   *
   * @throws PosixException EOPNOTSUPP or ERANGE where the card can't, EPERM without the capability
   */
  static void timeByCard(int fd, String name) throws PosixException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment config = arena.allocate(HWTSTAMP_BYTES, 4);
      config.set(JAVA_INT, HWTSTAMP_RX_FILTER, HWTSTAMP_FILTER_ALL);
      MemorySegment argument = named(name, arena);
      argument.set(ADDRESS, IFREQ_VALUE, config);
      Libc.ioctl(fd, SIOCSHWTSTAMP, argument);
    }
  }

  private static MemorySegment ask(int fd, long request, String name, Arena arena)
      throws PosixException {
    MemorySegment argument = named(name, arena);
    Libc.ioctl(fd, request, argument);
    return argument;
  }

  private static MemorySegment named(String name, Arena arena) {
    byte[] bytes = name.getBytes(UTF_8);
    if (bytes.length >= IFREQ_NAME_BYTES) {
      // No interface has so long a name, nor an empty one: the kernel shall say so.
      bytes = new byte[0];
    }
    MemorySegment argument = arena.allocate(IFREQ_BYTES, 8);
    MemorySegment.copy(bytes, 0, argument, JAVA_BYTE, 0, bytes.length);
    return argument;
  }
}
