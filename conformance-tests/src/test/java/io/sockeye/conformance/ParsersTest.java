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

import com.google.gson.FieldNamingPolicy;
import com.google.gson.GsonBuilder;
import io.sockeye.engineio.server.WebServerOptions;
import io.sockeye.engineio.server.spi.WebServer;
import io.sockeye.parser.msgpack.MsgpackParser;
import io.sockeye.socketio.server.JacksonBinder;
import io.sockeye.socketio.server.SocketIoOptions;
import io.sockeye.socketio.server.SocketIoServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** Servers with another parser or another JSON library, and the official client. */
class ParsersTest {
  @TestFactory
  List<DynamicContainer> everyClientThatHasMsgpack() throws IOException, InterruptedException {
    List<DynamicContainer> clients = new ArrayList<>();
    try (ServerProcess server = msgpack()) {
      for (Generation generation : EnumSet.of(Generation.TWO, Generation.THREE, Generation.FOUR)) {
        for (ClientTransport transport : ClientTransport.values()) {
          String[] arguments = {generation.number(), transport.text(), "msgpack"};
          clients.add(
              DynamicContainer.dynamicContainer(
                  generation.version() + " " + transport.text(),
                  NodeSuite.run("client-matrix", server.url(), arguments)));
        }
      }
    }
    return clients;
  }

  @TestFactory
  Stream<DynamicTest> msgpackAndTheBundleOfIt() throws IOException, InterruptedException {
    try (ServerProcess server = msgpack()) {
      return NodeSuite.run("msgpack", server.url());
    }
  }

  private static ServerProcess msgpack() throws IOException, InterruptedException {
    return ServerProcess.start(
        FixtureServer.class, Fixture.STEADY.environment(Map.of("PARSER", "msgpack")));
  }

  @TestFactory
  Stream<DynamicTest> aParserOfOnesOwn() throws IOException, InterruptedException {
    return run("own-parser", options -> options.packetParser(new PlainJsonParser()));
  }

  @TestFactory
  Stream<DynamicTest> gson() throws IOException, InterruptedException {
    GsonBinder binder =
        new GsonBinder(
            new GsonBuilder()
                .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
                .create());
    return run("json-library", options -> options.dataBinder(binder), "json", "Base64");
  }

  @TestFactory
  Stream<DynamicTest> gsonOverMsgpack() throws IOException, InterruptedException {
    GsonBinder binder =
        new GsonBinder(
            new GsonBuilder()
                .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
                .create());
    return run(
        "json-library",
        options -> options.dataBinder(binder).packetParser(MsgpackParser.create()),
        "msgpack",
        "Base64");
  }

  @TestFactory
  Stream<DynamicTest> jacksonWithAnotherMapper() throws IOException, InterruptedException {
    JsonMapper mapper =
        JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
    return run(
        "json-library", options -> options.dataBinder(JacksonBinder.of(mapper)), "json", "bytes");
  }

  @SuppressWarnings("ArrayRecordComponent") // what a handler may ask for
  record Order(int orderId, String customerName, List<Item> lineItems, byte[] signature) {}

  record Item(String articleName, double unitPrice) {}

  private static Stream<DynamicTest> run(
      String suite, Consumer<SocketIoOptions.Builder> change, String... arguments)
      throws IOException, InterruptedException {
    SocketIoOptions.Builder options = SocketIoOptions.builder();
    change.accept(options);
    try (SocketIoServer io = SocketIoServer.create(options.build())) {
      io.on("echo", (socket, args, ack) -> ack.send(args));
      io.onRequest(
          "order",
          Order.class,
          (socket, order) ->
              new Order(
                  order.orderId() + 1,
                  order.customerName() + "!",
                  order.lineItems(),
                  order.signature()));
      io.on(
          "bytes", (socket, args, ack) -> ack.send(Map.of("first", args.require(0, byte[].class))));
      io.of("/chat").on("hello", (socket, args) -> socket.emit("hello", args));
      WebServer listening = io.start(WebServerOptions.builder().port(0).asyncMode("netty").build());
      int port = ((InetSocketAddress) listening.address()).getPort();
      return NodeSuite.run(suite, "http://127.0.0.1:" + port, arguments);
    }
  }
}
