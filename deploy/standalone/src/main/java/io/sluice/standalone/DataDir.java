package io.sluice.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * The folders and files of one instance. Two instances on one machine have two of these and share
 * nothing.
 *
 * @param root absolute
 */
public record DataDir(Path root) {

  public static DataDir of(Path root) {
    return new DataDir(root.toAbsolutePath().normalize());
  }

  public Path properties() {
    return root.resolve("instance.properties");
  }

  /** What is written anew by each {@code up} and is gone after {@code down}. */
  public Path run() {
    return root.resolve("run");
  }

  public Path log(String service) {
    return root.resolve("log").resolve(service);
  }

  public Path kafka() {
    return root.resolve("kafka");
  }

  public Path store() {
    return root.resolve("store");
  }

  /** Events that wait for the broker. */
  public Path spool() {
    return root.resolve("spool");
  }

  public Path checkpoints() {
    return root.resolve("checkpoints");
  }

  public Path temporary() {
    return root.resolve("tmp");
  }

  public Path demoTotals() {
    return root.resolve("demo-totals.json");
  }

  /** Held by every process of a running instance. */
  public Path lock() {
    return root.resolve("lock");
  }

  /** Makes the folders; what is in them is nobody else's to read. */
  public void create() {
    for (Path folder : List.of(root, run(), root.resolve("log"), temporary(), checkpoints())) {
      try {
        if (!Files.isDirectory(folder)) {
          Files.createDirectories(
              folder,
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
      } catch (IOException e) {
        throw new Problem(
            "cannot make " + folder + ": " + cause(e) + "; choose another --data-dir", e);
      }
    }
  }

  /** For people: of some failures the message is the file's name alone. */
  private static String cause(IOException failure) {
    return switch (failure) {
      case FileAlreadyExistsException e -> e.getFile() + " is no folder";
      case AccessDeniedException e -> "access to " + e.getFile() + " is denied";
      case NoSuchFileException e -> "its file system takes no new folders";
      default -> String.valueOf(failure.getMessage());
    };
  }

  /** Writes a small file whole or not at all. */
  public static void write(Path file, String text, String permissions) {
    try {
      final Path parent = file.toAbsolutePath().getParent();
      Files.createDirectories(parent);
      final Path fresh =
          Files.createTempFile(
              parent,
              ".new",
              null,
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(fresh, text);
      Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(permissions));
      Files.move(
          fresh,
          file,
          java.nio.file.StandardCopyOption.ATOMIC_MOVE,
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
