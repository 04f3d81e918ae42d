package io.sluice.collector.audit;

import io.sluice.collector.counters.Counters;
import io.sluice.collector.encoding.EventEncoding;
import io.sluice.collector.encoding.RecordBuffer;
import io.sluice.collector.event.RequestEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import jnr.unixsocket.UnixDatagramChannel;
import jnr.unixsocket.UnixSocketAddress;
import jnr.unixsocket.UnixSocketOptions;

/**
 * Sends each record as one datagram to a log daemon on this machine. The daemon may come and go:
 * the socket is named with each datagram. A daemon that does not read is waited for a moment once,
 * and then not at all until it reads again. One thread.
 */
public final class DatagramSink implements AuditSink {
  public static final Path SYSLOG_SOCKET = Path.of("/dev/log");
  public static final Path JOURNAL_SOCKET = Path.of("/run/systemd/journal/socket");

  private static final int SEND_BUFFER_BYTES = 1 << 20;
  private static final long BUSY_WAIT_NS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long BUSY_STEP_NS = TimeUnit.MILLISECONDS.toNanos(1);

  private final UnixSocketAddress receiver;
  private final DatagramFraming framing;
  private final LossReport losses;
  private final Clock clock;
  private final UnixDatagramChannel channel;
  private final Counters<AuditCounter> counters = new Counters<>(AuditCounter.class);
  private final RecordBuffer datagram = new RecordBuffer();
  private boolean busy;

  private DatagramSink(
      final Path socket, final DatagramFraming framing, final LossReport losses, final Clock clock)
      throws IOException {
    receiver = new UnixSocketAddress(socket.toFile());
    this.framing = framing;
    this.losses = losses;
    this.clock = clock;
    channel = UnixDatagramChannel.open();
    channel.configureBlocking(false);
    try {
      channel.setOption(UnixSocketOptions.SO_SNDBUF, SEND_BUFFER_BYTES);
    } catch (final IOException e) {
      // Then the system's default bounds a record, and what is larger is counted.
    }
  }

  /**
   * RFC 5424 to a syslog daemon.
   *
   * @param facility 0..23
   * @throws IOException where no socket can be made; the daemon need not be there
   */
  public static DatagramSink syslog(
      final Path socket,
      final EventEncoding encoding,
      final int facility,
      final String sensor,
      final String productVersion,
      final LossReport losses,
      final Clock clock)
      throws IOException {
    return new DatagramSink(
        socket, new SyslogFraming(encoding, facility, sensor, productVersion), losses, clock);
  }

  /**
   * journald's native protocol.
   *
   * @throws IOException where no socket can be made; the daemon need not be there
   */
  public static DatagramSink journal(
      final Path socket,
      final EventEncoding encoding,
      final String sensor,
      final LossReport losses,
      final Clock clock)
      throws IOException {
    return new DatagramSink(socket, new JournalFraming(encoding, sensor), losses, clock);
  }

  @Override
  public void write(final RequestEvent event) {
    datagram.clear();
    try {
      framing.append(event, datagram);
    } catch (final RuntimeException e) {
      lose(
          AuditCounter.ENCODING_FAILED,
          "the encoding failed (" + e.getClass().getName() + "); report it");
      return;
    }
    send();
  }

  @Override
  public void onTime(final long nowNs) {
    losses.onTime(nowNs);
  }

  @Override
  public Counters<AuditCounter> counters() {
    return counters;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (final IOException e) {
      // Nothing is buffered in it.
    }
  }

  private void send() {
    final long giveUpNs = System.nanoTime() + (busy ? 0 : BUSY_WAIT_NS);
    while (true) {
      try {
        channel.send(ByteBuffer.wrap(datagram.array(), 0, datagram.length()), receiver);
        busy = false;
        counters.increment(AuditCounter.RECORDS_WRITTEN);
        counters.add(AuditCounter.BYTES_WRITTEN, datagram.length());
        losses.restored();
        return;
      } catch (final IOException e) {
        final String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        if (!message.contains("temporarily unavailable") && !message.contains("no buffer space")) {
          lose(message);
          return;
        }
      }
      if (System.nanoTime() - giveUpNs >= 0) {
        busy = true;
        lose(AuditCounter.RECEIVER_BUSY, "the log daemon does not read; restart it");
        return;
      }
      LockSupport.parkNanos(BUSY_STEP_NS);
    }
  }

  private void lose(final String message) {
    if (message.contains("no such file") || message.contains("connection refused")) {
      lose(AuditCounter.DIRECTORY_MISSING, "no log daemon listens there; start it");
    } else if (message.contains("permission denied")) {
      lose(AuditCounter.PERMISSION_DENIED, "access is denied; give the sensor's user the right");
    } else if (message.contains("too long")) {
      lose(AuditCounter.TOO_LARGE, "a record does not fit in a datagram; raise net.core.wmem_max");
    } else {
      lose(AuditCounter.IO_ERROR, "the socket failed (" + message + "); look at the log daemon");
    }
  }

  private void lose(final AuditCounter reason, final String causeAndRemedy) {
    counters.increment(reason);
    losses.lost(1, causeAndRemedy, AuditQueue.nanos(clock.instant()));
  }
}
