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
package io.sockeye.benchmarks;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures what a broadcast costs that goes through a message queue, of several clusters in turn.
 * Each cluster has two nodes with the events of {@link BenchServer} and as many clients on either;
 * one client of the first node sends {@code broadcast}, which all clients of both get.
 *
 * <pre>{@code
 * java -cp bench-server.jar io.sockeye.benchmarks.ClusterLoad --broker 100
 *     --cluster java,http://127.0.0.1:3000/socket.io/,101,http://127.0.0.1:3001/socket.io/,102
 *     --cluster node,http://127.0.0.1:3002/socket.io/,103,http://127.0.0.1:3003/socket.io/,104
 * }</pre>
 *
 * <p>A cluster is a name, and the URL and the process of each node. {@code --broker} is the process
 * of the message queue, {@code --connections} how many clients each node has (500), {@code --ahead}
 * how many messages may be under way before all clients have got the first of them (16), {@code
 * --rounds} how often each cluster is measured (3), {@code --warmup} and {@code --seconds} how long
 * (3, 5), {@code --payload} is {@code short} or {@code object}. Before its first round each cluster
 * has the load for {@code --settle} seconds (30): as long compilers take much of a new JVM's time.
 *
 * <p>For each round prints the deliveries per second, the microseconds of processor time for a
 * delivery that both nodes took together, how much the broker took besides, and whether every
 * client has got every message; then the medians, and how those of the other clusters compare with
 * those of the first.
 */
public final class ClusterLoad {
  private static final int CONNECTING_AT_A_TIME = 100;

  private final Options options;
  private final LoadLoop loop;
  private final Cluster cluster;
  private final ByteBuffer message;
  private final List<List<Member>> nodes = new ArrayList<>();

  private int joined;
  private long sent;
  private long deliveries;
  private boolean sending = true;

  private ClusterLoad(Options options, LoadLoop loop, Cluster cluster) throws IOException {
    this.options = options;
    this.loop = loop;
    this.cluster = cluster;
    this.message = WebSocketChannel.textFrame("42[\"broadcast\"," + options.payload().json() + "]");
    for (Node node : cluster.nodes()) {
      List<Member> members = new ArrayList<>();
      for (int i = 0; i < options.connections(); i++) {
        members.add(new Member(node));
      }
      nodes.add(members);
    }
  }

  /** Measures all clusters in turn. */
  public static void main(String[] arguments) throws IOException {
    Options options;
    try {
      options = Options.parse(arguments);
    } catch (IllegalArgumentException wrong) {
      System.err.println(wrong.getMessage());
      System.exit(2);
      return;
    }
    Map<Cluster, List<Result>> results = new LinkedHashMap<>();
    for (int round = 0; round < options.rounds(); round++) {
      for (Cluster cluster : options.clusters()) {
        double warmup = round == 0 ? options.settle() : options.warmup();
        try (LoadLoop loop = new LoadLoop(cluster.nodes().get(0).address())) {
          Result result = new ClusterLoad(options, loop, cluster).run(warmup);
          results.computeIfAbsent(cluster, first -> new ArrayList<>()).add(result);
          System.out.println(cluster.name() + ": " + result);
        } catch (IOException failed) {
          System.out.println(cluster.name() + ": failed: " + failed.getMessage());
          System.exit(1);
        }
      }
    }
    Result first = Result.median(results.values().iterator().next());
    results.forEach(
        (cluster, all) -> {
          Result median = Result.median(all);
          System.out.printf(
              Locale.ROOT,
              "%s, median of %d: %s; %.2f x %s, with the broker %.2f x%n",
              cluster.name(),
              all.size(),
              median,
              median.servers() / first.servers(),
              options.clusters().get(0).name(),
              median.withBroker() / first.withBroker());
        });
  }

  private Result run(double warmup) throws IOException {
    int opened = 0;
    for (List<Member> members : nodes) {
      for (Member member : members) {
        int enough = ++opened - CONNECTING_AT_A_TIME;
        member.open();
        loop.await("connections", () -> joined >= enough);
      }
    }
    int all = opened;
    loop.await("connections", () -> joined == all);
    for (int i = 0; i < options.ahead(); i++) {
      speak();
    }
    loop.run(warmup);
    Reading before = read();
    loop.run(options.seconds());
    Reading after = read();
    sending = false;
    loop.await("last delivery", () -> deliveries >= sent * all);
    loop.run(0.1); // what should not come would come now
    boolean complete = true;
    for (List<Member> members : nodes) {
      for (Member member : members) {
        complete &= member.received == sent;
      }
    }
    for (List<Member> members : nodes) {
      for (Member member : members) {
        member.finish();
      }
    }
    loop.run(0.5);
    return before.until(after, complete);
  }

  private void speak() throws IOException {
    sent++;
    nodes.get(0).get(0).send(message.duplicate());
  }

  private Reading read() throws IOException {
    long servers = 0;
    for (Node node : cluster.nodes()) {
      servers += node.process().cpuMicros();
    }
    return new Reading(System.nanoTime(), deliveries, servers, options.broker().cpuMicros());
  }

  /** A client on one of the nodes. */
  private final class Member extends SocketIoChannel {
    long received;

    Member(Node node) throws IOException {
      super(
          ClusterLoad.this.loop,
          node.address(),
          node.url().getRawPath() + "?EIO=4&transport=websocket");
    }

    @Override
    void joined() {
      joined++;
    }

    @Override
    void event() throws IOException {
      received++;
      if (++deliveries % ((long) options.connections() * nodes.size()) == 0 && sending) {
        speak();
      }
    }
  }

  private record Reading(long nanos, long deliveries, long serverMicros, long brokerMicros) {
    Result until(Reading end, boolean complete) throws IOException {
      double count = end.deliveries - deliveries;
      if (count == 0) {
        throw new IOException("no deliveries");
      }
      return new Result(
          count * 1e9 / (end.nanos - nanos),
          (end.serverMicros - serverMicros) / count,
          (end.brokerMicros - brokerMicros) / count,
          complete);
    }
  }

  /**
   * What a round has shown.
   *
   * @param rate deliveries per second
   * @param servers microseconds of both nodes for each
   * @param broker microseconds of the broker for each
   * @param complete whether every client has got every message once
   */
  private record Result(double rate, double servers, double broker, boolean complete) {
    double withBroker() {
      return servers + broker;
    }

    static Result median(List<Result> results) {
      return new Result(
          median(results.stream().mapToDouble(Result::rate).sorted().toArray()),
          median(results.stream().mapToDouble(Result::servers).sorted().toArray()),
          median(results.stream().mapToDouble(Result::broker).sorted().toArray()),
          results.stream().allMatch(Result::complete));
    }

    private static double median(double[] sorted) {
      int middle = sorted.length / 2;
      return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%.0f/s, %.2f us, broker %.3f us, %s",
          rate,
          servers,
          broker,
          complete ? "complete" : "INCOMPLETE");
    }
  }

  private record Cluster(String name, List<Node> nodes) {
    static Cluster parse(String text) {
      String[] parts = text.split(",", -1);
      if (parts.length != 5) {
        throw new IllegalArgumentException(
            "--cluster: " + text + " (expected: name,url,process,url,process)");
      }
      return new Cluster(
          parts[0], List.of(Node.parse(parts[1], parts[2]), Node.parse(parts[3], parts[4])));
    }
  }

  private record Node(URI url, InetSocketAddress address, ServerProcess process) {
    static Node parse(String text, String pid) {
      URI url = URI.create(text);
      InetSocketAddress address = new InetSocketAddress(url.getHost(), url.getPort());
      return new Node(url, address, new ServerProcess(Long.parseLong(pid)));
    }
  }

  private record Options(
      List<Cluster> clusters,
      ServerProcess broker,
      int connections,
      int ahead,
      int rounds,
      LoadOptions.Payload payload,
      double settle,
      double warmup,
      double seconds) {

    /**
     * Reads {@code --name value} pairs.
     *
     * @throws IllegalArgumentException if one is not known or not valid
     */
    static Options parse(String[] arguments) {
      List<Cluster> clusters = new ArrayList<>();
      List<String> others = new ArrayList<>();
      for (int i = 0; i + 1 < arguments.length; i += 2) {
        if (arguments[i].equals("--cluster")) {
          clusters.add(Cluster.parse(arguments[i + 1]));
        } else {
          others.addAll(List.of(arguments[i], arguments[i + 1]));
        }
      }
      Map<String, String> values = LoadOptions.pairs(others);
      Options options =
          new Options(
              clusters,
              new ServerProcess(Long.parseLong(LoadOptions.take(values, "broker", "0"))),
              Integer.parseInt(LoadOptions.take(values, "connections", "500")),
              Integer.parseInt(LoadOptions.take(values, "ahead", "16")),
              Integer.parseInt(LoadOptions.take(values, "rounds", "3")),
              LoadOptions.Payload.valueOf(
                  LoadOptions.take(values, "payload", "short").toUpperCase(Locale.ROOT)),
              Double.parseDouble(LoadOptions.take(values, "settle", "30")),
              Double.parseDouble(LoadOptions.take(values, "warmup", "3")),
              Double.parseDouble(LoadOptions.take(values, "seconds", "5")));
      if (!values.isEmpty()) {
        throw new IllegalArgumentException(values.keySet() + ": not known");
      }
      if (clusters.isEmpty() || options.payload().isBinary()) {
        throw new IllegalArgumentException(
            "--cluster: none, or a binary payload (expected: one or more, and text)");
      }
      return options;
    }
  }
}
