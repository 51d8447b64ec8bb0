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
import static io.sockeye.conformance.javaclient.Checks.that;
import static io.sockeye.conformance.javaclient.Json.array;
import static io.sockeye.conformance.javaclient.Json.at;
import static io.sockeye.conformance.javaclient.Json.object;

import io.socket.client.Manager;
import io.socket.client.Socket;
import java.util.List;

/** How sockets end, and what goes wrong without ending them. */
final class EndingChecks {
  private EndingChecks() {}

  static void addTo(Checks checks) {
    byClient(checks);
    byServer(checks);
    errors(checks);
    data(checks);
  }

  private static void byClient(Checks checks) {
    checks.add(
        "a client that disconnects leaves its rooms, and watchers hear of it",
        scope -> {
          Client watcher = scope.connected();
          Client gone = scope.connected();
          Object id = gone.ask("id");
          String room = scope.unique("r");
          gone.ask("join", array(room + "2", room + "1"));
          same(watcher.ask("watch", id), "ok");
          Inbox news = watcher.hears("peer-gone");
          Inbox left = gone.hears(Socket.EVENT_DISCONNECT);
          gone.disconnect();
          same(left.next(), array("io client disconnect"));
          Object told = news.first();
          same(at(told, "id"), id);
          same(at(told, "rooms"), array(room + "1", room + "2"));
          Object reason = at(told, "reason");
          that(
              List.of("client namespace disconnect", "transport close").contains(reason),
              "reason " + reason);
          same(watcher.ask("members", room + "1"), array());
        });
    checks.add(
        "a client that leaves a namespace says so",
        scope -> {
          Client watcher = scope.connected("/chat");
          Client gone = scope.connected();
          Client chat = gone.also("/chat").connected();
          watcher.ask("watch", chat.ask("id"));
          Inbox news = watcher.hears("peer-gone");
          chat.disconnect();
          same(at(news.first(), "reason"), "client namespace disconnect");
        });
    checks.add(
        "a connection that closes takes all its sockets along",
        scope -> {
          Client watcher = scope.connected();
          Client watcherOfChat = watcher.also("/chat").connected();
          Client gone = scope.connected();
          Client chat = gone.also("/chat").connected();
          watcher.ask("watch", gone.ask("id"));
          watcherOfChat.ask("watch", chat.ask("id"));
          Inbox news = watcher.hears("peer-gone");
          Inbox newsOfChat = watcherOfChat.hears("peer-gone");
          gone.engine().close();
          for (Inbox inbox : List.of(news, newsOfChat)) {
            Object reason = at(inbox.first(), "reason");
            that(
                List.of("transport close", "transport error").contains(reason), "reason " + reason);
          }
        });
    checks.add(
        "a client that lost its connection comes back",
        scope -> {
          Client client = scope.connected("/", scope.dial().reconnecting());
          Client chat = client.also("/chat").connected();
          String room = scope.unique("r");
          client.ask("join", room);
          Object before = client.ask("id");
          Inbox back = client.hears(Socket.EVENT_CONNECT);
          Inbox backInChat = chat.hears(Socket.EVENT_CONNECT);
          Inbox reconnected = client.managerHears(Manager.EVENT_RECONNECT);
          client.engine().close();
          back.next();
          backInChat.next();
          reconnected.next();
          Object after = client.ask("id");
          that(!before.equals(after), "the same id");
          same(client.ask("members", room), array());
          same(chat.ask("echo", "again"), "again");
        });
    checks.add(
        "what is emitted without a connection comes after the reconnection",
        scope -> {
          Client client = scope.connected("/", scope.dial().reconnecting());
          Inbox left = client.hears(Socket.EVENT_DISCONNECT);
          Inbox back = client.hears("message-back");
          client.engine().close();
          left.next();
          for (int i = 0; i < 20; i++) {
            client.emit("message", i);
          }
          back.counts(20);
        });
  }

  private static void byServer(Checks checks) {
    checks.add(
        "the server disconnects from a namespace, and the connection stays",
        scope -> {
          Client main = scope.connected();
          Client chat = main.also("/chat").connected();
          Inbox left = chat.hears(Socket.EVENT_DISCONNECT);
          chat.emit("bye", false);
          same(left.next(), array("io server disconnect"));
          same(main.ask("echo", 1), 1);
        });
    checks.add(
        "who was disconnected by the server may connect again",
        scope -> {
          Client main = scope.connected();
          Client chat = main.also("/chat").connected();
          Inbox left = chat.hears(Socket.EVENT_DISCONNECT);
          chat.emit("bye", false);
          left.next();
          chat.connected();
          same(chat.ask("echo", 2), 2);
        });
    checks.add(
        "the server disconnects from everything",
        scope -> {
          Client main = scope.connected();
          Client chat = main.also("/chat").connected();
          Inbox left = main.hears(Socket.EVENT_DISCONNECT);
          Inbox leftChat = chat.hears(Socket.EVENT_DISCONNECT);
          Inbox closed = main.managerHears(Manager.EVENT_CLOSE);
          chat.emit("bye", true);
          left.next();
          leftChat.next();
          closed.next();
        });
    for (boolean close : new boolean[] {false, true}) {
      checks.add(
          "all that was said before comes before "
              + (close ? "the end of the connection" : "the disconnect"),
          scope -> {
            Client client = scope.connected();
            Inbox said = client.hears("b");
            Inbox left = client.hears(Socket.EVENT_DISCONNECT);
            client.emit("say-then-bye", 100, close);
            left.next();
            same(said.size(), 100);
            said.counts(100);
          });
    }
    checks.add(
        "watchers hear that the server disconnected a socket",
        scope -> {
          Client watcher = scope.connected();
          Client gone = scope.connected();
          watcher.ask("watch", gone.ask("id"));
          Inbox news = watcher.hears("peer-gone");
          gone.emit("bye", false);
          same(at(news.first(), "reason"), "server namespace disconnect");
        });
  }

  private static void errors(Checks checks) {
    for (String event : List.of("fail", "fail-async")) {
      checks.add(
          "a handler's error is told to its socket: " + event,
          scope -> {
            Client client = scope.connected();
            Client other = scope.connected();
            Inbox told = client.hears("handler-error");
            Inbox strayed = other.hears("handler-error");
            client.emit(event, "no luck");
            same(told.next(), array(object("event", event, "message", "no luck")));
            same(client.ask("echo", 1), 1);
            same(other.ask("echo", 1), 1);
            same(strayed.size(), 0);
          });
    }
    checks.add(
        "wrong arguments are a handler's error",
        scope -> {
          Client client = scope.connected();
          Inbox told = client.hears("handler-error");
          client.asks("late-ack", "not a number", 1);
          same(at(told.first(), "event"), "late-ack");
          client.asks("many-args", object("n", 1));
          same(at(told.first(), "event"), "many-args");
          same(client.ask("echo", 1), 1);
        });
    checks.add(
        "missing arguments are a handler's error",
        scope -> {
          Client client = scope.connected();
          Inbox told = client.hears("handler-error");
          client.asks("join");
          same(at(told.first(), "event"), "join");
          same(client.ask("echo", 1), 1);
        });
    checks.add(
        "a blocked handler delays nobody else",
        scope -> {
          Client blocked = scope.connected();
          Client other = scope.connected();
          Client neighbour = blocked.also("/chat").connected();
          Inbox end = blocked.asks("block", 2500);
          for (int i = 0; i < 20; i++) {
            same(other.ask("echo", i), i);
          }
          same(neighbour.ask("echo", "same connection"), "same connection");
          same(scope.connected().ask("echo", "new connection"), "new connection");
          same(end.size(), 0);
          same(end.next(), array("ok"));
          same(blocked.ask("echo", 1), 1);
        });
    checks.add(
        "a blocked handler keeps the order of its socket",
        scope -> {
          Client client = scope.connected();
          Inbox end = client.asks("block", 300);
          Inbox after = client.asks("echo", "after");
          same(after.next(), array("after"));
          same(end.size(), 1);
        });
  }

  private static void data(Checks checks) {
    checks.add(
        "data is kept for a socket",
        scope -> {
          Client client = scope.connected();
          same(client.ask("session-set", "k", object("v", array(1))), "ok");
          same(client.ask("session-get", "k"), object("v", array(1)));
          same(client.ask("session-get", "other"), null);
        });
    checks.add(
        "data is kept for that socket alone",
        scope -> {
          Client client = scope.connected();
          client.ask("session-set", "k", "v");
          same(scope.connected().ask("session-get", "k"), null);
          same(client.also("/chat").connected().ask("session-get", "k"), null);
        });
    checks.add(
        "data goes with the socket",
        scope -> {
          Client main = scope.connected();
          Client chat = main.also("/chat").connected();
          chat.ask("session-set", "k", "v");
          chat.disconnect();
          chat.connected();
          same(chat.ask("session-get", "k"), null);
        });
  }
}
