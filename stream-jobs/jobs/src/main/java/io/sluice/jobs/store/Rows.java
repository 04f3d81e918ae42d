package io.sluice.jobs.store;

import io.sluice.jobs.records.Frequent;
import io.sluice.jobs.records.GroupRow;
import io.sluice.jobs.records.HostRow;
import io.sluice.jobs.records.LedgerCount;
import io.sluice.jobs.records.LedgerRow;
import io.sluice.jobs.records.LoggedRequest;
import io.sluice.jobs.records.Place;
import io.sluice.jobs.records.Ranking;
import io.sluice.jobs.records.Scope;
import io.sluice.jobs.records.SensorHealthRow;
import io.sluice.jobs.records.Sums;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** The statements of each table, and how a row fills them. */
final class Rows {
  private static final List<String> PLACE =
      List.of("run", "attempt", "window_seconds", "window_start");
  private static final List<String> SUMS =
      List.of(
          "requests",
          "errors",
          "truncated",
          "request_bytes",
          "response_bytes",
          "latency_count",
          "latency_sum_us",
          "duration_sum_us");
  private static final List<String> OF_GROUP =
      List.of("sensor", "host", "path", "method", "status_class");

  static final String GROUP = upsert("request_stats", join(PLACE, OF_GROUP), SUMS);
  static final String HOST = upsert("host_stats", join(PLACE, List.of("host")), hostColumns());
  static final String TOTAL = upsert("total_stats", PLACE, hostColumns());
  static final String LEDGER =
      upsert(
          "stream_ledger",
          List.of("minute"),
          Arrays.stream(LedgerCount.values()).map(LedgerCount::column).toList());
  static final String PROGRESS =
      "INSERT INTO stats_progress (subtask, event_time) VALUES (?, ?)"
          + " ON CONFLICT (subtask) DO UPDATE SET"
          + " event_time = greatest(stats_progress.event_time, EXCLUDED.event_time),"
          + " written_at = now()";
  static final String FORGET_PROGRESS = "DELETE FROM stats_progress WHERE subtask >= ?";
  static final String COMPLETE =
      "INSERT INTO replay_runs (run, attempt, file, events) VALUES (?, ?, ?, ?)"
          + " ON CONFLICT (run, attempt) DO UPDATE SET file = EXCLUDED.file,"
          + " events = EXCLUDED.events";
  static final String CLEAR_WINDOW =
      "DELETE FROM request_stats WHERE run = ? AND attempt = ?"
          + " AND window_seconds = ? AND window_start = ? AND host = ?";
  static final List<String> CLEAR_REPLAY =
      List.of(
          "DELETE FROM request_stats WHERE run = ? AND attempt = ? AND attempt <> ''",
          "DELETE FROM host_stats WHERE run = ? AND attempt = ? AND attempt <> ''",
          "DELETE FROM total_stats WHERE run = ? AND attempt = ? AND attempt <> ''");
  static final String REQUEST =
      "INSERT INTO requests (ts, id, sensor, client, client_ip, client_port, server_ip,"
          + " server_port, method, host, target, template, status, request_bytes, response_bytes,"
          + " latency_us, duration_us, user_agent, referrer, flags)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
          + " ON CONFLICT DO NOTHING";

  static final String HEALTH =
      "INSERT INTO sensor_health (sensor, run, sequence, from_time, to_time, last, source, version,"
          + " stages, units, inputs, came_in, pending, way_stages, ways, amounts)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";

  private Rows() {}

  private static List<String> hostColumns() {
    List<String> columns = new ArrayList<>(SUMS);
    columns.addAll(List.of("latency_sketch", "duration_sketch", "client_sketch"));
    for (Ranking ranking : Ranking.values()) {
      columns.addAll(List.of(ranking.columns()));
    }
    return columns;
  }

  private static List<String> join(List<String> a, List<String> b) {
    List<String> both = new ArrayList<>(a);
    both.addAll(b);
    return both;
  }

  private static String upsert(String table, List<String> key, List<String> values) {
    List<String> all = join(key, values);
    return "INSERT INTO "
        + table
        + " ("
        + String.join(", ", all)
        + ") VALUES ("
        + all.stream().map(column -> "?").collect(Collectors.joining(", "))
        + ") ON CONFLICT ("
        + String.join(", ", key)
        + ") DO UPDATE SET "
        + values.stream()
            .map(column -> column + " = EXCLUDED." + column)
            .collect(Collectors.joining(", "));
  }

  static void bind(PreparedStatement statement, GroupRow row) throws SQLException {
    int column = place(statement, row.place());
    statement.setString(++column, row.group().sensor());
    statement.setString(++column, row.place().window().host());
    statement.setString(++column, row.group().path());
    statement.setString(++column, row.group().method());
    statement.setShort(++column, (short) row.group().statusClass());
    sums(statement, column, row.sums());
  }

  static void bind(PreparedStatement statement, HostRow row) throws SQLException {
    int column = place(statement, row.place());
    if (!row.place().window().isOfAllHosts()) {
      statement.setString(++column, row.place().window().host());
    }
    column = sums(statement, column, row.sums());
    statement.setBytes(++column, row.latencySketch());
    statement.setBytes(++column, row.durationSketch());
    statement.setBytes(++column, row.clientSketch());
    for (Frequent frequent : row.frequent()) {
      statement.setArray(
          ++column, statement.getConnection().createArrayOf("text", frequent.values));
      statement.setArray(++column, bigints(statement, frequent.counts));
      statement.setLong(++column, frequent.error);
    }
  }

  static void bind(PreparedStatement statement, LedgerRow row) throws SQLException {
    int column = 0;
    statement.setObject(++column, time(row.minuteMs()));
    for (long count : row.counts()) {
      statement.setLong(++column, count);
    }
  }

  static void bind(PreparedStatement statement, LoggedRequest row) throws SQLException {
    int column = 0;
    statement.setObject(++column, timeOfMicros(row.timeUs()));
    statement.setString(++column, row.id());
    statement.setString(++column, row.sensor());
    statement.setString(++column, row.client());
    statement.setString(++column, row.clientIp());
    statement.setInt(++column, row.clientPort());
    statement.setString(++column, row.serverIp());
    statement.setInt(++column, row.serverPort());
    statement.setString(++column, row.method());
    statement.setString(++column, row.host());
    statement.setString(++column, row.target());
    statement.setString(++column, row.template());
    if (row.status() < 0) {
      statement.setNull(++column, Types.SMALLINT);
    } else {
      statement.setShort(++column, (short) Math.min(row.status(), Short.MAX_VALUE));
    }
    statement.setLong(++column, row.requestBytes());
    statement.setLong(++column, row.responseBytes());
    for (long us : new long[] {row.latencyUs(), row.durationUs()}) {
      if (us < 0) {
        statement.setNull(++column, Types.BIGINT);
      } else {
        statement.setLong(++column, us);
      }
    }
    statement.setString(++column, row.userAgent());
    statement.setString(++column, row.referrer());
    statement.setArray(++column, statement.getConnection().createArrayOf("text", row.flags()));
  }

  static void bind(PreparedStatement statement, SensorHealthRow row) throws SQLException {
    int column = 0;
    statement.setString(++column, row.sensor());
    statement.setString(++column, row.run());
    statement.setLong(++column, row.sequence());
    statement.setObject(++column, timeOfMicros(row.fromUs()));
    statement.setObject(++column, timeOfMicros(row.toUs()));
    statement.setBoolean(++column, row.last());
    statement.setString(++column, row.source());
    statement.setString(++column, row.version());
    for (String[] texts : new String[][] {row.stages(), row.units(), row.inputs()}) {
      statement.setArray(++column, statement.getConnection().createArrayOf("text", texts));
    }
    statement.setArray(++column, bigints(statement, row.cameIn()));
    statement.setArray(++column, bigints(statement, row.pending()));
    for (String[] texts : new String[][] {row.wayStages(), row.ways()}) {
      statement.setArray(++column, statement.getConnection().createArrayOf("text", texts));
    }
    statement.setArray(++column, bigints(statement, row.amounts()));
  }

  private static Array bigints(PreparedStatement statement, long[] values) throws SQLException {
    return statement
        .getConnection()
        .createArrayOf("bigint", LongStream.of(values).boxed().toArray());
  }

  static void bindWindow(PreparedStatement statement, Scope scope) throws SQLException {
    statement.setString(1, scope.run());
    statement.setString(2, scope.attempt());
    statement.setInt(3, scope.windowSeconds());
    statement.setObject(4, time(scope.window().startMs()));
    statement.setString(5, scope.window().host());
  }

  private static int place(PreparedStatement statement, Place place) throws SQLException {
    statement.setString(1, place.run());
    statement.setString(2, place.attempt());
    statement.setInt(3, place.windowSeconds());
    statement.setObject(4, time(place.window().startMs()));
    return 4;
  }

  private static int sums(PreparedStatement statement, int before, Sums sums) throws SQLException {
    int column = before;
    statement.setLong(++column, sums.requests);
    statement.setLong(++column, sums.errors);
    statement.setLong(++column, sums.truncated);
    statement.setLong(++column, sums.requestBytes);
    statement.setLong(++column, sums.responseBytes);
    statement.setLong(++column, sums.latencyCount);
    statement.setLong(++column, sums.latencySumUs);
    statement.setLong(++column, sums.durationSumUs);
    return column;
  }

  private static OffsetDateTime timeOfMicros(long us) {
    return OffsetDateTime.ofInstant(Instant.EPOCH.plus(us, ChronoUnit.MICROS), ZoneOffset.UTC);
  }

  static OffsetDateTime time(long ms) {
    return OffsetDateTime.ofInstant(Instant.ofEpochMilli(ms), ZoneOffset.UTC);
  }
}
