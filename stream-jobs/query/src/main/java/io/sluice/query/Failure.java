package io.sluice.query;

/** Why something that a person asked for can't be done, in the one form that all of Sluice uses. */
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private Failure(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * @param what verb and object, as in "read the settings"
   * @param why the cause, as in "no such file"
   * @param remedy what the reader can do about it
   */
  public static Failure cannot(String what, String why, String remedy) {
    return new Failure("cannot " + what + ": " + why + "; " + remedy, null);
  }

  /**
   * The same with the exception that showed it, for the log; its text is the cause for the person.
   */
  public static Failure cannot(String what, Throwable cause, String remedy) {
    return new Failure("cannot " + what + ": " + textOf(cause) + "; " + remedy, cause);
  }

  /** One that another of our programs put into words already. */
  public static Failure said(String message) {
    return new Failure(message, null);
  }

  /** The first line of the deepest message: what broke, without the layers that passed it on. */
  public static String textOf(Throwable thrown) {
    Throwable deepest = thrown;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    String message = deepest.getMessage() == null ? deepest.toString() : deepest.getMessage();
    return message.lines().findFirst().orElse(deepest.toString()).strip();
  }
}
