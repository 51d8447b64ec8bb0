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

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the load generator is asked to do.
 *
 * @param url where the server is, its path included
 * @param pid the server's process, or 0 if nothing is to be known of it
 * @param mode what to measure
 * @param connections clients; in {@code connect} and {@code upgrade} those under way at a time
 * @param outstanding requests that a client (of a broadcast: the sender) has under way at a time
 * @param payload what is sent
 * @param event the event that is acknowledged with its arguments
 * @param rate requests per second in all, in mode {@code rate}
 * @param warmup seconds before
 * @param seconds seconds that are measured
 */
record LoadOptions(
    URI url,
    long pid,
    String mode,
    int connections,
    int outstanding,
    Payload payload,
    String event,
    int rate,
    double warmup,
    double seconds) {

  /** An argument of an event. */
  enum Payload {
    /** A short string. */
    SHORT,
    /** An object of 1 KB. */
    OBJECT,
    /** 1 KB of bytes. */
    BINARY1K,
    /** 64 KB of bytes. */
    BINARY64K;

    boolean isBinary() {
      return this == BINARY1K || this == BINARY64K;
    }

    /** Returns the argument as JSON. */
    String json() {
      return switch (this) {
        case SHORT -> "\"hello\"";
        case OBJECT -> Samples.json(1024);
        case BINARY1K, BINARY64K -> "{\"_placeholder\":true,\"num\":0}";
      };
    }

    /** Returns the attachment; empty if there is none. */
    byte[] attachment() {
      return Samples.bytes(this == BINARY1K ? 1024 : this == BINARY64K ? 65_536 : 0);
    }
  }

  /**
   * Reads {@code --name value} pairs.
   *
   * @throws IllegalArgumentException if one is not known or not valid
   */
  static LoadOptions parse(String[] arguments) {
    Map<String, String> values = pairs(List.of(arguments));
    String mode = take(values, "mode", "echo");
    int connections =
        switch (mode) {
          case "broadcast" -> 500;
          case "rooms" -> 500;
          case "connect" -> 20;
          case "idle" -> 10_000;
          default -> 100;
        };
    LoadOptions options =
        new LoadOptions(
            URI.create(take(values, "url", "http://127.0.0.1:3000/socket.io/")),
            Long.parseLong(take(values, "pid", "0")),
            mode,
            Integer.parseInt(take(values, "connections", Integer.toString(connections))),
            Integer.parseInt(take(values, "outstanding", "1")),
            Payload.valueOf(take(values, "payload", "short").toUpperCase(Locale.ROOT)),
            take(values, "event", "echo"),
            Integer.parseInt(take(values, "rate", "2000")),
            Double.parseDouble(take(values, "warmup", "2")),
            Double.parseDouble(take(values, "seconds", "3")));
    if (!values.isEmpty()) {
      throw new IllegalArgumentException(values.keySet() + ": not known");
    }
    return options;
  }

  /** Reads {@code --name value} pairs. */
  static Map<String, String> pairs(List<String> arguments) {
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < arguments.size(); i += 2) {
      if (!arguments.get(i).startsWith("--") || i + 1 == arguments.size()) {
        throw new IllegalArgumentException(arguments.get(i) + ": (expected: --name value)");
      }
      values.put(arguments.get(i).substring(2), arguments.get(i + 1));
    }
    return values;
  }

  static String take(Map<String, String> values, String name, String otherwise) {
    String value = values.remove(name);
    return value == null ? otherwise : value;
  }

  /** Returns a name for the result. */
  String label() {
    return switch (mode) {
      case "echo", "polling" ->
          mode + " " + payload.name().toLowerCase(Locale.ROOT) + " x" + outstanding;
      case "rate" -> mode + " " + rate;
      case "broadcast", "idle" -> mode + " " + connections;
      default -> mode;
    };
  }
}
