package io.sluice.jobs.records;

import com.dynatrace.hash4j.distinctcount.UltraLogLog;
import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * How many different values there were: each one's token as long as they are few, then the
 * registers of an UltraLogLog, in plain arrays, so that state holds no library's object. Not for
 * several threads.
 *
 * <p>Few are counted exactly (but for a collision of 26 bits); of many the standard error is 2.4 %.
 */
public final class Distinct {
  /** Up to this many tokens; four bytes each. */
  public static final int MAX_TOKENS = 128;

  /** 2^10 registers of one byte. */
  private static final int PRECISION = 10;

  private static final int[] NO_TOKENS = {};
  private static final byte[] NO_REGISTERS = {};

  /** Ascending, none twice; empty where there are registers. */
  public int[] tokens = NO_TOKENS;

  /** Empty, or one byte for each register. */
  public byte[] registers = NO_REGISTERS;

  /** The same for equal texts, on every machine and for ever: it is kept in the store. */
  public static int token(String value) {
    return UltraLogLog.computeToken(Hashing.komihash5_0().hashCharsToLong(value));
  }

  /**
   * Of values by their tokens.
   *
   * @param length how many of the array they are; they are put in order
   */
  public static Distinct of(int[] values, int length) {
    Arrays.sort(values, 0, length);
    Distinct distinct = new Distinct();
    int unlike = 0;
    for (int i = 0; i < length; i++) {
      if (i == 0 || values[i] != values[i - 1]) {
        values[unlike++] = values[i];
      }
    }
    distinct.union(Arrays.copyOf(values, unlike));
    return distinct;
  }

  /** Adds all of the other, which stays as it is and shares nothing with this afterwards. */
  public void merge(Distinct other) {
    if (other.registers.length > 0) {
      if (registers.length == 0) {
        toRegisters();
      }
      UltraLogLog.wrap(registers).add(UltraLogLog.wrap(other.registers));
      return;
    }
    if (registers.length == 0) {
      union(other.tokens);
      return;
    }
    UltraLogLog sketch = UltraLogLog.wrap(registers);
    for (int token : other.tokens) {
      sketch.addToken(token);
    }
  }

  private void union(int[] others) {
    int[] union = new int[tokens.length + others.length];
    int mine = 0;
    int theirs = 0;
    int length = 0;
    while (mine < tokens.length || theirs < others.length) {
      if (theirs == others.length || (mine < tokens.length && tokens[mine] < others[theirs])) {
        union[length++] = tokens[mine++];
      } else {
        mine += mine < tokens.length && tokens[mine] == others[theirs] ? 1 : 0;
        union[length++] = others[theirs++];
      }
    }
    tokens = Arrays.copyOf(union, length);
    if (length > MAX_TOKENS) {
      toRegisters();
    }
  }

  Distinct copy() {
    Distinct copy = new Distinct();
    copy.tokens = tokens.clone();
    copy.registers = registers.clone();
    return copy;
  }

  private void toRegisters() {
    UltraLogLog sketch = UltraLogLog.create(PRECISION);
    for (int token : tokens) {
      sketch.addToken(token);
    }
    registers = sketch.getState();
    tokens = NO_TOKENS;
  }

  /**
   * What the store keeps: 1,024 bytes are the registers, fewer are the tokens, four bytes each, the
   * most significant first.
   */
  public byte[] toSketch() {
    if (registers.length > 0) {
      return registers.clone();
    }
    ByteBuffer bytes = ByteBuffer.allocate(4 * tokens.length);
    for (int token : tokens) {
      bytes.putInt(token);
    }
    return bytes.array();
  }
}
