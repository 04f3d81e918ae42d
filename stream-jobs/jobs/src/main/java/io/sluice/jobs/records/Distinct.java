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

  public void add(int token) {
    if (registers.length > 0) {
      UltraLogLog.wrap(registers).addToken(token);
      return;
    }
    int at = Arrays.binarySearch(tokens, token);
    if (at >= 0) {
      return;
    }
    if (tokens.length == MAX_TOKENS) {
      toRegisters();
      UltraLogLog.wrap(registers).addToken(token);
      return;
    }
    int insert = -at - 1;
    int[] more = new int[tokens.length + 1];
    System.arraycopy(tokens, 0, more, 0, insert);
    more[insert] = token;
    System.arraycopy(tokens, insert, more, insert + 1, tokens.length - insert);
    tokens = more;
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
    for (int token : other.tokens) {
      add(token);
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
