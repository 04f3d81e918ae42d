package io.sluice.collector.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.collector.encoding.EncodingFormat;
import io.sluice.collector.encoding.EncodingOptions;
import io.sluice.collector.encoding.EventEncoding;
import io.sluice.collector.encoding.RecordBuffer;
import io.sluice.collector.event.RequestEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Writes the events that a client follows. Any thread. */
final class TailStream {
  private static final int WRITE_BYTES = 1 << 16;
  private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long BEAT_NS = TimeUnit.SECONDS.toNanos(1);
  private static final byte[] BEFORE_EVENT =
      ("{\"version\":" + ControlProtocol.VERSION + ",\"event\":").getBytes(UTF_8);
  private static final byte[] AFTER_EVENT = "}\n".getBytes(UTF_8);

  private final EventTail tail;
  private final String sensor;
  private final ControlLedger ledger;

  TailStream(EventTail tail, String sensor, ControlLedger ledger) {
    this.tail = tail;
    this.sensor = sensor;
    this.ledger = ledger;
  }

  /**
   * Until so many are sent, the client goes away or does not read, or the server ends.
   *
   * @param limit 0 for none
   */
  void follow(WritableByteChannel channel, TailFilter filter, long limit, BooleanSupplier ended)
      throws IOException {
    EventTail.Client client = tail.follow(filter);
    try {
      follow(channel, client, limit, ended);
    } finally {
      tail.leave(client);
      ledger.add(ControlCounter.TAIL_EVENTS_DROPPED, client.dropped());
    }
  }

  private void follow(
      WritableByteChannel channel, EventTail.Client client, long limit, BooleanSupplier ended)
      throws IOException {
    EventEncoding encoding = EncodingFormat.JSON.create(new EncodingOptions(sensor, ""));
    RecordBuffer lines = new RecordBuffer();
    long sent = 0;
    long beatNs = System.nanoTime() + BEAT_NS;
    while (!ended.getAsBoolean() && (limit == 0 || sent < limit)) {
      RequestEvent event = client.poll();
      if (event != null) {
        lines.write(BEFORE_EVENT, 0, BEFORE_EVENT.length);
        encoding.append(event, lines);
        lines.write(AFTER_EVENT, 0, AFTER_EVENT.length);
        sent++;
        ledger.increment(ControlCounter.TAIL_EVENTS);
      } else if (lines.length() == 0) {
        LockSupport.parkNanos(PAUSE_NS);
      }
      boolean due = System.nanoTime() - beatNs >= 0;
      if (due) {
        beatNs += BEAT_NS;
        // Also tells of a client that has gone, where no event would.
        byte[] beat =
            (ControlProtocol.line().put("sent", sent).put("dropped", client.dropped()) + "\n")
                .getBytes(UTF_8);
        lines.write(beat, 0, beat.length);
      }
      if (lines.length() >= WRITE_BYTES || event == null && lines.length() > 0 || due) {
        flush(channel, lines);
      }
    }
    flush(channel, lines);
  }

  private static void flush(WritableByteChannel channel, RecordBuffer lines) throws IOException {
    ControlProtocol.write(channel, ByteBuffer.wrap(lines.array(), 0, lines.length()));
    lines.clear();
  }
}
