package io.sluice.collector.privilege;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a thread may do, as the kernel says in {@code /proc/self/task/ID/status}.
 *
 * @param uids real, effective, saved and file system user
 * @param gids likewise, of the group
 * @param effective capabilities, as a bit set
 * @param permitted likewise
 * @param inheritable likewise
 * @param ambient likewise
 * @param seccomp 0 off, 1 strict, 2 with filters
 */
record ThreadPrivileges(
    int id,
    String name,
    List<Long> uids,
    List<Long> gids,
    long effective,
    long permitted,
    long inheritable,
    long ambient,
    boolean noNewPrivileges,
    int seccomp) {
  private static final Path TASKS = Path.of("/proc/self/task");

  /** All threads of this process; those that end meanwhile are left out. */
  static List<ThreadPrivileges> all() throws IOException {
    List<ThreadPrivileges> all = new ArrayList<>();
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
      for (Path task : tasks) {
        try {
          all.add(parse(Files.readAllLines(task.resolve("status"))));
        } catch (NoSuchFileException e) {
          continue;
        } catch (IOException e) {
          // ESRCH, which Java has no name for: the thread ended between opening and reading.
          if (Files.exists(task)) {
            throw e;
          }
        }
      }
    }
    return all;
  }

  /** Number of the calling thread. */
  static int callingThread() throws IOException {
    return Integer.parseInt(
        Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName().toString());
  }

  static ThreadPrivileges parse(List<String> status) {
    Map<String, String> fields = new HashMap<>();
    for (String line : status) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
      }
    }
    return new ThreadPrivileges(
        Integer.parseInt(fields.get("Pid")),
        fields.getOrDefault("Name", ""),
        numbers(fields.get("Uid")),
        numbers(fields.get("Gid")),
        bits(fields.get("CapEff")),
        bits(fields.get("CapPrm")),
        bits(fields.get("CapInh")),
        bits(fields.get("CapAmb")),
        "1".equals(fields.get("NoNewPrivs")),
        Integer.parseInt(fields.getOrDefault("Seccomp", "0")));
  }

  /** Of any of the sets. */
  long capabilities() {
    return effective | permitted | inheritable | ambient;
  }

  private static List<Long> numbers(String text) {
    return List.of(text.split("\\s+")).stream().map(Long::valueOf).toList();
  }

  private static long bits(String text) {
    return Long.parseUnsignedLong(text, 16);
  }
}
