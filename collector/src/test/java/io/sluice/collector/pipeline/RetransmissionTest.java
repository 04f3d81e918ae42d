package io.sluice.collector.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.reassembly.ReassemblyCounter;
import io.sluice.collector.testing.Packet;
import io.sluice.collector.testing.Replay;
import io.sluice.collector.testing.Talk;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bytes that come again behind their delivery: the first stay, and other ones are told. */
final class RetransmissionTest {
  private static final String REQUEST = "GET /decoy HTTP/1.1\r\nHost: a.example\r\n\r\n";
  private static final String RESPONSE = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private static List<Packet> talk(int segmentBytes) {
    return new ArrayList<>(
        Talk.open()
            .segmentsOf(segmentBytes)
            .client(REQUEST)
            .server(RESPONSE)
            .clientEnds()
            .serverEnds()
            .packets());
  }

  private static Packet again(Packet like, int from, String text) {
    return new Packet(
        like.fromClient(),
        like.sequence() + from,
        like.acknowledgement(),
        like.flags(),
        text.getBytes(StandardCharsets.ISO_8859_1),
        like.timeUs(),
        like.clientPort(),
        0);
  }

  private static List<String> flags(List<Packet> packets) {
    Replay replay = new Replay(PipelineOptions.defaults()).feed(packets);
    List<RequestEvent> events = replay.finish();
    assertThat(events).hasSize(1);
    assertThat(events.getFirst().request().target()).isEqualTo("/decoy");
    assertThat(events.getFirst().response().status()).isEqualTo(200);
    assertThat(ReassemblyCounter.unaccounted(replay.pipeline().reassemblyCounters())).isZero();
    return events.getFirst().flags();
  }

  /** Whatever the sizes of the first segments, all of them in one again. */
  @ParameterizedTest
  @CsvSource({"1460", "30", "12"})
  void shouldTellARequestThatIsSentAgainAsAnother(int segmentBytes) {
    List<Packet> packets = talk(segmentBytes);
    int behind = 3 + (REQUEST.length() + segmentBytes - 1) / segmentBytes;
    packets.add(behind, again(packets.get(3), 0, REQUEST.replace("decoy", "admin")));
    assertThat(flags(packets)).containsExactly("overlap_differs");
    packets.set(behind, again(packets.get(3), 0, REQUEST));
    assertThat(flags(packets)).isEmpty();
  }

  @Test
  void shouldTellOtherBytesAheadOfNewOnes() {
    List<Packet> packets = talk(20);
    packets.set(4, again(packets.get(3), 0, "GET /admin" + REQUEST.substring(10, 40)));
    assertThat(flags(packets)).containsExactly("overlap_differs");
    packets.set(4, again(packets.get(3), 0, REQUEST.substring(0, 40)));
    assertThat(flags(packets)).isEmpty();
  }

  @Test
  void shouldTellAResponseThatIsSentAgainAsAnother() {
    List<Packet> packets = talk(1460);
    packets.add(5, again(packets.get(4), 0, RESPONSE.replace("200 OK", "404 No")));
    // The event was complete, and is out: the flow's next would carry the flag.
    assertThat(flags(packets)).isEmpty();
    packets.add(6, again(packets.get(3), REQUEST.length(), "GET /next HTTP/1.1\r\n\r\n"));
    Replay replay = new Replay(PipelineOptions.defaults()).feed(packets);
    assertThat(replay.finish().getLast().flags()).contains("overlap_differs");
    assertThat(replay.pipeline().reassemblyCounters().get(ReassemblyCounter.OVERLAPS_DIFFERENT))
        .isEqualTo(1);
  }

  /** A keep-alive probe repeats the last byte, and some systems send another. */
  @Test
  void shouldNotTakeAProbeForAnotherText() {
    List<Packet> packets = talk(1460);
    packets.add(4, again(packets.get(3), REQUEST.length() - 1, "\0"));
    assertThat(flags(packets)).isEmpty();
  }
}
