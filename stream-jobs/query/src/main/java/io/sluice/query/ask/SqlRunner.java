package io.sluice.query.ask;

import io.sluice.query.Failure;
import io.sluice.query.store.StoreSettings;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.postgresql.core.Parser;

/**
 * Runs SQL that somebody typed. What it may do is bounded by the role, which can only read our
 * tables; what it may cost is bounded here. Each statement has a connection of its own, so that
 * nothing that it sets outlives it. Any thread.
 */
public final class SqlRunner {
  private static final int LIMIT_SECONDS = 10;
  private static final int AT_ONCE = 4;
  private static final int FETCH_ROWS = 500;
  private static final int MOST_CHARACTERS = 16_000_000;

  /** What questions are asked of; the reader may read no more than these and what they show. */
  public static final List<String> TABLES =
      List.of(
          "visible_stats",
          "visible_hosts",
          "visible_totals",
          "requests",
          "stream_ledger",
          "sensor_health",
          "stats_progress",
          "replay_runs");

  private static final String REMEDY = "the tables are " + String.join(", ", TABLES);

  private final StoreSettings settings;
  private final int mostRows;
  private final Semaphore free = new Semaphore(AT_ONCE);

  /**
   * @param mostRows longest answer; a longer one, or one of many megabytes, is cut and says so
   */
  public SqlRunner(StoreSettings settings, int mostRows) {
    this.settings = settings;
    this.mostRows = mostRows;
  }

  /**
   * @param rows at most as many as allowed
   * @param cut true where there were more
   */
  public record Answer(Rows rows, boolean cut) {}

  /**
   * @throws Failure where the statement is refused, fails or takes too long
   * @throws SQLException where the store is away
   */
  public Answer run(String sql) throws SQLException {
    if (sql.isBlank()) {
      throw Failure.cannot("run the SQL", "it is empty", "write a SELECT");
    }
    if (Parser.parseJdbcSql(sql, true, false, true, false, false).size() != 1) {
      throw Failure.cannot("run the SQL", "it has several statements", "run one at a time");
    }
    if (!free.tryAcquire()) {
      throw Failure.cannot("run the SQL", AT_ONCE + " others are running", "try again");
    }
    try (Connection connection = DriverManager.getConnection(settings.url(), properties())) {
      connection.setAutoCommit(false);
      connection.setReadOnly(true);
      try (Statement statement = connection.createStatement()) {
        statement.setEscapeProcessing(false);
        statement.setFetchSize(FETCH_ROWS);
        statement.setMaxRows(mostRows + 1);
        return statement.execute(sql) ? rows(statement.getResultSet()) : nothing();
      } catch (SQLException e) {
        throw failure(e);
      }
    } finally {
      free.release();
    }
  }

  private Properties properties() {
    Properties properties = new Properties();
    properties.setProperty("user", settings.reader().user());
    properties.setProperty("password", settings.reader().password());
    properties.setProperty("ApplicationName", "sluice-sql");
    properties.setProperty("connectTimeout", "3");
    // A statement can't change a limit that was set when it began; the socket's is for a server
    // that hangs.
    properties.setProperty(
        "options",
        "-c statement_timeout="
            + LIMIT_SECONDS * 1000
            + " -c default_transaction_read_only=on -c work_mem=16MB"
            + " -c client_min_messages=error");
    properties.setProperty("socketTimeout", Integer.toString(LIMIT_SECONDS + 5));
    // One row may be as large as a gigabyte: the driver stops reading there.
    properties.setProperty("maxResultBuffer", "16M");
    return properties;
  }

  private Answer rows(ResultSet result) throws SQLException {
    ResultSetMetaData meta = result.getMetaData();
    List<String> columns = columns(meta);
    List<List<Object>> rows = new ArrayList<>();
    long characters = 0;
    while (result.next()) {
      if (rows.size() == mostRows || characters > MOST_CHARACTERS) {
        return new Answer(new Rows(columns, rows), true);
      }
      List<Object> row = new ArrayList<>(columns.size());
      for (int i = 1; i <= columns.size(); i++) {
        Object value = value(result, meta, i);
        row.add(value);
        characters += value instanceof String text ? text.length() : 20;
      }
      rows.add(row);
    }
    return new Answer(new Rows(columns, rows), false);
  }

  private static Answer nothing() {
    return new Answer(new Rows(List.of(), List.of()), false);
  }

  /** Two columns of one name would be one in JSON: the second gets a number. */
  private static List<String> columns(ResultSetMetaData meta) throws SQLException {
    Set<String> columns = new LinkedHashSet<>();
    for (int i = 1; i <= meta.getColumnCount(); i++) {
      String name = meta.getColumnLabel(i);
      for (int n = 2; !columns.add(n == 2 ? name : name + "_" + (n - 1)); n++) {
        // Until it is free.
      }
    }
    return List.copyOf(columns);
  }

  private static Object value(ResultSet result, ResultSetMetaData meta, int column)
      throws SQLException {
    if (result.getObject(column) == null) {
      return null;
    }
    return switch (meta.getColumnType(column)) {
      case Types.SMALLINT, Types.INTEGER, Types.BIGINT -> result.getLong(column);
      case Types.NUMERIC -> number(result.getString(column));
      case Types.REAL, Types.DOUBLE -> result.getDouble(column);
      case Types.BIT, Types.BOOLEAN ->
          meta.getColumnTypeName(column).equals("bool")
              ? (Object) result.getBoolean(column)
              : result.getString(column);
      case Types.TIMESTAMP, Types.TIMESTAMP_WITH_TIMEZONE ->
          meta.getColumnTypeName(column).equals("timestamptz")
              ? time(result, column)
              : result.getString(column);
      default -> result.getString(column);
    };
  }

  private static Object number(String text) {
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      return text; // NaN or Infinity
    }
  }

  private static Object time(ResultSet result, int column) throws SQLException {
    String text = result.getString(column);
    if (text.endsWith("infinity")) {
      return text;
    }
    return result.getObject(column, OffsetDateTime.class).toInstant();
  }

  private static RuntimeException failure(SQLException e) throws SQLException {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    if (state.equals("57014")) {
      throw Failure.cannot(
          "run the SQL",
          "it took longer than " + LIMIT_SECONDS + " s",
          "ask for less, as by window_start");
    }
    // 08: connection; 57P: the server is going away. Not the statement's fault.
    if (state.startsWith("57P") || (state.startsWith("08") && e.getCause() != null)) {
      throw e;
    }
    return Failure.cannot("run the SQL", Failure.textOf(e).replaceFirst("^ERROR: ", ""), REMEDY);
  }
}
