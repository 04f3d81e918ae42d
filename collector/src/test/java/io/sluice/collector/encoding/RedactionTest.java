package io.sluice.collector.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.sluice.collector.event.RequestEvent;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RedactionTest {
  private static final SecretKey KEY =
      new SecretKeySpec(
          "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII), "HmacSHA256");

  private final Redaction defaults = new Redaction(RedactionOptions.defaults());

  @ParameterizedTest
  @CsvSource({
    "/path?color=blue&sig=abc, /path?color=blue&sig=REDACTED",
    "/?sig=, /?sig=REDACTED",
    "/?sig=a&sig=b#sig=c, /?sig=REDACTED&sig=REDACTED#sig=REDACTED",
    "/?AWSAccessKeyId=a&Signature=b&X-Goog-Signature=c,"
        + " /?AWSAccessKeyId=REDACTED&Signature=REDACTED&X-Goog-Signature=REDACTED",
    "/?SIG=kept&SiGnature=kept, /?SIG=kept&SiGnature=kept",
    "/?PassWord=x, /?PassWord=REDACTED",
    "/?%73ig=x&p%61ssword=y, /?%73ig=REDACTED&p%61ssword=REDACTED",
    "/?user[password]=x&user%5Bpassword%5D=y&password[]=z,"
        + " /?user[password]=REDACTED&user%5Bpassword%5D=REDACTED&password[]=REDACTED",
    "/a;jsessionid=1234/b, /a;jsessionid=REDACTED",
    "/?a=1;token=x;b=2, /?a=1;token=REDACTED",
    "/?next=http://h/?token=x&y=1, /?next=http://h/?token=REDACTED&y=1",
    "/?u=http://me:pw@h/p&mail=a@b, /?u=http://REDACTED:REDACTED@h/p&mail=a@b",
    "http://me:pw@h/p, http://REDACTED:REDACTED@h/p",
    "http://me@h/p, http://REDACTED@h/p",
    "http://a@b:c@h/p, http://REDACTED:REDACTED@h/p",
    "me:pw@h:443, REDACTED:REDACTED@h:443",
    "//me:pw@h/p, //REDACTED:REDACTED@h/p",
    "/@user/page?x=a@b, /@user/page?x=a@b",
    "/?signature=kept&asig=kept&sig, /?signature=kept&asig=kept&sig",
    "/?a==sig=kept, /?a==sig=kept",
    "*, *",
    "example.com:443, example.com:443",
    "http://[2001:db8::1]:80/a?b=c, http://[2001:db8::1]:80/a?b=c",
  })
  void replacesCredentialsInTargets(final String target, final String expected) {
    final RequestEvent redacted = defaults.apply(withTarget(target));
    assertThat(redacted.request().target()).isEqualTo(expected);
    // Once more changes nothing.
    assertThat(defaults.apply(redacted).request().target()).isEqualTo(expected);
  }

  @Test
  void urlHostAndReferrerAreTreatedAlike() {
    final RequestEvent.Request request =
        defaults
            .apply(
                SampleEvents.everywhere("https://me:pw@example.com/?token=abc&q=me:pw@example.com"))
            .request();
    final String expected =
        "https://REDACTED:REDACTED@example.com/?token=REDACTED&q=me:pw@example.com";
    assertThat(request.url()).isEqualTo(expected);
    assertThat(request.referrer()).isEqualTo(expected);
    assertThat(request.target()).isEqualTo(expected);
    assertThat(request.host()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/a/b;c=d?e=f&g=h#i", "http://example.com/?q=mail@example.com", ""})
  void whatHoldsNothingComesBackAsItIs(final String target) {
    final RequestEvent event = withTarget(target);
    assertThat(defaults.apply(event)).isSameAs(event);
  }

  @Test
  void allocatesNothingWhereNothingMatches() {
    final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    final RequestEvent event = withTarget("/search/some/path;v=1?query=words&page=2&sort=up#top");
    final int rounds = 200_000;
    for (int i = 0; i < rounds; i++) {
      defaults.apply(event);
    }
    final long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < rounds; i++) {
      defaults.apply(event);
    }
    final long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated / (double) rounds).as("bytes for one event").isLessThan(1);
  }

  @Test
  void theListOfParametersIsConfigurable() {
    final Redaction own =
        new Redaction(RedactionOptions.defaults().withParameters(Set.of("Kennwort")));
    assertThat(own.apply(withTarget("/?kennwort=x&password=kept&sig=y")).request().target())
        .isEqualTo("/?kennwort=REDACTED&password=kept&sig=REDACTED");
  }

  @Test
  void queriesAreDroppedWhereAsked() {
    final Redaction dropping = new Redaction(RedactionOptions.defaults().withDropQuery(true));
    final RequestEvent.Request request =
        dropping.apply(SampleEvents.everywhere("http://me:pw@h/a;b?c=d#e")).request();
    assertThat(request.target()).isEqualTo("http://REDACTED:REDACTED@h/a;b");
    assertThat(request.url()).isEqualTo("http://REDACTED:REDACTED@h/a;b");
    assertThat(request.referrer()).isEqualTo("http://REDACTED:REDACTED@h/a;b");
  }

  @Test
  void noneKeepsEverything() {
    final RequestEvent event = SampleEvents.everywhere("http://me:pw@h/?sig=x");
    assertThat(new Redaction(RedactionOptions.none()).apply(event)).isSameAs(event);
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.129, 192.0.2.0",
    "2001:db8:1:2:3:4:5:6, 2001:db8:1::",
    "2001:db8::1, 2001:db8::",
    "::1, ::",
    "not an address, ::"
  })
  void truncatesAddresses(final String address, final String expected) {
    final Redaction truncating =
        new Redaction(RedactionOptions.defaults().withTruncateAddresses(true));
    assertThat(truncating.apply(withClient(address)).flow().clientIp()).isEqualTo(expected);
  }

  @Test
  void aTruncatedFlowHasTheCommunityIdOfWhatIsShown() {
    final RequestEvent.Flow flow =
        new Redaction(RedactionOptions.defaults().withTruncateAddresses(true))
            .apply(SampleEvents.plain())
            .flow();
    assertThat(flow.communityId())
        .isEqualTo(truncatedCommunityId())
        .isNotEqualTo(SampleEvents.COMMUNITY_ID);
  }

  @Test
  void pseudonymsAreStableDistinctAndAddresses() {
    final Redaction one = new Redaction(RedactionOptions.defaults().withAddressKey(KEY));
    final Redaction other = new Redaction(RedactionOptions.defaults().withAddressKey(KEY));
    final List<String> seen = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      final String address = "10.0." + i / 256 + "." + i % 256;
      final String pseudonym = one.apply(withClient(address)).flow().clientIp();
      assertThat(other.apply(withClient(address)).flow().clientIp()).isEqualTo(pseudonym);
      seen.add(pseudonym);
    }
    assertThat(seen).doesNotHaveDuplicates().allMatch(a -> a.matches("fd[0-9a-f:]+"));
  }

  @Test
  void aKeyedFlowShowsNothingThatAddressesCouldBeTriedAgainst() {
    final RequestEvent event =
        new Redaction(RedactionOptions.defaults().withAddressKey(KEY)).apply(SampleEvents.plain());
    assertThat(event.flow().communityId()).matches("1:[A-Za-z0-9+/]{27}=");
    assertThat(event.flow().communityId()).isNotEqualTo(SampleEvents.COMMUNITY_ID);
    assertThat(event.id()).matches("[0-9a-f]{32}").isNotEqualTo(SampleEvents.plain().id());
    assertThat(event.flow().serverIp()).isEqualTo("66.35.250.204");
  }

  @Test
  void aShortKeyIsRefused() {
    final SecretKey shortKey = new SecretKeySpec(new byte[15], "HmacSHA256");
    assertThatThrownBy(() -> RedactionOptions.defaults().withAddressKey(shortKey))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "cannot hash addresses: the key is shorter than 16 bytes; use a random one of 32 bytes");
  }

  @Test
  void optionsDoNotShowTheKey() {
    assertThat(RedactionOptions.defaults().withAddressKey(KEY).toString())
        .doesNotContain("0123456789abcdef");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void noMarkedSecretReachesAnyEncoding(final boolean dropQuery) {
    final Redaction redaction =
        new Redaction(RedactionOptions.defaults().withDropQuery(dropQuery).withAddressKey(KEY));
    for (final SchemaTable.Row row : SchemaTable.rows("secrets.tsv")) {
      final String text = row.column(0);
      assertThat(text).contains("s3cr3t");
      final RequestEvent event = withUrls(text);
      final RequestEvent redacted = redaction.apply(event);
      for (final EncodingFormat format : EncodingFormat.values()) {
        final EventEncoding encoding = format.create(SafeRecords.OPTIONS);
        assertThat(SafeRecords.encode(encoding, event)).contains("s3cr3t");
        assertThat(SafeRecords.encode(encoding, redacted))
            .as("%s of %s", format, text)
            .doesNotContain("s3cr3t")
            .doesNotContain("128.232.110.120");
      }
    }
  }

  @Test
  void hostileTextsAreBounded() {
    SampleEvents.hostileTexts().forEach(text -> defaults.apply(SampleEvents.everywhere(text)));
    for (final String unit : List.of("?", "&", "://", "@", ":", "?%", "&[", ";sig=", "?a[b]")) {
      defaults.apply(SampleEvents.everywhere(unit.repeat(100_000)));
    }
  }

  @Test
  void headersThatHoldUrlsAndAddressesOfTheClient() {
    final RequestEvent plain = SampleEvents.plain();
    final RequestEvent.Flow flow = plain.flow();
    final List<RequestEvent.Header> headers =
        List.of(
            new RequestEvent.Header("Location", "http://u:p@a/?token=x"),
            new RequestEvent.Header("X-Forwarded-For", "203.0.113.9"),
            new RequestEvent.Header("X-Id", "token=x"),
            new RequestEvent.Header("X-Any", "to http://u:p@a/?token=x"),
            new RequestEvent.Header("Host", "u:p@a"),
            new RequestEvent.Header("X-Api-Key", "x"));
    final RequestEvent.Response response = plain.response();
    final RequestEvent event =
        new RequestEvent(
            plain.id(),
            plain.timestampNs(),
            new RequestEvent.Flow(
                flow.clientIp(),
                flow.clientPort(),
                flow.serverIp(),
                flow.serverPort(),
                -1,
                flow.communityId(),
                "203.0.113.9"),
            plain.request(),
            new RequestEvent.Response(
                response.status(), null, null, 1, 1, 1, 1, headers, response.grpcStatus()),
            1,
            List.of());
    final RequestEvent usual = new Redaction(RedactionOptions.defaults()).apply(event);
    assertThat(usual.response().headers())
        .containsExactly(
            new RequestEvent.Header("Location", "http://REDACTED:REDACTED@a/?token=REDACTED"),
            headers.get(1),
            headers.get(2),
            new RequestEvent.Header("X-Any", "to http://REDACTED:REDACTED@a/?token=REDACTED"),
            new RequestEvent.Header("Host", "REDACTED:REDACTED@a"),
            new RequestEvent.Header("X-Api-Key", "REDACTED"));
    assertThat(usual.flow().realClientIp()).isEqualTo("203.0.113.9");
    final RequestEvent truncated =
        new Redaction(RedactionOptions.defaults().withTruncateAddresses(true)).apply(event);
    assertThat(truncated.response().headers().get(1).value()).isEqualTo("REDACTED");
    assertThat(truncated.flow().realClientIp()).isEqualTo("203.0.113.0");
  }

  /** Community ID 1 of 66.35.250.204:80 and 128.232.110.0:34855, written out. */
  private static String truncatedCommunityId() {
    final byte[] tuple =
        HexFormat.of().parseHex("0000" + "4223facc" + "80e86e00" + "06" + "00" + "0050" + "8827");
    try {
      return "1:"
          + Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(tuple));
    } catch (final NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static RequestEvent withTarget(final String target) {
    final RequestEvent plain = SampleEvents.plain();
    return new RequestEvent(
        plain.id(),
        plain.timestampNs(),
        plain.flow(),
        SampleEvents.request("GET", target, null),
        plain.response(),
        1,
        List.of());
  }

  private static RequestEvent withUrls(final String text) {
    final RequestEvent plain = SampleEvents.plain();
    final RequestEvent.Request request = plain.request();
    return new RequestEvent(
        plain.id(),
        plain.timestampNs(),
        plain.flow(),
        new RequestEvent.Request(
            "GET",
            text,
            "http",
            "example.com",
            text,
            "1.1",
            null,
            text,
            null,
            request.headerBytes(),
            0,
            List.of()),
        plain.response(),
        1,
        List.of());
  }

  private static RequestEvent withClient(final String address) {
    final RequestEvent plain = SampleEvents.plain();
    return new RequestEvent(
        plain.id(),
        plain.timestampNs(),
        new RequestEvent.Flow(address, 1, "192.0.2.1", 80, -1, SampleEvents.COMMUNITY_ID, null),
        plain.request(),
        plain.response(),
        1,
        List.of());
  }
}
