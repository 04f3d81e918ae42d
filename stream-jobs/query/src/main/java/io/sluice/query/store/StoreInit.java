package io.sluice.query.store;

import io.sluice.query.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Prepares the embedded store: programs, data folder, roles and database, and the script that a
 * supervisor runs. Safe to run before every start; what is there already stays, and new passwords
 * or ports are taken over.
 */
public final class StoreInit {
  private static final String SERVER_CONFIGURATION = "sluice.conf";
  private static final String STAMP = "sluice.stamp";

  private Path storeDir;
  private final StoreSettings settings;

  /**
   * @param storeDir folder that holds everything of the store; made where it is missing
   * @param settings roles, passwords, port and database to prepare
   */
  public StoreInit(Path storeDir, StoreSettings settings) {
    this.storeDir = storeDir.toAbsolutePath().normalize();
    this.settings = settings;
  }

  /**
   * What a supervisor runs in the foreground: it replaces itself by the server, whose process id it
   * keeps.
   */
  public Path script() {
    return storeDir.resolve("run");
  }

  private Path data() {
    return storeDir.resolve("data");
  }

  /**
   * @throws Failure where it can't be prepared, or the server runs already and new settings would
   *     be needed
   */
  public void prepare() {
    try {
      Files.createDirectories(storeDir);
      // The script compares with the server's working folder, which the kernel tells without links.
      storeDir = storeDir.toRealPath();
      Path programs = StoreBinaries.unpack(storeDir);
      StoreAccount account = StoreAccount.choose(storeDir, data());
      if (!Files.exists(data())) {
        create(programs, account);
      } else {
        checkVersion(programs);
        adjust(programs, account);
      }
      writeScript(programs, account);
    } catch (IOException | UncheckedIOException e) {
      throw Failure.cannot(
          "prepare the store in " + storeDir, e, "check the disk and the folder's permissions");
    }
  }

  /** Built aside and moved in one step, so that a folder named data is always whole. */
  private void create(Path programs, StoreAccount account) throws IOException {
    Path aside = storeDir.resolve("data.new");
    StoreBinaries.deleteTree(aside);
    Files.createDirectory(
        aside, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    if (account.isForeign()) {
      Files.setAttribute(aside, "unix:uid", account.uid());
      Files.setAttribute(aside, "unix:gid", account.uid());
    }
    run(
        account,
        List.of(
            programs.resolve("bin/initdb").toString(),
            "--pgdata=" + aside,
            "--username=postgres",
            // Replaced below: everyone is asked for a password, and the superuser gets none.
            "--auth=trust",
            "--encoding=UTF8",
            "--no-locale"),
        "");
    Files.writeString(
        aside.resolve("postgresql.conf"),
        "\ninclude '" + SERVER_CONFIGURATION + "'\n",
        StandardOpenOption.APPEND);
    Files.writeString(aside.resolve("pg_hba.conf"), "host all all 127.0.0.1/32 scram-sha-256\n");
    writeConfiguration(aside);
    session(programs, account, aside, "postgres", rolesAndDatabase());
    session(programs, account, aside, settings.database(), rights());
    Files.writeString(aside.resolve(STAMP), stamp());
    Files.move(aside, data(), StandardCopyOption.ATOMIC_MOVE);
  }

  private void adjust(Path programs, StoreAccount account) throws IOException {
    writeConfiguration(data());
    Path stamp = data().resolve(STAMP);
    if (Files.exists(stamp) && Files.readString(stamp).equals(stamp())) {
      return;
    }
    session(programs, account, data(), "postgres", roles());
    session(programs, account, data(), settings.database(), rights());
    Files.writeString(stamp, stamp());
  }

  private void checkVersion(Path programs) throws IOException {
    String ofData = Files.readString(data().resolve("PG_VERSION")).strip();
    String ofProgram =
        Program.run(List.of(programs.resolve("bin/postgres").toString(), "--version"), "").output();
    if (!ofProgram.contains(" " + ofData + ".")) {
      throw Failure.cannot(
          "open the store in " + data(),
          "it was made by PostgreSQL " + ofData + ", and this is " + ofProgram.strip(),
          "move it away, or run the Sluice version that made it");
    }
  }

  private List<String> rolesAndDatabase() {
    List<String> statements = new ArrayList<>(roles());
    statements.add(
        "CREATE DATABASE " + name(settings.database()) + " OWNER " + name(settings.owner().user()));
    statements.add("REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC");
    return statements;
  }

  private List<String> roles() {
    String owner = name(settings.owner().user());
    String reader = name(settings.reader().user());
    return List.of(
        createRole(settings.owner().user()),
        "ALTER ROLE " + owner + " LOGIN PASSWORD " + text(settings.owner().password()),
        createRole(settings.reader().user()),
        "ALTER ROLE "
            + reader
            + " LOGIN CONNECTION LIMIT 16 PASSWORD "
            + text(settings.reader().password()),
        // The service sets these for each question too; here they bind whoever else knows the
        // password.
        "ALTER ROLE " + reader + " SET default_transaction_read_only = on",
        "ALTER ROLE " + reader + " SET statement_timeout = '30s'",
        "ALTER ROLE " + reader + " SET idle_in_transaction_session_timeout = '60s'");
  }

  /** What every role of PostgreSQL may do by default, and the reader must not. */
  private List<String> rights() {
    String database = name(settings.database());
    List<String> statements = new ArrayList<>();
    statements.add("REVOKE ALL ON DATABASE " + database + " FROM PUBLIC");
    statements.add("REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC");
    // For the triggers of the tables.
    statements.add("GRANT USAGE ON LANGUAGE plpgsql TO " + name(settings.owner().user()));
    statements.add(
        "GRANT CONNECT ON DATABASE " + database + " TO " + name(settings.reader().user()));
    for (String function :
        List.of(
            "lo_creat(integer)",
            "lo_create(oid)",
            "lo_from_bytea(oid, bytea)",
            "lo_open(oid, integer)",
            "lo_put(oid, bigint, bytea)",
            "lo_unlink(oid)",
            "pg_notify(text, text)")) {
      statements.add("REVOKE EXECUTE ON FUNCTION pg_catalog." + function + " FROM PUBLIC");
    }
    return statements;
  }

  private static String createRole(String user) {
    return "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = "
        + text(user)
        + ") THEN CREATE ROLE "
        + name(user)
        + "; END IF; END $$";
  }

  /**
   * Runs statements in a server without a network, which is also the only one that needs no
   * password.
   */
  private static void session(
      Path programs, StoreAccount account, Path data, String database, List<String> statements)
      throws IOException {
    Program.Result result =
        Program.run(
            account.command(
                List.of(
                    programs.resolve("bin/postgres").toString(),
                    "--single",
                    "-D",
                    data.toString(),
                    "-c",
                    "exit_on_error=on",
                    "-c",
                    "log_checkpoints=off",
                    database)),
            String.join("\n", statements) + "\n");
    if (result.output().contains("postmaster.pid")) {
      throw Failure.cannot(
          "take over the store's new settings", "it is running", "run `sluice down` first");
    }
    if (!result.succeeded() || result.output().contains("ERROR:")) {
      throw Failure.cannot(
          "prepare the store in " + data,
          result.reason(),
          "see the folder's permissions and free space");
    }
  }

  private static void run(StoreAccount account, List<String> command, String input)
      throws IOException {
    Program.Result result = Program.run(account.command(command), input);
    if (!result.succeeded()) {
      throw Failure.cannot(
          "prepare the store", result.reason(), "check the disk and the folder's permissions");
    }
  }

  private void writeConfiguration(Path folder) throws IOException {
    String template = resource("store/postgresql.conf");
    Files.writeString(
        folder.resolve(SERVER_CONFIGURATION),
        template.replace("@port@", Integer.toString(settings.port())));
  }

  private void writeScript(Path programs, StoreAccount account) throws IOException {
    List<String> command =
        account.command(
            List.of(programs.resolve("bin/postgres").toString(), "-D", data().toString()));
    String script =
        resource("store/run.sh")
            .replace("@data@", shellWord(data().toString()))
            .replace(
                "@command@", String.join(" ", command.stream().map(StoreInit::shellWord).toList()));
    Path aside = storeDir.resolve("run.new");
    Files.writeString(aside, script);
    Files.setPosixFilePermissions(aside, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.move(
        aside, script(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Changes when roles would have to be altered; holds no password itself. */
  private String stamp() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      List<String> all = Stream.concat(roles().stream(), rights().stream()).toList();
      return HexFormat.of()
          .formatHex(digest.digest(String.join("\n", all).getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = StoreInit.class.getResourceAsStream("/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  static String shellWord(String text) {
    return text.matches("[A-Za-z0-9_@%+=:,./-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }

  private static String name(String identifier) {
    if (!identifier.matches("[A-Za-z_][A-Za-z0-9_]{0,62}")) {
      throw Failure.cannot(
          "prepare the store",
          "'" + identifier + "' is no plain name",
          "use letters, digits and _");
    }
    return '"' + identifier + '"';
  }

  private static String text(String literal) {
    return "'" + oneLine(literal).replace("'", "''") + "'";
  }

  /** A single-user session takes one statement from each line. */
  private static String oneLine(String text) {
    if (text.chars().anyMatch(c -> c < 0x20 || c == '\\')) {
      throw Failure.cannot(
          "prepare the store", "a password has a control character or backslash", "choose another");
    }
    return text;
  }
}
