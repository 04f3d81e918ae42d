package io.sluice.bench.traffic;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads well-formed messages from whole streams, the plainest way there is. */
final class NaiveHttp {
  private static final Pattern CONTENT_LENGTH = Pattern.compile("\r\nContent-Length: (\\d+)\r\n");

  /** "METHOD TARGET head-bytes body-bytes", or "STATUS head-bytes body-bytes". */
  record Messages(List<String> requests, List<String> responses) {}

  private NaiveHttp() {}

  static Messages parse(byte[] toServer, byte[] toClient) {
    Deque<String> methods = new ArrayDeque<>();
    List<String> requests = new ArrayList<>();
    String stream = new String(toServer, StandardCharsets.ISO_8859_1);
    for (int at = 0; at < stream.length(); ) {
      int bodyAt = stream.indexOf("\r\n\r\n", at) + 4;
      String head = stream.substring(at, bodyAt);
      String[] line = head.split(" ", 3);
      int[] body = body(stream, bodyAt, head, 0);
      requests.add(line[0] + ' ' + line[1] + ' ' + head.length() + ' ' + body[0]);
      methods.add(line[0]);
      at = body[1];
    }
    List<String> responses = new ArrayList<>();
    stream = new String(toClient, StandardCharsets.ISO_8859_1);
    for (int at = 0; at < stream.length(); ) {
      int bodyAt = stream.indexOf("\r\n\r\n", at) + 4;
      String head = stream.substring(at, bodyAt);
      int status = Integer.parseInt(head.split(" ", 3)[1]);
      if (status == 103) {
        at = bodyAt;
        continue;
      }
      boolean none = methods.remove().equals("HEAD") || status == 204 || status == 304;
      int[] body =
          none ? new int[] {0, bodyAt} : body(stream, bodyAt, head, stream.length() - bodyAt);
      responses.add(status + " " + head.length() + ' ' + body[0]);
      at = body[1];
    }
    return new Messages(requests, responses);
  }

  /** Content bytes, and where the next message starts. */
  private static int[] body(String stream, int at, String head, int otherwise) {
    if (head.contains("\r\nTransfer-Encoding: chunked\r\n")) {
      int content = 0;
      while (true) {
        int lineEnd = stream.indexOf("\r\n", at);
        int size = Integer.parseInt(stream.substring(at, lineEnd), 16);
        content += size;
        at = lineEnd + 2 + size + 2;
        if (size == 0) {
          return new int[] {content, at};
        }
      }
    }
    Matcher length = CONTENT_LENGTH.matcher(head);
    int content = length.find() ? Integer.parseInt(length.group(1)) : otherwise;
    return new int[] {content, at + content};
  }
}
