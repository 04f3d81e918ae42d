package io.sluice.kernelfilter;

import static io.sluice.kernelfilter.FilterCounter.*;
import static io.sluice.kernelfilter.Frames.*;
import static io.sluice.kernelfilter.TestRun.WHOLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.kernelfilter.FilterCounter.Kind;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One packet each through the loaded program: what it decides, counts, and remembers. */
class FilterFixturesIT {
  private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  private static final SessionKey USUAL = key(CLIENT, CLIENT_PORT, SERVER, SERVER_PORT);
  private static final SessionKey V6 = key("fd00::1", CLIENT_PORT, "fd00::2", SERVER_PORT);
  private static final long SECOND = 1_000_000_000L;

  /** A session before or after. Ages are of the last packet; packets and bytes are its counts. */
  record Entry(
      SessionKey key, boolean confirmed, int sentBy, long ageNs, long packets, long bytes) {}

  record Fixture(
      String name,
      Frames frame,
      FilterOptions options,
      List<Entry> before,
      int verdict,
      Map<FilterCounter, Integer> counts,
      List<Entry> after) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final FilterOptions OPEN = FilterOptions.defaults().startingOpen().trimming(false);
  private static final List<Entry> NONE = List.of();

  static Stream<Fixture> fixtures() {
    List<Fixture> all = new ArrayList<>();
    String body = "x".repeat(100) + "\0";
    all.add(admitted("a request opens a session", request(GET), GET.length()));
    all.add(admitted("a response opens a session", response(OK), OK.length()));
    all.add(
        new Fixture(
            "the HTTP/2 preface",
            request("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
            OPEN,
            NONE,
            WHOLE,
            Map.of(KEPT_ADMITTED, 1, SESSION_INSERTED, 1, HTTP2_PREFACES, 1),
            List.of(entry(USUAL, 24))));
    all.add(admitted("an unregistered method", request("RPC_IN_DATA /x HTTP/1.1\r\n"), 25));
    all.add(admitted("a request of one byte", request("G"), 1));
    all.add(admitted("CONNECT to an IPv4 address", request("CONNECT 10.0.0.1:443 HTTP/1.1"), 29));
    all.add(admitted("IPv4 options", request(GET).ipOptions(10), GET.length()));
    all.add(admitted("TCP options", request(GET).tcpOptions(10), GET.length()));
    all.add(admitted("802.1Q", request(GET).vlan(0x8100, 5), GET.length()));
    all.add(admitted("QinQ", request(GET).vlan(0x88a8, 5).vlan(0x8100, 6), GET.length()));
    all.add(admitted("padding is no payload", request("GET /").padding(9), 5));
    all.add(
        admitted("a length of 0 is a super-frame's", request(GET).claimedLength(0), GET.length()));
    all.add(admitted("data on a SYN", request(GET).flags(SYN), GET.length()));
    all.add(
        new Fixture(
            "IPv6 with extension headers",
            v6(request(GET)).extensions(0, 60, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0),
            OPEN,
            NONE,
            WHOLE,
            Map.of(KEPT_ADMITTED, 1, SESSION_INSERTED, 1),
            List.of(entry(key("fd00::1", CLIENT_PORT, "fd00::2", SERVER_PORT), GET.length()))));
    all.add(
        new Fixture(
            "IPv6 first fragment",
            v6(request(GET)).extensions(44, 6, 0, 0, 1, 0, 0, 0, 7),
            OPEN,
            NONE,
            WHOLE,
            Map.of(KEPT_ADMITTED, 1, SESSION_INSERTED, 1, FIRST_FRAGMENTS, 1),
            List.of(entry(key("fd00::1", CLIENT_PORT, "fd00::2", SERVER_PORT), GET.length()))));
    all.add(
        new Fixture(
            "IPv4 first fragment",
            request(GET).fragment(0x2000),
            OPEN,
            NONE,
            WHOLE,
            Map.of(KEPT_ADMITTED, 1, SESSION_INSERTED, 1, FIRST_FRAGMENTS, 1),
            List.of(entry(USUAL, GET.length()))));

    all.add(dropped("TLS", request("\u0016\u0003\u0001\u0002\0"), FILTERED_NO_SESSION));
    all.add(dropped("a token too long", request("A".repeat(25)), FILTERED_NO_SESSION));
    all.add(dropped("SYN", tcp().flags(SYN), FILTERED_NO_PAYLOAD));
    all.add(dropped("FIN of no session", tcp().flags(FIN | ACK), FILTERED_NO_SESSION));
    all.add(dropped("RST of no session", tcp().flags(RST), FILTERED_NO_SESSION));
    all.add(dropped("UDP", request(GET).protocol(17), FILTERED_NOT_TCP));
    all.add(dropped("ICMPv6", v6(request(GET)).protocol(58), FILTERED_NOT_TCP));
    all.add(dropped("a later fragment", request(GET).fragment(0x2001), FILTERED_FRAGMENT));
    all.add(
        dropped(
            "a later IPv6 fragment",
            v6(request(GET)).extensions(44, 6, 0, 0, 8, 0, 0, 0, 7),
            FILTERED_FRAGMENT));
    all.add(
        dropped("a length below its headers", request(GET).claimedLength(30), FILTERED_MALFORMED));
    all.add(dropped("three tags", tag(tag(tag(request(GET)))), FILTERED_NOT_IP));

    Entry requestSent = new Entry(USUAL, false, 1, SECOND, 1, 30);
    Entry both = new Entry(USUAL, true, 3, SECOND, 2, 50);
    Entry stale = new Entry(USUAL, false, 1, 31 * SECOND, 1, 30);
    Entry staleBoth = new Entry(USUAL, true, 3, 31 * SECOND, 2, 50);
    all.add(
        new Fixture(
            "payload of an unconfirmed session",
            request(body),
            OPEN,
            List.of(requestSent),
            WHOLE,
            Map.of(KEPT_SESSION, 1, SESSION_REFRESHED, 1),
            List.of(new Entry(USUAL, false, 1, 0, 2, 131))));
    all.add(
        new Fixture(
            "the other end's payload confirms",
            response(body),
            OPEN,
            List.of(requestSent),
            WHOLE,
            Map.of(KEPT_SESSION, 1, SESSION_REFRESHED, 1, SESSION_CONFIRMED, 1),
            List.of(new Entry(USUAL, true, 3, 0, 2, 131))));
    all.add(
        new Fixture(
            "the other end's RST does not confirm",
            tcp().reversed().flags(RST),
            OPEN,
            List.of(requestSent),
            WHOLE,
            Map.of(KEPT_CLOSING, 1, SESSION_REFRESHED, 1),
            List.of(new Entry(USUAL, false, 1, 0, 2, 30))));
    all.add(
        new Fixture(
            "a full confirmed map leaves the session unconfirmed",
            response(body),
            OPEN.withSessions(65_536, 1),
            List.of(requestSent, new Entry(key("1.1.1.1", 1, "2.2.2.2", 2), true, 3, 0, 1, 1)),
            WHOLE,
            Map.of(KEPT_SESSION, 1, SESSION_REFRESHED, 1, CONFIRMED_FULL, 1),
            List.of(
                new Entry(USUAL, false, 3, 0, 2, 131),
                new Entry(key("1.1.1.1", 1, "2.2.2.2", 2), true, 3, 0, 1, 1))));
    all.add(
        new Fixture(
            "payload of a confirmed session",
            response(body),
            OPEN,
            List.of(both),
            WHOLE,
            Map.of(KEPT_SESSION, 1, SESSION_REFRESHED, 1),
            List.of(new Entry(USUAL, true, 3, 0, 3, 151))));
    all.add(
        new Fixture(
            "the next request of a session",
            request(GET),
            OPEN,
            List.of(both),
            WHOLE,
            Map.of(KEPT_SESSION, 1, SESSION_REFRESHED, 1),
            List.of(new Entry(USUAL, true, 3, 0, 3, 50 + GET.length()))));
    all.add(
        new Fixture(
            "FIN of a session",
            response("").flags(FIN | ACK),
            OPEN,
            List.of(both),
            WHOLE,
            Map.of(KEPT_CLOSING, 1, SESSION_REFRESHED, 1),
            List.of(new Entry(USUAL, true, 3, 0, 3, 50))));
    all.add(
        new Fixture(
            "pure ACK of a session",
            tcp().flags(ACK),
            OPEN,
            List.of(both),
            0,
            Map.of(FILTERED_NO_PAYLOAD, 1),
            List.of(both)));
    all.add(
        new Fixture(
            "payload after expiry",
            request(body),
            OPEN,
            List.of(stale),
            0,
            Map.of(FILTERED_EXPIRED, 1),
            List.of(stale)));
    all.add(
        new Fixture(
            "FIN after expiry",
            tcp().flags(FIN | ACK),
            OPEN,
            List.of(staleBoth),
            0,
            Map.of(FILTERED_EXPIRED, 1),
            List.of(staleBoth)));
    all.add(
        new Fixture(
            "a request after expiry begins anew",
            request(GET),
            OPEN,
            List.of(stale),
            WHOLE,
            Map.of(KEPT_ADMITTED, 1, SESSION_EXPIRED, 1, SESSION_INSERTED, 1),
            List.of(entry(USUAL, GET.length()))));
    all.add(
        new Fixture(
            "a request after expiry has to be confirmed anew",
            request(GET),
            OPEN,
            List.of(staleBoth),
            WHOLE,
            Map.of(KEPT_ADMITTED, 1, SESSION_EXPIRED, 1, SESSION_INSERTED, 1),
            List.of(entry(USUAL, GET.length()))));
    all.add(
        new Fixture(
            "another idle timeout",
            request(body),
            OPEN.withIdleTimeout(Duration.ofMillis(500)),
            List.of(requestSent),
            0,
            Map.of(FILTERED_EXPIRED, 1),
            List.of(requestSent)));
    all.add(
        new Fixture(
            "the rest of a request whose first segment was one byte",
            request("ET /a HTTP/1.1\r\n\r\n").sequence(1_001),
            OPEN,
            List.of(new Entry(USUAL, false, 1, SECOND, 1, 1)),
            WHOLE,
            Map.of(KEPT_SESSION, 1, SESSION_REFRESHED, 1),
            List.of(new Entry(USUAL, false, 1, 0, 2, 19))));
    addOfOptions(all);
    addOfTunnels(all);
    all.add(
        new Fixture(
            "a closed gate counts nothing",
            request(GET),
            FilterOptions.defaults(),
            NONE,
            0,
            Map.of(),
            NONE));
    return all.stream();
  }

  private static void addOfOptions(List<Fixture> all) {
    Selection selection = Selection.ALL;
    FilterOptions port80 = OPEN.selecting(selection.withPorts(Set.of(80), Set.of()));
    FilterOptions not80 = OPEN.selecting(selection.withPorts(Set.of(), Set.of(80)));
    FilterOptions both = OPEN.selecting(selection.withPorts(Set.of(80), Set.of(CLIENT_PORT)));
    String tls = "\u0016\u0003\u0001";
    all.add(admitted("an included port", request(GET), port80, USUAL));
    all.add(admitted("an included port, from its side", response(OK), port80, USUAL));
    all.add(dropped("no included port", request(GET).between(CLIENT, 4, SERVER, 81), port80));
    all.add(dropped("an excluded port", request(GET), not80));
    all.add(dropped("an excluded port beside an included one", request(GET), both));
    all.add(
        admitted(
            "no excluded port",
            request(GET).between(CLIENT, 84, SERVER, 320),
            not80,
            key(CLIENT, 84, SERVER, 320)));
    all.add(
        new Fixture(
            "a list of ports does not end a session",
            request(GET),
            not80,
            List.of(new Entry(USUAL, true, 3, SECOND, 2, 50)),
            WHOLE,
            Map.of(KEPT_SESSION, 1, SESSION_REFRESHED, 1),
            List.of(new Entry(USUAL, true, 3, 0, 3, 50 + GET.length()))));
    all.add(
        new Fixture(
            "of no shape and of no listed port",
            request(tls),
            not80,
            NONE,
            0,
            Map.of(FILTERED_NO_SESSION, 1),
            NONE));

    FilterOptions ten = OPEN.selecting(selection.withPrefixes(prefixes("10.1.0.0/16"), List.of()));
    FilterOptions notTen =
        OPEN.selecting(selection.withPrefixes(List.of(), prefixes("10.1.0.0/16")));
    FilterOptions longest =
        OPEN.selecting(selection.withPrefixes(prefixes(CLIENT), prefixes("10.1.0.0/16")));
    all.add(admitted("an included address", request(GET), ten, USUAL));
    all.add(
        dropped(
            "no included address",
            request(GET).between("10.2.2.3", CLIENT_PORT, SERVER, 80),
            ten,
            FILTERED_ADDRESS));
    all.add(dropped("an excluded address", response(OK), notTen, FILTERED_ADDRESS));
    all.add(admitted("the longest prefix decides", request(GET), longest, USUAL));
    all.add(
        dropped(
            "an IPv6 address, where an IPv4 one is included",
            v6(request(GET)),
            ten,
            FILTERED_ADDRESS));
    all.add(
        admitted(
            "an included IPv6 address",
            v6(request(GET)),
            OPEN.selecting(selection.withPrefixes(prefixes("fd00::/64"), List.of())),
            V6));

    all.add(
        dropped(
            "not in the sample",
            request(GET),
            OPEN.selecting(selection.sampling(1e-9)),
            FILTERED_SAMPLE));
    all.add(
        admitted(
            "in the sample", request(GET), OPEN.selecting(selection.sampling(1 - 1e-9)), USUAL));

    FilterOptions toServer = OPEN.keeping(FilterOptions.Direction.TO_SERVER);
    FilterOptions toClient = OPEN.keeping(FilterOptions.Direction.TO_CLIENT);
    all.add(admitted("a request, to the server", request(GET), toServer, USUAL));
    all.add(admitted("a response, to the client", response(OK), toClient, USUAL));
    all.add(
        new Fixture(
            "a request opens a session though only responses are kept",
            request(GET),
            toClient,
            NONE,
            0,
            Map.of(FILTERED_DIRECTION, 1, SESSION_INSERTED, 1),
            List.of(entry(USUAL, GET.length()))));
    all.add(
        new Fixture(
            "a response confirms a session though only requests are kept",
            response(OK),
            toServer,
            List.of(new Entry(USUAL, false, 1, SECOND, 1, 30)),
            0,
            Map.of(FILTERED_DIRECTION, 1, SESSION_REFRESHED, 1, SESSION_CONFIRMED, 1),
            List.of(new Entry(USUAL, true, 3, 0, 2, 30 + OK.length()))));
    all.add(
        new Fixture(
            "a FIN is kept of either direction",
            response("").flags(FIN | ACK),
            toServer,
            List.of(new Entry(USUAL, true, 3, SECOND, 2, 50)),
            WHOLE,
            Map.of(KEPT_CLOSING, 1, SESSION_REFRESHED, 1),
            List.of(new Entry(USUAL, true, 3, 0, 3, 50))));
  }

  private static void addOfTunnels(List<Fixture> all) {
    FilterOptions into = OPEN.lookingInto(Tunnels.ALL);
    Frames v4 = request(GET);
    Frames v6 = v6(request(GET));
    all.add(tunnelled("4in4", v4.inIp(), into, USUAL));
    all.add(tunnelled("6in4", v6.inIp(), into, V6));
    all.add(tunnelled("4in6", outsideV6(v4.inIp()), into, USUAL));
    all.add(tunnelled("6in6", outsideV6(v6.inIp()), into, V6));
    all.add(tunnelled("GRE", v4.inGre(0, 0), into, USUAL));
    all.add(tunnelled("GRE with key", v6.inGre(0x2000, 9), into, V6));
    all.add(tunnelled("GRE with every field", v4.inGre(0xb000, 9), into, USUAL));
    all.add(tunnelled("GRE over IPv6", outsideV6(v4.inGre(0x3000, 9)), into, USUAL));
    all.add(tunnelled("Ethernet in GRE", v4.vlan(0x8100, 4).inGreTap(0, 0), into, USUAL));
    all.add(tunnelled("VXLAN", request(GET).inVxlan(4789, 5), into, USUAL));
    all.add(tunnelled("VXLAN over IPv6", outsideV6(v6.inVxlan(4789, 5)), into, V6));
    all.add(
        tunnelled(
            "VXLAN behind a tag", request(GET).inVxlan(4789, 5).vlan(0x8100, 2), into, USUAL));
    all.add(
        tunnelled(
            "VXLAN on another port",
            request(GET).inVxlan(8472, 5),
            OPEN.lookingInto(new Tunnels(Set.of(Tunnels.Kind.VXLAN), 8472)),
            USUAL));
    all.add(dropped("6in4, not looked into", v6.inIp(), OPEN, FILTERED_NOT_TCP));
    all.add(dropped("GRE, not looked into", v6.inGre(0, 0), OPEN, FILTERED_NOT_TCP));
    all.add(
        dropped(
            "VXLAN, where only GRE is looked into",
            request(GET).inVxlan(4789, 5),
            OPEN.lookingInto(new Tunnels(Set.of(Tunnels.Kind.GRE), 4789)),
            FILTERED_NOT_TCP));
    all.add(
        dropped(
            "VXLAN on a port that is not VXLAN's",
            request(GET).inVxlan(4790, 5),
            into,
            FILTERED_NOT_TCP));
    all.add(dropped("PPTP's GRE", request(GET).inGre(1, 0), into, FILTERED_NOT_TCP));
    all.add(
        new Fixture(
            "a tunnel in a tunnel",
            request(GET).inIp().inIp(),
            into,
            NONE,
            0,
            Map.of(FILTERED_NOT_TCP, 1, TUNNELLED, 1),
            NONE));
    all.add(
        dropped(
            "a later fragment of a tunnel's packet",
            request(GET).inIp().fragment(0x2001),
            into,
            FILTERED_NOT_TCP));
    all.add(
        new Fixture(
            "a tunnel's first fragment",
            request(GET).inIp().fragment(0x2000),
            into,
            NONE,
            WHOLE,
            Map.of(KEPT_ADMITTED, 1, SESSION_INSERTED, 1, TUNNELLED, 1, FIRST_FRAGMENTS, 1),
            List.of(entry(USUAL, GET.length()))));
    all.add(
        new Fixture(
            "a session enters another VNI",
            request(GET).inVxlan(4789, 5),
            into,
            List.of(new Entry(USUAL, true, 3, SECOND, 2, 50)),
            WHOLE,
            Map.of(KEPT_SESSION, 1, SESSION_REFRESHED, 1, TUNNELLED, 1, NETWORKS_MIXED, 1),
            List.of(new Entry(USUAL, true, 3, 0, 3, 50 + GET.length()))));
    all.add(
        new Fixture(
            "a session enters another VLAN, and may be another: copied whole",
            request(GET).vlan(0x8100, 5),
            OPEN.trimming(true),
            List.of(new Entry(USUAL, true, 3, SECOND, 2, 50)),
            WHOLE,
            Map.of(
                KEPT_SESSION, 1, SESSION_REFRESHED, 1, NETWORKS_MIXED, 1, SESSIONS_COPIED_WHOLE, 1),
            List.of(new Entry(USUAL, true, 3, 0, 3, 50 + GET.length()))));
    all.add(
        new Fixture(
            "a segment seen twice",
            request(GET).sequence(0),
            OPEN,
            List.of(new Entry(USUAL, true, 3, SECOND, 2, 50)),
            WHOLE,
            Map.of(KEPT_SESSION, 1, SESSION_REFRESHED, 1, SEGMENTS_REPEATED, 1),
            List.of(new Entry(USUAL, true, 3, 0, 3, 50 + GET.length()))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("fixtures")
  void decidesCountsAndRemembers(Fixture fixture) {
    try (HttpFilter filter = Kernel.load(fixture.options)) {
      long nowNs = MonotonicClock.nowNs();
      for (Entry entry : fixture.before) {
        filter.putSession(
            new Session(
                entry.key, entry.confirmed, 1, nowNs - entry.ageNs, entry.packets, entry.bytes),
            entry.sentBy);
      }
      TestRun run = filter.testRun(fixture.frame.build(), 1);
      FilterCounts counts = filter.counters();

      assertThat(run.verdict()).isEqualTo(fixture.verdict);
      Map<String, Long> expected = new TreeMap<>();
      fixture.counts.forEach((counter, count) -> expected.put(counter.name(), (long) count));
      if (!expected.isEmpty()) {
        expected.put("SEEN", 1L);
      }
      if (fixture.verdict != 0) {
        long bytes = fixture.frame.build().length;
        expected.put("KEPT_WIRE_BYTES", bytes);
        expected.put("KEPT_COPIED_BYTES", fixture.verdict == WHOLE ? bytes : fixture.verdict);
      }
      assertThat(counts.nonZero()).isEqualTo(expected);
      assertThat(counts.get(SEEN)).isEqualTo(counts.kept() + counts.filtered());
      assertThat(counts.total(Kind.SEEN)).isEqualTo(counts.get(SEEN));

      List<Session> after = filter.sessions(10);
      assertThat(after)
          .usingRecursiveFieldByFieldElementComparatorIgnoringFields("firstSeenNs", "lastSeenNs")
          .containsExactlyInAnyOrderElementsOf(
              fixture.after.stream()
                  .map(e -> new Session(e.key, e.confirmed, 0, 0, e.packets, e.bytes))
                  .toList());
      for (Session session : after) {
        boolean isStale = nowNs - session.lastSeenNs() > 30 * SECOND;
        boolean mayBeStale =
            fixture.after.stream()
                .anyMatch(e -> e.key.equals(session.key()) && e.ageNs > 30 * SECOND);
        assertThat(isStale).isEqualTo(mayBeStale);
      }
    }
  }

  private static Fixture admitted(String name, Frames frame, int payloadBytes) {
    return new Fixture(
        name,
        frame,
        OPEN,
        NONE,
        WHOLE,
        Map.of(KEPT_ADMITTED, 1, SESSION_INSERTED, 1),
        List.of(entry(USUAL, payloadBytes)));
  }

  private static Fixture admitted(
      String name, Frames frame, FilterOptions options, SessionKey key) {
    int bytes = frame.payloadBytes();
    return new Fixture(
        name,
        frame,
        options,
        NONE,
        WHOLE,
        Map.of(KEPT_ADMITTED, 1, SESSION_INSERTED, 1),
        List.of(entry(key, bytes)));
  }

  private static Fixture tunnelled(
      String name, Frames frame, FilterOptions options, SessionKey key) {
    return new Fixture(
        name,
        frame,
        options,
        NONE,
        WHOLE,
        Map.of(KEPT_ADMITTED, 1, SESSION_INSERTED, 1, TUNNELLED, 1),
        List.of(entry(key, GET.length())));
  }

  private static Fixture dropped(String name, Frames frame, FilterCounter reason) {
    return dropped(name, frame, OPEN, reason);
  }

  private static Fixture dropped(String name, Frames frame, FilterOptions options) {
    return dropped(name, frame, options, FILTERED_PORT);
  }

  private static Fixture dropped(
      String name, Frames frame, FilterOptions options, FilterCounter reason) {
    return new Fixture(name, frame, options, NONE, 0, Map.of(reason, 1), NONE);
  }

  private static Frames outsideV6(Frames frame) {
    return frame.between("2001:db8::1", 0, "2001:db8::2", 0);
  }

  private static List<AddressPrefix> prefixes(String... texts) {
    return Arrays.stream(texts).map(AddressPrefix::parse).toList();
  }

  private static Entry entry(SessionKey key, int bytes) {
    return new Entry(key, false, 1, 0, 1, bytes);
  }

  private static Frames v6(Frames frame) {
    return frame.between("fd00::1", CLIENT_PORT, "fd00::2", SERVER_PORT);
  }

  private static Frames tag(Frames frame) {
    return frame.vlan(0x8100, 1);
  }

  private static SessionKey key(String one, int onePort, String other, int otherPort) {
    try {
      return SessionKey.of(
          InetAddress.getByName(one), onePort, InetAddress.getByName(other), otherPort);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
