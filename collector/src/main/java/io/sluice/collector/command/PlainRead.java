package io.sluice.collector.command;

import java.util.ArrayList;
import java.util.List;

/**
 * The usual arguments of {@code read} without the command-line library, whose classes cannot be
 * kept in the JDK's cache (their format is too old) and take longer than a small file. What is not
 * understood here, errors and help included, is left to the library; a test compares the two.
 */
final class PlainRead {
  private PlainRead() {}

  /** The command, set up; null where the library has to look at the arguments. */
  static ReadCommand of(String... arguments) {
    if (arguments.length < 2 || !arguments[0].equals("read")) {
      return null;
    }
    ReadCommand command = new ReadCommand();
    List<String> files = new ArrayList<>();
    for (int i = 1; i < arguments.length; i++) {
      String argument = arguments[i];
      if (!argument.startsWith("-") || argument.equals("-")) {
        if (argument.isEmpty() || "@\"'".indexOf(argument.charAt(0)) >= 0) {
          return null;
        }
        files.add(argument);
        continue;
      }
      int equals = argument.indexOf('=');
      String name = equals < 0 ? argument : argument.substring(0, equals);
      String value =
          equals >= 0
              ? argument.substring(equals + 1)
              : i + 1 < arguments.length ? arguments[++i] : "";
      // Quotes and dashes in values have rules of their own.
      boolean plain = !value.isEmpty() && "@\"'-".indexOf(value.charAt(0)) < 0;
      if (!plain || !command.set(name, value)) {
        return null;
      }
    }
    return files.isEmpty() ? null : command.read(files);
  }
}
