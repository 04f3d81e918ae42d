package io.sluice.collector.command;

import java.io.IOException;

/** Ends a command with one clear line on standard error and a non-zero exit. */
final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final int FAILED = 1;
  private static final int USAGE = 2;

  private final int exitStatus;

  CommandFailure(String message) {
    this(FAILED, message, null);
  }

  CommandFailure(String message, Throwable cause) {
    this(FAILED, message, cause);
  }

  private CommandFailure(int exitStatus, String message, Throwable cause) {
    super(message, cause);
    this.exitStatus = exitStatus;
  }

  /** For what is wrong with the options and shows only when it is tried. */
  static CommandFailure ofOptions(String message) {
    return new CommandFailure(USAGE, message, null);
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
    return failure instanceof CommandFailure f ? f.exitStatus : FAILED;
  }
}
