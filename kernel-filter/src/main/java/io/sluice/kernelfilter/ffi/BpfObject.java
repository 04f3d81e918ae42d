package io.sluice.kernelfilter.ffi;

import io.sluice.kernelfilter.FilterException;
import io.sluice.kernelfilter.TestRun;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import me.bechberger.ebpf.bpf.raw.Lib;
import me.bechberger.ebpf.bpf.raw.bpf_test_run_opts;

/**
 * A compiled BPF object: opened, then its maps configured, then loaded. Owns the descriptors of its
 * programs and maps.
 */
public final class BpfObject implements AutoCloseable {
  private static final int SOL_SOCKET = 1;
  private static final int SO_ATTACH_BPF = 50;
  private static final int SOL_PACKET = 263;
  private static final int PACKET_FANOUT_DATA = 22;
  private static final int VERIFIER_LOG_BYTES = 4 << 20;
  private static final int LOG_LINES_IN_MESSAGE = 40;
  private static final int ETHERNET_HEADER_BYTES = 14;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment object;
  private final Map<String, BpfMap> maps = new HashMap<>();
  private boolean closed;

  private BpfObject(MemorySegment object) {
    this.object = object;
  }

  /** Reads an ELF object; nothing is in the kernel yet. */
  public static BpfObject open(String name, byte[] elf) {
    LibbpfLibrary.require();
    return LibbpfLog.during(log -> {
      // libbpf copies what it keeps.
      try (Arena local = Arena.ofConfined()) {
        MemorySegment bytes = local.allocateFrom(ValueLayout.JAVA_BYTE, elf);
        MemorySegment object = Lib.bpf_object__open_mem(bytes, elf.length, MemorySegment.NULL);
        if (object.address() == 0) {
          throw new FilterException(
              "cannot open the BPF object " + name + ": " + log.text() + "; build it again");
        }
        return new BpfObject(object);
      }
    });
  }

  /** Puts maps and programs into the kernel. */
  public void load(String program) {
    LibbpfLog.during(log -> {
      try (Arena local = Arena.ofConfined()) {
        MemorySegment verifierLog = local.allocate(VERIFIER_LOG_BYTES);
        Lib.bpf_program__set_log_buf(findProgram(program), verifierLog, verifierLog.byteSize());
        int error = -Lib.bpf_object__load(object);
        if (error != 0) {
          throw refused(program, error, verifierLog.getString(0), log.text());
        }
        return null;
      }
    });
  }

  private static FilterException refused(
      String program, int error, String verifierLog, String libbpfLog) {
    String cause = "cannot load the BPF program " + program + ": " + Libc.strerror(error);
    if (!verifierLog.isBlank()) {
      List<String> lines = verifierLog.strip().lines().toList();
      String end =
          String.join(
              "\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_IN_MESSAGE), lines.size()));
      return new FilterException(
          cause
              + "; the kernel's verifier refused it, report its log with the kernel's version:\n"
              + end,
          verifierLog);
    }
    if (error == Errno.EPERM || error == Errno.EACCES) {
      return new FilterException(
          cause
              + "; run as root, or with CAP_NET_RAW, CAP_BPF and CAP_PERFMON (CAP_SYS_ADMIN before Linux 5.8)");
    }
    return new FilterException(cause + " (" + libbpfLog + "); see doctor");
  }

  /** The map of that name; its configuration before load, its content after. */
  public BpfMap map(String name) {
    return maps.computeIfAbsent(name, this::findMap);
  }

  private BpfMap findMap(String name) {
    try (Arena local = Arena.ofConfined()) {
      MemorySegment map = Lib.bpf_object__find_map_by_name(object, local.allocateFrom(name));
      if (map.address() == 0) {
        throw new FilterException("cannot find the BPF map " + name + "; build the project again");
      }
      return new BpfMap(name, map);
    }
  }

  private MemorySegment findProgram(String name) {
    try (Arena local = Arena.ofConfined()) {
      MemorySegment program =
          Lib.bpf_object__find_program_by_name(object, local.allocateFrom(name));
      if (program.address() == 0) {
        throw new FilterException(
            "cannot find the BPF program " + name + "; build the project again");
      }
      return program;
    }
  }

  public int programFd(String name) {
    return Lib.bpf_program__fd(findProgram(name));
  }

  /** Has a program filter what a socket receives. */
  public static void attach(int socketFd, int programFd) {
    hand(socketFd, SOL_SOCKET, SO_ATTACH_BPF, programFd);
  }

  /** Has a program say which socket of a fanout group gets a packet; one of the group is enough. */
  public static void attachToGroup(int socketFd, int programFd) {
    hand(socketFd, SOL_PACKET, PACKET_FANOUT_DATA, programFd);
  }

  private static void hand(int socketFd, int level, int option, int programFd) {
    try (Arena local = Arena.ofConfined()) {
      MemorySegment value = local.allocateFrom(ValueLayout.JAVA_INT, programFd);
      if (Libc.setsockopt(socketFd, level, option, value, Integer.BYTES) != 0) {
        throw new FilterException(
            "cannot attach a program to socket "
                + socketFd
                + ": "
                + Libc.strerror(Libc.errno())
                + "; give an open packet socket, of a group for its choice");
      }
    }
  }

  /**
   * BPF_PROG_TEST_RUN of a program that sees whole frames. For a socket filter the kernel takes 14
   * bytes off the front as a packet socket's device would, where a raw packet socket shows them: so
   * 14 more are put in front.
   */
  public TestRun testRun(int programFd, byte[] frame, int repeat) {
    byte[] data = new byte[ETHERNET_HEADER_BYTES + frame.length];
    System.arraycopy(frame, 0, data, ETHERNET_HEADER_BYTES, frame.length);
    data[12] = frame.length > 13 ? frame[12] : 8;
    data[13] = frame.length > 13 ? frame[13] : 0;
    return run(programFd, data, repeat);
  }

  /** The same of a program that sees a received frame without its Ethernet header. */
  public TestRun testRunReceived(int programFd, byte[] frame) {
    return run(programFd, frame, 1);
  }

  private static TestRun run(int programFd, byte[] frame, int repeat) {
    try (Arena local = Arena.ofConfined()) {
      MemorySegment data = local.allocateFrom(ValueLayout.JAVA_BYTE, frame);
      MemorySegment options = bpf_test_run_opts.allocate(local);
      bpf_test_run_opts.sz(options, bpf_test_run_opts.sizeof());
      bpf_test_run_opts.data_in(options, data);
      bpf_test_run_opts.data_size_in(options, (int) data.byteSize());
      bpf_test_run_opts.repeat(options, repeat);
      int error = -Lib.bpf_prog_test_run_opts(programFd, options);
      if (error != 0) {
        throw new FilterException(
            "cannot run the filter over a frame of "
                + frame.length
                + " bytes: "
                + Libc.strerror(error)
                + "; needs Linux 4.12 and CAP_BPF or its descriptor");
      }
      return new TestRun(bpf_test_run_opts.retval(options), bpf_test_run_opts.duration(options));
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Lib.bpf_object__close(object);
      arena.close();
    }
  }
}
