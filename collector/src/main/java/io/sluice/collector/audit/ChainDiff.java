package io.sluice.collector.audit;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds which lines a file has lost, got, or has in another place or form, from the hashes of the
 * lines as they were written and as they are now. Time grows with n log n.
 */
final class ChainDiff {
  private static final int SIZE = ChainHash.LINE_HASH_BYTES;

  private ChainDiff() {}

  /** What happened to a line. */
  enum Kind {
    REMOVED,
    ALTERED,
    MOVED,
    INSERTED
  }

  /**
   * @param written number of the line as written, from 1; 0 for one that never was
   * @param found number of the line as it is now, from 1; 0 for one that is gone
   */
  record Change(Kind kind, int written, int found) {}

  /** In the order of the file. */
  static List<Change> between(final byte[] written, final byte[] found) {
    final int writtenLines = written.length / SIZE;
    final int foundLines = found.length / SIZE;
    final int[] writtenOf = match(written, found);
    final boolean[] anchored = longestRising(writtenOf);
    final boolean[] matched = new boolean[writtenLines];
    for (final int line : writtenOf) {
      if (line >= 0) {
        matched[line] = true;
      }
    }
    final List<Change> changes = new ArrayList<>();
    int nextWritten = 0;
    final ArrayDeque<Integer> strangers = new ArrayDeque<>();
    for (int line = 0; line <= foundLines; line++) {
      final boolean end = line == foundLines;
      if (end || anchored[line]) {
        final int until = end ? writtenLines : writtenOf[line];
        gap(nextWritten, until, matched, strangers, changes);
        nextWritten = until + 1;
      } else if (writtenOf[line] >= 0) {
        changes.add(new Change(Kind.MOVED, writtenOf[line] + 1, line + 1));
      } else {
        strangers.add(line);
      }
    }
    changes.sort(
        Comparator.comparingInt(
            change -> change.written() == 0 ? change.found() : change.written()));
    return changes;
  }

  /** Between two lines in their place: a stranger where one is missing is that one, altered. */
  private static void gap(
      final int from,
      final int until,
      final boolean[] matched,
      final ArrayDeque<Integer> strangers,
      final List<Change> changes) {
    for (int line = from; line < until; line++) {
      if (!matched[line]) {
        final Integer stranger = strangers.poll();
        changes.add(
            stranger == null
                ? new Change(Kind.REMOVED, line + 1, 0)
                : new Change(Kind.ALTERED, line + 1, stranger + 1));
      }
    }
    while (!strangers.isEmpty()) {
      changes.add(new Change(Kind.INSERTED, 0, strangers.poll() + 1));
    }
  }

  /** For each line found, the line written that it is, or -1. Equal lines keep their order. */
  private static int[] match(final byte[] written, final byte[] found) {
    final Map<Hash, ArrayDeque<Integer>> places = new HashMap<>();
    for (int line = 0; line < written.length / SIZE; line++) {
      places.computeIfAbsent(Hash.at(written, line), h -> new ArrayDeque<>(1)).add(line);
    }
    final int[] result = new int[found.length / SIZE];
    for (int line = 0; line < result.length; line++) {
      final ArrayDeque<Integer> candidates = places.get(Hash.at(found, line));
      final Integer place = candidates == null ? null : candidates.poll();
      result[line] = place == null ? -1 : place;
    }
    return result;
  }

  /** Marks a longest rising run of the values that are not negative. */
  private static boolean[] longestRising(final int[] values) {
    final int[] tails = new int[values.length];
    final int[] before = new int[values.length];
    int length = 0;
    for (int i = 0; i < values.length; i++) {
      if (values[i] < 0) {
        continue;
      }
      int low = 0;
      int high = length;
      while (low < high) {
        final int middle = (low + high) >>> 1;
        if (values[tails[middle]] < values[i]) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      before[i] = low == 0 ? -1 : tails[low - 1];
      tails[low] = i;
      length = Math.max(length, low + 1);
    }
    final boolean[] marked = new boolean[values.length];
    Arrays.fill(marked, false);
    for (int i = length == 0 ? -1 : tails[length - 1]; i >= 0; i = before[i]) {
      marked[i] = true;
    }
    return marked;
  }

  /** A line's hash as a key. */
  private record Hash(long high, long low) {
    static Hash at(final byte[] hashes, final int line) {
      final ByteBuffer buffer = ByteBuffer.wrap(hashes, line * SIZE, SIZE);
      return new Hash(buffer.getLong(), buffer.getLong());
    }
  }
}
