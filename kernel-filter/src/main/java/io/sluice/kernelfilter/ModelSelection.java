package io.sluice.kernelfilter;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** {@code left_out} in Java: who may open a session. One thread. */
final class ModelSelection {
  private static final long HASH_FACTOR = 0x9e3779b97f4a7c15L;

  private record Address(long high, long low) {
    private Address first(int bits) {
      return new Address(
          bits >= 64 ? high : bits == 0 ? 0 : high & -1L << (64 - bits),
          bits >= 128 ? low : bits <= 64 ? 0 : low & -1L << (128 - bits));
    }
  }

  private final Selection selection;
  private final Map<Integer, Map<Address, Integer>> marksByBits =
      new TreeMap<>(Comparator.reverseOrder());

  ModelSelection(Selection selection) {
    this.selection = selection;
    selection.includedPrefixes().forEach(prefix -> put(prefix, Selection.INCLUDED));
    selection.excludedPrefixes().forEach(prefix -> put(prefix, Selection.EXCLUDED));
  }

  private void put(AddressPrefix prefix, int mark) {
    byte[] bytes = prefix.mapped();
    marksByBits
        .computeIfAbsent(prefix.mappedBits(), bits -> new HashMap<>())
        .put(new Address(bigEndian(bytes, 0), bigEndian(bytes, 8)), mark);
  }

  private static long bigEndian(byte[] bytes, int at) {
    long value = 0;
    for (int i = at; i < at + 8; i++) {
      value = value << 8 | (bytes[i] & 0xff);
    }
    return value;
  }

  /** Null, or the counter of a session that is not to be opened. */
  FilterCounter leftOut(ModelPacket packet) {
    int lists = selection.portLists();
    if (lists != 0
        && isOutside(
            lists,
            selection.portMarks(packet.sourcePort) | selection.portMarks(packet.destinationPort))) {
      return FilterCounter.FILTERED_PORT;
    }
    lists = selection.prefixLists();
    if (lists != 0
        && isOutside(
            lists,
            marks(packet.sourceHigh, packet.sourceLow)
                | marks(packet.destinationHigh, packet.destinationLow))) {
      return FilterCounter.FILTERED_ADDRESS;
    }
    int below = selection.sampledBelow();
    if (below != 0 && Integer.compareUnsigned(hash(packet), below) >= 0) {
      return FilterCounter.FILTERED_SAMPLE;
    }
    return null;
  }

  private static boolean isOutside(int lists, int marks) {
    return (marks & Selection.EXCLUDED) != 0
        || ((lists & Selection.INCLUDED) != 0 && (marks & Selection.INCLUDED) == 0);
  }

  private int marks(long high, long low) {
    Address address = new Address(high, low);
    for (var prefixes : marksByBits.entrySet()) {
      Integer mark = prefixes.getValue().get(address.first(prefixes.getKey()));
      if (mark != null) {
        return mark;
      }
    }
    return 0;
  }

  /** Of the key's words as the kernel has them in memory. */
  private static int hash(ModelPacket packet) {
    boolean high = packet.fromHigh;
    long hash = address(0, high ? packet.destinationHigh : packet.sourceHigh);
    hash = address(hash, high ? packet.destinationLow : packet.sourceLow);
    hash = address(hash, high ? packet.sourceHigh : packet.destinationHigh);
    hash = address(hash, high ? packet.sourceLow : packet.destinationLow);
    int lowPort = high ? packet.destinationPort : packet.sourcePort;
    int highPort = high ? packet.sourcePort : packet.destinationPort;
    return (int) word(hash, lowPort << 16 | highPort);
  }

  private static long address(long hash, long half) {
    return word(word(hash, (int) (half >> 32)), (int) half);
  }

  private static long word(long hash, int bigEndian) {
    long mixed = (hash ^ Integer.toUnsignedLong(Integer.reverseBytes(bigEndian))) * HASH_FACTOR;
    return mixed ^ mixed >>> 32;
  }
}
