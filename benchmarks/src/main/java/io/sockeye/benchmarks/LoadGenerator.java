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
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A load generator for Socket.IO servers that have the events of {@link BenchServer}. It writes its
 * frames itself and has one thread, so that it takes little from the server it measures. Prints one
 * line: the mode, messages per second, and, if it is told the server's process, the microseconds of
 * processor time that the server spent on each.
 *
 * <pre>{@code
 * java -cp bench-server.jar io.sockeye.benchmarks.LoadGenerator
 *     --url http://127.0.0.1:3000/socket.io/ --pid 1234 --mode echo --outstanding 16
 * }</pre>
 *
 * <p>Modes ({@code --mode}):
 *
 * <ul>
 *   <li>{@code echo}: {@code --connections} clients with {@code --outstanding} requests each;
 *       {@code --payload} is {@code short}, {@code object}, {@code binary1k} or {@code binary64k}
 *   <li>{@code rate}: the same at {@code --rate} requests per second in all; also prints the time
 *       between a request and its answer (median, 99th percentile)
 *   <li>{@code polling}: the same over long-polling, text only
 *   <li>{@code broadcast}: one of {@code --connections} clients sends to all of them, as soon as
 *       they have got what it sent before; counts deliveries
 *   <li>{@code rooms}: the clients are in rooms of ten, and one in each room sends; counts
 *       deliveries
 *   <li>{@code connect}: clients that connect over WebSocket and leave; counts clients
 *   <li>{@code upgrade}: the same over polling, with an upgrade and one request after it
 *   <li>{@code idle}: {@code --connections} clients that do nothing; prints the server's resident
 *       bytes for each of them, and of a Java server the bytes of heap
 * </ul>
 *
 * <p>{@code --warmup} and {@code --seconds} say how long. Idle clients need as many open files, see
 * {@code ulimit -n}.
 */
public final class LoadGenerator {
  private static final int ROOM_SIZE = 10;
  private static final int CONNECTING_AT_A_TIME = 100;

  private final LoadOptions options;
  private final LoadLoop loop;
  private final String webSocketPath;
  private final String pollingPath;
  private final @Nullable ServerProcess server;

  /** Clients that have connected. */
  private int joined;

  /** What the mode counts. */
  private long count;

  /** In mode {@code rate}, the nanoseconds that requests took. */
  private long[] latencies = new long[1 << 16];

  private int latencyCount;

  private LoadGenerator(LoadOptions options, LoadLoop loop) {
    this.options = options;
    this.loop = loop;
    String path = options.url().getRawPath();
    this.webSocketPath = path + "?EIO=4&transport=websocket";
    this.pollingPath = path + "?EIO=4&transport=polling";
    this.server = options.pid() == 0 ? null : new ServerProcess(options.pid());
  }

  /** Measures one mode. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    LoadOptions options;
    try {
      options = LoadOptions.parse(arguments);
    } catch (IllegalArgumentException wrong) {
      System.err.println(wrong.getMessage());
      System.exit(2);
      return;
    }
    int port = options.url().getPort();
    InetAddress host = InetAddress.getByName(options.url().getHost());
    try (LoadLoop loop = new LoadLoop(new InetSocketAddress(host, port < 0 ? 80 : port))) {
      System.out.println(options.label() + ": " + new LoadGenerator(options, loop).run());
    } catch (IOException failed) {
      System.out.println(options.label() + ": failed: " + failed.getMessage());
      System.exit(1);
    }
  }

  private String run() throws IOException, InterruptedException {
    return switch (options.mode()) {
      case "echo" -> echo();
      case "rate" -> rate();
      case "polling" -> polling();
      case "broadcast" -> broadcast();
      case "rooms" -> rooms();
      case "connect", "upgrade" -> connect();
      case "idle" -> idle();
      default -> throw new IOException("not a mode");
    };
  }

  /** Runs warm, then counts. */
  private String measure() throws IOException {
    loop.run(options.warmup());
    Reading before = read();
    loop.run(options.seconds());
    return before.until(read());
  }

  private Reading read() throws IOException {
    return new Reading(System.nanoTime(), count, server == null ? -1 : server.cpuMicros());
  }

  private record Reading(long nanos, long count, long cpuMicros) {
    String until(Reading end) {
      long messages = end.count - count;
      double seconds = (end.nanos - nanos) / 1e9;
      String rate = String.format(Locale.ROOT, "%.0f/s", messages / seconds);
      return cpuMicros < 0 || messages == 0
          ? rate
          : rate
              + String.format(
                  Locale.ROOT, ", %.2f us", (double) (end.cpuMicros - cpuMicros) / messages);
    }
  }

  /** Connects all clients, some at a time. */
  private void openAll(List<? extends LoadChannel> clients) throws IOException {
    int opened = 0;
    for (LoadChannel client : clients) {
      int enough = ++opened - CONNECTING_AT_A_TIME;
      client.open();
      loop.await("connections", () -> joined >= enough);
    }
    loop.await("connections", () -> joined == clients.size());
  }

  /** A client that only connects. */
  private class Client extends SocketIoChannel {
    Client() throws IOException {
      this(webSocketPath);
    }

    Client(String path) throws IOException {
      super(LoadGenerator.this.loop, path);
    }

    @Override
    void joined() throws IOException {
      joined++;
    }
  }

  // ---- echo ----

  private String echo() throws IOException {
    ByteBuffer request = request();
    int size = request.remaining();
    ByteBuffer requests = ByteBuffer.allocateDirect(size * options.outstanding());
    for (int i = 0; i < options.outstanding(); i++) {
      requests.put(request.duplicate());
    }
    List<EchoClient> clients = new ArrayList<>();
    for (int i = 0; i < options.connections(); i++) {
      clients.add(new EchoClient(requests, size));
    }
    openAll(clients);
    for (EchoClient client : clients) {
      client.ask(options.outstanding());
    }
    return measure();
  }

  /** A request as it travels. All have the same id: nothing else is waited for. */
  private ByteBuffer request() {
    LoadOptions.Payload payload = options.payload();
    String array = "[\"" + options.event() + "\"," + payload.json() + "]";
    if (!payload.isBinary()) {
      return WebSocketChannel.textFrame("421" + array);
    }
    ByteBuffer text = WebSocketChannel.textFrame("451-1" + array);
    ByteBuffer binary = WebSocketChannel.binaryFrame(payload.attachment());
    return ByteBuffer.allocateDirect(text.remaining() + binary.remaining())
        .put(text)
        .put(binary)
        .flip();
  }

  /** For each acknowledgement sends a request, for several that came together as many at once. */
  private final class EchoClient extends Client {
    private final ByteBuffer requests;
    private final int size;
    private int due;
    private boolean checked;

    EchoClient(ByteBuffer requests, int size) throws IOException {
      this.requests = requests;
      this.size = size;
    }

    void ask(int number) throws IOException {
      send(requests.duplicate().position(0).limit(number * size));
    }

    @Override
    void text(byte[] bytes, int from, int length) throws IOException {
      if (!checked && length > 1 && bytes[from + 1] == '3') {
        checked = true;
        if (options.payload().isBinary() || length < options.payload().json().length() * 9 / 10) {
          throw unexpected(bytes, from, length);
        }
      }
      super.text(bytes, from, length);
    }

    @Override
    void binary(int length) throws IOException {
      if (!checked && length < options.payload().attachment().length) {
        throw new IOException("attachment of " + length + " bytes: not what was sent");
      }
      checked = true;
      super.binary(length);
    }

    @Override
    void acknowledged() {
      count++;
      due++;
    }

    @Override
    void drained() throws IOException {
      if (due > 0) {
        int number = due;
        due = 0;
        ask(number);
      }
    }
  }

  // ---- fixed rate ----

  private String rate() throws IOException {
    List<PacedClient> clients = new ArrayList<>();
    for (int i = 0; i < options.connections(); i++) {
      clients.add(new PacedClient());
    }
    openAll(clients);
    pace(clients, options.warmup());
    latencyCount = 0;
    Reading before = read();
    pace(clients, options.seconds());
    String line = before.until(read());
    long[] sorted = Arrays.copyOf(latencies, latencyCount);
    Arrays.sort(sorted);
    if (sorted.length == 0) {
      throw new IOException("no answers");
    }
    return line
        + String.format(
            Locale.ROOT,
            ", median %d us, 99%% %d us",
            sorted[sorted.length / 2] / 1000,
            sorted[(int) (sorted.length * 0.99)] / 1000);
  }

  private void pace(List<PacedClient> clients, double seconds) throws IOException {
    ByteBuffer request = request();
    long begin = System.nanoTime();
    long length = (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    int sent = 0;
    for (long passed = 0; passed < length; passed = System.nanoTime() - begin) {
      for (; sent < passed / 1e9 * options.rate(); sent++) {
        clients.get(sent % clients.size()).ask(request.duplicate());
      }
      loop.step(1);
    }
  }

  /** Notes how long each request takes. */
  private final class PacedClient extends Client {
    private final Queue<Long> asked = new ArrayDeque<>();

    PacedClient() throws IOException {}

    void ask(ByteBuffer request) throws IOException {
      asked.add(System.nanoTime());
      send(request);
    }

    @Override
    void acknowledged() {
      count++;
      if (latencyCount == latencies.length) {
        latencies = Arrays.copyOf(latencies, 2 * latencyCount);
      }
      latencies[latencyCount++] = System.nanoTime() - asked.remove();
    }
  }

  // ---- broadcast, rooms ----

  private String broadcast() throws IOException {
    Audience everybody =
        new Audience(options.connections(), "42[\"broadcast\"," + options.payload().json() + "]");
    openAll(everybody.members);
    everybody.begin();
    return measure();
  }

  private String rooms() throws IOException {
    List<Audience> rooms = new ArrayList<>();
    List<Member> clients = new ArrayList<>();
    for (int i = 0; i < options.connections() / ROOM_SIZE; i++) {
      String name = "\"room " + i + "\"";
      String message = "{\"room\":" + name + ",\"data\":" + options.payload().json() + "}";
      Audience room = new Audience(ROOM_SIZE, "42[\"room\"," + message + "]");
      for (Member member : room.members) {
        member.room = name;
      }
      rooms.add(room);
      clients.addAll(room.members);
    }
    openAll(clients);
    for (Audience room : rooms) {
      room.begin();
    }
    return measure();
  }

  /** Those who get a message. It is sent again as soon as all have got it. */
  private final class Audience {
    final List<Member> members = new ArrayList<>();
    private final ByteBuffer message;
    private long deliveries;

    Audience(int size, String message) throws IOException {
      this.message = WebSocketChannel.textFrame(message);
      for (int i = 0; i < size; i++) {
        members.add(new Member(this));
      }
    }

    void begin() throws IOException {
      for (int i = 0; i < options.outstanding(); i++) {
        speak();
      }
    }

    void delivered() throws IOException {
      count++;
      if (++deliveries % members.size() == 0) {
        speak();
      }
    }

    private void speak() throws IOException {
      members.get(0).send(message.duplicate());
    }
  }

  /** One of an audience, in a room or not. */
  private final class Member extends Client {
    private final Audience audience;
    @Nullable String room;

    Member(Audience audience) throws IOException {
      this.audience = audience;
    }

    @Override
    void joined() throws IOException {
      if (room == null) {
        super.joined();
      } else {
        send(textFrame("420[\"join\"," + room + "]"));
      }
    }

    @Override
    void acknowledged() {
      joined++;
    }

    @Override
    void event() throws IOException {
      audience.delivered();
    }
  }

  // ---- polling ----

  private String polling() throws IOException {
    if (options.payload().isBinary()) {
      throw new IOException("binary over polling is not a mode");
    }
    List<PollingClient> clients = new ArrayList<>();
    for (int i = 0; i < options.connections(); i++) {
      PollingClient client = new PollingClient();
      clients.add(client);
      client.start();
      loop.await("session", () -> client.ready);
    }
    for (PollingClient client : clients) {
      client.ask(options.outstanding());
    }
    return measure();
  }

  /** A client with one connection for what it gets and one for what it sends. */
  private final class PollingClient {
    private final String request =
        "421[\"" + options.event() + "\"," + options.payload().json() + "]";
    private final List<String> unsent = new ArrayList<>();
    private String path = pollingPath;
    private boolean posting;
    private boolean opened;
    boolean ready;

    private final HttpClient receiver =
        new HttpClient(loop) {
          @Override
          void answered(String body) throws IOException {
            polled(body);
          }
        };
    private final HttpClient sender =
        new HttpClient(loop) {
          @Override
          void answered(String body) throws IOException {
            posting = false;
            postUnsent();
          }
        };

    void start() throws IOException {
      receiver.get(path);
    }

    void ask(int number) throws IOException {
      for (int i = 0; i < number; i++) {
        unsent.add(request);
      }
      postUnsent();
    }

    private void postUnsent() throws IOException {
      if (!posting && !unsent.isEmpty()) {
        posting = true;
        sender.post(path, String.join("\u001e", unsent));
        unsent.clear();
      }
    }

    private void polled(String body) throws IOException {
      if (!opened) {
        opened = true;
        path = pollingPath + "&sid=" + HttpClient.sessionId(body);
        unsent.add("40");
        postUnsent();
      } else {
        int acknowledged = 0;
        for (int from = 0, to; from < body.length(); from = to + 1) {
          to = body.indexOf('\u001e', from);
          to = to < 0 ? body.length() : to;
          if (body.startsWith("43", from)) {
            acknowledged++;
          } else if (body.startsWith("2", from)) {
            unsent.add("3");
          } else if (body.startsWith("40", from)) {
            ready = true;
          } else if (!body.startsWith("6", from)) {
            throw new IOException("unexpected: " + body);
          }
        }
        count += acknowledged;
        ask(acknowledged);
      }
      receiver.get(path);
    }
  }

  // ---- connections per second ----

  private String connect() throws IOException {
    boolean upgrade = options.mode().equals("upgrade");
    for (int i = 0; i < options.connections(); i++) {
      if (upgrade) {
        new UpgradingClient().start();
      } else {
        new PassingClient().open();
      }
    }
    return measure();
  }

  /** Connects, leaves, and is followed by the next. */
  private final class PassingClient extends Client {
    PassingClient() throws IOException {}

    @Override
    void joined() throws IOException {
      count++;
      finish();
    }

    @Override
    void finished() throws IOException {
      new PassingClient().open();
    }
  }

  /** Connects as browsers do: by polling, then with an upgrade while a poll is waiting. */
  private final class UpgradingClient {
    private String session = "";
    private int answers;
    private boolean released;
    private boolean probed;
    private @Nullable Upgrade upgrade;

    private final HttpClient poll =
        new HttpClient(loop) {
          @Override
          void answered(String body) throws IOException {
            polled(body);
          }
        };

    void start() throws IOException {
      poll.get(pollingPath);
    }

    private void polled(String body) throws IOException {
      switch (answers++) {
        case 0 -> {
          session = "&sid=" + HttpClient.sessionId(body);
          poll.post(pollingPath + session, "40");
        }
        case 1 -> poll.get(pollingPath + session);
        case 2 -> {
          if (!body.startsWith("40")) {
            throw new IOException("unexpected: " + body);
          }
          poll.get(pollingPath + session);
          upgrade = new Upgrade(webSocketPath + session);
          upgrade.open();
        }
        default -> {
          released = true;
          moveOver();
        }
      }
    }

    private void moveOver() throws IOException {
      if (released && probed && upgrade != null) {
        poll.close();
        upgrade.send(WebSocketChannel.textFrame("5"));
        upgrade.send(request());
      }
    }

    /** The connection that takes over. */
    private final class Upgrade extends SocketIoChannel {
      Upgrade(String path) throws IOException {
        super(LoadGenerator.this.loop, path);
      }

      @Override
      void upgraded() throws IOException {
        send(textFrame("2probe"));
      }

      @Override
      void text(byte[] bytes, int from, int length) throws IOException {
        if (length == 6 && bytes[from] == '3') {
          probed = true;
          moveOver();
        } else {
          super.text(bytes, from, length);
        }
      }

      @Override
      void joined() {}

      @Override
      void acknowledged() throws IOException {
        count++;
        finish();
      }

      @Override
      void finished() throws IOException {
        new UpgradingClient().start();
      }
    }
  }

  // ---- idle ----

  private String idle() throws IOException, InterruptedException {
    ServerProcess process = server;
    if (process == null) {
      throw new IOException("idle needs the server's --pid");
    }
    // The first connections load code; what they leave is not what a connection costs.
    List<Client> first = new ArrayList<>();
    for (int i = 0; i < CONNECTING_AT_A_TIME; i++) {
      first.add(new Client());
    }
    openAll(first);
    boolean java = process.isJava();
    Memory before = Memory.of(process, java);
    joined = 0;
    List<Client> clients = new ArrayList<>();
    for (int i = 0; i < options.connections(); i++) {
      clients.add(new Client());
    }
    long begin = System.nanoTime();
    openAll(clients);
    double seconds = (System.nanoTime() - begin) / 1e9;
    loop.run(options.warmup());
    Memory after = Memory.of(process, java);
    String line =
        String.format(
            Locale.ROOT,
            "%d resident bytes per connection",
            (after.resident - before.resident) / clients.size());
    return (java
            ? line
                + String.format(
                    Locale.ROOT, ", %d of heap", (after.heap - before.heap) / clients.size())
            : line)
        + String.format(Locale.ROOT, ", connected in %.1f s", seconds);
  }

  private record Memory(long resident, long heap) {
    static Memory of(ServerProcess process, boolean java) throws IOException, InterruptedException {
      if (!java) {
        return new Memory(process.residentBytes(), 0);
      }
      // Twice: what waits for its cleaner goes with the second.
      process.collectGarbage();
      process.collectGarbage();
      return new Memory(process.residentBytes(), process.heapBytes());
    }
  }
}
