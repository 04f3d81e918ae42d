package io.sluice.collector.capture;

import static io.sluice.collector.capture.PacketSocketAbi.*;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.sluice.collector.counters.Counters;
import io.sluice.collector.posix.Errno;
import io.sluice.collector.posix.Libc;
import io.sluice.collector.posix.PosixException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * An AF_PACKET socket with its ring. Opened in the order that lets no unfiltered frame in: protocol
 * 0, ring, mapping, filter, then {@link #bind}. Afterwards owned by one worker.
 */
public final class PacketSocket implements AutoCloseable {
  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_SHARED = 1;
  private static final int SOL_SOCKET = 1;
  private static final int SO_ERROR = 4;
  private static final int SO_ATTACH_FILTER = 26;
  private static final short BPF_RETURN_CONSTANT = 6;
  private static final int FANOUT_TYPE_SHIFT = 16;
  private static final int FANOUT_GROUP_MASK = 0xffff;
  private static final String LOOPBACK = "lo";

  /** Attaches a program to a socket's file descriptor. */
  @FunctionalInterface
  public interface ProgramAttachment {
    void attach(int fd) throws PosixException;
  }

  private final int fd;
  private final Counters<CaptureCounter> counters = new Counters<>(CaptureCounter.class);
  private final Arena arena = Arena.ofShared();
  private final MemorySegment statistics = arena.allocate(STATISTICS_BYTES, 4);
  private final RingOptions options;
  private final MemorySegment ring;
  private RingReader reader;
  private String interfaceName;
  private int interfaceIndex;
  private volatile boolean interrupted;
  private boolean closed;

  private PacketSocket(int fd, RingOptions options, MemorySegment ring) {
    this.fd = fd;
    this.options = options;
    this.ring = ring;
  }

  /**
   * Opens a socket that receives nothing yet, in the calling thread's network namespace, maps its
   * ring and attaches the filter.
   */
  public static PacketSocket open(RingOptions options, ProgramAttachment filter)
      throws PosixException {
    return on(descriptor(), options, filter);
  }

  /** All of a socket that takes privileges: without ring, filter, or interface. The caller's. */
  static int descriptor() throws PosixException {
    return Libc.socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
  }

  /** Takes over the descriptor, also where it fails. */
  static PacketSocket on(int fd, RingOptions options, ProgramAttachment filter)
      throws PosixException {
    MemorySegment ring = null;
    try (Arena arena = Arena.ofConfined()) {
      Libc.setsockopt(fd, SOL_PACKET, PACKET_VERSION, TPACKET_V3);
      MemorySegment request = arena.allocate(REQUEST_BYTES, 4);
      request.set(JAVA_INT, REQUEST_BLOCK_SIZE, options.blockBytes());
      request.set(JAVA_INT, REQUEST_BLOCK_COUNT, options.blockCount());
      // Frames have no fixed size in V3; the kernel only checks that the two agree.
      request.set(JAVA_INT, REQUEST_FRAME_SIZE, options.blockBytes());
      request.set(JAVA_INT, REQUEST_FRAME_COUNT, options.blockCount());
      request.set(JAVA_INT, REQUEST_RETIRE_TIMEOUT, options.retireTimeoutMs());
      Libc.setsockopt(fd, SOL_PACKET, PACKET_RX_RING, request);
      ring = Libc.mmap(options.bytes(), PROT_READ_WRITE, MAP_SHARED, fd, 0);
      filter.attach(fd);
      return new PacketSocket(fd, options, ring);
    } catch (PosixException | RuntimeException e) {
      if (ring != null) {
        Libc.munmap(ring);
      }
      Libc.close(fd);
      throw e;
    }
  }

  /**
   * Starts to receive from an interface of the network namespace that the socket was opened in.
   *
   * @param promiscuous also frames for other hosts
   */
  public void bind(String interfaceName, boolean promiscuous) throws PosixException {
    int index = InterfaceRequest.index(fd, interfaceName);
    boolean loopback = interfaceName.equals(LOOPBACK);
    boolean ignoreHere = false;
    if (loopback) {
      try {
        Libc.setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
      } catch (PosixException e) {
        if (!e.is(Errno.ENOPROTOOPT)) {
          throw e;
        }
        ignoreHere = true;
      }
    }
    this.interfaceName = interfaceName;
    interfaceIndex = index;
    reader = new RingReader(ring, options.blockBytes(), ignoreHere, counters);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(ADDRESS_BYTES, 4);
      address.set(JAVA_SHORT, ADDRESS_FAMILY, (short) AF_PACKET);
      address.set(JAVA_SHORT, ADDRESS_PROTOCOL, Short.reverseBytes((short) ETH_P_ALL));
      address.set(JAVA_INT, ADDRESS_INTERFACE, index);
      Libc.bind(fd, address);
      if (promiscuous && !loopback) {
        MemorySegment membership = arena.allocate(MEMBERSHIP_BYTES, 4);
        membership.set(JAVA_INT, MEMBERSHIP_INTERFACE, index);
        membership.set(JAVA_SHORT, MEMBERSHIP_TYPE, (short) PACKET_MR_PROMISC);
        Libc.setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, membership);
      }
    }
  }

  /**
   * Makes a new group of sockets; after {@link #bind}. Until all have joined, the gate of the
   * filter must be shut.
   *
   * @param choice of the socket for each packet
   * @return the group, for {@link #joinFanout}
   */
  public int openFanout(ProgramAttachment choice) throws PosixException {
    Libc.setsockopt(
        fd,
        SOL_PACKET,
        PACKET_FANOUT,
        (PACKET_FANOUT_EBPF | PACKET_FANOUT_FLAG_UNIQUEID) << FANOUT_TYPE_SHIFT);
    choice.attach(fd);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment group = arena.allocate(JAVA_INT);
      Libc.getsockopt(fd, SOL_PACKET, PACKET_FANOUT, group);
      return group.get(JAVA_INT, 0) & FANOUT_GROUP_MASK;
    }
  }

  /** Joins a group on the same interface; after {@link #bind}. */
  public void joinFanout(int group) throws PosixException {
    Libc.setsockopt(fd, SOL_PACKET, PACKET_FANOUT, group | PACKET_FANOUT_EBPF << FANOUT_TYPE_SHIFT);
  }

  /**
   * Takes the time of packets from the network card, where it gives one, and else from the kernel,
   * as always without this; after {@link #bind}. What the card is set to is for all its users, and
   * stays.
   *
   * @throws PosixException where the card can't be told to; the kernel's time is taken then
   */
  public void timeByCard() throws PosixException {
    Libc.setsockopt(fd, SOL_PACKET, PACKET_TIMESTAMP, SOF_TIMESTAMPING_RAW_HARDWARE);
    InterfaceRequest.timeByCard(fd, interfaceName);
  }

  /** Delivers the frames of the next block; false where none is ready. Worker only. */
  public boolean readBlock(FrameHandler handler) {
    return reader.readBlock(handler);
  }

  /**
   * Takes no more frames, neither kept nor counted; those in the ring can still be read. Any
   * thread.
   */
  public void stopReceiving() throws PosixException {
    attachNothing(fd);
  }

  /** As a filter that keeps nothing and counts nothing. */
  public static void attachNothing(int fd) throws PosixException {
    try (Arena arena = Arena.ofConfined()) {
      // A classic filter of one instruction: return 0.
      MemorySegment instruction = arena.allocate(8, 8);
      instruction.set(JAVA_SHORT, 0, BPF_RETURN_CONSTANT);
      MemorySegment program = arena.allocate(16, 8);
      program.set(JAVA_SHORT, 0, (short) 1);
      program.set(ADDRESS, 8, instruction);
      Libc.setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, program);
    }
  }

  /**
   * Takes note of the error that the kernel holds against the socket, which it forgets by telling:
   * ENETDOWN after the interface went down, of which it resumes by itself.
   */
  void noteError() throws PosixException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment error = arena.allocate(JAVA_INT);
      Libc.getsockopt(fd, SOL_SOCKET, SO_ERROR, error);
      if (error.get(JAVA_INT, 0) != 0) {
        interrupted = true;
      }
    }
  }

  /** Packet time of the last frame, nanoseconds since 1970; 0 before the first. Worker only. */
  public long lastTimestampNs() {
    return reader.lastTimestampNs();
  }

  /** Adds what the kernel counted since the last call, which it forgets by telling. Any thread. */
  public synchronized void updateStatistics() throws PosixException {
    if (closed) {
      return;
    }
    statistics.fill((byte) 0);
    Libc.getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, statistics);
    counters.add(CaptureCounter.RING_KEPT, unsigned(STATISTICS_PACKETS));
    counters.add(CaptureCounter.RING_DROPPED, unsigned(STATISTICS_DROPS));
    counters.add(CaptureCounter.RING_FREEZES, unsigned(STATISTICS_FREEZES));
  }

  /** The interface that it receives from. */
  public String interfaceName() {
    return interfaceName;
  }

  /**
   * How that interface is now. One that was made again counts as gone: the socket belongs to the
   * one before. Any thread.
   */
  public InterfaceState interfaceState() throws PosixException {
    try {
      if (InterfaceRequest.index(fd, interfaceName) != interfaceIndex) {
        return InterfaceState.MADE_AGAIN;
      }
      return InterfaceRequest.isUp(fd, interfaceName) ? InterfaceState.UP : InterfaceState.DOWN;
    } catch (PosixException e) {
      if (e.is(Errno.ENODEV)) {
        return InterfaceState.GONE;
      }
      throw e;
    }
  }

  /** Whether the kernel told of an interruption since the last call. One thread. */
  public boolean takeInterrupted() {
    boolean was = interrupted;
    interrupted = false;
    return was;
  }

  /** Any thread. */
  public Counters<CaptureCounter> counters() {
    return counters;
  }

  public int fd() {
    return fd;
  }

  /** No other thread may use the ring any more. */
  @Override
  public synchronized void close() throws PosixException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      Libc.munmap(ring);
    } finally {
      arena.close();
      Libc.close(fd);
    }
  }

  private long unsigned(int offset) {
    return Integer.toUnsignedLong(statistics.get(JAVA_INT, offset));
  }
}
