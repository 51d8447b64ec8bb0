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

import io.sockeye.engineio.server.HttpRequest;
import io.sockeye.engineio.server.Session;
import io.sockeye.engineio.server.SessionListener;
import java.nio.ByteBuffer;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/** The plain Engine.IO endpoint: sends every message back, but for a few that are commands. */
final class EngineFixture implements SessionListener {
  private EngineFixture() {}

  static SessionListener open(Session session) {
    return new EngineFixture();
  }

  @Override
  public void onMessage(Session session, String text) {
    if (text.equals("!close")) {
      session.close();
    } else if (text.startsWith("!burst:")) {
      for (int i = 0; i < number(text); i++) {
        session.send("b" + i);
      }
    } else if (text.startsWith("!big:")) {
      session.send("x".repeat(number(text)));
    } else if (text.startsWith("!bin:")) {
      session.send(ByteBuffer.wrap(bytes(number(text), 0)));
    } else if (text.equals("!transport")) {
      session.send(session.transport().wireName());
    } else {
      session.send(text);
    }
  }

  @Override
  public void onMessage(Session session, ByteBuffer data) {
    session.send(data);
  }

  /** Bytes that count up from a start, modulo 256. */
  static byte[] bytes(int size, int start) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (i + start);
    }
    return bytes;
  }

  private static int number(String command) {
    return Integer.parseInt(command.substring(command.indexOf(':') + 1));
  }

  /** What the tests of the official Engine.IO client expect. */
  static final class ForClientTests implements SessionListener {
    private static final String UTF8_SAMPLE = "пойду спать всем спокойной ночи";

    private ForClientTests() {}

    static SessionListener open(Session session) {
      session.send("hi");
      return new ForClientTests();
    }

    @Override
    public void onMessage(Session session, String text, HttpRequest carrier) {
      switch (text) {
        case "give binary" -> session.send(ByteBuffer.wrap(bytes(5, 0)));
        case "give utf8" -> session.send(UTF8_SAMPLE);
        case "sendHeaders" ->
            session.send(
                JsonMapper.shared().writeValueAsString(new TreeMap<>(carrier.headers().toMap())));
        default -> session.send(text);
      }
    }

    @Override
    public void onMessage(Session session, ByteBuffer data) {
      session.send(data);
    }
  }
}
