package io.sluice.query.ask;

import com.dynatrace.hash4j.distinctcount.UltraLogLog;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

/**
 * Adds up the distinct clients of many windows, as the job writes them: tokens of 4 bytes where
 * they are few, else the registers of an UltraLogLog. Not for several threads.
 */
final class ClientSketch {
  /** 2^10 registers of one byte, as the job's. */
  private static final int REGISTERS = 1024;

  /** Counted one by one up to here, then with a standard error of 2.4 %. */
  private static final int MOST_TOKENS = 4096;

  private final Set<Integer> tokens = new HashSet<>();

  /** Null as long as all are tokens. */
  private UltraLogLog merged;

  /** Adds the clients of one window; what can't be read is left out. */
  void add(byte[] sketch) {
    if (sketch.length == REGISTERS) {
      toRegisters().add(UltraLogLog.wrap(sketch));
      return;
    }
    if (sketch.length > REGISTERS || sketch.length % Integer.BYTES != 0) {
      return;
    }
    ByteBuffer bytes = ByteBuffer.wrap(sketch);
    while (bytes.hasRemaining()) {
      int token = bytes.getInt();
      if (merged != null) {
        merged.addToken(token);
      } else {
        tokens.add(token);
      }
    }
    if (tokens.size() > MOST_TOKENS) {
      toRegisters();
    }
  }

  private UltraLogLog toRegisters() {
    if (merged == null) {
      merged = UltraLogLog.create(10);
      tokens.forEach(merged::addToken);
      tokens.clear();
    }
    return merged;
  }

  /** How many different ones; never negative. */
  long count() {
    return merged == null ? tokens.size() : Math.round(merged.getDistinctCountEstimate());
  }
}
