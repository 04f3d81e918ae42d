package io.sluice.standalone;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openqa.selenium.By;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** The query service's page in a real browser. */
final class Page implements AutoCloseable {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

  private final ChromeDriver browser;

  Page(String url) {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toFile());
    // Its sandbox does not run for root; what it shows here is all ours.
    options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu");
    options.addArguments("--disable-dev-shm-usage", "--window-size=1280,900");
    browser =
        new ChromeDriver(
            new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build(),
            options);
    browser.get(url);
  }

  static boolean isBrowserThere() {
    return Files.exists(CHROMIUM) && Files.exists(DRIVER);
  }

  String text(String id) {
    return browser.findElement(By.id(id)).getText();
  }

  /** By their names, the requests of a table's rows. */
  Map<String, Long> requests(String table) {
    List<?> rows =
        (List<?>)
            browser.executeScript(
                "return [...document.querySelectorAll('#' + arguments[0] + ' tbody tr')]"
                    + ".filter((row) => row.cells.length > 1)"
                    + ".map((row) => [row.cells[0].textContent, row.cells[1].textContent])",
                table);
    Map<String, Long> requests = new TreeMap<>();
    for (Object row : rows) {
      List<?> cells = (List<?>) row;
      requests.put(
          cells.get(0).toString().replace("(none)", ""),
          Long.valueOf(cells.get(1).toString().replace(",", "")));
    }
    return requests;
  }

  @Override
  public void close() {
    browser.quit();
  }
}
