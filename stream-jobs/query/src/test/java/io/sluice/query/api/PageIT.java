package io.sluice.query.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.query.TestService;
import io.sluice.query.TestStore;
import io.sluice.query.TestStore.Row;
import io.sluice.query.cli.QueryCommand;
import io.sluice.query.render.Csv;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;

/** The page in a real browser. */
class PageIT {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final Path SCREENSHOTS = Path.of("target/screenshots");
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** What a browser would run or show as something else, were it not text. */
  private static final String MARKUP = "/<img src=x onerror=document.title='run'><b>bold</b>";

  private static final String SCRIPT_HOST = "<script>document.title='run'</script>.example";

  @TempDir private static Path folder;
  private static TestStore store;
  private static TestService service;
  private static ChromeDriver browser;

  @BeforeAll
  static void start() throws Exception {
    Assumptions.assumeTrue(
        Files.exists(CHROMIUM) && Files.exists(DRIVER),
        "SKIPPED LOUDLY: no chromium and chromium-driver here");
    store = TestStore.started(folder);
    service = new TestService(store).await(true);
    writeTraffic();
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toFile());
    // Its sandbox does not run for root; what it shows here is all ours.
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        "--window-size=1280,900");
    browser =
        new ChromeDriver(
            new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build(),
            options);
    Files.createDirectories(SCREENSHOTS);
  }

  @AfterAll
  static void stop() throws Exception {
    if (browser != null) {
      browser.quit();
    }
    if (service != null) {
      service.close();
      store.close();
    }
  }

  /** An hour of traffic until now, seeded, with single requests of the last minutes. */
  private static void writeTraffic() throws Exception {
    Random random = new Random(20_261_125);
    Instant now = Instant.now().truncatedTo(ChronoUnit.MINUTES);
    List<Row> rows = new ArrayList<>();
    for (int minute = 60; minute > 0; minute--) {
      String window = now.minus(minute, ChronoUnit.MINUTES).toString();
      for (String host : List.of("shop.example", "api.example", SCRIPT_HOST)) {
        boolean isApi = host.startsWith("api");
        rows.add(
            Row.live(window, host, isApi ? "POST" : "GET", 2)
                .of(host.startsWith("<") ? MARKUP : "/items/{int}")
                .by("10.0.0." + (1 + minute % 5))
                .counting(200 + random.nextInt(isApi ? 300 : 100), 0)
                .latencies(random.longs(50, 1_000, isApi ? 90_000 : 40_000)));
      }
      long errors = minute % 7 == 0 ? 90 : 8;
      rows.add(
          Row.live(window, "shop.example", "GET", 4)
              .of("/admin/{int}")
              .by("10.0.0.66")
              .counting(errors, errors)
              .latencies(LongStream.of(700, 800)));
    }
    store.write(rows.toArray(Row[]::new));
    store.execute(
        "INSERT INTO requests (ts, id, sensor, client, client_ip, client_port, server_ip, server_port,"
            + " method, host, target, template, status, request_bytes, response_bytes, latency_us,"
            + " user_agent, referrer, flags)"
            + " SELECT now() - n * interval '2 s', 'r' || n, 's1', '10.0.0.66', '10.0.0.66', 1,"
            + " '10.0.1.1', 80, 'GET', 'shop.example', '/admin/' || n, '/admin/{int}', 404, 100, 1000,"
            + " 700 + n, 'scanner/1.0 <i>', '', '{}' FROM generate_series(0, 200) n");
    store.execute(
        "INSERT INTO requests (ts, id, sensor, client, client_ip, client_port, server_ip, server_port,"
            + " method, host, target, template, status, request_bytes, response_bytes, flags)"
            + " VALUES (now(), 'm', 's1', '10.0.0.1', '10.0.0.1', 1, '10.0.1.1', 80, 'GET', '"
            + SCRIPT_HOST.replace("'", "''")
            + "', '"
            + MARKUP.replace("'", "''")
            + "', '/', 200, 100, 1000, '{}')");
    store.execute(
        "INSERT INTO sensor_health VALUES ('s1', 'a', 0, now() - interval '10 s', now(), false, 'eth0', '1',"
            + " '{kernel,ring,decode,reassembly,events}', '{frames,frames,frames,bytes,events}',"
            + " '{seen,kept,read,payload,emitted_and_carried_over}', '{900000,300000,299990,80000000,51123}',"
            + " '{0,0,0,0,120}', '{kernel,kernel,kernel,kernel,ring,ring,decode,decode,reassembly,reassembly,events,events}',"
            + " '{kept,filtered_not_tcp,filtered_no_http,filtered_no_session,read,dropped,segments,undecodable_short,delivered,duplicate,acknowledged,failed_queue_full}',"
            + " '{300000,200000,250000,150000,299990,10,299989,1,79990000,10000,51000,3}')");
    store.execute(
        "INSERT INTO stream_ledger VALUES (now(), 98765, 3600, 0, 120, 0, 3, 0, 41, 7, 94994, 0, 0)");
  }

  @Test
  void shouldShowWhatCameFromTheWireAsText() {
    open("/");
    assertThat(text("hosts")).contains(SCRIPT_HOST);
    assertThat(text("urls")).contains(SCRIPT_HOST + MARKUP);
    assertThat(text("tail")).contains(SCRIPT_HOST + MARKUP);
    assertThat(browser.findElements(By.cssSelector("main img, main b, main i, main script")))
        .isEmpty();
    assertThat(browser.getTitle()).isEqualTo("Sluice");
    browser.findElement(By.xpath("//table[@id='hosts']//button[contains(., '<script>')]")).click();
    await("the filter", () -> text("filters").equals("host " + SCRIPT_HOST + " ✕"));
    assertThat(browser.getTitle()).isEqualTo("Sluice");
    assertNothingLogged();
  }

  @Test
  void shouldFilterEverythingByAClickAndGoBack() {
    open("/?since=6h");
    button("hosts", "shop.example").click();
    await("one host", () -> rows("hosts") == 1 && rows("clients") > 0);
    assertThat(address()).isEqualTo("?since=6h&host=shop.example");
    assertThat(text("urls")).doesNotContain("api.example").contains("/admin/{int}");

    button("urls", "/admin/{int}").click();
    await("one path", () -> rows("urls") == 1 && text("status").contains("4xx"));
    assertThat(address()).isEqualTo("?since=6h&host=shop.example&template=/admin/{int}");
    assertThat(text("total-requests")).isEqualTo("1,136");

    browser.navigate().back();
    await("all paths", () -> rows("urls") == 2);
    assertThat(address()).isEqualTo("?since=6h&host=shop.example");

    button("clients", "10.0.0.66").click();
    await("single requests", () -> text("total-requests").equals("201"));
    assertThat(address()).isEqualTo("?since=6h&host=shop.example&client=10.0.0.66");
    assertThat(text("hours")).contains("single requests");
    assertThat(text("agents")).contains("scanner/1.0 <i>");
    assertThat(text("bursts")).contains("404");
    assertNothingLogged();
  }

  /** An address that somebody sent shows the same, and everything can be done without a mouse. */
  @Test
  void shouldReadTheAddressAndObeyTheKeyboard() {
    open("/?since=1d&host=api.example&method=POST");
    assertThat(text("filters")).isEqualTo("host api.example ✕\nmethod POST ✕");
    assertThat(rows("hosts")).isEqualTo(1);
    WebElement body = browser.findElement(By.tagName("body"));
    body.sendKeys(Keys.ESCAPE);
    await("no method", () -> address().equals("?since=1d&host=api.example"));
    body.sendKeys(Keys.ESCAPE);
    await("no filter", () -> address().equals("?since=1d") && rows("hosts") > 2);

    WebElement first = browser.findElement(By.cssSelector("#status tbody button"));
    for (int i = 0; i < 40 && !focused().equals(first); i++) {
      focused().sendKeys(Keys.TAB);
    }
    assertThat(focused()).isEqualTo(first);
    focused().sendKeys(Keys.ENTER);
    await("one class", () -> address().equals("?since=1d&status=2xx") && rows("status") == 1);
  }

  /** What has the focus is made anew with each answer, and keeps it. */
  @Test
  void shouldKeepTheFocusOfWhoUsesTheKeyboard() {
    open("/?host=shop.example&method=GET&client=10.0.0.66");
    Supplier<String> key = () -> focused().getAttribute("data-key");
    focus("#filters button:nth-of-type(2)");
    String before = text("state");
    await("another answer", () -> !text("state").equals(before));
    assertThat(key.get()).isEqualTo("method");
    focused().sendKeys(Keys.ENTER);
    await("no method", () -> address().equals("?since=1h&host=shop.example&client=10.0.0.66"));
    assertThat(key.get()).isEqualTo("host");
    focused().sendKeys(Keys.ENTER);
    await("no host", () -> address().equals("?since=1h&client=10.0.0.66"));
    focused().sendKeys(Keys.ENTER);
    await("no filter", () -> address().equals("?since=1h"));
    assertThat(focused().getAttribute("id")).isEqualTo("range");

    open("/?since=1h&host=shop.example");
    WebElement from = browser.findElement(By.id("from"));
    from.sendKeys(Keys.ESCAPE);
    assertThat(address()).isEqualTo("?since=1h&host=shop.example");
  }

  /** What can't be told apart by a filter does not look as if it were. */
  @Test
  void shouldSayWhatAFilterDoesNotReach() {
    open("/?since=1h&host=shop.example");
    assertThat(heading("rare")).isEqualTo("Rare hosts");
    assertThat(heading("packets")).isEqualTo("Where packets went of any host");
    open("/?since=1h&host=shop.example&method=GET");
    assertThat(heading("rare")).isEqualTo("Rare hosts of any method");
    assertThat(heading("packets")).isEqualTo("Where packets went of any host, method");
  }

  private static String heading(String id) {
    return browser.findElement(By.xpath("//section[.//*[@id='" + id + "']]/h2")).getText();
  }

  @Test
  void shouldSayThatNothingWasSeen() {
    open("/?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z");
    assertThat(text("empty")).isEqualTo("Nothing was seen in this time. Show everything");
    assertThat(text("total-requests")).isEqualTo("0");
    assertThat(text("hosts")).endsWith("nothing");
    assertThat(text("tail-kind")).isEqualTo("Newest requests of this time");
    browser.findElement(By.id("everything")).click();
    await("everything", () -> rows("hosts") > 2);
    assertThat(address()).isEqualTo("?since=");
    assertThat(text("empty")).isEmpty();
    open("/?since=&host=nobody.example");
    assertThat(text("empty")).isEqualTo("Nothing like this was seen yet.");
    assertNothingLogged();
  }

  /**
   * It says so in its own words, shows that what is still there may be old, and goes on by itself.
   */
  @Test
  void shouldSayThatTheStoreOrTheServiceIsAway(@TempDir Path other) throws Exception {
    try (TestStore otherStore = TestStore.started(other)) {
      try (TestService otherService = new TestService(otherStore).await(true)) {
        browser.get(otherService.url("/").toString());
        await("the first answers", () -> text("state").startsWith("updated"));
        assertThat(text("empty")).startsWith("Nothing was seen in this time.");
        assertThat(isDimmed()).isFalse();

        otherStore.close();
        await("trouble", () -> text("state").startsWith("cannot reach the store: "));
        assertThat(isDimmed()).isTrue();
        otherStore.start();
        await("the store again", () -> text("state").startsWith("updated"));
        assertThat(isDimmed()).isFalse();
      }
      await(
          "trouble", () -> text("state").equals("the query service does not answer; trying again"));
      assertThat(isDimmed()).isTrue();
    }
    browser.get("about:blank");
    // What the browser itself says of answers that did not come.
    assertThat(browser.manage().logs().get(LogType.BROWSER).getAll())
        .allMatch(entry -> entry.getMessage().contains("Failed to load resource"));
  }

  private static boolean isDimmed() {
    return (Boolean)
        browser.executeScript(
            "return getComputedStyle(document.querySelector('main')).opacity < 1");
  }

  @Test
  void shouldShowWhatIsNewWithoutBeingAsked() throws Exception {
    open("/");
    assertThat(text("tail")).doesNotContain("/just/now");
    store.execute(
        "INSERT INTO requests SELECT now() + interval '1 s', 'new', sensor, '10.0.0.7', client_ip, client_port,"
            + " server_ip, server_port, method, host, '/just/now', template, status, request_bytes,"
            + " response_bytes, latency_us, duration_us, user_agent, referrer, flags"
            + " FROM requests WHERE id = 'r1'");
    await("the new request", () -> text("tail").contains("/just/now"));
    store.write(
        Row.live(
                Instant.now().minusSeconds(10).truncatedTo(ChronoUnit.SECONDS).toString(),
                "new.example",
                "GET",
                2)
            .counting(1_000_000, 0));
    await("the new host", () -> text("hosts").contains("new.example"));
  }

  /**
   * Of the same question: as the page shows them, as the command line prints them, by SQL. Only
   * quantiles of sketches are not to be had by SQL.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "hosts; host; requests errors sent p95",
        "urls; host || path; requests errors sent mean",
        "methods; method; requests errors mean",
        "status; status_class || 'xx'; requests sent mean",
        "clients; ; requests",
      })
  void shouldShowWhatTheCommandLineAndSqlGive(String question, String key, String shown)
      throws Exception {
    service.writeInstance(folder);
    open("/?since=");
    List<String> columns = List.of(shown.split(" "));
    Map<String, List<String>> page = new TreeMap<>();
    for (WebElement row : browser.findElements(By.cssSelector("#" + question + " tbody tr"))) {
      List<String> cells =
          row.findElements(By.tagName("td")).stream().map(WebElement::getText).toList();
      page.put(cells.getFirst(), cells.subList(1, cells.size()));
    }
    assertThat(page).hasSizeGreaterThan(1);

    int keys = question.equals("urls") ? 2 : 1;
    assertThat(shown(commandLine(question, "--limit", "10"), keys, columns)).isEqualTo(page);

    String sql =
        key == null
            ? "SELECT c, sum(n)::bigint AS requests"
                + " FROM visible_totals, unnest(clients, client_requests) AS l (c, n)"
                + " WHERE window_seconds = 10 GROUP BY 1"
            : "SELECT "
                + key
                + ", sum(requests)::bigint AS requests, sum(errors)::bigint AS errors,"
                + " sum(response_bytes)::bigint AS response_bytes,"
                + " div(sum(latency_sum_us), nullif(sum(latency_count), 0)) AS mean_us"
                + " FROM visible_stats WHERE window_seconds = 10 GROUP BY 1";
    List<String> selectable = columns.stream().filter(c -> !c.equals("p95")).toList();
    page.replaceAll((name, cells) -> cells.subList(0, selectable.size()));
    assertThat(shown(commandLine("sql", sql), 1, selectable)).isEqualTo(page);
  }

  /** By name, the rows of an answer as the page writes such numbers. */
  private static Map<String, List<String>> shown(String csv, int keys, List<String> columns) {
    List<List<String>> lines = Csv.read(csv);
    List<String> heads = lines.getFirst();
    Map<String, List<String>> rows = new TreeMap<>();
    for (List<String> line : lines.subList(1, lines.size())) {
      Function<String, String> value = name -> line.get(heads.indexOf(name));
      rows.put(
          String.join("", line.subList(0, keys)),
          columns.stream().map(column -> shown(column, value)).toList());
    }
    return rows;
  }

  private static String shown(String column, Function<String, String> value) {
    return switch (column) {
      case "requests", "clients" -> format("count", value.apply(column));
      case "errors" -> format("share", value.apply("errors"), value.apply("requests"));
      case "sent" -> format("bytes", value.apply("response_bytes"));
      case "mean", "p95" -> format("micros", value.apply(column + "_us"));
      default -> throw new AssertionError(column);
    };
  }

  /** By the page's own function; values are whole numbers, or empty for none. */
  private static String format(String function, String... values) {
    String arguments =
        Stream.of(values).map(v -> v.isEmpty() ? "null" : v).collect(Collectors.joining(", "));
    return (String)
        browser.executeAsyncScript(
            "const done = arguments[0];"
                + " import('/text.js').then((m) => done(m.%s(%s)))".formatted(function, arguments));
  }

  /** All of it in one row, and of one client, whose quantiles SQL can tell from single requests. */
  @ParameterizedTest
  @CsvSource({"'', false", "10.0.0.66, true"})
  void shouldShowTheSameTotals(String client, boolean isSingle) throws Exception {
    service.writeInstance(folder);
    open("/?since=" + (isSingle ? "&client=" + client : ""));
    List<String> columns = List.of("requests", "errors", "sent", "p95", "clients");
    List<String> page =
        Stream.of("requests", "errors", "bytes", "latency", "clients")
            .map(tile -> text("total-" + tile))
            .toList();

    String answer = isSingle ? commandLine("total", "--client", client) : commandLine("total");
    assertThat(shown(answer, 0, columns).get("")).isEqualTo(page);

    String sql =
        isSingle
            ? "SELECT count(*) AS requests, count(*) FILTER (WHERE status >= 400) AS errors,"
                + " sum(response_bytes)::bigint AS response_bytes, percentile_disc(0.95)"
                + " WITHIN GROUP (ORDER BY latency_us) AS p95_us, count(DISTINCT client) AS clients"
                + " FROM requests WHERE client = '"
                + client
                + "'"
            : "SELECT sum(requests)::bigint AS requests, sum(errors)::bigint AS errors,"
                + " sum(response_bytes)::bigint AS response_bytes"
                + " FROM visible_totals WHERE window_seconds = 10";
    int selectable = isSingle ? 5 : 3;
    assertThat(shown(commandLine("sql", sql), 0, columns.subList(0, selectable)).get(""))
        .isEqualTo(page.subList(0, selectable));
  }

  private static String commandLine(String... arguments) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      String[] all =
          Stream.concat(Stream.of(arguments), Stream.of("--csv", "--data-dir", folder.toString()))
              .toArray(String[]::new);
      assertThat(QueryCommand.run(all)).isEqualTo(0);
    } finally {
      System.setOut(before);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void shouldDrawWherePacketsWent() {
    open("/");
    assertThat(text("sensors")).contains("s1");
    assertThat(text("packets"))
        .contains("kernel: seen, frames\n900,000", "filtered not tcp\n200,000 (22.2 %)")
        .contains("ring: kept, frames\n300,000", "dropped\n10 (< 0.1 %)")
        .contains("events: emitted and carried over, events\n51,123", "pending\n120 (0.2 %)");
    assertThat(text("ledger")).contains("too late\n7 (< 0.1 %)");
    // Bars are as long as the numbers say, and what is there at all can be seen.
    assertThat(number("return document.querySelector('#packets .lost').offsetWidth"))
        .isBetween(3L, 20L);
    assertThat(
            number(
                "const f = document.querySelector('#packets .flow');"
                    + " return Math.round(300 * f.children[0].offsetWidth / f.offsetWidth)"))
        .isBetween(95L, 105L);
    // Two ways beside each other don't look like one.
    assertThat(
            number(
                "const color = (e) => getComputedStyle(e).backgroundColor;"
                    + " return [...document.querySelectorAll('.flow span + span')]"
                    + ".filter((e) => color(e) === color(e.previousSibling)).length"))
        .isZero();
  }

  /** To be looked at; that nothing is wider than the screen is checked here. */
  @ParameterizedTest
  @CsvSource({"1280, light", "1280, dark", "400, light", "400, dark"})
  void shouldFitTheScreen(int width, String scheme) throws IOException {
    browser.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
    browser.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    open("/");
    long page = number("return document.documentElement.scrollWidth");
    assertThat(page).isLessThanOrEqualTo(width);
    String background =
        (String) browser.executeScript("return getComputedStyle(document.body).backgroundColor");
    assertThat(background)
        .isEqualTo(scheme.equals("dark") ? "rgb(13, 17, 23)" : "rgb(246, 248, 250)");
    await(
        "the charts",
        () ->
            number(
                    "return [...document.querySelectorAll('canvas')].filter((c) => c.getContext('2d')"
                        + ".getImageData(0, 0, c.width, c.height).data.some((v) => v > 0)).length")
                == 2);
    Map<String, Object> picture =
        browser.executeCdpCommand(
            "Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true));
    Files.write(
        SCREENSHOTS.resolve("page-" + width + "-" + scheme + ".png"),
        Base64.getDecoder().decode((String) picture.get("data")));
    browser.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
    assertNothingLogged();
  }

  private static void open(String path) {
    URI url = service.url(path);
    browser.get(url.toString());
    await("the first answers", () -> text("state").startsWith("updated"));
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!isTrue(condition)) {
      assertThat(System.nanoTime() - deadline)
          .as("awaiting %s; the page is at %s: %s", what, address(), text("state"))
          .isNegative();
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static boolean isTrue(BooleanSupplier condition) {
    try {
      return condition.getAsBoolean();
    } catch (StaleElementReferenceException e) {
      return false; // The page replaced it meanwhile.
    }
  }

  private static String text(String id) {
    return browser.findElement(By.id(id)).getText();
  }

  private static long rows(String table) {
    return browser.findElements(By.cssSelector("#" + table + " tbody button")).size();
  }

  private static WebElement button(String table, String text) {
    return browser.findElements(By.cssSelector("#" + table + " tbody button")).stream()
        .filter(b -> b.getText().equals(text))
        .findFirst()
        .orElseThrow(() -> new AssertionError(table + " has no " + text));
  }

  private static void focus(String selector) {
    browser.executeScript("document.querySelector(arguments[0]).focus()", selector);
  }

  private static WebElement focused() {
    return browser.switchTo().activeElement();
  }

  private static String address() {
    String query = (String) browser.executeScript("return location.search");
    return URLDecoder.decode(query, StandardCharsets.UTF_8);
  }

  private static long number(String script) {
    return (Long) browser.executeScript(script);
  }

  /** No script failed, and nothing was refused by the policy of what may be loaded. */
  private static void assertNothingLogged() {
    assertThat(browser.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
  }
}
