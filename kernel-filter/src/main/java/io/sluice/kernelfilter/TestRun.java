package io.sluice.kernelfilter;

/**
 * What the program did with a frame that was given to it without a network.
 *
 * @param verdict bytes to keep: 0 none, {@link #WHOLE} all
 * @param nanoseconds of one run, the mean over the repetitions
 */
public record TestRun(int verdict, int nanoseconds) {
  public static final int WHOLE = -1;

  public boolean kept() {
    return verdict != 0;
  }
}
