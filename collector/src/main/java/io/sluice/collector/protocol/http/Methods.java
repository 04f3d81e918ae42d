package io.sluice.collector.protocol.http;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/** The methods of the IANA registry and some that are widely used beside it. */
final class Methods {
  private static final Set<String> KNOWN =
      Set.of(
          "GET",
          "HEAD",
          "POST",
          "PUT",
          "DELETE",
          "CONNECT",
          "OPTIONS",
          "TRACE",
          "PATCH",
          "QUERY",
          "PROPFIND",
          "PROPPATCH",
          "MKCOL",
          "COPY",
          "MOVE",
          "LOCK",
          "UNLOCK",
          "VERSION-CONTROL",
          "REPORT",
          "CHECKOUT",
          "CHECKIN",
          "UNCHECKOUT",
          "MKWORKSPACE",
          "UPDATE",
          "LABEL",
          "MERGE",
          "BASELINE-CONTROL",
          "MKACTIVITY",
          "ORDERPATCH",
          "ACL",
          "SEARCH",
          "BIND",
          "UNBIND",
          "REBIND",
          "LINK",
          "UNLINK",
          "MKCALENDAR",
          "MKREDIRECTREF",
          "UPDATEREDIRECTREF",
          "NOTIFY",
          "SUBSCRIBE",
          "UNSUBSCRIBE",
          "M-SEARCH",
          "POLL",
          "BMOVE",
          "BCOPY",
          "BDELETE",
          "BPROPFIND",
          "BPROPPATCH",
          "RPC_IN_DATA",
          "RPC_OUT_DATA",
          "SOURCE",
          "PURGE");

  private Methods() {}

  static boolean isKnown(String method) {
    return KNOWN.contains(method);
  }

  static boolean isKnown(byte[] m, int from, int end) {
    return isKnown(new String(m, from, end - from, StandardCharsets.ISO_8859_1));
  }

  /** True where the bytes begin with the last letters of a usual method, not all, and a blank. */
  static boolean startsWithEnd(byte[] m, int from, int end) {
    StringBuilder method = new StringBuilder();
    for (int at = from; at < end && !Bytes.isBlank(Bytes.at(m, at)); at++) {
      method.append((char) Bytes.at(m, at));
    }
    String letters = method.toString();
    return !isKnown(letters) && KNOWN.stream().anyMatch(known -> known.endsWith(letters));
  }

  /**
   * True where the bytes begin with a usual method, a blank and the start of a target, or with as
   * much of them as there is room for.
   */
  static boolean startsWithKnown(byte[] m, int from, int end) {
    int at = from;
    while (at < end && Bytes.at(m, at) >= 'A' && Bytes.at(m, at) <= 'Z') {
      at++;
    }
    if (at == end && at > from) {
      for (String method : KNOWN) {
        if (at - from <= method.length() && Bytes.isStartOf(m, from, end, method)) {
          return true;
        }
      }
      return false;
    }
    if (at - from < 3 || at - from > 16 || at + 1 >= end || Bytes.at(m, at) != Bytes.SP) {
      return at + 1 == end && Bytes.at(m, at) == Bytes.SP && at - from >= 3;
    }
    int target = Bytes.at(m, at + 1);
    if (target != '/' && target != 'h' && target != '*') {
      return false;
    }
    StringBuilder method = new StringBuilder();
    for (int i = from; i < at; i++) {
      method.append((char) Bytes.at(m, i));
    }
    return isKnown(method.toString());
  }
}
