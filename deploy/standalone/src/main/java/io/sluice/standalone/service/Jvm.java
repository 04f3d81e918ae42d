package io.sluice.standalone.service;

import io.sluice.standalone.Clone;
import io.sluice.standalone.DataDir;
import io.sluice.standalone.Instance;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines of the services that are Java programs. */
final class Jvm {
  private Jvm() {}

  /**
   * @param options of the JVM, beside those that every service has
   */
  static List<String> command(
      Instance instance,
      String classPath,
      List<String> options,
      String mainClass,
      List<String> arguments) {
    final List<String> command = new ArrayList<>();
    command.add(Clone.java().toString());
    command.add("-XX:+UseSerialGC");
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-Djava.io.tmpdir=" + instance.dir().temporary());
    command.add("-Dsluice.home=" + Clone.home());
    // By this, a process is known as ours wherever it is.
    command.add("-Dsluice.instance=" + instance.id());
    command.addAll(options);
    command.add("-cp");
    command.add(classPath);
    command.add(mainClass);
    command.addAll(arguments);
    return command;
  }

  /** Warnings to standard output, where svlogd bounds them. */
  static Path logging(DataDir dir) {
    final Path file = dir.run().resolve("log4j2.properties");
    DataDir.write(
        file,
        """
        appender.out.type = Console
        appender.out.name = out
        appender.out.layout.type = PatternLayout
        appender.out.layout.pattern = %-5p %c{1.}: %m%n%ex{20}
        rootLogger.level = warn
        rootLogger.appenderRef.out.ref = out
        # Warns of what is as it should be here: no plugins, no Hadoop, no log file of its own.
        logger.plugins.name = org.apache.flink.core.plugin
        logger.plugins.level = error
        logger.tokens.name = org.apache.flink.runtime.security.token
        logger.tokens.level = error
        logger.web.name = org.apache.flink.runtime.webmonitor.WebMonitorUtils
        logger.web.level = error
        logger.names.name = org.apache.flink.runtime.metrics
        logger.names.level = error
        logger.metrics.name = org.apache.flink.metrics.MetricGroup
        logger.metrics.level = error
        logger.clients.name = org.apache.kafka.clients
        logger.clients.level = error
        logger.sink.name = org.apache.flink.connector.kafka.sink
        logger.sink.level = error
        """,
        "rw-------");
    return file;
  }
}
