package io.sluice.jobs.support;

import io.sluice.jobs.store.StoreOptions;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A real PostgreSQL with the query service's own migrations. */
public final class LocalStore implements AutoCloseable {
  private static final Path MIGRATIONS =
      Path.of("..", "query", "src", "main", "resources", "db", "migration");

  private final EmbeddedPostgres postgres;

  public LocalStore() throws IOException {
    postgres = EmbeddedPostgres.builder().start();
  }

  /** Makes the tables, as the query service does when it starts. */
  public void migrate() throws IOException, SQLException {
    List<Path> scripts;
    try (Stream<Path> files = Files.list(MIGRATIONS)) {
      scripts = files.filter(file -> file.toString().endsWith(".sql")).sorted().toList();
    }
    execute("CREATE ROLE sluice_reader");
    for (Path script : scripts) {
      execute(Files.readString(script).replace("${reader}", "sluice_reader"));
    }
  }

  public void execute(String sql) throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Rows as texts, columns joined by a blank. */
  public List<String> query(String sql) throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      List<String> rows = new ArrayList<>();
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int column = 1; column <= columns; column++) {
          row.add(String.valueOf(result.getString(column)));
        }
        rows.add(String.join(" ", row));
      }
      return rows;
    }
  }

  public String url() {
    return postgres.getJdbcUrl("postgres", "postgres");
  }

  public StoreOptions options(long retryMs) {
    return new StoreOptions(url(), "postgres", "postgres", 500, 100, retryMs);
  }

  @Override
  public void close() throws IOException {
    postgres.close();
  }
}
