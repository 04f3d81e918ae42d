package io.sluice.jobs.functions;

/** A function that counts for the job's ledger. */
interface Tallying {

  /**
   * What was counted since the last call, one number for each {@link
   * io.sluice.jobs.records.LedgerCount}. On the task's thread.
   */
  long[] takeTally();
}
