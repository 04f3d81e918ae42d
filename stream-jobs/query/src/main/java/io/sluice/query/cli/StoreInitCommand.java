package io.sluice.query.cli;

import io.sluice.query.InstanceSettings;
import io.sluice.query.store.StoreInit;
import io.sluice.query.store.StoreSettings;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "store-init",
    hidden = true,
    description =
        "Prepares the embedded store of a data folder and prints the script that runs it in the foreground.")
final class StoreInitCommand implements Runnable {
  @Mixin private DataDirOption dataDir;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "The store's folder (default: store in the data folder).")
  private Path storeDir;

  @Override
  public void run() {
    Path folder = dataDir.folder();
    InstanceSettings instance = InstanceSettings.read(folder, "prepare the store");
    StoreInit init =
        new StoreInit(
            storeDir == null ? folder.resolve("store") : storeDir, StoreSettings.of(instance));
    init.prepare();
    System.out.println(init.script());
  }
}
