package io.sluice.query.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.sluice.query.store.StoreSettings.Login;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** Connections to the store, and its tables. May be made while the store is away. Any thread. */
public final class Store implements AutoCloseable {
  private static final int CONNECT_TIMEOUT_MS = 3_000;

  private final StoreSettings settings;
  private final HikariDataSource owner;
  private final HikariDataSource reader;

  public Store(StoreSettings settings) {
    this.settings = settings;
    // Housekeeping and a question about a replay; and questions, as many as two cores can answer.
    owner =
        pool(
            "sluice-store-owner",
            settings.owner(),
            3,
            "-c statement_timeout=300000 -c lock_timeout=10000");
    // Compiling a question takes longer than answering it; a server's own settings may say
    // otherwise.
    reader =
        pool("sluice-store-reader", settings.reader(), 6, "-c statement_timeout=30000 -c jit=off");
  }

  private HikariDataSource pool(String name, Login login, int size, String options) {
    HikariConfig config = new HikariConfig();
    config.setPoolName(name);
    config.setJdbcUrl(settings.url());
    config.setUsername(login.user());
    config.setPassword(login.password());
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(CONNECT_TIMEOUT_MS);
    config.setInitializationFailTimeout(-1);
    config.setReadOnly(login.equals(settings.reader()));
    config.addDataSourceProperty("options", options);
    config.addDataSourceProperty("ApplicationName", name);
    config.addDataSourceProperty("connectTimeout", "3");
    config.addDataSourceProperty("tcpKeepAlive", "true");
    // Sketches come as bytes, not as twice as many hexadecimal digits.
    config.addDataSourceProperty("prepareThreshold", "-1");
    return new HikariDataSource(config);
  }

  /** Connections of the role that can change the store. */
  DataSource owner() {
    return owner;
  }

  /** Connections of the role that can only read our tables. */
  public DataSource reader() {
    return reader;
  }

  /**
   * Brings the tables to this version; does nothing where they are.
   *
   * @throws RuntimeException where the store is away or its tables are of a later version
   */
  void migrate() {
    Flyway.configure()
        .dataSource(owner)
        .locations("classpath:db/migration")
        .placeholders(Map.of("reader", '"' + settings.reader().user().replace("\"", "\"\"") + '"'))
        .connectRetries(0)
        .load()
        .migrate();
  }

  @Override
  public void close() {
    reader.close();
    owner.close();
  }
}
