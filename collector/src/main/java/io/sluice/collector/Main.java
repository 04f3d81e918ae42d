package io.sluice.collector;

import io.sluice.collector.command.SluiceCommand;

/** Starts the collector. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(SluiceCommand.run(arguments));
  }
}
