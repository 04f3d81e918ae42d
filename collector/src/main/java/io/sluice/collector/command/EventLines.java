package io.sluice.collector.command;

import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.live.EventOutput;
import io.sluice.collector.sink.JsonLines;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** Events as JSON lines on standard output. Any worker. */
final class EventLines implements EventOutput, AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final OutputStream out =
      new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER_BYTES);
  private final JsonLines lines;
  private String file;
  private long written;
  private long flushed;

  EventLines(String sensor) {
    lines = new JsonLines(out, sensor);
  }

  /**
   * @param name base name that the events from now on carry, or null
   */
  synchronized void setFile(String name) {
    file = name;
  }

  synchronized long written() {
    return written;
  }

  @Override
  public synchronized void onEvent(RequestEvent event) {
    lines.write(event, file);
    written++;
  }

  @Override
  public synchronized void onIdle() {
    if (flushed != written) {
      lines.flush();
      try {
        out.flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      flushed = written;
    }
  }

  @Override
  public synchronized void close() throws IOException {
    lines.close();
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
