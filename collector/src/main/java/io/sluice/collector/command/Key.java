package io.sluice.collector.command;

import io.sluice.collector.audit.KeyFile;
import io.sluice.collector.encoding.SafeText;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import javax.crypto.SecretKey;

/** A key that an option names the file of. */
final class Key {
  private Key() {}

  /**
   * Null for null.
   *
   * @throws CommandFailure where it can't be read or is no key
   */
  static SecretKey read(Path file) {
    if (file == null) {
      return null;
    }
    try {
      return KeyFile.read(file);
    } catch (IOException e) {
      String cause =
          switch (e) {
            case NoSuchFileException missing -> "it does not exist";
            case AccessDeniedException denied -> "access is denied";
            default -> String.valueOf(e.getMessage());
          };
      throw new CommandFailure(
          "cannot read the key "
              + SafeText.clean(file.toString())
              + ": "
              + cause
              + "; make one with openssl rand -hex 32 and let only the sensor's user read it",
          e);
    }
  }
}
