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

import io.socket.client.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Rooms, and who hears what is said in them. */
final class RoomChecks {
  private RoomChecks() {}

  static void addTo(Checks checks) {
    membership(checks);
    broadcasts(checks);
    ends(checks);
  }

  private static void membership(Checks checks) {
    checks.add(
        "rooms are joined one by one and together",
        scope -> {
          Client client = scope.connected();
          String room = scope.unique("r");
          same(client.ask("join", room + "b"), array(room + "b"));
          same(
              client.ask("join", array(room + "a", room + "c")),
              array(room + "a", room + "b", room + "c"));
        });
    checks.add(
        "rooms are left, also those never joined",
        scope -> {
          Client client = scope.connected();
          String room = scope.unique("r");
          client.ask("join", array(room + "a", room + "b"));
          same(client.ask("leave", room + "b"), array(room + "a"));
          same(client.ask("leave", room + "never"), array(room + "a"));
        });
    checks.add(
        "a socket is in the room of its own id",
        scope -> {
          Client client = scope.connected();
          String id = (String) client.ask("id");
          String room = scope.unique("r");
          client.ask("join", room);
          same(client.ask("rooms"), array(Stream.of(id, room).sorted().toArray()));
          same(client.ask("members", id), array(id));
        });
    checks.add(
        "joining twice is joining once",
        scope -> {
          Client client = scope.connected();
          String room = scope.unique("r");
          client.ask("join", room);
          same(client.ask("join", room), array(room));
          same(client.ask("leave", room), array());
        });
    checks.add(
        "the members of a room are those of its namespace",
        scope -> {
          Client a = scope.connected();
          Client b = scope.connected();
          Client chat = a.also("/chat").connected();
          String room = scope.unique("r");
          for (Client client : List.of(a, b, chat)) {
            client.ask("join", room);
          }
          same(
              b.ask("members", room),
              array(Stream.of((String) a.ask("id"), (String) b.ask("id")).sorted().toArray()));
          same(chat.ask("members", room), array(chat.ask("id")));
          same(a.ask("members", room + "-empty"), array());
        });
  }

  private static void broadcasts(Checks checks) {
    checks.add(
        "a broadcast to rooms comes once to each, and not to the sender",
        scope -> {
          Party party = new Party(scope);
          party.say(object("to", party.rooms("x1", "x2"), "args", array(1)));
          party.heard(array(), array(array(1)), array(array(1)));
        });
    checks.add(
        "a broadcast comes to the sender too where that is wanted",
        scope -> {
          Party party = new Party(scope);
          party.say(object("to", party.rooms("x1"), "self", true, "args", array(2)));
          party.heard(array(array(2)), array(array(2)), array());
        });
    checks.add(
        "a broadcast leaves out the rooms that it excepts",
        scope -> {
          Party party = new Party(scope);
          party.say(
              object(
                  "to",
                  party.rooms("x1", "x2"),
                  "except",
                  party.rooms("x3"),
                  "self",
                  true,
                  "args",
                  array(3)));
          party.heard(array(array(3)), array(array(3)), array());
        });
    checks.add(
        "a broadcast leaves out a socket by its id",
        scope -> {
          Party party = new Party(scope);
          party.say(
              object(
                  "to", party.rooms("x2"), "except", array(party.b.ask("id")), "args", array(4)));
          party.heard(array(), array(), array(array(4)));
        });
    checks.add(
        "a broadcast to a room of nobody comes to nobody",
        scope -> {
          Party party = new Party(scope);
          party.say(object("to", party.rooms("nobody"), "self", true, "args", array(5)));
          party.heard(array(), array(), array());
        });
    checks.add(
        "a broadcast to an id is a private message",
        scope -> {
          Party party = new Party(scope);
          party.say(object("to", array(party.c.ask("id")), "args", array("psst")));
          party.heard(array(), array(), array(array("psst")));
        });
    checks.add(
        "a broadcast to all comes to all",
        scope -> {
          Party party = new Party(scope);
          party.say(object("args", array("all")));
          party.heard(array(), array(array("all")), array(array("all")));
        });
    checks.add(
        "a broadcast without arguments",
        scope -> {
          Party party = new Party(scope);
          party.say(object("to", party.rooms("x1"), "args", array()));
          party.heard(array(), array(array()), array());
        });
    checks.add(
        "a broadcast with binary comes byte for byte to each",
        scope -> {
          Party party = new Party(scope);
          party.say(
              object(
                  "to",
                  party.rooms("x2"),
                  "self",
                  true,
                  "args",
                  array(bytes(1, 2), object("t", bytes()))));
          Object said = array(array(bytes(1, 2), object("t", bytes())));
          party.heard(said, said, said);
        });
    checks.add(
        "a volatile broadcast comes to those who can take it",
        scope -> {
          Party party = new Party(scope);
          party.say(object("to", party.rooms("x2"), "volatile", true, "args", array("perhaps")));
          same(party.ofA.size(), 0);
          for (Client client : List.of(party.b, party.c)) {
            same(client.ask("echo", 1), 1);
          }
          Checks.that(party.ofB.size() <= 1 && party.ofC.size() <= 1, "heard more than once");
        });
    checks.add(
        "who left a room hears nothing of it",
        scope -> {
          Party party = new Party(scope);
          party.b.ask("leave", party.room("x1"));
          party.say(object("to", party.rooms("x1"), "self", true, "args", array(6)));
          party.heard(array(array(6)), array(), array());
        });
    checks.add(
        "a broadcast stays in its namespace",
        scope -> {
          Client here = scope.connected("/chat");
          Client there = scope.connected("/custom");
          String room = scope.unique("r");
          here.ask("join", room);
          there.ask("join", room);
          Inbox meant = here.hears("only-chat");
          Inbox strayed = there.hears("only-chat");
          here.ask(
              "bcast",
              object("to", array(room), "self", true, "event", "only-chat", "args", array()));
          meant.next();
          same(there.ask("echo", 1), 1);
          same(strayed.size(), 0);
        });
    checks.add(
        "broadcasts of one sender keep their order for each",
        scope -> {
          Party party = new Party(scope);
          for (int i = 0; i < 100; i++) {
            party.a.emit(
                "bcast", object("to", party.rooms("x2"), "event", party.event, "args", array(i)));
          }
          party.ofB.counts(100);
          party.ofC.counts(100);
        });
    checks.add(
        "a broadcast reaches ten members",
        scope -> {
          String room = scope.unique("r");
          List<Inbox> all = new ArrayList<>();
          Client first = null;
          for (int i = 0; i < 10; i++) {
            Client client = scope.connected("/chat");
            client.ask("join", room);
            all.add(client.hears("news"));
            first = client;
          }
          first.ask(
              "bcast",
              object(
                  "to", array(room), "self", true, "event", "news", "args", array("t", bytes(1))));
          for (Inbox inbox : all) {
            same(inbox.next(), array("t", bytes(1)));
          }
        });
  }

  private static void ends(Checks checks) {
    checks.add(
        "a room is cleared, and its members stay",
        scope -> {
          Client a = scope.connected();
          Client b = scope.connected();
          String room = scope.unique("r");
          a.ask("join", room);
          b.ask("join", room);
          same(a.ask("room-clear", room), "ok");
          same(b.ask("members", room), array());
          same(b.ask("echo", 1), 1);
        });
    checks.add(
        "the members of a room are disconnected from the namespace",
        scope -> {
          Client a = scope.connected();
          Client b = scope.connected();
          Client chat = b.also("/chat").connected();
          String room = scope.unique("r");
          b.ask("join", room);
          Inbox left = b.hears(Socket.EVENT_DISCONNECT);
          same(a.ask("room-kick", room, false), "ok");
          same(left.next(), array("io server disconnect"));
          same(chat.ask("echo", "still here"), "still here");
          same(a.ask("members", room), array());
        });
    checks.add(
        "the members of a room are disconnected from everything",
        scope -> {
          Client a = scope.connected();
          Client b = scope.connected();
          Client chat = b.also("/chat").connected();
          String room = scope.unique("r");
          b.ask("join", room);
          Inbox left = b.hears(Socket.EVENT_DISCONNECT);
          Inbox leftChat = chat.hears(Socket.EVENT_DISCONNECT);
          same(a.ask("room-kick", room, true), "ok");
          left.next();
          leftChat.next();
          same(a.ask("echo", 1), 1);
        });
  }

  /** Three clients: a and b in x1 and x2, c in x2 and x3, where a speaks. */
  private static final class Party {
    final Client a;
    final Client b;
    final Client c;
    final Inbox ofA;
    final Inbox ofB;
    final Inbox ofC;
    final String event;
    private final String prefix;

    Party(Scope scope) throws InterruptedException {
      event = scope.unique("news");
      prefix = scope.unique("room");
      a = scope.connected();
      b = scope.connected();
      c = scope.connected();
      ofA = a.hears(event);
      ofB = b.hears(event);
      ofC = c.hears(event);
      a.ask("join", rooms("x1", "x2"));
      b.ask("join", rooms("x1", "x2"));
      c.ask("join", rooms("x2", "x3"));
    }

    String room(String name) {
      return prefix + name;
    }

    Object rooms(String... names) {
      return array(Stream.of(names).map(this::room).toArray());
    }

    void say(org.json.JSONObject request) throws Exception {
      same(a.ask("bcast", request.put("event", event)), "ok");
    }

    /** What each has heard, and no more: an echo comes after all that was said before. */
    void heard(Object byA, Object byB, Object byC) throws InterruptedException {
      same(drained(a, ofA), byA);
      same(drained(b, ofB), byB);
      same(drained(c, ofC), byC);
    }

    private static Object drained(Client client, Inbox inbox) throws InterruptedException {
      client.ask("echo", 1);
      List<Object> all = new ArrayList<>();
      while (inbox.size() > 0) {
        all.add(array(inbox.next()));
      }
      return array(all.toArray());
    }
  }
}
