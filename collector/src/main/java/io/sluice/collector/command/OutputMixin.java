package io.sluice.collector.command;

import io.sluice.collector.encoding.EncodingFormat;
import io.sluice.collector.encoding.EncodingOptions;
import io.sluice.collector.encoding.EventEncoding;
import io.sluice.collector.encoding.EventField;
import java.time.ZoneOffset;
import java.util.List;
import picocli.CommandLine.Option;

/** The options of what is written on standard output. */
final class OutputMixin implements Checked {
  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "How events are written: json, a line each; tsv, the columns of --fields; or ecs, ocsf,"
              + " zeek, combined, cef (default: ${DEFAULT-VALUE}).")
  @Allowed(text = "json, tsv, ecs, ocsf, zeek, combined or cef")
  private String format = "json";

  @Option(
      names = "--fields",
      paramLabel = "NAME,...",
      description = {
        "Columns of tsv, in this order. Any of: id, ts, sensor, flow.client_ip, flow.client_port,"
            + " flow.server_ip, flow.server_port, flow.vlan, flow.community_id, flow.real_client_ip, request.method,"
            + " request.target, request.scheme, request.host, request.url, request.version, request.user_agent,"
            + " request.referrer, request.content_type, request.header_bytes, request.body_bytes,"
            + " response.status, response.reason, response.content_type, response.header_bytes,"
            + " response.body_bytes, response.latency_us, response.duration_us, response.grpc_status, depth, flags, file.",
        "Absent: -. Control characters, and bytes that are not UTF-8: \\xHH; a backslash is"
            + " doubled. Default: ts,flow.client_ip,flow.server_ip,request.method,request.host,"
            + "request.target,request.version,response.status,response.reason"
      })
  @Allowed(text = "names of fields, see sluice capture --help")
  private String fields;

  @Override
  public List<Runnable> checks() {
    return List.of(() -> toEncoding(""));
  }

  /** Sets a usual option; false where the option is no such. See {@link PlainRead}. */
  boolean set(String option, String value) {
    switch (option) {
      case "--format" -> format = value;
      case "--fields" -> fields = value;
      default -> {
        return false;
      }
    }
    return true;
  }

  /**
   * @throws CommandFailure where the options contradict each other
   */
  EventEncoding toEncoding(String sensor) {
    try {
      EncodingFormat chosen = EncodingFormat.of(format);
      if (fields != null && chosen != EncodingFormat.TSV) {
        throw new CommandFailure(
            "cannot use --fields: the format " + format + " has no columns; add --format tsv");
      }
      List<EventField> columns = fields == null ? EventField.DEFAULTS : EventField.parse(fields);
      // Looked up in the jar, which these two can do without: it costs as much as a small file.
      boolean versioned = chosen != EncodingFormat.JSON && chosen != EncodingFormat.TSV;
      String version = versioned ? Version.text() : "";
      return chosen.create(new EncodingOptions(sensor, version, ZoneOffset.UTC, columns));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(e.getMessage(), e);
    }
  }
}
