package io.sluice.query.store;

import io.sluice.query.Failure;
import io.sluice.query.InstanceSettings;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the store is and who may do what in it.
 *
 * @param url JDBC address of the database
 * @param owner role that owns the tables: migrations, the jobs' writes, promotion, retention
 * @param reader role that answers questions: it can only read our tables
 */
public record StoreSettings(String url, Login owner, Login reader) {
  /** A role and its password. */
  public record Login(String user, String password) {
    @Override
    public String toString() {
      return user;
    }
  }

  private static final Pattern URL =
      Pattern.compile(
          "jdbc:postgresql://(?<host>[^/:?]+|\\[[^]]+])(?::(?<port>\\d{1,5}))?/(?<database>[^?/]+)(?:\\?.*)?");

  public static StoreSettings of(InstanceSettings instance) {
    return new StoreSettings(
        instance.required("store.url"),
        new Login(instance.required("store.user"), instance.required("store.password")),
        new Login(
            instance.required("store.reader.user"), instance.required("store.reader.password")));
  }

  public String host() {
    return part("host");
  }

  public int port() {
    String port = part("port");
    return port == null ? 5432 : Integer.parseInt(port);
  }

  public String database() {
    return part("database");
  }

  private String part(String name) {
    Matcher matcher = URL.matcher(url);
    if (!matcher.matches()) {
      throw Failure.cannot(
          "use the store",
          "'" + url + "' is not jdbc:postgresql://HOST:PORT/DATABASE",
          "correct store.url");
    }
    return matcher.group(name);
  }
}
