package io.sluice.kernelfilter.ffi;

import static java.lang.foreign.SymbolLookup.libraryLookup;

import io.sluice.kernelfilter.FilterException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds and loads libbpf. The generated bindings look symbols up in their class loader, which wants
 * an absolute path: the dynamic linker, which knows every folder and its cache, is asked first, and
 * the path is then read from the process's own mappings.
 */
public final class LibbpfLibrary {
  private static final String NAME = "libbpf.so.1";

  private LibbpfLibrary() {}

  private static final class Holder {
    private static final Path PATH = load();
  }

  /**
   * Loads it once for this process.
   *
   * @return where it is
   */
  public static Path require() {
    return Holder.PATH;
  }

  /** Where it is, without an error where it is not. */
  public static Optional<Path> find() {
    try (Arena arena = Arena.ofConfined()) {
      libraryLookup(NAME, arena);
      try (Stream<String> mappings = Files.lines(Path.of("/proc/self/maps"))) {
        return mappings
            .filter(line -> line.contains("/libbpf.so."))
            .map(line -> Path.of(line.substring(line.indexOf('/'))))
            .findFirst();
      }
    } catch (IllegalArgumentException | IOException e) {
      return Optional.empty();
    }
  }

  private static Path load() {
    Path path =
        find()
            .orElseThrow(() ->
                new FilterException(
                    "cannot load "
                        + NAME
                        + ": the dynamic linker does not find it; install the package libbpf1"
                        + " (Debian, Ubuntu) or libbpf (others)"));
    System.load(path.toString());
    return path;
  }
}
