package io.sluice.bench.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PeerOutputTest {
  @Test
  void shouldGiveHttpryResponsesToTheOldestRequestOfTheirConnection() {
    List<PeerEvent> events =
        new HttpryEvents()
            .events(
                "a.pcap",
                List.of(
                    "# httpry version 0.1.8",
                    "10.0.0.1\t1000\t10.0.0.2\t80\t>\tGET\ta.example\t/1\t-",
                    "10.0.0.1\t1000\t10.0.0.2\t80\t>\tGET\ta.example\t/2\t-",
                    "10.0.0.2\t80\t10.0.0.1\t1000\t<\t-\t-\t-\t100",
                    "10.0.0.2\t80\t10.0.0.1\t1000\t<\t-\t-\t-\t404"));
    assertThat(events).hasSize(2);
    assertThat(events.get(0).json()).contains("\"uri\":\"/1\"", "\"status\":\"404\"");
    assertThat(events.get(1).json()).contains("\"uri\":\"/2\"").doesNotContain("status");
  }

  @Test
  void shouldTakeTsharksInnermostTupleAndSeveralRequestsOfAFrame() {
    List<PeerEvent> events =
        new TsharkEvents()
            .events(
                "a.pcap",
                List.of(
                    "4\teth:ethertype:ip:gre:ip:tcp:http:http\t1.1.1.1\u000110.0.0.1\t2.2.2.2\u000110.0.0.2"
                        + "\t\t\t1000\t80\tGET\u0001PUT\ta\u0001b\t/1\u0001/2\t\t",
                    "5\teth:ethertype:ip:gre:ip:tcp:http\t2.2.2.2\u000110.0.0.2\t1.1.1.1\u000110.0.0.1"
                        + "\t\t\t80\t1000\t\t\t\t200\t4"));
    assertThat(events).hasSize(2);
    assertThat(events.get(0).json())
        .contains("\"src_ip\":\"10.0.0.1\"", "\"method\":\"GET\"", "\"status\":\"200\"");
    assertThat(events.get(1).json()).contains("\"method\":\"PUT\"", "\"host\":\"b\"");
  }
}
