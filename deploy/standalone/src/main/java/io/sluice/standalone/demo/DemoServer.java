package io.sluice.standalone.demo;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;

/** The demo's web server, a process of its own in the server's namespace. */
public final class DemoServer {
  public static final int PORT = 80;

  private DemoServer() {}

  /**
   * @param args a file to make when it listens
   */
  public static void main(String[] args) throws IOException {
    final HttpServer server =
        HttpServer.create(new InetSocketAddress(DemoNetwork.SERVER_ADDRESS, PORT), 64);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", DemoSite::answer);
    server.start();
    Files.writeString(Path.of(args[0]), "listening\n");
  }
}
