package io.sluice.collector.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

class JsonLinesTest {
  @Test
  void writesTheDocumentedForm() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonLines lines = new JsonLines(out, "here")) {
      lines.write(Events.withTarget("/a?b=c"), null);
      lines.write(Events.unanswered(), "a.pcap");
    }
    assertThat(out.toString(UTF_8))
        .isEqualTo(
            """
            {"id":"id-/a?b=c","ts":"2026-11-21T01:02:03.123456Z","sensor":"here",\
            "flow":{"client_ip":"10.0.0.1","client_port":40000,"server_ip":"2001:db8::1",\
            "server_port":80,"vlan":null,"community_id":"1:abc="},\
            "request":{"method":"GET","target":"/a?b=c","host":"example.com",\
            "url":"http://example.com/a?b=c","version":"1.1","user_agent":"curl/8",\
            "referrer":null,"content_type":null,"header_bytes":78,"body_bytes":0},\
            "response":{"status":200,"reason":"OK","content_type":"text/html",\
            "header_bytes":120,"body_bytes":4000,"latency_us":1500,"duration_us":2500},\
            "depth":1,"flags":["truncated"]}
            {"id":"id-/","ts":"1970-01-01T00:00:00.000000Z","sensor":"here",\
            "flow":{"client_ip":"::1","client_port":1,"server_ip":"::2","server_port":2,"vlan":42,\
            "community_id":"1:x"},\
            "request":{"method":"GET","target":"/","host":"example.com",\
            "url":"http://example.com/","version":"1.1","user_agent":"curl/8",\
            "referrer":null,"content_type":null,"header_bytes":78,"body_bytes":0},\
            "response":null,"depth":3,"flags":[],"file":"a.pcap"}
            """);
  }

  @Test
  void noControlCharacterGetsOut() throws Exception {
    StringBuilder hostile = new StringBuilder();
    for (char c = 0; c < 0x100; c++) {
      hostile.append(c);
    }
    hostile.append("\u2028\u2029\ud800 \ud83d\ude00");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonLines lines = new JsonLines(out, "s\u001b[2J")) {
      lines.write(Events.withTarget(hostile.toString()), "\u009b2J.pcap");
    }
    String line = out.toString(UTF_8);
    assertThat(line).endsWith("}\n");
    assertThat(line.substring(0, line.length() - 1).chars().filter(Character::isISOControl))
        .isEmpty();
    assertThat(line).contains("s\\\\x1b[2J").contains("\\\\xc2\\\\x9b2J.pcap");
  }

  @Test
  void flushReachesTheStreamOnlyWhenAsked() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonLines lines = new JsonLines(out, "here")) {
      lines.write(Events.unanswered(), null);
      assertThat(out.size()).isZero();
      lines.flush();
      assertThat(out.toString(UTF_8)).endsWith("}\n");
    }
  }

  @Test
  void aBrokenOutputIsTold() {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    JsonLines lines = new JsonLines(broken, "here");
    lines.write(Events.unanswered(), null);
    assertThatThrownBy(lines::flush)
        .isInstanceOf(UncheckedIOException.class)
        .hasRootCauseMessage("Broken pipe");
  }
}
