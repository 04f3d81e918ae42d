package io.sluice.jobs.functions;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Numbers slices of bytes from 0 on: each that is unlike all before gets the next number. Three
 * arrays however many they are: nothing for the garbage collector to follow. Not for several
 * threads.
 */
final class Slices {
  /** The slices come from the wire: whoever sends them must not know which hashes are alike. */
  private static final Hasher64 HASHER = Hashing.komihash5_0(new SecureRandom().nextLong());

  private static final int FIRST_PLACES = 16;

  /**
   * Open addressing, a power of two of places, at most half taken: a number and one in the lower
   * half, the upper half of its hash in the upper; or 0.
   */
  private long[] places = new long[FIRST_PLACES];

  /** One behind the other. */
  private byte[] bytes = new byte[16 * FIRST_PLACES];

  /** Where each begins, and where the next one will. */
  private int[] starts = new int[FIRST_PLACES / 2 + 1];

  private int size;

  int size() {
    return size;
  }

  /** The number of the slice; the size as it was where the slice is a new one. */
  int number(byte[] from, int start, int end) {
    long hash = HASHER.hashBytesToLong(from, start, end - start);
    int mask = places.length - 1;
    int at = (int) (hash >>> 32) & mask;
    long tag = hash & 0xFFFF_FFFF_0000_0000L;
    for (long place = places[at]; place != 0; place = places[at]) {
      int number = (int) place - 1;
      if ((place & 0xFFFF_FFFF_0000_0000L) == tag
          && Arrays.equals(bytes, starts[number], starts[number + 1], from, start, end)) {
        return number;
      }
      at = at + 1 & mask;
    }
    places[at] = tag | ++size;
    append(from, start, end - start);
    return size - 1;
  }

  private void append(byte[] from, int start, int length) {
    int used = starts[size - 1];
    if (length > bytes.length - used) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, used + length));
    }
    System.arraycopy(from, start, bytes, used, length);
    starts[size] = used + length;
    if (size == starts.length - 1) {
      starts = Arrays.copyOf(starts, 2 * size + 1);
      grow();
    }
  }

  private void grow() {
    long[] more = new long[2 * places.length];
    int mask = more.length - 1;
    for (long place : places) {
      if (place != 0) {
        int at = (int) (place >>> 32) & mask;
        while (more[at] != 0) {
          at = at + 1 & mask;
        }
        more[at] = place;
      }
    }
    places = more;
  }

  byte[] bytes(int number) {
    return Arrays.copyOfRange(bytes, starts[number], starts[number + 1]);
  }
}
