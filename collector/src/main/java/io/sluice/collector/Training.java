package io.sluice.collector;

import io.sluice.collector.command.SluiceCommand;

/**
 * Shows the JDK what reading is, so that its ahead-of-time cache holds the classes and what the
 * compilers have to know about them. The launcher runs it once a build. Arguments: capture files.
 */
public final class Training {
  private Training() {}

  public static void main(String[] arguments) {
    for (String file : arguments) {
      for (String format : new String[] {"tsv", "json"}) {
        int status = SluiceCommand.run("read", "--format", format, file);
        if (status != 0) {
          System.exit(status);
        }
      }
    }
  }
}
