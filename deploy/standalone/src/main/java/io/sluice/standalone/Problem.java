package io.sluice.standalone;

/** A failure told to a person in one line: <em>cannot VERB OBJECT: CAUSE; REMEDY</em>. */
public class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public Problem(String message) {
    super(message);
  }

  public Problem(String message, Throwable cause) {
    super(message, cause);
  }
}
