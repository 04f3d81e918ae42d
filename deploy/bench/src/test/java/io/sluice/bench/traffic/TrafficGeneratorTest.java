package io.sluice.bench.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bench.traffic.CaptureFrames.Segment;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TrafficGeneratorTest {
  private static final long SIZE = 12_000_000;
  private static final Mix DISORDERED =
      new Mix(32, 1000, 0.3, 0.3, 0.3, 0.002, 0.3, 0.05, 0.03, 0.03, 0.2, 0.5);

  private record Capture(byte[] file, List<JsonNode> truth) {}

  private static Capture generate(long seed, Mix mix) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    StringWriter truth = new StringWriter();
    TrafficGenerator.write(seed, SIZE, mix, file, truth);
    List<JsonNode> exchanges =
        truth.toString().lines().map(line -> JsonMapper.shared().readTree(line)).toList();
    return new Capture(file.toByteArray(), exchanges);
  }

  @Test
  void shouldWriteTheSameBytesForTheSameSeed() throws IOException {
    byte[] first = generate(7, DISORDERED).file();
    assertThat(generate(7, DISORDERED).file()).isEqualTo(first);
    assertThat(generate(8, DISORDERED).file()).isNotEqualTo(first);
  }

  @Test
  void shouldWriteValidChecksums() throws IOException {
    for (byte[] frame : CaptureFrames.of(generate(1, DISORDERED).file())) {
      assertThat(frame).hasSizeBetween(54, 1514);
      if (!CaptureFrames.isIpv6(frame)) {
        assertThat(CaptureFrames.ipv4Sum(frame)).isEqualTo(0xffff);
      }
      if (CaptureFrames.isTcp(frame)) {
        assertThat(CaptureFrames.tcpSum(frame)).isEqualTo(0xffff);
      }
    }
  }

  @Test
  void shouldHoldExactlyTheExchangesOfTheTruth() throws IOException {
    shouldHoldItsTruth(generate(1, Mix.standard()));
  }

  @Test
  void shouldHoldExactlyTheExchangesOfTheTruthInDisorder() throws IOException {
    shouldHoldItsTruth(generate(2, DISORDERED));
  }

  private static void shouldHoldItsTruth(Capture capture) {
    Map<String, WholeStream> streams = new HashMap<>();
    Map<String, String> servers = new HashMap<>();
    for (byte[] frame : CaptureFrames.of(capture.file())) {
      if (CaptureFrames.isTcp(frame)) {
        Segment segment = CaptureFrames.segment(frame);
        if (segment.flags() == TcpSide.SYN) {
          assertThat(servers.put(segment.source(), segment.destination())).isNull();
        }
        streams
            .computeIfAbsent(segment.source() + segment.destination(), _ -> new WholeStream())
            .add(segment);
      }
    }
    List<String> requests = new ArrayList<>();
    List<String> responses = new ArrayList<>();
    servers.forEach((client, server) -> {
      if (!server.endsWith("443")) {
        NaiveHttp.Messages messages =
            NaiveHttp.parse(
                streams.get(client + server).bytes(), streams.get(server + client).bytes());
        requests.addAll(messages.requests());
        responses.addAll(messages.responses());
      }
    });
    assertThat(capture.truth()).hasSizeGreaterThan(500);
    assertThat(requests)
        .containsExactlyInAnyOrderElementsOf(
            capture.truth().stream()
                .map(exchange -> exchange.get("request"))
                .map(request ->
                    request.get("method").asString()
                        + ' '
                        + request.get("target").asString()
                        + ' '
                        + request.get("header_bytes")
                        + ' '
                        + request.get("body_bytes"))
                .toList());
    assertThat(responses)
        .containsExactlyInAnyOrderElementsOf(
            capture.truth().stream()
                .map(exchange -> exchange.get("response"))
                .filter(response -> !response.isNull())
                .map(response ->
                    response.get("status")
                        + " "
                        + response.get("header_bytes")
                        + ' '
                        + response.get("body_bytes"))
                .toList());
  }
}
