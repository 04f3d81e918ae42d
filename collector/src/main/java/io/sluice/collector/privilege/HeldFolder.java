package io.sluice.collector.privilege;

import io.sluice.collector.posix.Libc;
import io.sluice.collector.posix.LibcProcess.Account;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A folder that stays writable though privileges are dropped: it is given to the user that is left,
 * and reached through a descriptor, since folders above it may be closed to that user (a home of
 * mode 0700).
 */
final class HeldFolder {
  private static final int O_DIRECTORY = 0x10000;
  private static final int O_CLOEXEC = 0x80000;

  private HeldFolder() {}

  /**
   * Opens it, makes it where it is missing, and leaves it open until the process ends.
   *
   * @param owner who will use it; null for who runs this now
   * @param ours names of the files that may be in it
   * @return a path to it for this process
   * @throws IOException with one clear line
   */
  static Path open(Path folder, Account owner, Predicate<String> ours) throws IOException {
    try {
      Files.createDirectories(folder);
      Path held = Path.of("/proc/self/fd/" + Libc.open(folder.toString(), O_DIRECTORY | O_CLOEXEC));
      if (owner != null) {
        give(held, owner, ours);
      }
      return held;
    } catch (FileAlreadyExistsException e) {
      throw new IOException(
          "cannot use " + folder + ": " + e.getFile() + " is no folder; give another folder", e);
    } catch (AccessDeniedException e) {
      throw new IOException(
          "cannot use " + folder + ": access to " + e.getFile() + " is denied; give another folder",
          e);
    } catch (IOException e) {
      throw new IOException(
          "cannot use " + folder + ": " + e.getMessage() + "; give another folder", e);
    }
  }

  /** Only a folder of our own, so that nobody else's changes hands by a slip of the pen. */
  private static void give(Path held, Account owner, Predicate<String> ours) throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.list(held)) {
      files = found.toList();
    }
    for (Path file : files) {
      if (!ours.test(file.getFileName().toString())
          || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          || (int) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS) != 1) {
        throw new IOException("it holds " + file.getFileName() + ", which is not ours");
      }
    }
    for (Path file : files) {
      chown(file, owner, LinkOption.NOFOLLOW_LINKS);
    }
    chown(held, owner);
  }

  private static void chown(Path path, Account owner, LinkOption... options) throws IOException {
    Files.setAttribute(path, "unix:uid", owner.uid(), options);
    Files.setAttribute(path, "unix:gid", owner.gid(), options);
  }
}
