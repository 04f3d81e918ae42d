package io.sluice.collector.command;

import io.sluice.collector.audit.AuditQueue;
import io.sluice.collector.audit.AuditSink;
import io.sluice.collector.audit.Compression;
import io.sluice.collector.audit.DatagramSink;
import io.sluice.collector.audit.FileSinkOptions;
import io.sluice.collector.audit.FsyncPolicy;
import io.sluice.collector.audit.LossReport;
import io.sluice.collector.audit.RotatingFileSink;
import io.sluice.collector.encoding.EncodingFormat;
import io.sluice.collector.encoding.EncodingOptions;
import io.sluice.collector.encoding.EventEncoding;
import io.sluice.collector.encoding.SafeText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** The options of the audit log. */
final class AuditMixin implements Checked {
  private static final String SYSLOG = "syslog";
  private static final String JOURNALD = "journald";
  private static final Duration TELL_INTERVAL = Duration.ofSeconds(10);
  private static final int MAX_FACILITY = 23;
  private static final int MAX_QUEUE = 1 << 20;
  private static final int MAX_MIB = 1 << 20;
  private static final int MAX_MINUTES = 366 * 24 * 60;

  @Option(
      names = "--audit",
      paramLabel = "TARGET",
      description = {
        "Audit log beside the other output: a directory for rotating files, syslog (/dev/log),",
        "journald, or either with a socket as in syslog:/run/log. May be repeated."
      },
      split = ",")
  private List<String> targets = List.of();

  @Option(
      names = "--audit-format",
      paramLabel = "FORMAT",
      defaultValue = "json",
      description = "json, tsv, ecs, ocsf, zeek, combined or cef (default: ${DEFAULT-VALUE}).")
  @Allowed(text = "json, tsv, ecs, ocsf, zeek, combined or cef")
  private String format;

  @Option(
      names = "--audit-file-mib",
      paramLabel = "N",
      defaultValue = "100",
      description = "A file of this size is followed by the next (default: ${DEFAULT-VALUE}).")
  @Allowed(least = 1, most = MAX_MIB)
  private int fileMib;

  @Option(
      names = "--audit-file-minutes",
      paramLabel = "N",
      defaultValue = "1440",
      description = "A file of this age is followed by the next (default: ${DEFAULT-VALUE}).")
  @Allowed(least = 1, most = MAX_MINUTES)
  private int fileMinutes;

  @Option(
      names = "--audit-keep-files",
      paramLabel = "N",
      defaultValue = "0",
      description = "Finished files kept, 0 for all (default: ${DEFAULT-VALUE}).")
  @Allowed(least = 0, most = Integer.MAX_VALUE)
  private int keepFiles;

  @Option(
      names = "--audit-compression",
      paramLabel = "HOW",
      defaultValue = "zstd",
      description = "none, gzip or zstd (default: ${DEFAULT-VALUE}).")
  @Allowed(values = {"none", "gzip", "zstd"})
  private String compression;

  @Option(
      names = "--audit-fsync",
      paramLabel = "WHEN",
      defaultValue = "on-seal",
      description =
          "never, on-seal (when a file is finished) or on-block (default: ${DEFAULT-VALUE}).")
  @Allowed(values = {"never", "on-seal", "on-block"})
  private String fsync;

  @Option(
      names = "--no-audit-chain",
      description = "End files without the hash chain that sluice audit verify checks.",
      fallbackValue = "true")
  private boolean unchained;

  @Option(
      names = "--audit-key",
      paramLabel = "FILE",
      description = {
        "Key of the hash chain in hexadecimal digits, as openssl rand -hex 32 writes it: who does",
        "not have it can't chain anew."
      })
  private Path keyFile;

  @Option(
      names = "--audit-facility",
      paramLabel = "N",
      defaultValue = "13",
      description = "Facility of syslog messages, 0 to 23 (default: ${DEFAULT-VALUE}).")
  @Allowed(least = 0, most = MAX_FACILITY)
  private int facility;

  @Option(
      names = "--audit-queue",
      paramLabel = "N",
      defaultValue = "16384",
      description =
          "Events that wait for each audit log at most; more are lost and counted (default:"
              + " ${DEFAULT-VALUE}).")
  @Allowed(least = 1, most = MAX_QUEUE)
  private int queue;

  boolean isOn() {
    return !targets.isEmpty();
  }

  @Override
  public List<Runnable> checks() {
    if (targets.isEmpty()) {
      return List.of();
    }
    return List.of(
        this::requireOneKindOfChain,
        this::requireEachOnce,
        this::format,
        () -> Key.read(keyFile),
        this::requireDirectories);
  }

  private void requireOneKindOfChain() {
    if (keyFile != null && unchained) {
      throw new CommandFailure(
          "cannot use --audit-key: --no-audit-chain leaves the chain away; give one of the two");
    }
  }

  /** Two writers in one directory would take each other's unfinished files for a killed run's. */
  private void requireEachOnce() {
    long different =
        targets.stream()
            .map(target -> Path.of(target).toAbsolutePath().normalize())
            .distinct()
            .count();
    if (different < targets.size()) {
      throw new CommandFailure("cannot use --audit: a target is given twice; give each once");
    }
  }

  private void requireDirectories() {
    for (String target : targets) {
      Path directory = Path.of(target);
      if (daemon(target) == null
          && (target.isBlank() || Files.exists(directory) && !Files.isDirectory(directory))) {
        throw new CommandFailure(
            "cannot write an audit log to '"
                + SafeText.clean(target)
                + "': it is no directory; name a directory, syslog or journald");
      }
    }
  }

  private EncodingFormat format() {
    try {
      return EncodingFormat.of(format);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(e.getMessage(), e);
    }
  }

  /** The log daemon that a target names, or null where it is a directory. */
  private static String daemon(String target) {
    int colon = target.indexOf(':');
    String kind = colon < 0 ? target : target.substring(0, colon);
    return kind.equals(SYSLOG) || kind.equals(JOURNALD) ? kind : null;
  }

  /**
   * Makes the logs, which {@link AuditOutput#start} starts. What may later be refused to a process
   * without privileges is opened or loaded now; directories are not: they are the user's who is
   * left.
   *
   * @throws CommandFailure where an option is wrong
   */
  AuditOutput open(String sensor) throws IOException {
    checks().forEach(Runnable::run);
    List<AuditQueue> queues = new ArrayList<>();
    try {
      for (String target : targets) {
        AuditSink sink = sink(target, sensor);
        queues.add(new AuditQueue(sink, queue, report("audit log " + target), Clock.systemUTC()));
      }
    } catch (IOException | RuntimeException e) {
      queues.forEach(AuditQueue::close);
      throw e;
    }
    return new AuditOutput(
        queues, targets.stream().filter(target -> daemon(target) == null).map(Path::of).toList());
  }

  private AuditSink sink(String target, String sensor) throws IOException {
    EncodingFormat chosen = format();
    EventEncoding encoding = chosen.create(new EncodingOptions(sensor, Version.text()));
    LossReport losses = report("audit log " + target);
    int colon = target.indexOf(':');
    String kind = daemon(target);
    if (kind != null) {
      boolean syslog = kind.equals(SYSLOG);
      Path usual = syslog ? DatagramSink.SYSLOG_SOCKET : DatagramSink.JOURNAL_SOCKET;
      Path socket = colon < 0 ? usual : Path.of(target.substring(colon + 1));
      return syslog
          ? DatagramSink.syslog(
              socket, encoding, facility, sensor, Version.text(), losses, Clock.systemUTC())
          : DatagramSink.journal(socket, encoding, sensor, losses, Clock.systemUTC());
    }
    return new RotatingFileSink(
        FileSinkOptions.defaults(Path.of(target), chosen.fileExtension())
            .withCompression(constant(Compression.class, compression))
            .withRotation((long) fileMib << 20, Duration.ofMinutes(fileMinutes))
            .withFlushing(Duration.ofSeconds(1), constant(FsyncPolicy.class, fsync))
            .withKeepFiles(keepFiles)
            .withChain(!unchained, Key.read(keyFile)),
        encoding,
        losses,
        Clock.systemUTC());
  }

  private static LossReport report(String object) {
    return new LossReport(
        SafeText.clean(object), TELL_INTERVAL, line -> System.err.println(SafeText.clean(line)));
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String name) {
    return Enum.valueOf(type, name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
