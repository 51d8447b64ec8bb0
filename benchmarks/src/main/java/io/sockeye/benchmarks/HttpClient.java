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

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Sends one HTTP request at a time. The connection is kept alive, and opened again if the server
 * closes it between requests nevertheless.
 */
abstract class HttpClient {
  private final LoadLoop loop;
  private @Nullable Connection connection;
  private byte @Nullable [] request;

  HttpClient(LoadLoop loop) {
    this.loop = loop;
  }

  /** Takes the answer to the last request, of which the status is 200. */
  abstract void answered(String body) throws IOException;

  final void get(String path) throws IOException {
    send("GET " + path + " HTTP/1.1\r\nHost: " + loop.host() + "\r\n\r\n");
  }

  final void post(String path, String body) throws IOException {
    send(
        ("POST " + path + " HTTP/1.1\r\nHost: " + loop.host() + "\r\n")
            + "Content-Type: text/plain;charset=UTF-8\r\nContent-Length: "
            + (body.getBytes(UTF_8).length + "\r\n\r\n" + body));
  }

  /** Closes the connection, if there is one. */
  final void close() throws IOException {
    if (connection != null) {
      connection.close();
    }
  }

  /** Returns the session id in an open packet. */
  static String sessionId(String open) throws IOException {
    int from = open.indexOf("\"sid\":\"");
    if (!open.startsWith("0") || from < 0) {
      throw new IOException("packet (expected: open): " + open);
    }
    return open.substring(from + 7, open.indexOf('"', from + 7));
  }

  /** Returns the index after an empty line, or -1. */
  static int endOfHead(byte[] bytes, int from, int to) {
    for (int i = from + 3; i < to; i++) {
      if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  private void send(String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    request = bytes;
    if (connection == null) {
      reopen();
    } else {
      connection.send(ByteBuffer.wrap(bytes));
    }
  }

  private void reopen() throws IOException {
    connection = new Connection();
    connection.open();
  }

  private final class Connection extends LoadChannel {
    private boolean used;

    Connection() throws IOException {
      super(HttpClient.this.loop);
    }

    @Override
    void connected() throws IOException {
      if (request != null) {
        send(ByteBuffer.wrap(request));
      }
    }

    @Override
    void lost() throws IOException {
      connection = null;
      if (request != null) {
        if (!used) {
          throw new IOException("connection lost before an answer");
        }
        reopen(); // the request and the end have crossed
      }
    }

    @Override
    int received(byte[] bytes, int from, int to) throws IOException {
      int body = endOfHead(bytes, from, to);
      if (body < 0) {
        return from;
      }
      String head = new String(bytes, from, body - from, ISO_8859_1).toLowerCase(Locale.ROOT);
      int field = head.indexOf("\r\ncontent-length:");
      if (!head.startsWith("http/1.1 200 ") || field < 0) {
        throw new IOException(
            "answer (expected: 200 with a length): "
                + new String(bytes, from, Math.min(to - from, 300), UTF_8));
      }
      int value = field + "\r\ncontent-length:".length();
      int length = Integer.parseInt(head.substring(value, head.indexOf("\r\n", value)).strip());
      if (to - body < length) {
        return from;
      }
      used = true;
      request = null;
      answered(new String(bytes, body, length, UTF_8));
      return body + length;
    }
  }
}
