package io.sluice.collector.command;

import io.sluice.collector.encoding.EventEncoding;
import io.sluice.collector.encoding.RecordBuffer;
import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.live.EventOutput;
import io.sluice.collector.pipeline.RecordOutput;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;

/** Events as lines of text on standard output. Any worker. */
final class EventLines implements EventOutput, RecordOutput, AutoCloseable {
  /** So much is written at a time. */
  private static final int WRITE_BYTES = 1 << 17;

  private final OutputStream out;
  private final EventEncoding encoding;
  private final RecordBuffer buffer = new RecordBuffer();
  private long written;

  EventLines(EventEncoding encoding) {
    this(encoding, new FileOutputStream(FileDescriptor.out));
  }

  /**
   * @param out unbuffered; stays open, since standard output is not ours
   */
  EventLines(EventEncoding encoding, OutputStream out) {
    this.encoding = encoding;
    this.out = out;
    encoding.header(nowNs(), buffer);
  }

  synchronized long written() {
    return written;
  }

  @Override
  public synchronized void onEvent(RequestEvent event) {
    encoding.append(event, buffer);
    endLine();
  }

  private void endLine() {
    buffer.write('\n');
    written++;
    if (buffer.length() >= WRITE_BYTES) {
      flush();
    }
  }

  /** A record that was encoded elsewhere. */
  @Override
  public synchronized void write(byte[] bytes, int from, int length) {
    buffer.write(bytes, from, length);
    endLine();
  }

  @Override
  public synchronized void onIdle() {
    flush();
  }

  private void flush() {
    try {
      buffer.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      buffer.clear();
    }
  }

  @Override
  public synchronized void close() throws IOException {
    encoding.footer(nowNs(), buffer);
    buffer.writeTo(out);
    buffer.clear();
  }

  private static long nowNs() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  /** The reader of our output has gone, as {@code head} does: no error, nothing more to do. */
  static boolean isClosedPipe(Throwable failure) {
    Throwable cause = failure instanceof UncheckedIOException io ? io.getCause() : failure;
    return cause instanceof IOException
        && String.valueOf(cause.getMessage()).contains("Broken pipe");
  }

  static CommandFailure failure(Throwable failure) {
    Throwable cause = failure instanceof UncheckedIOException io ? io.getCause() : failure;
    return new CommandFailure(
        "cannot write to standard output: " + cause.getMessage() + "; make room there", failure);
  }
}
