package io.sluice.collector.control;

import java.util.Map;

/**
 * One line of the ledger: what came in is what went out one way or another, and what is still on
 * its way.
 *
 * @param name of the stage
 * @param input name of what came in
 * @param in how much came in
 * @param out how much went each way, by name
 * @param pending name of what is on its way
 * @param unit what is counted
 */
public record Identity(
    String name, String input, long in, Map<String, Long> out, String pending, String unit) {

  /** What came in and has not gone out yet; 0 after a drain, never negative. */
  public long remainder() {
    return in - out.values().stream().mapToLong(Long::longValue).sum();
  }
}
