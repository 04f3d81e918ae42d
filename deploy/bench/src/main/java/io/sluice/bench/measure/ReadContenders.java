package io.sluice.bench.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The commands that read a capture file, in the order of the table. */
final class ReadContenders {
  static final String LIMIT = "cat";
  static final String YARDSTICK = "httpry";
  static final String EVENTS = "sluice read";

  /** What httpry prints of a request and its response. */
  private static final String HTTPRY_FIELDS =
      "ts,flow.client_ip,flow.server_ip,request.method,request.host,request.target,"
          + "request.version,response.status,response.reason";

  private final String sluice;
  private final Path folder;
  private final List<String> skipped = new ArrayList<>();

  /**
   * @param sluice the launcher's path
   */
  ReadContenders(String sluice, Path folder) {
    this.sluice = sluice;
    this.folder = folder;
  }

  /** What could not take part, and why. */
  List<String> skipped() {
    return skipped;
  }

  /** All but tshark, which is far too slow for a whole file. */
  List<Contender> of(Path file) throws IOException {
    String name = file.toString();
    List<Contender> contenders = new ArrayList<>();
    contenders.add(Contender.discarding(LIMIT, "cat", name));
    String tcpdump = tool("tcpdump");
    if (tcpdump != null) {
      contenders.add(Contender.discarding("tcpdump", tcpdump, "-r", name, "-w", "-"));
    }
    String httpry = tool("httpry");
    if (httpry != null) {
      Path out = folder.resolve("httpry.out");
      contenders.add(
          Contender.writing(YARDSTICK, out, httpry, "-q", "-r", name, "-o", out.toString()));
    }
    String ngrep = tool("ngrep");
    if (ngrep != null) {
      contenders.add(
          Contender.printing(
              "ngrep",
              folder.resolve("ngrep.out"),
              ngrep,
              "-q",
              "-I",
              name,
              "^(GET|POST|HEAD|PUT|PATCH|DELETE|OPTIONS|HTTP/1.1) ",
              "tcp"));
    }
    contenders.addAll(ours(file));
    return contenders;
  }

  /** tshark, printing httpry's fields. */
  List<Contender> tshark(Path file) {
    String tshark = tool("tshark");
    if (tshark == null) {
      return List.of();
    }
    List<String> command = new ArrayList<>(List.of(tshark, "-n", "-r", file.toString()));
    command.addAll(List.of("-Y", "http", "-T", "fields"));
    for (String field :
        List.of(
            "frame.time_epoch",
            "ip.src",
            "ip.dst",
            "http.request.method",
            "http.host",
            "http.request.uri",
            "http.response.code")) {
      command.add("-e");
      command.add(field);
    }
    return List.of(new Contender("tshark", command, folder.resolve("tshark.out"), true));
  }

  private List<Contender> ours(Path file) throws IOException {
    String help = help();
    if (help == null) {
      skipped.add("sluice read: the launcher or the collector's build is missing");
      return List.of();
    }
    List<Contender> ours = new ArrayList<>();
    ours.add(
        Contender.printing(EVENTS, folder.resolve("sluice.json"), sluice, "read", file.toString()));
    if (help.contains("--fields")) {
      ours.add(
          Contender.printing(
              "sluice read, TSV",
              folder.resolve("sluice.tsv"),
              sluice,
              "read",
              "--format",
              "tsv",
              "--fields",
              HTTPRY_FIELDS,
              file.toString()));
    } else {
      skipped.add("sluice read, TSV: the command has no --fields yet");
    }
    return ours;
  }

  /** The help of `sluice read`, null where it can't run. Builds first if the launcher must. */
  private String help() throws IOException {
    Process process;
    try {
      process = new ProcessBuilder(sluice, "read", "--help").redirectErrorStream(true).start();
    } catch (IOException _) {
      return null;
    }
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      return process.waitFor() == 0 ? text : null;
    } catch (InterruptedException e) {
      process.destroy();
      return null;
    }
  }

  private String tool(String name) {
    String path = Tools.find(name);
    if (path == null) {
      String line = name + ": not installed";
      if (!skipped.contains(line)) {
        skipped.add(line);
      }
    }
    return path;
  }
}
