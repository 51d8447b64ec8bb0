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
package io.sockeye.conformance.javaclient;

import static io.sockeye.conformance.javaclient.Checks.same;
import static io.sockeye.conformance.javaclient.Json.array;
import static io.sockeye.conformance.javaclient.Json.bytes;
import static io.sockeye.conformance.javaclient.Json.object;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.json.JSONArray;
import org.json.JSONObject;

/** What comes back of what was sent: every kind of JSON value, and binary. */
final class ValueChecks {
  private ValueChecks() {}

  static void addTo(Checks checks) {
    json(checks);
    arguments(checks);
    binary(checks);
    size(checks);
  }

  private static void json(Checks checks) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("true", true);
    values.put("false", false);
    values.put("zero", 0);
    values.put("an integer", 42);
    values.put("a negative integer", -7);
    values.put("the largest safe integer", 9_007_199_254_740_991L);
    values.put("a fraction", -1.5e-7);
    values.put("plain text", "plain");
    values.put("empty text", "");
    values.put("text of every plane", "é ж 漢 😀 \u2028 \u2029 \uFFFD");
    values.put("control characters", "\u0000 \u0001 \b \t \n \r \u001e \u007f \\ \" / </script>");
    values.put("text like a placeholder", "{\"_placeholder\":true,\"num\":0}");
    values.put("an empty array", array());
    values.put("arrays in arrays", array(1, array(2, array(3, array()))));
    values.put("an empty object", new JSONObject());
    values.put(
        "objects in objects",
        object("z", 1, "a", object("b", array(JSONObject.NULL, object("c", "d")))));
    values.put("odd keys", object("__proto__", object("x", 1), "", 2, "a.b\n", 3, "ключ", 4));
    values.put(
        "an array of every kind", array(JSONObject.NULL, true, 1, 0.5, "t", array(), object()));
    values.forEach(
        (name, value) ->
            checks.add(
                "echoes " + name, scope -> same(scope.connected().ask("echo", value), value)));
    checks.add("echoes null", scope -> same(scope.connected().ask("echo", (Object) null), null));
  }

  private static void arguments(Checks checks) {
    checks.add(
        "an event comes back with all its arguments",
        scope -> {
          Client client = scope.connected();
          Inbox back = client.hears("message-back");
          client.emit("message", 1, "2", object("3", array(true)));
          same(back.next(), array(1, "2", object("3", array(true))));
          client.emit("message");
          same(back.next(), array());
        });
    checks.add(
        "an event is echoed as an event without an acknowledgement",
        scope -> {
          Client client = scope.connected();
          Inbox echo = client.hears("echo");
          client.emit("echo", "a", null, array());
          same(echo.next(), array("a", JSONObject.NULL, array()));
        });
    checks.add(
        "one JSON value comes back",
        scope -> {
          Client client = scope.connected();
          Inbox back = client.hears("json-back");
          client.emit("json", object("a", array(1)));
          same(back.next(), array(object("a", array(1))));
        });
    checks.add(
        "the unnamed event goes both ways",
        scope -> {
          Client client = scope.connected();
          Inbox back = client.hears("message-back");
          client.send("unnamed", 2);
          same(back.next(), array("unnamed", 2));
          Inbox unnamed = client.hears("message");
          client.emit("say", "hello");
          same(unnamed.next(), array("hello"));
        });
    checks.add(
        "events may have any name that is not reserved",
        scope -> {
          Client client = scope.connected();
          for (String name : List.of("unknown", "__proto__", "with \"quotes\"", "ключ", "")) {
            client.emit(name, 1);
          }
          same(client.ask("echo", "alive"), "alive");
        });
  }

  private static void binary(Checks checks) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("binary", bytes(0, 1, 127, 128, 255));
    values.put("empty binary", bytes());
    values.put("binary in an object", object("a", bytes(1, 2, 3), "b", "text"));
    values.put("binary in an array", array("t", bytes(4), JSONObject.NULL, bytes(5, 6)));
    values.put(
        "binary at depth",
        object("a", bytes(1), "b", array(bytes(), object("c", array(array(bytes(255, 0)))))));
    values.put("binary of every byte", everyByte());
    values.forEach(
        (name, value) ->
            checks.add(
                "echoes " + name, scope -> same(scope.connected().ask("echo", value), value)));
    checks.add(
        "echoes ten attachments",
        scope -> {
          Object[] all = new Object[10];
          Arrays.setAll(all, i -> bytes(i, i, i));
          same(scope.connected().ask("echo", array(all)), array(all));
        });
    checks.add(
        "binary between other arguments comes back, without an acknowledgement",
        scope -> {
          Client client = scope.connected();
          Inbox back = client.hears("message-back");
          client.emit("message", bytes(9), "t", object("x", bytes(8)), bytes(7));
          same(back.next(), array(bytes(9), "t", object("x", bytes(8)), bytes(7)));
        });
    checks.add(
        "binary in a namespace",
        scope -> {
          Client client = scope.connected("/chat");
          same(client.ask("echo", object("b", bytes(1))), object("b", bytes(1)));
        });
    checks.add(
        "the server's own binary inside of structures",
        scope ->
            same(
                scope.connected().ask("nested-bin"),
                object(
                    "a",
                    array(bytes(1, 2), object("b", bytes(3), "c", "t")),
                    "n",
                    JSONObject.NULL)));
    checks.add(
        "several binaries of the server, byte for byte",
        scope -> {
          JSONArray sizes = array(0, 3, 300, 70_000);
          List<Object> expected = new ArrayList<>();
          for (int k = 0; k < sizes.length(); k++) {
            byte[] data = new byte[sizes.getInt(k)];
            for (int i = 0; i < data.length; i++) {
              data[i] = (byte) (i + k);
            }
            expected.add(data);
          }
          same(scope.connected().ask("bin", sizes), new JSONArray(expected));
        });
    checks.add(
        "text and binary keep their order",
        scope -> {
          Client client = scope.connected();
          Inbox back = client.hears("message-back");
          for (int i = 0; i < 100; i++) {
            client.emit("message", i, i % 3 == 0 ? bytes(i) : "text " + i);
          }
          for (int i = 0; i < 100; i++) {
            same(back.next(), array(i, i % 3 == 0 ? bytes(i) : "text " + i));
          }
        });
  }

  private static void size(Checks checks) {
    checks.add(
        "a large text goes both ways",
        scope -> {
          String text = "ж".repeat(300_000);
          same(scope.connected().ask("echo", text), text);
        });
    checks.add(
        "a large text of the server",
        scope -> same(scope.connected().ask("big", 900_000), "x".repeat(900_000)));
    checks.add(
        "a large binary goes both ways",
        scope -> {
          byte[] data = new byte[700_000];
          for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (i * 31);
          }
          same(scope.connected().ask("echo", data), data);
        });
    checks.add(
        "a message over the limit ends its connection, and no other",
        scope -> {
          // The client does not notice that a WebSocket is being closed; others do.
          Client greedy = scope.connected();
          Client other = scope.connected();
          Object id = greedy.ask("id");
          other.ask("watch", id);
          Inbox news = other.hears("peer-gone");
          greedy.emit("message", "x".repeat(1_000_001));
          same(Json.at(news.first(), "id"), id);
          same(other.ask("echo", "alive"), "alive");
        });
    checks.add(
        "a burst of the server keeps its order",
        scope -> {
          Client client = scope.connected();
          Inbox burst = client.hears("b");
          Inbox done = client.hears("b-done");
          client.emit("burst", 500);
          burst.counts(500);
          same(done.next(), array(500));
        });
    checks.add(
        "a burst of the client keeps its order",
        scope -> {
          Client client = scope.connected();
          Inbox back = client.hears("message-back");
          for (int i = 0; i < 300; i++) {
            client.emit("message", i);
          }
          back.counts(300);
        });
    checks.add(
        "large texts in a row keep their order",
        scope -> {
          Client client = scope.connected();
          Inbox parts = client.hears("big-part");
          String room = scope.unique("large");
          client.ask("join", room);
          client.ask("bcast-big", room, 50_000, 20);
          for (int i = 0; i < 20; i++) {
            same(parts.next(), array(i, "x".repeat(50_000)));
          }
        });
    checks.add(
        "volatile events are at most those sent, in order, and the reliable one comes last",
        scope -> {
          Client client = scope.connected();
          Inbox some = client.hears("v");
          Inbox done = client.hears("v-done");
          client.emit("volatile-burst", 200);
          same(done.next(), array(200));
          Checks.that(some.size() <= 200, some.size() + " of 200");
          int last = -1;
          while (some.size() > 0) {
            int i = (Integer) some.first();
            Checks.that(i > last, i + " after " + last);
            last = i;
          }
        });
  }

  private static byte[] everyByte() {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    return all;
  }
}
