package io.sluice.collector.command;

import java.io.IOException;

/** Ends a command with one clear line on standard error and a non-zero exit. */
final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final int FAILED = 1;

  CommandFailure(String message) {
    super(message);
  }

  CommandFailure(String message, Throwable cause) {
    super(message, cause);
  }

  /** Says on standard error why a command ended, and returns its exit status. */
  static int tell(Exception failure) {
    if (failure instanceof CommandFailure
        || failure instanceof IOException
        || failure instanceof IllegalArgumentException) {
      System.err.println(failure.getMessage());
    } else {
      // A fault of ours: whoever reports it needs all of it.
      failure.printStackTrace();
    }
    return FAILED;
  }
}
