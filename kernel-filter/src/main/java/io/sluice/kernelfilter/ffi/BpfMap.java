package io.sluice.kernelfilter.ffi;

import io.sluice.kernelfilter.FilterException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import me.bechberger.ebpf.bpf.raw.Lib;

/** One map of a BPF object. Any thread; each call has its own memory. */
public final class BpfMap {
  private static final int TYPE_PERCPU_ARRAY = 6;
  private static final int BATCH = 256;

  private final String name;
  private final MemorySegment map;

  BpfMap(String name, MemorySegment map) {
    this.name = name;
    this.map = map;
  }

  /** Before load. */
  public void setMaxEntries(int entries) {
    check("size", -Lib.bpf_map__set_max_entries(map, entries));
  }

  /** Before load: what the map will hold at first, to be changed in place. */
  public ByteBuffer initialValue() {
    try (Arena local = Arena.ofConfined()) {
      MemorySegment size = local.allocate(ValueLayout.JAVA_LONG);
      MemorySegment value = Lib.bpf_map__initial_value(map, size);
      if (value.address() == 0) {
        throw new FilterException("cannot configure the BPF map " + name + "; build it again");
      }
      // Lives as long as the object, which the caller outlives by contract.
      return value
          .reinterpret(size.get(ValueLayout.JAVA_LONG, 0))
          .asByteBuffer()
          .order(ByteOrder.nativeOrder());
    }
  }

  public int keyBytes() {
    return Lib.bpf_map__key_size(map);
  }

  /** Of one CPU, where there is one value per CPU. */
  public int valueBytes() {
    return Lib.bpf_map__value_size(map);
  }

  public int maxEntries() {
    return Lib.bpf_map__max_entries(map);
  }

  /** The value, in native byte order; all CPUs' values one after the other for a per-CPU map. */
  public ByteBuffer lookup(byte[] key) {
    int copies = Lib.bpf_map__type(map) == TYPE_PERCPU_ARRAY ? Lib.libbpf_num_possible_cpus() : 1;
    try (Arena local = Arena.ofConfined()) {
      MemorySegment value = local.allocate((long) copies * valueBytes(), Long.BYTES);
      MemorySegment keySegment = local.allocateFrom(ValueLayout.JAVA_BYTE, key);
      check("read", -Lib.bpf_map_lookup_elem(fd(), keySegment, value));
      return ByteBuffer.wrap(value.toArray(ValueLayout.JAVA_BYTE)).order(ByteOrder.nativeOrder());
    }
  }

  public void update(byte[] key, byte[] value) {
    try (Arena local = Arena.ofConfined()) {
      MemorySegment keySegment = local.allocateFrom(ValueLayout.JAVA_BYTE, key);
      MemorySegment valueSegment = local.allocateFrom(ValueLayout.JAVA_BYTE, value);
      check("write", -Lib.bpf_map_update_elem(fd(), keySegment, valueSegment, 0));
    }
  }

  /** Walks all entries, some at a time. Entries that come or go meanwhile may be missed. */
  public BpfMapWalk walk() {
    return new BpfMapWalk(this, BATCH);
  }

  /**
   * Removes the first {@code count} keys of a direct buffer.
   *
   * @return how many were there
   */
  public long delete(ByteBuffer keys, int count) {
    MemorySegment all = MemorySegment.ofBuffer(keys);
    long removed = 0;
    try (Arena local = Arena.ofConfined()) {
      MemorySegment batchCount = local.allocate(ValueLayout.JAVA_INT);
      int at = 0;
      while (at < count) {
        int batch = Math.min(BATCH, count - at);
        batchCount.set(ValueLayout.JAVA_INT, 0, batch);
        MemorySegment from = all.asSlice((long) at * keyBytes());
        int error = -Lib.bpf_map_delete_batch(fd(), from, batchCount, MemorySegment.NULL);
        int done = batchCount.get(ValueLayout.JAVA_INT, 0);
        removed += done;
        // The kernel stops at a key that is gone: go on behind it.
        if (error == Errno.ENOENT) {
          at += done + 1;
        } else {
          check("clean", error);
          at += done;
        }
      }
    }
    return removed;
  }

  int fd() {
    return Lib.bpf_map__fd(map);
  }

  void check(String operation, int error) {
    if (error != 0) {
      throw new FilterException(
          "cannot "
              + operation
              + " the BPF map "
              + name
              + ": "
              + Libc.strerror(error)
              + "; see doctor");
    }
  }
}
