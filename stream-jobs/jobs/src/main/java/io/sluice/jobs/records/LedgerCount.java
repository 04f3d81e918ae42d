package io.sluice.jobs.records;

import java.util.Locale;

/** What the job's ledger counts; the names are the columns of the table. Append only. */
public enum LedgerCount {
  /** Records of the request topic, of every type: the sum of the exits that follow. */
  CONSUMED,
  HEARTBEATS,
  REPLAY_ENDS,
  /** Requests of replayed files. */
  REPLAYED,
  /** Of a type that this job does not know. */
  UNKNOWN,
  MALFORMED,
  /** Live requests further ahead of this machine's clock than is believed. */
  FUTURE,
  /** Live requests with an id seen before. */
  DUPLICATE,
  /** Live requests behind the allowed lateness. */
  LATE,
  /** Live requests that went into a window. */
  AGGREGATED,
  /**
   * Beside the exits: live requests and heartbeats too far ahead of this machine's clock to move
   * event time. Those far behind are {@link #LATE} where their window is gone.
   */
  CLAMPED,
  /** Beside the exits: live requests whose path went to {other}, in windows of 10 seconds. */
  OVERFLOWED;

  private static final int COUNT = values().length;

  public static long[] none() {
    return new long[COUNT];
  }

  public String column() {
    return name().toLowerCase(Locale.ROOT);
  }
}
