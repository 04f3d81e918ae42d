package io.sluice.standalone.runit;

import io.sluice.standalone.Command;
import io.sluice.standalone.DataDir;
import io.sluice.standalone.DiskBudget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the folder from which {@code runsv} runs a service and its log. */
final class ServiceFolder {
  private static final String EXECUTABLE = "rwx------";

  private ServiceFolder() {}

  static void write(DataDir dir, Service service) {
    final Path folder = service.folder(dir.root());
    final Path exit = exitFile(dir, service.name());
    // Not started before its turn; what it waits for may not be there yet.
    DataDir.write(folder.resolve("down"), "", "rw-------");
    DataDir.write(
        folder.resolve("run"),
        "#!/bin/sh\nexec 2>&1\ncd "
            + Command.quote(dir.run().toString())
            + " || exit 1\n"
            + service.script(),
        EXECUTABLE);
    DataDir.write(folder.resolve("finish"), finish(service, exit), EXECUTABLE);
    if (!service.stopSignal().equals("TERM")) {
      // runsv runs this in place of sending TERM.
      DataDir.write(
          folder.resolve("control/t"),
          "#!/bin/sh\nkill -s " + service.stopSignal() + " \"$(cat supervise/pid)\"\n",
          EXECUTABLE);
    }
    final Path log = dir.log(service.name());
    DataDir.write(
        folder.resolve("log/run"),
        "#!/bin/sh\nexec svlogd -tt " + Command.quote(log.toString()) + "\n",
        EXECUTABLE);
    DataDir.write(
        log.resolve("config"),
        "s" + DiskBudget.LOG_FILE_BYTES + "\nn" + DiskBudget.LOG_FILES + "\n",
        "rw-------");
    try {
      Files.deleteIfExists(exit);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Tells how the process ended, since runsv forgets it: the exit status, or -1 and the signal. */
  private static String finish(Service service, Path exit) {
    final StringBuilder script = new StringBuilder("#!/bin/sh\n");
    script
        .append("printf '%s %s\\n' \"$1\" \"$2\" >")
        .append(Command.quote(exit.toString()))
        .append('\n');
    if (service.oneShot()) {
      script.append("[ \"$1\" -lt 0 ] || printf d >supervise/control\n");
    }
    return script.toString();
  }

  static Path exitFile(DataDir dir, String service) {
    return dir.run().resolve(service + ".exit");
  }
}
