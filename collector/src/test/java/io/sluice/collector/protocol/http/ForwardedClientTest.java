package io.sluice.collector.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ForwardedClientTest {
  record Case(String peer, List<String> forwardedFor, List<String> forwarded, String client) {}

  private static final TrustedProxies TRUSTED =
      TrustedProxies.of(List.of("10.0.0.0/8", "192.0.2.7", "fd00::/8"));
  private static final List<String> NONE = List.of();

  static final List<Case> CASES =
      List.of(
          // who may speak
          new Case("10.1.1.1", List.of("203.0.113.9"), NONE, "203.0.113.9"),
          new Case("11.1.1.1", List.of("203.0.113.9"), NONE, null),
          new Case("192.0.2.7", List.of("203.0.113.9"), NONE, "203.0.113.9"),
          new Case("192.0.2.8", List.of("203.0.113.9"), NONE, null),
          new Case("fd00::1", List.of("2001:db8::9"), NONE, "2001:db8::9"),
          new Case("10.1.1.1", NONE, NONE, null),
          // the rightmost that is not trusted; what is left of it may be invented
          new Case("10.1.1.1", List.of("1.1.1.1, 203.0.113.9"), NONE, "203.0.113.9"),
          new Case("10.1.1.1", List.of("1.1.1.1, 203.0.113.9, 10.2.2.2"), NONE, "203.0.113.9"),
          new Case("10.1.1.1", List.of("evil", "203.0.113.9,10.2.2.2"), NONE, "203.0.113.9"),
          new Case("10.1.1.1", List.of("1.1.1.1", "203.0.113.9"), NONE, "203.0.113.9"),
          new Case("10.1.1.1", List.of("10.3.3.3, 10.2.2.2"), NONE, "10.3.3.3"),
          // ports and brackets
          new Case("10.1.1.1", List.of("203.0.113.9:4711"), NONE, "203.0.113.9"),
          new Case("10.1.1.1", List.of("[2001:DB8::9]:4711"), NONE, "2001:db8::9"),
          new Case("10.1.1.1", List.of("::ffff:203.0.113.9"), NONE, "203.0.113.9"),
          new Case("10.1.1.1", List.of("\"[2001:db8::9]\""), NONE, "2001:db8::9"),
          // the chain breaks
          new Case("10.1.1.1", List.of("203.0.113.9, unknown"), NONE, null),
          new Case("10.1.1.1", List.of("203.0.113.9,"), NONE, null),
          new Case("10.1.1.1", List.of("12345"), NONE, null),
          new Case("10.1.1.1", List.of("1.2.3"), NONE, null),
          new Case("10.1.1.1", List.of("1.2.3.256"), NONE, null),
          new Case("10.1.1.1", List.of("host.example"), NONE, null),
          new Case("10.1.1.1", List.of("fe80::1%eth0"), NONE, null),
          new Case("10.1.1.1", List.of(""), NONE, null),
          new Case("10.1.1.1", List.of("10.2.2.2,".repeat(200) + "10.2.2.2"), NONE, null),
          // Forwarded
          new Case(
              "10.1.1.1",
              NONE,
              List.of("for=1.1.1.1, by=10.1.1.1;For=203.0.113.9;proto=http"),
              "203.0.113.9"),
          new Case("10.1.1.1", NONE, List.of("for=\"[2001:db8::9]:47011\""), "2001:db8::9"),
          new Case("10.1.1.1", NONE, List.of("for=_hidden"), null),
          new Case("10.1.1.1", NONE, List.of("proto=http"), null),
          new Case("10.1.1.1", NONE, List.of("for=\"", "for=203.0.113.9"), "203.0.113.9"),
          new Case("10.1.1.1", NONE, List.of("for=\"1.1.1.1, for=203.0.113.9"), null),
          // both
          new Case("10.1.1.1", List.of("203.0.113.9"), List.of("for=203.0.113.9"), "203.0.113.9"),
          new Case("10.1.1.1", List.of("203.0.113.9"), List.of("for=1.1.1.1"), null));

  @ParameterizedTest
  @FieldSource("CASES")
  void shouldBelieveTrustedProxiesOnly(Case c) {
    ForwardedClient forwarded = new ForwardedClient(TRUSTED);
    IpLiteral peer = IpLiteral.parse(c.peer());
    ForwardedClient.Verdict verdict =
        forwarded.of(peer.high(), peer.low(), c.forwardedFor(), c.forwarded());
    assertThat(forwarded.client()).isEqualTo(c.client());
    assertThat(verdict == ForwardedClient.Verdict.KNOWN).isEqualTo(c.client() != null);
  }

  @Test
  void shouldTellThatTwoHeadersContradictEachOther() {
    IpLiteral peer = IpLiteral.parse("10.1.1.1");
    assertThat(
            new ForwardedClient(TRUSTED)
                .of(peer.high(), peer.low(), List.of("1.1.1.1"), List.of("for=2.2.2.2")))
        .isEqualTo(ForwardedClient.Verdict.CONTRADICTORY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "10.0.0.0/33",
        "10.0.0.0/",
        "10.0.0.0/-1",
        "::/129",
        "10/8",
        "1.2.3.4/8x"
      })
  void shouldRefuseWhatIsNoRange(String range) {
    assertThatThrownBy(() -> TrustedProxies.of(List.of(range)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0/0", "::/0"})
  void shouldHoldIpv4AsMappedIpv6(String range) {
    TrustedProxies proxies = TrustedProxies.of(List.of(range));
    IpLiteral ipv4 = IpLiteral.parse("203.0.113.9");
    IpLiteral ipv6 = IpLiteral.parse("2001:db8::9");
    assertThat(proxies.contains(ipv4.high(), ipv4.low())).isTrue();
    assertThat(proxies.contains(ipv6.high(), ipv6.low())).isEqualTo(range.equals("::/0"));
  }
}
