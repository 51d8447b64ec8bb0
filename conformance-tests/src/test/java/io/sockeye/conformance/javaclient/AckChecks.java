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

import io.socket.client.Ack;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Acknowledgements both ways. */
final class AckChecks {
  private AckChecks() {}

  static void addTo(Checks checks) {
    ofServer(checks);
    ofClient(checks);
  }

  private static void ofServer(Checks checks) {
    checks.add(
        "an acknowledgement has all values",
        scope -> {
          Client client = scope.connected();
          same(
              client.asks("message-with-ack", 1, "2", object("3", array(false))).next(),
              array(1, "2", object("3", array(false))));
        });
    checks.add(
        "an acknowledgement has no value",
        scope -> same(scope.connected().asks("message-with-ack").next(), array()));
    checks.add(
        "an acknowledgement has a hundred values",
        scope -> {
          Object[] hundred = new Object[100];
          Arrays.setAll(hundred, i -> i);
          same(scope.connected().asks("many-args", 100).next(), hundred);
        });
    checks.add(
        "an acknowledgement has binary",
        scope ->
            same(
                scope.connected().asks("message-with-ack", bytes(1), "t", bytes()).next(),
                array(bytes(1), "t", bytes())));
    checks.add(
        "an acknowledgement in a namespace",
        scope -> same(scope.connected("/chat").ask("echo", "chat"), "chat"));
    checks.add(
        "the first of two acknowledgements counts",
        scope -> {
          Client client = scope.connected();
          Inbox answers = client.asks("double-ack");
          same(answers.next(), array("first"));
          same(client.ask("echo", 1), 1);
          same(answers.size(), 0);
        });
    checks.add(
        "an acknowledgement comes late",
        scope ->
            same(scope.connected().ask("late-ack", 100, object("x", "late")), object("x", "late")));
    checks.add(
        "a later event may be acknowledged earlier",
        scope -> {
          Client client = scope.connected();
          Inbox late = client.asks("late-ack", 400, "late");
          same(client.ask("echo", "early"), "early");
          same(late.size(), 0);
          same(late.next(), array("late"));
        });
    checks.add(
        "an acknowledgement may never come",
        scope -> {
          Client client = scope.connected();
          Inbox none = client.asks("never-ack", 1);
          same(client.ask("echo", 1), 1);
          same(none.size(), 0);
        });
    checks.add(
        "a hundred acknowledgements on the way find their events",
        scope -> {
          Client client = scope.connected();
          List<Inbox> answers = new ArrayList<>();
          for (int i = 0; i < 100; i++) {
            answers.add(client.asks("echo", i));
          }
          for (int i = 0; i < 100; i++) {
            same(answers.get(i).next(), array(i));
          }
        });
    checks.add(
        "an event does not fail for the lack of an acknowledgement",
        scope -> {
          Client client = scope.connected();
          Inbox error = client.hears("handler-error");
          for (String event :
              List.of("message-with-ack", "double-ack", "rooms", "id", "nested-bin")) {
            client.emit(event);
          }
          same(client.ask("echo", "alive"), "alive");
          same(error.size(), 0);
        });
  }

  private static void ofClient(Checks checks) {
    checks.add(
        "the server asks, and gets its answer",
        scope -> {
          Client client = scope.connected();
          client.answers(
              "ask", args -> ((Ack) args[2]).call((Integer) args[0] + (Integer) args[1]));
          same(
              client.ask("ask-me", object("timeout", 10_000), 20, 22),
              object("ok", true, "values", array(42)));
        });
    checks.add(
        "the server asks without an acknowledgement of its own",
        scope -> {
          Client client = scope.connected();
          client.answers("ask", args -> ((Ack) args[1]).call(args[0], "more"));
          Inbox result = client.hears("ask-result");
          client.emit("ask-me", object("timeout", 10_000), "x");
          same(result.next(), array(object("ok", true, "values", array("x", "more"))));
        });
    checks.add(
        "the server asks with binary, and gets binary",
        scope -> {
          Client client = scope.connected();
          client.answers("ask", args -> ((Ack) args[1]).call(object("back", args[0]), bytes(7)));
          same(
              client.ask("ask-me", object("timeout", 10_000), bytes(1, 2)),
              object("ok", true, "values", array(object("back", bytes(1, 2)), bytes(7))));
        });
    checks.add(
        "the server asks, and the answer has no value",
        scope -> {
          Client client = scope.connected();
          client.answers("ask", args -> ((Ack) args[0]).call());
          same(
              client.ask("ask-me", object("timeout", 10_000)),
              object("ok", true, "values", array()));
        });
    checks.add(
        "the server asks in a namespace",
        scope -> {
          Client client = scope.connected("/chat");
          client.answers("ask", args -> ((Ack) args[0]).call("chat"));
          same(
              client.ask("ask-me", object("timeout", 10_000)),
              object("ok", true, "values", array("chat")));
        });
    checks.add(
        "the server does not wait for ever, and a late answer does no harm",
        scope -> {
          Client client = scope.connected();
          CompletableFuture<Ack> question = new CompletableFuture<>();
          client.answers("ask", args -> question.complete((Ack) args[0]));
          same(
              client.ask("ask-me", object("timeout", 100)),
              object("ok", false, "error", "timeout"));
          question.get().call("too late");
          same(client.ask("echo", 1), 1);
        });
    checks.add(
        "an answer given twice counts once",
        scope -> {
          Client client = scope.connected();
          client.answers(
              "ask",
              args -> {
                Ack ack = (Ack) args[0];
                ack.call("first");
                ack.call("second");
              });
          same(
              client.ask("ask-me", object("timeout", 10_000)),
              object("ok", true, "values", array("first")));
          same(client.ask("echo", 1), 1);
        });
  }
}
