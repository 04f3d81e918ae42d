package io.sluice.bench;

import java.io.IOException;

/** Something the user can mend, as one line: cannot VERB OBJECT: CAUSE; REMEDY. */
public final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public Problem(String message) {
    super(message);
  }

  static String line(Throwable exception) {
    return switch (exception) {
      case Problem problem -> problem.getMessage();
      case IOException io ->
          "cannot read or write: " + io + "; check the path and the disk's space";
      default -> "cannot go on: " + exception + "; this is a fault of the program";
    };
  }
}
