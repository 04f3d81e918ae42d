package io.sluice.kernelfilter;

/**
 * The filter could not be loaded, attached, or read. The message names what, why, and the remedy.
 */
public final class FilterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String verifierLog;

  public FilterException(String message) {
    this(message, "");
  }

  public FilterException(String message, String verifierLog) {
    super(message);
    this.verifierLog = verifierLog;
  }

  /** The kernel's whole log where its verifier refused the program, else empty. */
  public String verifierLog() {
    return verifierLog;
  }
}
