/*
 * Copyright 2026 the Sockeye authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
package io.sockeye.examples.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Starts the whole cluster: Redis, unless REDIS_URL says where there is one, two nodes, and nginx
 * on PORT (8080), and ends all of them with itself.
 */
public final class ClusterExample {
  private final List<Child> children = new ArrayList<>();
  private final Path directory;
  private volatile boolean stopping;

  private ClusterExample(Path directory) {
    this.directory = directory;
  }

  /** Serves until the process is told to end. */
  public static void main(String[] args) throws IOException, InterruptedException {
    // The workers of nginx may be another user.
    ClusterExample cluster =
        new ClusterExample(
            Files.createTempDirectory(
                "sockeye-cluster",
                PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rwxr-xr-x"))));
    Runtime.getRuntime().addShutdownHook(new Thread(cluster::stop, "cluster-stop"));
    try {
      cluster.start(System.getenv());
      cluster.awaitEnd();
    } finally {
      cluster.stop();
    }
  }

  private void start(Map<String, String> environment) throws IOException, InterruptedException {
    String nginx = Child.program("nginx", "Debian: apt-get install nginx");
    String redis = environment.get("REDIS_URL");
    if (redis == null) {
      redis = startRedis();
    }
    int portOfA = freePort();
    int portOfB = freePort();
    Child a = startNode("a", portOfA, redis);
    Child b = startNode("b", portOfB, redis);
    a.awaitReady();
    b.awaitReady();
    int wanted = Integer.parseInt(environment.getOrDefault("PORT", "8080"));
    int port = wanted == 0 ? freePort() : wanted;
    startNginx(nginx, port, portOfA, portOfB).awaitReady();
    System.out.println(
        "The cluster is on http://127.0.0.1:" + port + "/ (open it in several windows)");
  }

  private String startRedis() throws IOException, InterruptedException {
    String program =
        Child.program(
            "redis-server", "Debian: apt-get install redis-server; or REDIS_URL says where one is");
    int port = freePort();
    List<String> command = new ArrayList<>(List.of(program, "--bind", "127.0.0.1"));
    command.addAll(List.of("--port", String.valueOf(port), "--save", ""));
    command.addAll(List.of("--dir", directory.toString()));
    add(Child.start("redis", command, Map.of(), "Ready to accept connections")).awaitReady();
    return "redis://127.0.0.1:" + port;
  }

  private Child startNode(String name, int port, String redis) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            classPath(),
            ClusterNode.class.getName());
    Map<String, String> environment =
        Map.of("NODE", name, "PORT", String.valueOf(port), "REDIS_URL", redis);
    return add(Child.start("node " + name, command, environment, "Listening on "));
  }

  private Child startNginx(String program, int port, int portOfA, int portOfB) throws IOException {
    String config =
        resource("nginx-sid.conf")
            .replace("listen 8080;", "listen 127.0.0.1:" + port + ";")
            .replace("127.0.0.1:5001", "127.0.0.1:" + portOfA)
            .replace("127.0.0.1:5002", "127.0.0.1:" + portOfB);
    Files.writeString(directory.resolve("sockeye.conf"), config);
    // What /etc/nginx/nginx.conf is elsewhere: it includes the file.
    Files.writeString(
        directory.resolve("nginx.conf"),
        """
        daemon off;
        pid nginx.pid;
        error_log stderr notice;
        events {}
        http {
          access_log off;
          client_body_temp_path body;
          proxy_temp_path proxy;
          fastcgi_temp_path fastcgi;
          uwsgi_temp_path uwsgi;
          scgi_temp_path scgi;
          include sockeye.conf;
        }
        """);
    List<String> command =
        List.of(program, "-p", directory.toString(), "-c", "nginx.conf", "-e", "stderr");
    return add(Child.start("nginx", command, Map.of(), "start worker process \\d+"));
  }

  private synchronized Child add(Child child) throws IOException {
    children.add(child);
    if (stopping) {
      throw new IOException("stopped while it starts");
    }
    return child;
  }

  /** Waits until one of the processes has ended: because all were told to, or by a mishap. */
  private void awaitEnd() {
    CompletableFuture<?>[] ends;
    synchronized (this) {
      ends = children.stream().map(Child::onExit).toArray(CompletableFuture<?>[]::new);
    }
    Object first = CompletableFuture.anyOf(ends).join();
    if (!stopping) {
      System.out.println(first + " has ended, and so do the others");
    }
  }

  /** Ends the processes, the last one first, and removes their files. */
  private void stop() {
    stopping = true;
    synchronized (this) {
      stopChildren();
    }
  }

  private void stopChildren() {
    try {
      while (!children.isEmpty()) {
        children.remove(children.size() - 1).stop();
      }
      deleteDirectory();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (IOException failure) {
      System.out.println("Files are left: " + failure);
    }
  }

  private void deleteDirectory() throws IOException {
    if (Files.exists(directory)) {
      try (var files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = ClusterExample.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new FileNotFoundException(name + " is missing from the class path");
      }
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  /** The class path of this class: Maven runs it in its own process, by a class loader. */
  private static String classPath() {
    if (ClusterExample.class.getClassLoader() instanceof URLClassLoader loader) {
      return List.of(loader.getURLs()).stream()
          .map(ClusterExample::path)
          .collect(joining(File.pathSeparator));
    }
    return System.getProperty("java.class.path");
  }

  private static String path(URL url) {
    try {
      return Path.of(url.toURI()).toString();
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
