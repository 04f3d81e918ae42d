package io.sluice.query;

import io.sluice.query.cli.QueryCommand;

/** Entry point of {@code sluice query} and of the query service. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(QueryCommand.run(arguments));
  }
}
