package io.sluice.collector.capture;

import java.io.IOException;

/**
 * A capture file that is missing, foreign, damaged or cut off. The message is one clear line for
 * the operator: what could not be read, why, and what helps. Frames before the damage were
 * delivered.
 */
public final class CaptureFileException extends IOException {
  private static final long serialVersionUID = 1;

  CaptureFileException(String file, String cause, String remedy) {
    super(message(file, cause, remedy));
  }

  CaptureFileException(String file, String cause, String remedy, Throwable origin) {
    super(message(file, cause, remedy), origin);
  }

  private static String message(String file, String cause, String remedy) {
    return "cannot read " + printable(file) + ": " + printable(cause) + "; " + remedy;
  }

  /** A file's name may hold anything but a slash and NUL: nothing of it may steer a terminal. */
  private static String printable(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> {
          if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
            out.append(String.format("\\x%02x", c));
          } else {
            out.appendCodePoint(c);
          }
        });
    return out.toString();
  }
}
