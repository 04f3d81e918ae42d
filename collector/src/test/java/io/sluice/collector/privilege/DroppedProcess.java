package io.sluice.collector.privilege;

import io.sluice.collector.posix.LibcProcess;
import io.sluice.collector.posix.PosixException;
import java.lang.foreign.Arena;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A process that drops its privileges and then tries what it must not do, on a thread from before
 * and on a new one; prints a line for each answer. For {@link PrivilegeDropIT}.
 */
final class DroppedProcess {
  private static final Arena ARENA = Arena.global();

  private DroppedProcess() {}

  /**
   * @param arguments the release of the kernel that it shall think to run on
   */
  public static void main(String[] arguments) throws Exception {
    CountDownLatch dropped = new CountDownLatch(1);
    Thread old =
        Thread.ofPlatform()
            .start(() -> {
              await(dropped);
              attempt("old");
            });
    // Threads that come and go while the privileges do: none may keep any.
    Thread breeder = Thread.ofPlatform().daemon().start(() -> breed(dropped));
    PrivilegeState state = PrivilegeDrop.plan(null, Map.of(), arguments[0]).drop();
    dropped.countDown();
    old.join();
    breeder.join();
    attempt("main");
    Thread.ofPlatform().start(() -> attempt("new")).join();
    System.gc();
    System.out.println("state " + state);
    for (ThreadPrivileges thread : ThreadPrivileges.all()) {
      System.out.println(
          "thread "
              + thread.uids().getFirst()
              + " "
              + Long.toHexString(thread.capabilities())
              + " "
              + thread.noNewPrivileges()
              + " "
              + thread.seccomp()
              + " "
              + thread.name());
    }
    System.out.println("done");
    System.in.read();
    // Ends without more: a failing exit must not be taken for a refused one.
    Runtime.getRuntime().halt(0);
  }

  private static void breed(CountDownLatch end) {
    while (end.getCount() > 0) {
      Thread.ofPlatform().start(Thread::yield);
      Thread.yield();
    }
  }

  private static void attempt(String who) {
    // Each would fail with another error, or succeed, where nothing filters it.
    call(who, "execve", 59, 221, ARENA.allocateFrom("/none").address(), 0, 0);
    call(who, "execveat", 322, 281, -1, ARENA.allocateFrom("none").address(), 0);
    call(who, "ptrace", 101, 117, 0x7fff, 0, 0);
    call(who, "process_vm_readv", 310, 270, ProcessHandle.current().pid(), 0, 0);
    call(who, "unshare", 272, 97, 0, 0, 0);
    call(who, "setns", 308, 268, -1, 0, 0);
    call(who, "keyctl", 250, 219, 0x7fff, 0, 0);
    call(who, "personality", 135, 92, 0xffff_ffffL, 0, 0);
    call(who, "io_uring_setup", 425, 425, 0, 0, 0);
    call(who, "bpf-create", 321, 280, 0, 0, 0);
    call(who, "bpf-look-up", 321, 280, 1, 0, 0);
    call(who, "clone3", 435, 435, 0, 0, 0);
    call(who, "socket", 41, 198, 17, 3, 0);
  }

  private static void call(
      String who, String name, int x8664, int aarch64, long first, long second, long third) {
    try {
      int number = Architecture.current() == Architecture.X86_64 ? x8664 : aarch64;
      long result = LibcProcess.syscall(name, number, first, second, third);
      System.out.println(who + " " + name + " succeeded with " + result);
    } catch (PosixException e) {
      System.out.println(who + " " + name + " " + e.cause());
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
