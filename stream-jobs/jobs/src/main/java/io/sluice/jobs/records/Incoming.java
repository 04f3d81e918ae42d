package io.sluice.jobs.records;

/**
 * One record of the request topic as the source hands it on. Only what its kind names is set.
 *
 * @param sensor set for LIVE and HEARTBEAT
 * @param timeMs event time of LIVE and HEARTBEAT, milliseconds
 * @param request set for LIVE and REPLAYED
 * @param replay set for REPLAYED
 * @param end set for REPLAY_END
 * @param raw set for LIVE, MALFORMED and UNKNOWN
 */
public record Incoming(
    Kind kind,
    String sensor,
    long timeMs,
    Request request,
    ReplayKey replay,
    ReplayEnd end,
    RawRecord raw) {

  /** What a record is. Append only. */
  public enum Kind {
    LIVE,
    REPLAYED,
    HEARTBEAT,
    REPLAY_END,
    /** Could not be read. */
    MALFORMED,
    /** Of a type that this job does not know; ignored and counted. */
    UNKNOWN
  }

  public static Incoming live(String sensor, Request request, RawRecord raw) {
    return new Incoming(Kind.LIVE, sensor, request.timeMs(), request, null, null, raw);
  }

  public static Incoming replayed(ReplayKey replay, Request request) {
    return new Incoming(Kind.REPLAYED, null, 0, request, replay, null, null);
  }

  public static Incoming heartbeat(String sensor, long timeMs) {
    return new Incoming(Kind.HEARTBEAT, sensor, timeMs, null, null, null, null);
  }

  public static Incoming replayEnd(ReplayEnd end) {
    return new Incoming(Kind.REPLAY_END, null, 0, null, null, end, null);
  }

  public static Incoming malformed(RawRecord raw) {
    return new Incoming(Kind.MALFORMED, null, 0, null, null, null, raw);
  }

  public static Incoming unknown(RawRecord raw) {
    return new Incoming(Kind.UNKNOWN, null, 0, null, null, null, raw);
  }
}
