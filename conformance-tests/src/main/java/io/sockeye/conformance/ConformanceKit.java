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
package io.sockeye.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sockeye.engineio.server.spi.WebServerProvider;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The official JavaScript clients against any server that keeps the contract of the fixture server,
 * or against the fixture server on a web server binding of one's own.
 *
 * <p>Needs Node 18 or newer with npm on the PATH, and a registry of npm packages.
 */
public final class ConformanceKit {
  private static final String USAGE =
      """
      usage: java -jar conformance-kit.jar --url URL [options]
             java -cp conformance-kit.jar:CLASSES io.sockeye.conformance.ConformanceKit \\
                 --provider CLASS [options]

        --url URL          a server that runs and keeps the contract of the fixture server,
                           in mode steady; in mode main the heartbeats alone are checked
        --provider CLASS   starts the fixture server on this WebServerProvider
        --clients LIST     of 1, 2, 3, 4: the generations of the client (all)
        --transports LIST  of polling, websocket, upgrade (all that the provider has)
        --work DIR         where the suites and the clients are put, and kept (a temporary directory)

      The exit code is 0 if every check passed, 1 if one did not, 2 if they could not run.
      """;

  private final PrintStream out;
  private final @Nullable String url;
  private final @Nullable WebServerProvider provider;
  private final Set<Generation> generations;
  private final Set<ClientTransport> transports;
  private final @Nullable Path work;

  ConformanceKit(Map<String, String> options, PrintStream out) {
    this.out = out;
    this.url = options.get("--url");
    String type = options.get("--provider");
    if ((url == null) == (type == null)) {
      throw new IllegalArgumentException("expected: either --url or --provider");
    }
    this.provider = type == null ? null : provider(type);
    this.generations =
        chosen(options, "--clients", EnumSet.allOf(Generation.class), Generation::number);
    Set<ClientTransport> possible =
        provider == null
            ? EnumSet.allOf(ClientTransport.class)
            : ClientTransport.over(provider.transports());
    this.transports = chosen(options, "--transports", possible, ClientTransport::text);
    this.work = options.containsKey("--work") ? Path.of(options.get("--work")) : null;
  }

  /** Runs the kit and exits. */
  public static void main(String[] args) throws InterruptedException {
    int exit;
    try {
      exit = new ConformanceKit(options(args), System.out).run() ? 0 : 1;
    } catch (IllegalArgumentException wrong) {
      System.err.println(wrong.getMessage());
      System.err.print(USAGE);
      exit = 2;
    } catch (IOException impossible) {
      System.err.println(impossible.getMessage());
      exit = 2;
    }
    System.exit(exit);
  }

  /** Makes a map of a command line. */
  static Map<String, String> options(String... args) {
    Set<String> known = Set.of("--url", "--provider", "--clients", "--transports", "--work");
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i < args.length; i += 2) {
      if (!known.contains(args[i])) {
        throw new IllegalArgumentException(
            args[i] + ": no option (expected: one of the following)");
      }
      if (i + 1 == args.length) {
        throw new IllegalArgumentException(args[i] + ": nothing follows (expected: a value)");
      }
      options.put(args[i], args[i + 1]);
    }
    return options;
  }

  /** Those of a list with commas, all of the possible ones if there is none. */
  private static <E extends Enum<E>> Set<E> chosen(
      Map<String, String> options, String option, Set<E> possible, Function<E, String> name) {
    String list = options.get(option);
    if (list == null) {
      return possible;
    }
    List<String> names = List.of(list.split(",", -1));
    Set<E> chosen = EnumSet.copyOf(possible);
    chosen.removeIf(value -> !names.contains(name.apply(value)));
    if (chosen.size() != names.size()) {
      throw new IllegalArgumentException(
          option
              + ": \""
              + list
              + "\" (expected: some of "
              + possible.stream().map(name).toList()
              + ")");
    }
    return chosen;
  }

  private static WebServerProvider provider(String type) {
    try {
      return Class.forName(type)
          .asSubclass(WebServerProvider.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ReflectiveOperationException | ClassCastException unusable) {
      throw new IllegalArgumentException(
          "--provider: "
              + type
              + " (expected: a WebServerProvider on the class path, with a public constructor without"
              + " arguments): "
              + unusable,
          unusable);
    }
  }

  /** Runs the kit; returns whether every check passed. */
  boolean run() throws IOException, InterruptedException {
    if (work != null) {
      return run(NodeSuites.unpack(work));
    }
    Path temporary = Files.createTempDirectory("conformance-kit");
    try {
      return run(NodeSuites.unpack(temporary));
    } finally {
      delete(temporary);
    }
  }

  private boolean run(NodeSuites suites) throws IOException, InterruptedException {
    if (provider == null) {
      return run(suites, "server", modeOf(Objects.requireNonNull(url)));
    }
    List<FixtureServer> servers = new ArrayList<>();
    try {
      Map<Fixture, String> urls = new EnumMap<>(Fixture.class);
      for (Fixture fixture : Fixture.values()) {
        FixtureServer server =
            FixtureServer.start(
                fixture.environment(Map.of("PORT", "0")),
                (options, handlers) -> provider.start(options, List.of(handlers)));
        servers.add(server);
        urls.put(fixture, "http://127.0.0.1:" + server.port());
      }
      return run(suites, provider.name(), urls);
    } finally {
      servers.forEach(FixtureServer::stop);
    }
  }

  private boolean run(NodeSuites suites, String host, Map<Fixture, String> urls)
      throws IOException, InterruptedException {
    List<Cell> clients = new ArrayList<>(Cell.clients(generations, transports));
    List<Cell> others = new ArrayList<>(Cell.others(generations, transports));
    clients.removeIf(cell -> !urls.containsKey(cell.fixture()));
    others.removeIf(cell -> !urls.containsKey(cell.fixture()));
    List<Cell> cells = new ArrayList<>(clients);
    cells.addAll(others);
    MatrixRow row = MatrixRow.run(host, cells, urls, suites, out::println);
    for (Check failure : row.failures()) {
      out.println("not ok - " + failure.name() + "\n" + failure.detail());
    }
    for (List<Cell> columns : List.of(clients, others)) {
      if (!columns.isEmpty()) {
        out.println("\n" + MatrixTable.of(columns, List.of(row)));
      }
    }
    return row.failures().isEmpty();
  }

  /** The mode of a server that runs: it says what it is. */
  private static Map<Fixture, String> modeOf(String url) throws IOException, InterruptedException {
    URI metrics = URI.create(url + "/fixture/metrics");
    HttpResponse<String> answer;
    try {
      answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(metrics).timeout(Duration.ofSeconds(10)).build(),
                  HttpResponse.BodyHandlers.ofString(UTF_8));
    } catch (IOException unreachable) {
      throw new IOException(metrics + ": no answer (expected: a server that runs)", unreachable);
    }
    String mode =
        answer.statusCode() == 200
            ? JsonMapper.shared().readTree(answer.body()).path("mode").asString("none")
            : "status " + answer.statusCode();
    return switch (mode) {
      case "steady" -> Map.of(Fixture.STEADY, url);
      case "main" -> Map.of(Fixture.MAIN, url);
      default ->
          throw new IOException(metrics + ": mode \"" + mode + "\" (expected: steady or main)");
    };
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
