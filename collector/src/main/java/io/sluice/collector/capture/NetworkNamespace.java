package io.sluice.collector.capture;

import io.sluice.collector.posix.Libc;
import io.sluice.collector.posix.PosixException;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Runs something in a named network namespace (those of {@code ip netns}). */
public final class NetworkNamespace {
  private static final String FOLDER = "/run/netns/";
  private static final int CLONE_NEWNET = 0x40000000;
  private static final int O_RDONLY = 0;
  private static final int O_CLOEXEC = 0x80000;

  private NetworkNamespace() {}

  /**
   * Calls the action on a fresh thread that has entered the namespace and ends with the call: the
   * namespace is a thread's own, and no other may inherit it. What is opened there stays there.
   *
   * @param name null for the process's own namespace, where the calling thread makes the call
   */
  public static <T> T call(String name, Callable<T> action) throws IOException {
    if (name == null) {
      return call(action);
    }
    if (name.isEmpty() || name.indexOf('/') >= 0 || name.startsWith(".")) {
      throw new IOException(
          "cannot enter network namespace '" + name + "': not a name; see ip netns list");
    }
    FutureTask<T> task =
        new FutureTask<>(() -> {
          enter(name);
          return action.call();
        });
    Thread.ofPlatform().name("netns-" + name).daemon().start(task);
    return call(() -> {
      try {
        return task.get();
      } catch (ExecutionException e) {
        throw e.getCause() instanceof Exception cause ? cause : e;
      }
    });
  }

  private static void enter(String name) throws IOException {
    try {
      int fd = Libc.open(FOLDER + name, O_RDONLY | O_CLOEXEC);
      try {
        Libc.setns(fd, CLONE_NEWNET);
      } finally {
        Libc.close(fd);
      }
    } catch (PosixException e) {
      throw new IOException(
          "cannot enter network namespace "
              + name
              + ": "
              + e.cause()
              + "; see ip netns list, and run as root",
          e);
    }
  }

  private static <T> T call(Callable<T> action) throws IOException {
    try {
      return action.call();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("cannot open in a network namespace: " + e, e);
    }
  }
}
