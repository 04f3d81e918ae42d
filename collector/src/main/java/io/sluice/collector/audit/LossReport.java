package io.sluice.collector.audit;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * Tells of losses at once the first time, and then at most once an interval with their number: a
 * full disk must not fill the journal too. One thread.
 */
public final class LossReport {
  private final String object;
  private final long intervalNs;
  private final Consumer<String> teller;

  private boolean told;
  private boolean toldLoss;
  private boolean pending;
  private long toldNs;
  private long untold;
  private long total;
  private String cause = "";

  /**
   * @param object what is not written, for example {@code audit file in /var/log/sluice}
   * @param teller takes one line, for people
   */
  public LossReport(final String object, final Duration interval, final Consumer<String> teller) {
    this.object = object;
    intervalNs = interval.toNanos();
    this.teller = teller;
  }

  /**
   * Something can't be written now.
   *
   * @param records lost with it; 0 where they are still held
   * @param causeAndRemedy as in {@code CAUSE; REMEDY}
   */
  public void lost(final long records, final String causeAndRemedy, final long nowNs) {
    untold += records;
    total += records;
    cause = causeAndRemedy;
    pending = true;
    onTime(nowNs);
  }

  /** Time passes: tells of losses that were not told yet. */
  public void onTime(final long nowNs) {
    if (pending && (!told || nowNs - toldNs >= intervalNs)) {
      teller.accept("cannot write " + object + ": " + cause + " (" + untold + " records lost)");
      told = true;
      toldLoss = true;
      toldNs = nowNs;
      pending = false;
      untold = 0;
    }
  }

  /** It can be written again. Tells so once, if people know that it could not. */
  public void restored() {
    if (toldLoss) {
      toldLoss = false;
      teller.accept(object + " is written again; " + total + " records were lost");
      total = 0;
      untold = 0;
      pending = false;
    } else if (untold == 0) {
      pending = false;
    }
  }
}
