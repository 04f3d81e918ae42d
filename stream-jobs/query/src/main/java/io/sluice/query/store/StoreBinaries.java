package io.sluice.query.store;

import io.sluice.query.Failure;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** Unpacks the PostgreSQL server that comes as a library, once for each version of it. */
final class StoreBinaries {
  private static final String ARCHIVE = "/postgres-linux-x86_64.txz";

  private StoreBinaries() {}

  /**
   * @param storeDir where to unpack; owned by the caller
   * @return the folder with {@code bin/}, {@code lib/} and {@code share/}
   */
  static Path unpack(Path storeDir) {
    URL archive = StoreBinaries.class.getResource(ARCHIVE);
    String architecture = System.getProperty("os.arch");
    if (archive == null || !architecture.equals("amd64")) {
      throw Failure.cannot(
          "prepare the store",
          "the PostgreSQL server that comes with Sluice is for Linux on x86-64, not for "
              + architecture,
          "set store.url to a server of your own");
    }
    try {
      Path target = storeDir.resolve("postgresql-" + fingerprint(archive));
      if (Files.isDirectory(target)) {
        return target;
      }
      // Unpacked aside and moved in one step: a folder of this name is always whole.
      Path aside = storeDir.resolve(target.getFileName() + ".new");
      deleteTree(aside);
      try (InputStream in = archive.openStream()) {
        unpack(in, aside);
      }
      Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
      deleteOthers(storeDir, target);
      return target;
    } catch (IOException e) {
      throw Failure.cannot(
          "unpack the store's programs into " + storeDir,
          e,
          "check the disk and the folder's permissions");
    }
  }

  /** Short and different for each build of the server; no need to read its 15 MB for it. */
  private static String fingerprint(URL archive) throws IOException {
    URLConnection connection = archive.openConnection();
    if (connection instanceof JarURLConnection jar) {
      return Long.toHexString(jar.getJarEntry().getCrc());
    }
    return Long.toHexString(connection.getContentLengthLong());
  }

  private static void unpack(InputStream archive, Path target) throws IOException {
    try (var tar =
        new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(archive)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
          throw new IOException("the archive has an entry outside of itself: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(path);
        } else if (entry.isSymbolicLink()) {
          Files.createDirectories(path.getParent());
          Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else {
          Files.createDirectories(path.getParent());
          Files.copy(tar, path);
          boolean program = (entry.getMode() & 0100) != 0;
          Files.setPosixFilePermissions(
              path, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
        }
      }
    }
  }

  private static void deleteOthers(Path storeDir, Path current) throws IOException {
    try (Stream<Path> entries = Files.list(storeDir)) {
      List<Path> old =
          entries
              .filter(
                  p -> p.getFileName().toString().startsWith("postgresql-") && !p.equals(current))
              .toList();
      for (Path path : old) {
        deleteTree(path);
      }
    }
  }

  /** Deletes a folder of ours and all in it; does nothing where there is none. */
  static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(root)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
