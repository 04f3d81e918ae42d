package io.sluice.query.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.query.Failure;
import io.sluice.query.TestStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreInitIT {
  @TempDir private Path folder;

  @Test
  void shouldKeepWhatWasCommittedThroughAKill() throws Exception {
    try (TestStore store = TestStore.started(folder)) {
      store.execute("CREATE TABLE kept (n int)");
      store.execute("INSERT INTO kept VALUES (23)");
      store.kill();

      store.start();

      try (var connection = store.connect();
          var result = connection.createStatement().executeQuery("SELECT n FROM kept")) {
        assertThat(result.next()).isTrue();
        assertThat(result.getInt(1)).isEqualTo(23);
      }
    }
  }

  /**
   * After a reboot the number in the lock file may be that of any other process: here, of this one.
   */
  @Test
  void shouldStartPastALockOfAnotherProcess() throws Exception {
    try (TestStore store = TestStore.started(folder)) {
      store.kill();
      Path lock = store.data().resolve("postmaster.pid");
      String stale =
          Files.readString(lock)
              .replaceFirst("^\\d+", Long.toString(ProcessHandle.current().pid()));
      Files.writeString(lock, stale);

      store.start();

      assertThat(Files.readString(lock)).startsWith(store.pid() + "\n");
    }
  }

  @Test
  void shouldTakeOverNewPasswordsAndKeepTheRest() throws Exception {
    try (TestStore store = TestStore.started(folder)) {
      store.execute("CREATE TABLE kept (n int)");
      StoreSettings old = store.settings();
      StoreSettings changed =
          new StoreSettings(old.url(), new StoreSettings.Login("sluice", "it's new"), old.reader());
      StoreInit init = new StoreInit(folder.resolve("store"), changed);

      assertThatThrownBy(init::prepare)
          .isInstanceOf(Failure.class)
          .hasMessageContaining("it is running");

      store.stop();
      init.prepare();
      init.prepare();
      store.start();

      try (var connection = DriverManager.getConnection(old.url(), "sluice", "it's new");
          var result = connection.createStatement().executeQuery("SELECT count(*) FROM kept")) {
        assertThat(result.next()).isTrue();
      }
    }
  }

  @Test
  void shouldGiveTheReaderNothingButToLogIn() throws Exception {
    try (TestStore store = TestStore.started(folder)) {
      String url = store.settings().url();
      assertThatThrownBy(() -> DriverManager.getConnection(url, "postgres", ""))
          .isInstanceOf(SQLException.class);
      assertThatThrownBy(() ->
              DriverManager.getConnection(
                  url.replace("/sluice", "/postgres"), "sluice_reader", "reader's secret"))
          .hasMessageContaining("permission denied for database");
    }
  }
}
