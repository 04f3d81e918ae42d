package io.sluice.collector.fuzz;

import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.pipeline.PacketPipeline;
import io.sluice.collector.pipeline.PipelineOptions;
import io.sluice.collector.protocol.http.HeaderNames;
import io.sluice.collector.protocol.http.TrustedProxies;
import io.sluice.collector.testing.Packet;
import io.sluice.collector.testing.Replay;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A connection whose ends say anything, of which segments are lost, cut, repeated or swapped:
 * nothing throws, every frame, byte and message is accounted for, no control character gets into an
 * event. Input: segments, each as control, length and bytes.
 */
public final class HttpFuzz {
  static final int FROM_SERVER = 1;
  static final int LOST = 2;
  static final int REPEATED = 4;
  static final int CUT = 8;
  static final int SWAPPED = 16;
  static final int MIDWAY = 32;
  static final int LATE = 64;
  static final int LONG = 128;

  private static final PipelineOptions OPTIONS =
      PipelineOptions.defaults()
          .withMaxUrlBytes(64)
          .withHeaders(HeaderNames.of(List.of("*")), HeaderNames.of(List.of("*")))
          .withTrustedProxies(TrustedProxies.of(List.of("0.0.0.0/0")));

  private HttpFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    Replay replay = new Replay(OPTIONS);
    replay.feed(packets(new FuzzInput(data)));
    PacketPipeline pipeline = replay.pipeline();
    for (RequestEvent event : replay.finish()) {
      check(event);
    }
    if (pipeline.flows() != 0) {
      throw new IllegalStateException("flows are left");
    }
  }

  private static List<Packet> packets(FuzzInput input) {
    List<Packet> packets = new ArrayList<>();
    int[] next = {1000, 5000};
    long timeUs = 1_700_000_000_000_000L;
    boolean first = true;
    while (input.hasMore() && packets.size() < 500) {
      int control = input.u8();
      byte[] payload = input.take((control & LONG) == 0 ? input.u8() : input.u16() & 0xfff);
      if (first && (control & MIDWAY) == 0) {
        packets.add(packet(true, next, Packet.SYN, new byte[0], timeUs, 0));
        next[0]++;
        packets.add(packet(false, next, Packet.SYN | Packet.ACK, new byte[0], timeUs, 0));
        next[1]++;
      }
      boolean fromClient = (control & FROM_SERVER) == 0;
      timeUs += (control & LATE) == 0 ? 100 : 20_000_000;
      int cut = (control & CUT) == 0 ? 0 : payload.length / 2;
      int flags = payload.length == 0 && !first ? Packet.FIN | Packet.ACK : Packet.ACK;
      Packet packet = packet(fromClient, next, flags, payload, timeUs, cut);
      next[fromClient ? 0 : 1] += payload.length;
      if ((control & LOST) == 0) {
        packets.add(packet);
      }
      if ((control & REPEATED) != 0) {
        packets.add(packet);
      }
      if ((control & SWAPPED) != 0 && packets.size() >= 2) {
        Collections.swap(packets, packets.size() - 1, packets.size() - 2);
      }
      first = false;
    }
    return packets;
  }

  private static Packet packet(
      boolean fromClient, int[] next, int flags, byte[] payload, long timeUs, int cut) {
    int own = fromClient ? 0 : 1;
    int acknowledged = (flags & Packet.ACK) == 0 ? 0 : next[1 - own];
    return new Packet(fromClient, next[own], acknowledged, flags, payload, timeUs, 40_000, cut);
  }

  private static void check(RequestEvent event) {
    String text = event.toString();
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        throw new IllegalStateException("a control character in " + event);
      }
    }
    RequestEvent.Request request = event.request();
    boolean possible =
        request.headerBytes() >= 0
            && request.bodyBytes() >= 0
            && event.depth() > 0
            && (event.response() == null
                || event.response().bodyBytes() >= 0 && event.response().latencyUs() >= 0);
    if (!possible) {
      throw new IllegalStateException("a negative size in " + event);
    }
  }

  /** The input that says this: text of the client, then of the server, in segments. */
  static byte[] seed(String client, String server) {
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    write(out, 0, client);
    write(out, FROM_SERVER, server);
    out.writeBytes(new byte[] {0, 0, FROM_SERVER, 0});
    return out.toByteArray();
  }

  private static void write(java.io.ByteArrayOutputStream out, int control, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    for (int at = 0; at < bytes.length; at += 0xff) {
      int length = Math.min(0xff, bytes.length - at);
      out.write(control);
      out.write(length);
      out.write(bytes, at, length);
    }
  }
}
