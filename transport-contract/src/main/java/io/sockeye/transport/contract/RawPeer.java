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
package io.sockeye.transport.contract;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection on which a test writes what it likes, with helpers for HTTP and WebSocket.
 * Reading waits for ten seconds at most. Not safe for use by several threads at once, but that one
 * may write while another reads.
 */
public final class RawPeer implements AutoCloseable {
  private static final byte[] MASK = {1, 2, 3, 4};

  private final Socket socket;
  private final DataInputStream in;
  private @Nullable Inflater inflater;
  private boolean compressed;

  /** Takes a connected socket. */
  public RawPeer(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(10_000);
    socket.setTcpNoDelay(true);
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
  }

  /** Connects to a port of the loopback address. */
  public static RawPeer connect(int port) throws IOException {
    return new RawPeer(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  /** Sends text as UTF-8. */
  public RawPeer send(String text) throws IOException {
    return send(text.getBytes(UTF_8));
  }

  /** Sends bytes. */
  public RawPeer send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  // ---- HTTP ----

  /**
   * An HTTP answer.
   *
   * @param status the status code
   * @param headers by name in lower case; of several with one name the last
   * @param body the body, read as UTF-8
   */
  public record Answer(int status, Map<String, String> headers, String body) {}

  /** Sends a GET and reads the answer. */
  public Answer get(String path, String... headerLines) throws IOException {
    StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: h\r\n");
    for (String line : headerLines) {
      request.append(line).append("\r\n");
    }
    send(request.append("\r\n").toString());
    return answer();
  }

  /** Sends a POST and reads the answer. */
  public Answer post(String path, String body) throws IOException {
    send(
        "POST "
            + path
            + " HTTP/1.1\r\nHost: h\r\nContent-Length: "
            + body.getBytes(UTF_8).length
            + "\r\n\r\n"
            + body);
    return answer();
  }

  /** Reads an answer. */
  public Answer answer() throws IOException {
    String statusLine = line();
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    int status = Integer.parseInt(statusLine.substring(9, 12));
    return new Answer(status, headers, new String(body(status, headers), UTF_8));
  }

  private byte[] body(int status, Map<String, String> headers) throws IOException {
    String length = headers.get("content-length");
    if (length != null) {
      return in.readNBytes(Integer.parseInt(length));
    }
    if ("chunked".equals(headers.get("transfer-encoding"))) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      int size;
      do {
        size = Integer.parseInt(line(), 16);
        all.writeBytes(in.readNBytes(size));
        line();
      } while (size > 0);
      return all.toByteArray();
    }
    boolean hasNone = status < 200 || status == 204 || status == 304;
    return hasNone || !"close".equals(headers.get("connection")) ? new byte[0] : in.readAllBytes();
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.readUnsignedByte(); b != '\n'; b = in.readUnsignedByte()) {
      line.write(b);
    }
    return line.toString(ISO_8859_1).stripTrailing();
  }

  // ---- WebSocket ----

  /** Opens a WebSocket; fails unless the answer is 101. */
  public RawPeer upgrade(String path, String... headerLines) throws IOException {
    askForUpgrade(path, headerLines);
    Answer answer = answer();
    if (answer.status() != 101
        || !"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=".equals(answer.headers().get("sec-websocket-accept"))) {
      throw new AssertionError("no WebSocket: " + answer);
    }
    return this;
  }

  /** Sends the request for a WebSocket, and reads nothing. */
  public RawPeer askForUpgrade(String path, String... headerLines) throws IOException {
    StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: h\r\n");
    request.append("Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n");
    request.append("Sec-WebSocket-Version: 13\r\n");
    request.append("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    for (String line : headerLines) {
      request.append(line).append("\r\n");
    }
    return send(request.append("\r\n").toString());
  }

  /** Sends a masked frame. */
  public RawPeer frame(int firstByte, byte[] payload) throws IOException {
    return frames(1, firstByte, payload);
  }

  /** Sends the same masked frame several times, with one write. */
  public RawPeer frames(int times, int firstByte, byte[] payload) throws IOException {
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

  /** Sends a masked text frame. */
  public RawPeer text(String text) throws IOException {
    return frame(0x81, text.getBytes(UTF_8));
  }

  /** Sends a masked text frame, and returns the text. */
  public String sent(String text) throws IOException {
    text(text);
    return text;
  }

  /** Inflates compressed frames from now on. */
  public RawPeer inflating() {
    inflater = new Inflater(true);
    return this;
  }

  /** Returns whether the last frame that was read was compressed. */
  public boolean lastWasCompressed() {
    return compressed;
  }

  /**
   * Reads a message, which may be in fragments: text as it is, {@code <hex>} for binary, {@code
   * close 1000} and so on.
   */
  public String frame() throws IOException {
    int first = in.readUnsignedByte();
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    payload.writeBytes(payload());
    int fragment = first;
    while ((fragment & 0x80) == 0) {
      fragment = in.readUnsignedByte();
      payload.writeBytes(payload());
    }
    compressed = (first & 0x40) != 0;
    int opcode = first & 0x0f;
    if ((first & 0x30) != 0 || (compressed && inflater == null)) {
      return Integer.toHexString(first) + " " + HexFormat.of().formatHex(payload.toByteArray());
    }
    byte[] bytes = compressed ? inflated(payload.toByteArray()) : payload.toByteArray();
    return switch (opcode) {
      case 1 -> new String(bytes, UTF_8);
      case 2 -> "<" + HexFormat.of().formatHex(bytes) + ">";
      case 8 -> bytes.length == 0 ? "close" : "close " + status(bytes);
      case 10 -> "pong " + new String(bytes, UTF_8);
      default -> Integer.toHexString(first) + " " + HexFormat.of().formatHex(bytes);
    };
  }

  /** Reads a close frame: its status, a space, its reason. */
  public String closeFrame() throws IOException {
    int first = in.readUnsignedByte();
    byte[] payload = payload();
    if (first != 0x88 || payload.length < 2) {
      throw new AssertionError("no close frame with a status: " + Integer.toHexString(first));
    }
    return status(payload) + " " + new String(payload, 2, payload.length - 2, UTF_8);
  }

  private static int status(byte[] close) {
    return (close[0] & 0xFF) << 8 | (close[1] & 0xFF);
  }

  private byte[] payload() throws IOException {
    int length = in.readUnsignedByte();
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = (int) in.readLong();
    }
    return in.readNBytes(length);
  }

  private byte[] inflated(byte[] payload) throws IOException {
    Inflater open = inflater;
    if (open == null) {
      throw new IllegalStateException("compression was not expected");
    }
    byte[] all = Arrays.copyOf(payload, payload.length + 4);
    all[payload.length + 2] = (byte) 0xff;
    all[payload.length + 3] = (byte) 0xff;
    open.setInput(all);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    try {
      for (int n = open.inflate(buffer); n > 0; n = open.inflate(buffer)) {
        bytes.write(buffer, 0, n);
      }
    } catch (DataFormatException malformed) {
      throw new IOException(malformed);
    }
    return bytes.toByteArray();
  }

  /** Answers a close frame, if the server still reads. */
  public void answerClose() {
    try {
      frame(0x88, new byte[] {3, (byte) 0xe8});
    } catch (IOException closed) {
      // It does not wait for an answer.
    }
  }

  /** Sends text as far as the server takes it: one that closes meanwhile is no failure. */
  public RawPeer sendWhileAccepted(String text) {
    try {
      send(text);
    } catch (IOException closed) {
      // The rest is not wanted.
    }
    return this;
  }

  /** Reads all that comes until the server ends the connection, by a reset too. */
  public String readToEnd() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    try {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        all.write(buffer, 0, read);
      }
    } catch (SocketException reset) {
      // An end, too.
    }
    return all.toString(UTF_8);
  }

  /** Reads and drops what has come. */
  public void readSome() throws IOException {
    in.skipBytes(in.available());
  }

  /** Whether the server has ended the connection: nothing more comes but the end. */
  public boolean isEnded() throws IOException {
    try {
      return in.read() == -1;
    } catch (SocketException reset) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
