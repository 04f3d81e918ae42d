package io.sluice.collector.counters;

/**
 * One line of a stage's ledger. Implemented by one enum per stage, whose constants are only ever
 * appended: their order and names are what operators and stored health records know them by.
 */
public interface Counter {
  /** The enum's own ordinal. */
  int ordinal();

  /** The enum's own name. */
  String name();

  /** One sentence for the operator: what was counted. */
  String help();
}
