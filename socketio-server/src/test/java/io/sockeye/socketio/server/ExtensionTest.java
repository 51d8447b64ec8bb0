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
package io.sockeye.socketio.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sockeye.engineio.server.internal.MemorySocket;
import io.sockeye.socketio.protocol.Arguments;
import io.sockeye.socketio.protocol.DecoderLimits;
import io.sockeye.socketio.protocol.EncodedPacket;
import io.sockeye.socketio.protocol.Packet;
import io.sockeye.socketio.protocol.PacketDecoder;
import io.sockeye.socketio.protocol.PacketFormatException;
import io.sockeye.socketio.protocol.PacketParser;
import io.sockeye.socketio.server.spi.BroadcastOptions;
import io.sockeye.socketio.server.spi.ClientManager;
import io.sockeye.socketio.server.spi.DataBinder;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** What an application may replace. */
class ExtensionTest {
  @Test
  void aClientManagerOfItsOwn() {
    List<String> calls = new ArrayList<>();
    Io io = Io.start(options -> options.clientManager(local -> recording(local, calls)));
    io.server.onConnect(socket -> socket.join("r"));
    MemorySocket socket = io.connect();
    io.server.to("r").emit("news", 1);
    socket.drop();

    assertThat(socket.take()).containsExactly("42[\"news\",1]");
    assertThat(calls)
        .containsExactly("addNamespace", "add", "join [r]", "broadcast news to [r]", "remove");
  }

  private static ClientManager recording(ClientManager local, List<String> calls) {
    return (ClientManager)
        Proxy.newProxyInstance(
            ClientManager.class.getClassLoader(),
            new Class<?>[] {ClientManager.class},
            (proxy, method, args) -> {
              switch (method.getName()) {
                case "broadcast" ->
                    calls.add(
                        "broadcast "
                            + ((Packet.Event) args[0]).name()
                            + " to "
                            + ((BroadcastOptions) args[1]).rooms());
                case "join" -> calls.add("join " + args[1]);
                case "rooms" -> {}
                default -> calls.add(method.getName());
              }
              try {
                return method.invoke(local, args);
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            });
  }

  @Test
  void aDataBinderOfItsOwn() {
    record Name(String value) {}

    DataBinder names =
        new DataBinder() {
          @Override
          public Object bind(Arguments arguments, int index, Type type) {
            return new Name((String) arguments.values().get(index));
          }

          @Override
          public Object toTree(Object value) {
            return Map.of("name", ((Name) value).value());
          }
        };
    Io io = Io.start(options -> options.dataBinder(names));
    io.server.onRequest("a", Name.class, (socket, name) -> new Name(name.value() + "!"));

    assertThat(io.connect().send("421[\"a\",\"x\"]").take())
        .containsExactly("431[{\"name\":\"x!\"}]");
  }

  @SuppressWarnings("ArrayRecordComponent") // what a handler may ask for
  record LineItem(int unitPrice, byte[] icon) {}

  @Test
  void aMapperOfItsOwn() {
    JsonMapper mapper =
        JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
    Io io = Io.start(options -> options.dataBinder(JacksonBinder.of(mapper)));
    io.server.onRequest(
        "a", LineItem.class, (socket, item) -> new LineItem(item.unitPrice() + 1, item.icon()));

    assertThat(
            io.connect()
                .send(
                    "451-1[\"a\",{\"unit_price\":1,\"icon\":{\"_placeholder\":true,\"num\":0}},2]")
                .sendHex("0102")
                .take())
        .containsExactly(
            "461-1[{\"unit_price\":2,\"icon\":{\"_placeholder\":true,\"num\":0}}]", "<0102>");
  }

  @Test
  void aParserThatIsGivenWritesRecordsToo() {
    record Point(int x) {}

    assertThat(sent(PacketParser.json(), new Point(1))).isEqualTo("42[\"a\",{\"x\":1}]");
    // One that has a converter keeps it.
    assertThat(sent(PacketParser.json(value -> "own"), new Point(1)))
        .isEqualTo("42[\"a\",\"own\"]");
  }

  private static String sent(PacketParser parser, Object argument) {
    Io io = Io.start(options -> options.packetParser(parser));
    MemorySocket socket = io.connect();
    io.server.emit("a", argument);
    return String.join(" ", socket.take());
  }

  /** A form that is binary altogether: the standard one, each text as bytes. */
  private static final class AllBinary implements PacketParser {
    private final PacketParser json = PacketParser.json();

    @Override
    public EncodedPacket encode(Packet packet, int headroom) {
      return EncodedPacket.binary(ByteBuffer.wrap(json.encode(packet, 0).text()));
    }

    @Override
    public PacketDecoder newDecoder(DecoderLimits limits, boolean legacy) {
      PacketDecoder decoder = json.newDecoder(limits, legacy);
      return new PacketDecoder() {
        @Override
        public Packet text(byte[] bytes, int offset, int length) throws PacketFormatException {
          throw new PacketFormatException(PacketFormatException.Reason.TYPE, "text");
        }

        @Override
        public Packet binary(ByteBuffer data) throws PacketFormatException {
          byte[] bytes = new byte[data.remaining()];
          data.get(bytes);
          return decoder.text(bytes, 0, bytes.length);
        }

        @Override
        public String pendingNamespace() {
          return decoder.pendingNamespace();
        }

        @Override
        public void reset() {
          decoder.reset();
        }
      };
    }
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(UTF_8));
  }

  @Test
  void packetsMayBeBinaryAltogether() {
    Io io = Io.start(options -> options.packetParser(new AllBinary()));
    io.server.on("a", (socket, args, ack) -> ack.send(args));
    MemorySocket socket = io.open().sendHex(hex("0"));
    assertThat(socket.take()).singleElement().asString().startsWith("<" + hex("0{\"sid\":"));

    assertThat(socket.sendHex(hex("21[\"a\",2]")).take()).containsExactly("<" + hex("31[2]") + ">");
    io.server.emit("news");
    assertThat(socket.take()).containsExactly("<" + hex("2[\"news\"]") + ">");
    socket.send("42[\"a\"]");
    assertThat(socket.isOpen()).isFalse();
  }

  @Test
  void anEncodedPacketIsNotEmpty() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new EncodedPacket(null, List.of()))
        .withMessage("encoded packet: empty (expected: text or bytes)");
  }

  /** S36: the standard form, turned around. */
  private static final class Reversed implements PacketParser {
    private final PacketParser json = PacketParser.json();

    private static byte[] turned(byte[] bytes, int from, int to) {
      byte[] turned = bytes.clone();
      for (int i = from; i < to; i++) {
        turned[i] = bytes[from + to - 1 - i];
      }
      return turned;
    }

    @Override
    public EncodedPacket encode(Packet packet, int headroom) {
      EncodedPacket encoded = json.encode(packet, headroom);
      return new EncodedPacket(
          turned(encoded.text(), headroom, encoded.text().length), encoded.attachments());
    }

    @Override
    public PacketDecoder newDecoder(DecoderLimits limits, boolean legacy) {
      PacketDecoder decoder = json.newDecoder(limits, legacy);
      return new PacketDecoder() {
        @Override
        public Packet text(byte[] bytes, int offset, int length) throws PacketFormatException {
          return decoder.text(turned(bytes, offset, offset + length), offset, length);
        }

        @Override
        public Packet binary(ByteBuffer data) throws PacketFormatException {
          return decoder.binary(data);
        }

        @Override
        public String pendingNamespace() {
          return decoder.pendingNamespace();
        }

        @Override
        public void reset() {
          decoder.reset();
        }
      };
    }
  }

  @Test
  void s36APacketParserOfItsOwn() {
    Io io = Io.start(options -> options.packetParser(new Reversed()));
    io.server.on("a", (socket, args, ack) -> ack.send(args));
    MemorySocket socket = io.open().send("40");
    socket.take();

    assertThat(socket.send("4" + new StringBuilder("21[\"a\",2]").reverse()).take())
        .containsExactly("4" + new StringBuilder("31[2]").reverse());
    assertThat(new String(new Reversed().encode(new Packet.Disconnect("/x"), 0).text(), UTF_8))
        .isEqualTo(",x/1");
  }
}
