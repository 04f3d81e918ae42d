package io.sluice.collector.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.sluice.collector.capture.Frame;
import io.sluice.collector.capture.LinkType;
import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.testing.Packet;
import io.sluice.collector.testing.Talk;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What decode, reassembly and parsing allocate, by the JVM's own count of this thread's bytes. */
final class AllocationTest {
  private static final int ROUNDS = 40_000;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** The event, its four records, its texts that differ each time, and its id. */
  private static final int EVENT_BYTES = 1100;

  @Test
  void shouldAllocateNothingForPacketsOfABody() {
    Talk talk = Talk.open().client("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
    talk.server("HTTP/1.1 200 OK\r\nContent-Length: " + (1 << 30) + "\r\n\r\n");
    Player player = new Player();
    player.play(talk.packets());
    byte[] body = new byte[1400];
    List<Packet> packets = new ArrayList<>();
    int sequence = talk.packets().getLast().sequence() + talk.packets().getLast().payload().length;
    int client = talk.packets().get(3).sequence() + talk.packets().get(3).payload().length;
    long timeUs = talk.packets().getLast().timeUs();
    for (int i = 0; i < ROUNDS; i++) {
      packets.add(
          new Packet(
              false, sequence + i * body.length, client, Packet.ACK, body, timeUs + i, 40_000, 0));
    }
    player.load(packets);
    player.run(0, ROUNDS / 2); // compiles, fills pools
    long bytes = player.run(ROUNDS / 2, ROUNDS);
    assertThat((double) bytes / (ROUNDS / 2)).as("bytes a packet").isLessThan(1);
    assertThat(player.events).isZero();
  }

  @Test
  void shouldAllocateAboutAnEventForARequest() {
    Talk talk = Talk.open();
    for (int i = 0; i < ROUNDS / 4; i++) {
      talk.client("GET /" + i + " HTTP/1.1\r\nHost: a.example\r\nUser-Agent: test\r\n\r\n");
      talk.server("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok");
    }
    Player player = new Player();
    player.load(talk.packets());
    int half = talk.packets().size() / 2;
    player.run(0, half);
    int before = player.events;
    long bytes = player.run(half, talk.packets().size());
    double each = (double) bytes / (player.events - before);
    System.out.printf("allocated: %.0f bytes a request and response%n", each);
    assertThat(each).as("bytes a request").isBetween(100.0, (double) EVENT_BYTES);
  }

  /** Frames that lie in memory, as those of a file or a ring. */
  private static final class Player {
    private final PacketPipeline pipeline =
        new PacketPipeline(PipelineOptions.defaults(), this::count);
    private final Frame frame = new Frame();
    private MemorySegment memory;
    private long[] offsets;
    private int[] lengths;
    private long[] times;
    private int events;

    private void count(RequestEvent event) {
      events++;
    }

    void load(List<Packet> packets) {
      offsets = new long[packets.size()];
      lengths = new int[packets.size()];
      times = new long[packets.size()];
      long size = packets.stream().mapToLong(Packet::wireLength).sum();
      memory = Arena.ofAuto().allocate(size);
      long at = 0;
      for (int i = 0; i < packets.size(); i++) {
        byte[] bytes = packets.get(i).frame();
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, at, bytes.length);
        offsets[i] = at;
        lengths[i] = bytes.length;
        times[i] = packets.get(i).timeUs() * 1000;
        at += bytes.length;
      }
    }

    void play(List<Packet> packets) {
      load(packets);
      run(0, packets.size());
    }

    /** Returns the bytes that this thread allocated meanwhile. */
    long run(int from, int end) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = from; i < end; i++) {
        frame.memory = memory;
        frame.offset = offsets[i];
        frame.capturedLength = lengths[i];
        frame.wireLength = lengths[i];
        frame.timestampNs = times[i];
        frame.linkType = LinkType.ETHERNET;
        frame.vlanTci = Frame.NO_VLAN;
        pipeline.onFrame(frame);
      }
      return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
  }
}
