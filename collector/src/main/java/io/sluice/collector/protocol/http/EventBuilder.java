package io.sluice.collector.protocol.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sluice.collector.event.Addresses;
import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.event.TextReader;
import io.sluice.collector.flow.Flow;
import io.sluice.collector.reassembly.TcpFlow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** From exchanges to events. Owned by one worker thread. */
final class EventBuilder {
  private static final int DEFAULT_PORT = 80;
  private static final int GET_SP = 0x47455420; // "GET "
  private static final String VERSION_11 = "1.1";
  private static final int FLAG_LISTS_LOG2 = 8;
  static final String FORWARDED_FOR = "x-forwarded-for";
  static final String FORWARDED = "forwarded";
  private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);

  // lists that were made before, by their bits
  private final long[] flagBits = new long[1 << FLAG_LISTS_LOG2];
  private final List<String>[] flagLists = newLists();
  private final byte[] id = new byte[32];
  private final boolean identified;

  /** Null until it has changed: what was read is what was asked for. */
  private HttpContent kept;

  /**
   * @param identified whether events have their id and Community ID, each of which costs a hash
   */
  EventBuilder(boolean identified) {
    this.identified = identified;
  }

  /** Leaves headers away, from now on, that were asked for when they were read and are no more. */
  void keepOnly(HttpContent content) {
    kept = content;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static List<String>[] newLists() {
    return new List[1 << FLAG_LISTS_LOG2];
  }

  /** Copies from a head what the event needs of the request. */
  void readRequest(Exchange e, MessageHead h, HttpWorker worker, TcpFlow tcp) {
    TextReader texts = worker.texts;
    byte[] m = h.memory;
    e.flags |= h.flags;
    e.connectionClose = h.connectionClose;
    e.hasUpgrade = h.hasUpgrade;
    e.method = method(h, texts);
    e.isHead = e.method.equals("HEAD");
    e.isConnect = e.method.equals("CONNECT");
    if (!Methods.isKnown(e.method)) {
      e.flags |= HttpFlag.UNKNOWN_METHOD.bit();
    }
    int longest = h.targetStart + worker.options.maxUrlBytes();
    if (h.targetEnd > longest) {
      HeadParser.cutTarget(h, longest);
      e.flags |= HttpFlag.URL_LIMIT.bit() | HttpFlag.TRUNCATED.bit();
    }
    e.target = texts.read(m, h.targetStart, h.targetEnd);
    e.version = version(h, texts);
    if (h.hostEnd > h.hostStart) {
      e.authority = texts.readCommon(m, h.hostStart, h.hostEnd);
      e.host = withoutPort(e.authority);
    } else if (h.hostEnd == 0 && VERSION_11.equals(e.version)) {
      e.flags |= HttpFlag.MISSING_HOST.bit();
    }
    boolean originForm = h.targetEnd > h.targetStart && Bytes.at(m, h.targetStart) == '/';
    if (e.host != null && (!originForm || e.isConnect) && e.target.indexOf(':') >= 0) {
      String named = e.isConnect ? e.target : absoluteAuthority(e.target);
      if (named != null && !withoutPort(named).equalsIgnoreCase(e.host)) {
        e.flags |= HttpFlag.DUPLICATE_HOST.bit();
      }
    }
    if (h.userAgentEnd != 0) {
      e.userAgent = texts.readCommon(m, h.userAgentStart, h.userAgentEnd);
    }
    if (h.referrerEnd != 0) {
      e.referrer = texts.readCommon(m, h.referrerStart, h.referrerEnd);
    }
    if (h.contentTypeEnd != 0) {
      e.contentType = texts.readCommon(m, h.contentTypeStart, h.contentTypeEnd);
    }
    checkFraming(h);
    e.headers = worker.headerValues.of(h, worker.content.requestHeaders());
    if (worker.forwardedClient.isAsked()) {
      readForwarded(e, h, worker, tcp);
    }
    e.flags |= h.flags;
  }

  private static void readForwarded(Exchange e, MessageHead h, HttpWorker worker, TcpFlow tcp) {
    List<String> forwardedFor = new ArrayList<>();
    List<String> forwarded = new ArrayList<>();
    HeaderLines lines = new HeaderLines(h);
    while (lines.next()) {
      int nameEnd = lines.nameEnd();
      int length = nameEnd - lines.start();
      List<String> values = null;
      if (length == FORWARDED_FOR.length()
          && Bytes.isText(h.memory, lines.start(), nameEnd, FORWARDED_FOR)) {
        values = forwardedFor;
      } else if (length == FORWARDED.length()
          && Bytes.isText(h.memory, lines.start(), nameEnd, FORWARDED)) {
        values = forwarded;
      }
      if (values != null) {
        values.add(worker.texts.read(h.memory, lines.valueStart(), lines.valueEnd()));
      }
    }
    int client = e.fromLow ? Flow.FROM_LOW : Flow.FROM_HIGH;
    ForwardedClient.Verdict verdict =
        worker.forwardedClient.of(
            tcp.addressHigh(client), tcp.addressLow(client), forwardedFor, forwarded);
    e.realClientIp = worker.forwardedClient.client();
    if (verdict == ForwardedClient.Verdict.CONTRADICTORY) {
      h.flag(HttpFlag.FORWARDED_CONTRADICTORY);
    }
  }

  /** The same for a response. */
  void readResponse(Reply r, MessageHead h, HttpWorker worker) {
    TextReader texts = worker.texts;
    checkFraming(h);
    // Leniencies of the response that say nothing about the request's version.
    r.headers = worker.headerValues.of(h, worker.content.responseHeaders());
    r.flags = h.flags & ~HttpFlag.VERSION_MISMATCH.bit();
    r.status = h.status;
    r.connectionClose = h.connectionClose;
    r.reason = h.reasonEnd == 0 ? "" : texts.readCommon(h.memory, h.reasonStart, h.reasonEnd);
    if (h.contentTypeEnd != 0) {
      r.contentType = texts.readCommon(h.memory, h.contentTypeStart, h.contentTypeEnd);
    }
  }

  private static void checkFraming(MessageHead h) {
    if (h.chunked && h.contentLength != MessageHead.NO_LENGTH) {
      h.flag(HttpFlag.CHUNKED_AND_LENGTH);
    }
    boolean version10 =
        h.versionEnd - h.versionStart == 3 && Bytes.at(h.memory, h.versionStart + 2) == '0';
    if (h.chunked && version10) {
      h.flag(HttpFlag.CHUNKED_HTTP10);
    }
  }

  private static String version(MessageHead h, TextReader texts) {
    if (h.versionEnd == 0) {
      return h.has(HttpFlag.MISSING_VERSION) ? "0.9" : "";
    }
    byte[] m = h.memory;
    boolean usual =
        h.versionEnd - h.versionStart == 3
            && Bytes.at(m, h.versionStart) == '1'
            && Bytes.at(m, h.versionStart + 1) == '.'
            && Bytes.at(m, h.versionStart + 2) == '1';
    return usual ? VERSION_11 : texts.readCommon(m, h.versionStart, h.versionEnd);
  }

  private static String method(MessageHead h, TextReader texts) {
    boolean get =
        h.methodEnd - h.methodStart == 3 && Bytes.int32(h.memory, h.methodStart) == GET_SP;
    return get ? "GET" : texts.readCommon(h.memory, h.methodStart, h.methodEnd);
  }

  /**
   * "[::1]:80" and "a:80" lose their port; a bare IPv6 address has none. User-info is no part of a
   * host (RFC 3986, 3.2), and a name before its colon would be taken for one.
   */
  static String withoutPort(String authority) {
    if (authority.indexOf(':') < 0 && authority.indexOf('@') < 0) {
      return authority;
    }
    int user = authority.lastIndexOf('@');
    return user < 0 ? hostOf(authority) : hostOf(authority.substring(user + 1));
  }

  private static String hostOf(String authority) {
    int bracket = authority.startsWith("[") ? authority.indexOf(']') : -1;
    int colon = authority.indexOf(':', bracket + 1);
    if (colon < 0 || bracket < 0 && authority.indexOf(':', colon + 1) >= 0) {
      return authority;
    }
    return authority.substring(0, colon);
  }

  RequestEvent event(Exchange e, RequestEvent.Flow flow, TcpFlow tcp, boolean midstream) {
    Reply r = e.reply;
    long flags = e.flags;
    long gap = e.gapBytes;
    RequestEvent.Response response = null;
    if (r != null) {
      flags |= r.flags;
      gap += r.gapBytes;
      response =
          new RequestEvent.Response(
              r.status,
              r.reason,
              r.contentType,
              r.headerBytes,
              r.bodyBytes,
              Math.max(0, (r.firstNs - e.firstNs) / 1000),
              Math.max(0, (r.lastNs - e.firstNs) / 1000),
              kept == null ? r.headers : kept.responseHeaders().among(r.headers),
              r.grpcStatus);
    }
    flags |= flag(midstream, HttpFlag.MIDSTREAM);
    flags |= flag(tcp.overlapDiffers, HttpFlag.OVERLAP);
    flags |= flag(tcp.urgent, HttpFlag.URGENT);
    flags |= flag(gap > 0, HttpFlag.GAP);
    String absolute = absoluteAuthority(e.target);
    String host = e.host != null ? e.host : absolute == null ? null : withoutPort(absolute);
    RequestEvent.Request request =
        new RequestEvent.Request(
            e.method,
            e.target,
            scheme(e, absolute != null),
            host,
            url(e, flow, absolute != null),
            e.version,
            e.userAgent,
            e.referrer,
            e.contentType,
            e.headerBytes,
            e.bodyBytes,
            kept == null ? e.headers : kept.requestHeaders().among(e.headers));
    return new RequestEvent(
        identified ? id(e, tcp) : null,
        e.firstNs,
        flowOf(e, flow),
        request,
        response,
        e.depth,
        flags(flags, gap));
  }

  /** The connection's flow, with the client that proxies name for this request. */
  private static RequestEvent.Flow flowOf(Exchange e, RequestEvent.Flow flow) {
    return e.realClientIp == null
        ? flow
        : new RequestEvent.Flow(
            flow.clientIp(),
            flow.clientPort(),
            flow.serverIp(),
            flow.serverPort(),
            flow.vlan(),
            flow.communityId(),
            e.realClientIp);
  }

  private static String scheme(Exchange e, boolean absolute) {
    if (e.isConnect || e.scheme != null) {
      return e.scheme;
    }
    return absolute
        ? e.target.substring(0, e.target.indexOf("://")).toLowerCase(Locale.ROOT)
        : "http";
  }

  private static long flag(boolean is, HttpFlag flag) {
    return is ? flag.bit() : 0;
  }

  private static String url(Exchange e, RequestEvent.Flow flow, boolean absolute) {
    if (absolute || e.isConnect) {
      return e.target;
    }
    String authority = e.authority != null ? e.authority : literal(flow);
    String path = e.target.equals("*") ? "" : e.target;
    boolean slash = path.isEmpty() || path.charAt(0) == '/';
    String prefix = e.scheme == null ? "http://" : e.scheme + "://";
    return slash ? prefix + authority + path : prefix + authority + "/" + path;
  }

  /** The server's address as an authority, where the request names no host (RFC 9112, 3.3). */
  private static String literal(RequestEvent.Flow flow) {
    String ip = flow.serverIp();
    String address = ip.indexOf(':') >= 0 ? "[" + ip + "]" : ip;
    return flow.serverPort() == DEFAULT_PORT ? address : address + ":" + flow.serverPort();
  }

  /** The authority of a target in absolute form, or null. */
  static String absoluteAuthority(String target) {
    if (target.isEmpty() || target.charAt(0) == '/') { // nearly all
      return null;
    }
    int scheme = target.indexOf("://");
    if (scheme <= 0 || scheme > 16 || !Character.isLetter(target.charAt(0))) {
      return null;
    }
    int end = target.length();
    for (int i = scheme + 3; i < end; i++) {
      char c = target.charAt(i);
      if (c == '/' || c == '?' || c == '#') {
        end = i;
      }
    }
    int user = target.lastIndexOf('@', end - 1);
    int start = user > scheme ? user + 1 : scheme + 3;
    return start >= end ? null : target.substring(start, end);
  }

  RequestEvent.Flow flow(TcpFlow tcp, int client) {
    int server = 1 - client;
    long clientHigh = tcp.addressHigh(client);
    long clientLow = tcp.addressLow(client);
    long serverHigh = tcp.addressHigh(server);
    long serverLow = tcp.addressLow(server);
    return new RequestEvent.Flow(
        Addresses.text(clientHigh, clientLow),
        tcp.port(client),
        Addresses.text(serverHigh, serverLow),
        tcp.port(server),
        tcp.vlan,
        identified
            ? Addresses.communityId(
                clientHigh, clientLow, tcp.port(client), serverHigh, serverLow, tcp.port(server))
            : null,
        null);
  }

  /**
   * From what identifies the request's first byte on the wire: flow, direction, sequence number and
   * time in microseconds (the resolution that every source has).
   */
  private String id(Exchange e, TcpFlow tcp) {
    long time = Math.floorDiv(e.firstNs, 1000L);
    long place = (long) e.sequence << 32 | tcp.port(Flow.FROM_LOW) << 16 | tcp.port(Flow.FROM_HIGH);
    long a = mix(tcp.addressHigh(Flow.FROM_LOW) ^ 0x9e3779b97f4a7c15L);
    a = mix(a ^ tcp.addressLow(Flow.FROM_LOW));
    a = mix(a ^ tcp.addressHigh(Flow.FROM_HIGH));
    a = mix(a ^ tcp.addressLow(Flow.FROM_HIGH));
    a = mix(a ^ place);
    a = mix(a ^ time);
    long b = mix(a ^ place * 0xc4ceb9fe1a85ec53L);
    b = mix(b + time + (e.fromLow ? 1 : 0));
    b = mix(b ^ tcp.addressLow(Flow.FROM_LOW) * 31 + tcp.addressLow(Flow.FROM_HIGH));
    for (int i = 0; i < 16; i++) {
      id[i] = HEX[(int) (a >>> (60 - i * 4)) & 15];
      id[i + 16] = HEX[(int) (b >>> (60 - i * 4)) & 15];
    }
    return new String(id, ISO_8859_1);
  }

  private static long mix(long value) {
    long z = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }

  /** The flags' names in alphabetical order, with the number of missing bytes behind "gap". */
  private List<String> flags(long bits, long gap) {
    if (bits == 0) {
      return List.of();
    }
    int slot = (int) (bits * 0x9e3779b97f4a7c15L >>> Long.SIZE - FLAG_LISTS_LOG2);
    List<String> names = flagBits[slot] == bits ? flagLists[slot] : null;
    if (names == null) {
      ArrayList<String> list = new ArrayList<>();
      for (HttpFlag flag : HttpFlag.values()) {
        if ((bits & flag.bit()) != 0) {
          list.add(flag.text());
        }
      }
      Collections.sort(list);
      names = List.copyOf(list);
      flagBits[slot] = bits;
      flagLists[slot] = names;
    }
    if (gap <= 0) {
      return names;
    }
    ArrayList<String> counted = new ArrayList<>(names);
    counted.set(counted.indexOf(HttpFlag.GAP.text()), HttpFlag.GAP.text() + ":" + gap);
    return List.copyOf(counted);
  }
}
