package io.sluice.standalone;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Tells a person what is being done and how long it has taken: one line for each step, moving on a
 * terminal.
 */
public final class Progress {
  private static final int POLL_MS = 100;
  private static final int NAME_WIDTH = 14;

  private final PrintWriter out;
  private final boolean terminal;

  public Progress(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** On standard error, so that standard output is for answers. */
  public static Progress toPerson() {
    return new Progress(
        new PrintWriter(System.err, true),
        System.console() != null && System.console().isTerminal());
  }

  public void say(String line) {
    out.println(line);
    out.flush();
  }

  /** A step that is done by one call. */
  public void step(String name, String done, Runnable work) {
    final long began = System.nanoTime();
    show(name, "...", began);
    work.run();
    finish(name, done, began);
  }

  /**
   * A step that is over when the check says so.
   *
   * @param limit of the time for which the same is awaited
   * @param check null when there is nothing to wait for any more, else what is awaited; throws
   *     {@link Problem} when waiting is in vain
   */
  public void await(String name, String done, Duration limit, Supplier<String> check) {
    final long began = System.nanoTime();
    long since = began;
    String before = "";
    while (true) {
      final String awaited = check.get();
      if (awaited == null) {
        finish(name, done, began);
        return;
      }
      show(name, awaited, began);
      if (!awaited.equals(before)) {
        before = awaited;
        since = System.nanoTime();
      }
      if (System.nanoTime() - since > limit.toNanos()) {
        endLine();
        throw new Problem(
            "cannot start %s: after %d s it still waits: %s"
                .formatted(name, limit.toSeconds(), awaited));
      }
      try {
        Thread.sleep(POLL_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        endLine();
        throw new Interrupted();
      }
    }
  }

  /** Somebody wants the command to end. */
  static final class Interrupted extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private void show(String name, String what, long began) {
    if (terminal) {
      out.printf("\r\033[K  %-" + NAME_WIDTH + "s %s %.0f s", name, what, seconds(began));
      out.flush();
    }
  }

  private void finish(String name, String done, long began) {
    endLine();
    out.printf("  %-" + NAME_WIDTH + "s %s, %.1f s%n", name, done, seconds(began));
    out.flush();
  }

  private void endLine() {
    if (terminal) {
      out.print("\r\033[K");
      out.flush();
    }
  }

  private static double seconds(long beganNs) {
    return (System.nanoTime() - beganNs) / 1e9;
  }
}
