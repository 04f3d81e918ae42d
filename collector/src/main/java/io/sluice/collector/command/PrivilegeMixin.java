package io.sluice.collector.command;

import io.sluice.collector.privilege.ClassPath;
import io.sluice.collector.privilege.PrivilegeDrop;
import io.sluice.collector.sink.KafkaSettings;
import io.sluice.collector.sink.SpoolOptions;
import java.io.IOException;
import picocli.CommandLine.Option;

/** The options of what a live capture gives up when its sockets are open. */
final class PrivilegeMixin {
  @Option(
      names = "--user",
      paramLabel = "NAME",
      description =
          "Where root runs this: whom to become once the sockets are open (default: who called"
              + " sudo, else nobody).")
  private String user;

  private PrivilegeDrop plan;

  /** The settings with a spool that can be written behind {@link #drop}. */
  KafkaSettings hold(KafkaSettings settings) throws IOException {
    SpoolOptions spool = settings.spool();
    return spool == null
        ? settings
        : settings.withSpool(spool.in(plan().hold(spool.directory(), SpoolOptions::isFile)));
  }

  /** Gives up all privileges; on the thread that starts those that capture. */
  void drop() throws IOException {
    ClassPath.open();
    plan().drop();
    if (plan().keepsCapability()) {
      System.err.println("keeping CAP_BPF: before Linux 5.19 no map can be read without it");
    }
  }

  private PrivilegeDrop plan() throws IOException {
    if (plan == null) {
      plan = PrivilegeDrop.plan(user);
    }
    return plan;
  }
}
