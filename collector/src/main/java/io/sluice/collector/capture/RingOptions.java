package io.sluice.collector.capture;

/**
 * How a ring is laid out.
 *
 * @param blockBytes a power of two, 128 KiB..64 MiB: the largest frame (64 KiB and its headers)
 *     fits
 * @param blockCount 2..65,536
 * @param retireTimeoutMs 1..10,000: how long the kernel waits with a block that is not full
 * @param timedByCard whether packets have the network card's time, where it gives one, instead of
 *     the kernel's
 */
public record RingOptions(
    int blockBytes, int blockCount, int retireTimeoutMs, boolean timedByCard) {
  /** 32 MiB, and packets at most 10 ms late. */
  public static final RingOptions DEFAULT = new RingOptions(1 << 20, 32, 10, false);

  /** Refuses what the kernel would refuse or what would cut frames. */
  public RingOptions {
    require(
        Integer.bitCount(blockBytes) == 1 && blockBytes >= 1 << 17 && blockBytes <= 1 << 26,
        "block size " + blockBytes,
        "a power of two, 131072 to 67108864 bytes");
    require(blockCount >= 2 && blockCount <= 65_536, "block count " + blockCount, "2 to 65536");
    require(
        retireTimeoutMs >= 1 && retireTimeoutMs <= 10_000,
        "retire timeout " + retireTimeoutMs,
        "1 to 10000 ms");
  }

  public long bytes() {
    return (long) blockBytes * blockCount;
  }

  private static void require(boolean valid, String what, String range) {
    if (!valid) {
      throw new IllegalArgumentException("cannot use the ring " + what + ": give " + range);
    }
  }
}
