package io.sluice.collector.audit;

import io.sluice.collector.counters.Counters;
import io.sluice.collector.encoding.EventEncoding;
import io.sluice.collector.encoding.RecordBuffer;
import io.sluice.collector.event.RequestEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Writes records to files that follow each other. Records gather in a block in memory; while the
 * disk can't take it, the block is kept and tried again each second, and only what it has no place
 * for is lost. One thread.
 */
public final class RotatingFileSink implements AuditSink {
  private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(1);

  private final FileSinkOptions options;
  private final EventEncoding encoding;
  private final LossReport losses;
  private final Clock clock;
  private final boolean json;
  private final ChainHash hash;
  private final Counters<AuditCounter> counters = new Counters<>(AuditCounter.class);
  private final RecordBuffer block = new RecordBuffer();
  private final RecordBuffer lines = new RecordBuffer();

  private long blockRecords;
  private long blockSinceNs;
  private boolean started;
  private boolean failing;
  private AuditCounter failure = AuditCounter.IO_ERROR;
  private String failureText = "";
  private long retryNs;
  private ChainState state = ChainState.none();
  private AuditFile file;

  /** Touches no file yet: the directory may be missing at first. */
  public RotatingFileSink(
      final FileSinkOptions options,
      final EventEncoding encoding,
      final LossReport losses,
      final Clock clock) {
    this.options = options;
    this.encoding = encoding;
    this.losses = losses;
    this.clock = clock;
    json = encoding.contentType().endsWith("json");
    hash = new ChainHash(options.chainKey());
    options.compression().load();
  }

  @Override
  public void write(final RequestEvent event) {
    final long nowNs = nowNs();
    if (failing && block.length() >= FileSinkOptions.BLOCK_BYTES) {
      lose(1, nowNs);
      return;
    }
    final int before = block.length();
    try {
      encoding.append(event, block);
      block.write('\n');
    } catch (final RuntimeException e) {
      // An audit log that stops at one event would be the easiest thing to attack.
      block.truncate(before);
      counters.increment(AuditCounter.ENCODING_FAILED);
      losses.lost(1, "the encoding failed (" + e.getClass().getName() + "); report it", nowNs);
      return;
    }
    if (blockRecords++ == 0) {
      blockSinceNs = nowNs;
    }
    if (block.length() >= FileSinkOptions.BLOCK_BYTES && !failing) {
      flush(nowNs);
    }
  }

  @Override
  public void onTime(final long nowNs) {
    losses.onTime(nowNs);
    if (failing && nowNs - retryNs < 0) {
      return;
    }
    final boolean due =
        blockRecords > 0 && nowNs - blockSinceNs >= options.flushInterval().toNanos();
    if (due || failing || !started) {
      flush(nowNs);
    } else if (file != null && isOld(nowNs)) {
      attempt(nowNs, this::rotate);
    }
  }

  @Override
  public Counters<AuditCounter> counters() {
    return counters;
  }

  /** Seals the open file. What can't be written now is lost. */
  @Override
  public void close() {
    final long nowNs = nowNs();
    flush(nowNs);
    if (blockRecords > 0) {
      lose(blockRecords, nowNs);
      block.clear();
      blockRecords = 0;
    }
    if (file != null) {
      attempt(nowNs, this::rotate);
    }
    if (file != null) {
      closeQuietly(file);
    }
  }

  private void flush(final long nowNs) {
    attempt(
        nowNs,
        () -> {
          start();
          if (file != null && file.isFinished()) {
            rotate();
          }
          if (blockRecords > 0) {
            open(nowNs);
            final int written = file.write(block.array(), block.length(), blockRecords);
            counters.add(AuditCounter.RECORDS_WRITTEN, blockRecords);
            counters.add(AuditCounter.BYTES_WRITTEN, written);
            block.clear();
            blockRecords = 0;
          }
          if (file != null && (file.bytes() >= options.maxFileBytes() || isOld(nowNs))) {
            rotate();
          }
        });
  }

  private void attempt(final long nowNs, final FileAction action) {
    try {
      action.run();
      failing = false;
      losses.restored();
    } catch (final IOException e) {
      final IoFailure why = IoFailure.of(e, options.directory());
      failing = true;
      failure = why.counter();
      failureText = why.causeAndRemedy();
      retryNs = nowNs + RETRY_NS;
      losses.lost(0, failureText, nowNs);
      if (file != null && !file.isThere()) {
        counters.add(AuditCounter.RECORDS_VANISHED, file.records());
        closeQuietly(file);
        file = null;
      }
    }
  }

  private void start() throws IOException {
    if (started) {
      return;
    }
    Files.createDirectories(options.directory());
    final Recovery recovery = new Recovery(options, hash);
    state = recovery.run();
    counters.add(AuditCounter.FILES_RECOVERED, recovery.files());
    counters.add(AuditCounter.FILES_SEALED, recovery.files());
    started = true;
  }

  private void open(final long nowNs) throws IOException {
    if (file != null) {
      return;
    }
    Files.createDirectories(options.directory());
    final Instant now = Instant.ofEpochSecond(0, nowNs);
    final AuditFileName name = AuditFileName.of(options, state.sequence() + 1, now);
    final AuditFile opened = new AuditFile(options, name, chain(name), AuditFileName.PART, nowNs);
    try {
      lines.clear();
      encoding.header(nowNs, lines);
      if (lines.length() > 0) {
        counters.add(AuditCounter.BYTES_WRITTEN, opened.write(lines.array(), lines.length(), 0));
      }
    } catch (final IOException e) {
      closeQuietly(opened);
      Files.deleteIfExists(options.directory().resolve(name.partName()));
      throw e;
    }
    file = opened;
  }

  private HashChain chain(final AuditFileName name) {
    return options.chained() ? new HashChain(hash, name, state.head()) : null;
  }

  private void rotate() throws IOException {
    lines.clear();
    encoding.footer(nowNs(), lines);
    file.finish(lines.array(), lines.length());
    file.seal(json, false);
    counters.increment(AuditCounter.FILES_SEALED);
    final HashChain chain = file.chain();
    state =
        new ChainState(
            file.name().sequence(), chain == null ? state.head() : chain.sealedHead(false));
    file = null;
    if (chain != null) {
      state.write(options.directory(), options.prefix());
    }
    expire();
  }

  private void expire() throws IOException {
    if (options.keepFiles() == 0) {
      return;
    }
    final List<AuditFileName> kept =
        AuditFileName.sealedIn(options.directory()).stream()
            .filter(name -> name.prefix().equals(options.prefix()))
            .toList();
    for (final AuditFileName name :
        kept.subList(0, Math.max(0, kept.size() - options.keepFiles()))) {
      Files.deleteIfExists(options.directory().resolve(name.sealedName()));
      counters.increment(AuditCounter.FILES_EXPIRED);
    }
  }

  private boolean isOld(final long nowNs) {
    return nowNs - file.openedNs() >= options.maxFileAge().toNanos();
  }

  private void lose(final long records, final long nowNs) {
    counters.add(failure, records);
    losses.lost(records, failureText, nowNs);
  }

  private long nowNs() {
    return AuditQueue.nanos(clock.instant());
  }

  private static void closeQuietly(final AuditFile file) {
    try {
      file.close();
    } catch (final IOException e) {
      // Its records are counted already, and there is nothing left to do with it.
    }
  }

  /** Something done to files. */
  @FunctionalInterface
  private interface FileAction {
    void run() throws IOException;
  }
}
