package io.sluice.collector.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a sensor is called that was given no name: as its host. */
final class SensorName {
  private SensorName() {}

  static String or(String given) {
    if (given != null && !given.isBlank()) {
      return given;
    }
    try {
      String host = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
      return host.isEmpty() ? "sluice" : host;
    } catch (IOException e) {
      return "sluice";
    }
  }
}
