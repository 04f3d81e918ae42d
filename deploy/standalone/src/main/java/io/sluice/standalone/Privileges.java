package io.sluice.standalone;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The few steps that need root. Root simply does them; anyone else by {@code sudo}, which must ask
 * for the password, if at all, before the first of them.
 */
public final class Privileges {
  private static final Duration SHORT = Duration.ofSeconds(20);

  private Privileges() {}

  public static boolean isRoot() {
    return uid() == 0;
  }

  public static int uid() {
    return number("-u");
  }

  public static int gid() {
    return number("-g");
  }

  private static int number(String option) {
    return Integer.parseInt(Command.run(SHORT, "id", option).output());
  }

  /** Asks for the password now, on the terminal, so that later steps need not. */
  public static void acquire(String what) {
    if (isRoot() || Command.run(SHORT, "sudo", "-n", "true").ok()) {
      return;
    }
    final String remedy = "; run as root or as a user who may sudo, or replay a file by --pcap";
    if (Command.find("sudo") == null) {
      throw new Problem("cannot " + what + ": that needs root, and there is no sudo" + remedy);
    }
    try {
      if (new ProcessBuilder("sudo", "-v").inheritIO().start().waitFor() != 0) {
        throw new Problem("cannot " + what + ": sudo refuses" + remedy);
      }
    } catch (IOException e) {
      throw new Problem("cannot " + what + ": " + e + remedy, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Problem("cannot " + what + ": interrupted", e);
    }
  }

  /** The command, run by root. */
  public static List<String> asRoot(List<String> command) {
    if (isRoot()) {
      return command;
    }
    final List<String> all = new ArrayList<>(List.of("sudo", "-n", "--"));
    all.addAll(command);
    return all;
  }

  /**
   * Words before a command that make it run as the present user with capabilities that the user has
   * not: it can be signalled by the user, and so can what it starts.
   *
   * @param capabilities for example {@code net_raw}; none takes every privilege away
   */
  public static List<String> asUserWith(List<String> capabilities) {
    if (isRoot()) {
      return List.of();
    }
    final List<String> words =
        new ArrayList<>(
            List.of("setpriv", "--reuid=" + uid(), "--regid=" + gid(), "--init-groups"));
    if (!capabilities.isEmpty()) {
      final String list = "+" + String.join(",+", capabilities);
      words.add("--inh-caps=" + list);
      words.add("--ambient-caps=" + list);
    }
    return words;
  }
}
