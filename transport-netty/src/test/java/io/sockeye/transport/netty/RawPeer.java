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
package io.sockeye.transport.netty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A connection on which a test writes what it likes. */
final class RawPeer implements AutoCloseable {
  private static final byte[] MASK = {1, 2, 3, 4};

  private final Socket socket;
  private final DataInputStream in;

  RawPeer(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(5000);
    socket.setTcpNoDelay(true);
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
  }

  static RawPeer connect(int port) throws IOException {
    return new RawPeer(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  RawPeer send(String text) throws IOException {
    return send(text.getBytes(UTF_8));
  }

  RawPeer send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  // ---- HTTP ----

  record Answer(int status, Map<String, String> headers, String body) {}

  Answer get(String path, String... headerLines) throws IOException {
    StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: h\r\n");
    for (String line : headerLines) {
      request.append(line).append("\r\n");
    }
    send(request.append("\r\n").toString());
    return answer();
  }

  Answer post(String path, String body) throws IOException {
    send(
        "POST "
            + path
            + " HTTP/1.1\r\nHost: h\r\nContent-Length: "
            + body.getBytes(UTF_8).length
            + "\r\n\r\n"
            + body);
    return answer();
  }

  Answer answer() throws IOException {
    String statusLine = line();
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    return new Answer(
        Integer.parseInt(statusLine.substring(9, 12)), headers, new String(body, UTF_8));
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.readUnsignedByte(); b != '\n'; b = in.readUnsignedByte()) {
      line.write(b);
    }
    return line.toString(ISO_8859_1).stripTrailing();
  }

  // ---- WebSocket ----

  RawPeer upgrade(String path, String... headerLines) throws IOException {
    String[] lines = new String[headerLines.length + 4];
    lines[0] = "Upgrade: websocket";
    lines[1] = "Connection: keep-alive, Upgrade";
    lines[2] = "Sec-WebSocket-Version: 13";
    lines[3] = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
    System.arraycopy(headerLines, 0, lines, 4, headerLines.length);
    Answer answer = get(path, lines);
    if (answer.status() != 101
        || !"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=".equals(answer.headers().get("sec-websocket-accept"))) {
      throw new AssertionError("no WebSocket: " + answer);
    }
    return this;
  }

  /** Sends a masked frame. */
  RawPeer frame(int firstByte, byte[] payload) throws IOException {
    return frames(1, firstByte, payload);
  }

  /** Sends the same masked frame several times, with one write. */
  RawPeer frames(int times, int firstByte, byte[] payload) throws IOException {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(firstByte);
    if (payload.length < 126) {
      frame.write(0x80 | payload.length);
    } else if (payload.length < 65_536) {
      frame.write(0x80 | 126);
      frame.write(payload.length >> 8);
      frame.write(payload.length);
    } else {
      frame.write(0x80 | 127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        frame.write((int) ((long) payload.length >> shift));
      }
    }
    frame.writeBytes(MASK);
    for (int i = 0; i < payload.length; i++) {
      frame.write(payload[i] ^ MASK[i % 4]);
    }
    byte[] one = frame.toByteArray();
    ByteArrayOutputStream all = new ByteArrayOutputStream(one.length * times);
    for (int i = 0; i < times; i++) {
      all.writeBytes(one);
    }
    return send(all.toByteArray());
  }

  RawPeer text(String text) throws IOException {
    return frame(0x81, text.getBytes(UTF_8));
  }

  /** Reads a frame: text as it is, {@code <hex>} for binary, {@code close 1000} and so on. */
  String frame() throws IOException {
    int first = in.readUnsignedByte();
    int length = in.readUnsignedByte();
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = (int) in.readLong();
    }
    byte[] payload = in.readNBytes(length);
    return switch (first) {
      case 0x81 -> new String(payload, UTF_8);
      case 0x82 -> "<" + HexFormat.of().formatHex(payload) + ">";
      case 0x88 ->
          payload.length == 0
              ? "close"
              : "close " + ((payload[0] & 0xFF) << 8 | (payload[1] & 0xFF));
      case 0x8A -> "pong " + new String(payload, UTF_8);
      default -> Integer.toHexString(first) + " " + HexFormat.of().formatHex(payload);
    };
  }

  /** Whether the server has ended the connection: nothing more comes but the end. */
  boolean isEnded() throws IOException {
    try {
      return in.read() == -1;
    } catch (java.net.SocketException reset) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
