package io.sluice.standalone;

import java.nio.file.Files;
import java.nio.file.Path;
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

  @Override
  public void close() {
    browser.quit();
  }
}
