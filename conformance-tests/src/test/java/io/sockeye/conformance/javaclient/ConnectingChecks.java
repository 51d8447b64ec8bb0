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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.json.JSONObject;

/** Who is let in, and what the server knows of it. */
final class ConnectingChecks {
  private ConnectingChecks() {}

  static void addTo(Checks checks) {
    credentials(checks);
    refusals(checks);
    namespaces(checks);
    handshakes(checks);
  }

  private static void credentials(Checks checks) {
    checks.add(
        "the main namespace shows an empty auth when there was none",
        scope -> {
          Client client = scope.client("/");
          Inbox auth = client.hears("auth");
          client.connect();
          same(auth.next(), array(new JSONObject()));
        });
    checks.add(
        "a custom namespace shows what the client sent to it",
        scope -> {
          Client client = scope.client("/custom", scope.dial().credential("token", "123"));
          Inbox auth = client.hears("auth");
          client.connect();
          same(auth.next(), array(object("token", "123")));
        });
    checks.add(
        "a custom namespace shows an empty auth when there was none",
        scope -> {
          Client client = scope.client("/custom");
          Inbox auth = client.hears("auth");
          client.connect();
          same(auth.next(), array(new JSONObject()));
        });
    checks.add(
        "credentials for the namespace admit",
        scope -> {
          Client client = scope.connected("/admin", scope.dial().credential("token", "sesame"));
          same(client.ask("echo", 1), 1);
        });
    checks.add(
        "the query of the connection admits",
        scope -> {
          Client client = scope.connected("/admin", scope.dial().query("token=sesame"));
          same(client.ask("echo", 1), 1);
        });
  }

  private static void refusals(Checks checks) {
    checks.add(
        "an unknown namespace is refused",
        scope -> {
          Client client = scope.client("/nowhere");
          Inbox refusal = client.hearsRefusal();
          client.connect();
          same(
              refusal.first(),
              Dial.revision() == 4 ? object("message", "Invalid namespace") : "Invalid namespace");
          that(!client.isConnected(), "connected");
        });
    checks.add(
        "a refusal brings its message and data, at revision 3 the data alone",
        scope -> {
          // The client of revision 3 takes an error with data for a malformed packet.
          Client main = scope.connected();
          Inbox frames = main.hearsFrames();
          Client admin = main.also("/admin");
          Inbox refusal = admin.hearsRefusal();
          admin.connect();
          JSONObject data = object("code", "E_AUTH", "retry", false);
          if (Dial.revision() == 4) {
            same(refusal.first(), object("message", "not authorized", "data", data));
          } else {
            same(refusal(frames), "4/admin,{\"code\":\"E_AUTH\",\"retry\":false}");
          }
        });
    checks.add(
        "wrong credentials are refused",
        scope -> {
          Client main = scope.connected();
          Inbox frames = main.hearsFrames();
          main.also("/admin", scope.dial().credential("token", "wrong")).connect();
          String refusal = refusal(frames);
          that(refusal.contains("\"code\":\"E_AUTH\""), refusal);
        });
    checks.add(
        "a refusal leaves the other namespaces of the connection alone",
        scope -> {
          Client main = scope.connected();
          Client nowhere = main.also("/nowhere");
          Inbox refusal = nowhere.hearsRefusal();
          nowhere.connect();
          refusal.next();
          same(main.ask("echo", "still here"), "still here");
          Client chat = main.also("/chat").connected();
          same(chat.ask("echo", "here too"), "here too");
        });
    checks.add(
        "a connection that the server does not want fails",
        scope -> {
          Client client = scope.client("/", scope.dial().query("deny=1"));
          Inbox failure = client.hears("connect_error");
          client.connect();
          that(failure.first() instanceof Exception, "no exception");
          that(!client.isConnected(), "connected");
        });
  }

  private static String refusal(Inbox frames) throws InterruptedException {
    Object frame = frames.first();
    while (!frame.toString().startsWith("4/admin,")) {
      frame = frames.first();
    }
    return frame.toString();
  }

  private static void namespaces(Checks checks) {
    checks.add(
        "an asynchronous admission is waited for, and nothing is lost meanwhile",
        scope -> {
          Client client = scope.client("/slow");
          Inbox connected = client.hears(Socket.EVENT_CONNECT);
          Inbox answer = client.asks("echo", "early");
          client.connect();
          same(answer.next(), array("early"));
          same(connected.size(), 1);
        });
    checks.add(
        "the server knows the id of the socket",
        scope -> {
          Client client = scope.connected();
          same(client.ask("id"), client.id());
        });
    checks.add(
        "the id is the session's at revision 3, and a secret one's at revision 4",
        scope -> {
          Client main = scope.connected();
          Client chat = main.also("/chat").connected();
          String session = main.engine().id();
          that(session.matches("[A-Za-z0-9_-]{20}"), "session " + session);
          if (Dial.revision() == 4) {
            that(main.id().matches("[A-Za-z0-9_-]{20}"), "id " + main.id());
            that(!main.id().equals(session), "the id of the session is given away");
            that(!main.id().equals(chat.id()), "one id for two namespaces");
          } else {
            same(main.ask("id"), session);
            same(chat.ask("id"), "/chat#" + session);
          }
        });
    checks.add(
        "several namespaces share one connection",
        scope -> {
          Client main = scope.connected();
          List<Client> all = new ArrayList<>(List.of(main));
          Inbox openings = main.managerHears(Manager.EVENT_OPEN);
          for (String name : List.of("/chat", "/custom", "/slow")) {
            all.add(main.also(name).connected());
          }
          Set<Object> ids = new HashSet<>();
          for (Client client : all) {
            ids.add(client.ask("id"));
          }
          same(ids.size(), 4);
          same(openings.size(), 0);
        });
    checks.add(
        "an event goes to the namespace that it was sent to",
        scope -> {
          Client main = scope.connected();
          Client chat = main.also("/chat").connected();
          Inbox strayed = main.hears("message-back");
          Inbox meant = chat.hears("message-back");
          chat.emit("message", "for /chat");
          same(meant.next(), array("for /chat"));
          same(main.ask("echo", 1), 1);
          same(strayed.size(), 0);
        });
    checks.add(
        "leaving a namespace leaves the others",
        scope -> {
          Client main = scope.connected();
          Client chat = main.also("/chat").connected();
          Object id = chat.ask("id");
          main.ask("watch", id);
          Inbox gone = main.hears("peer-gone");
          chat.disconnect();
          same(at(gone.first(), "id"), id);
          same(main.ask("echo", "still here"), "still here");
        });
    checks.add(
        "a namespace that was left may be joined again",
        scope -> {
          Client main = scope.connected();
          Client chat = main.also("/chat").connected();
          String room = scope.unique("left");
          chat.ask("join", room);
          Inbox again = chat.hears(Socket.EVENT_CONNECT);
          chat.disconnect();
          chat.connect();
          again.next();
          same(chat.ask("echo", "again"), "again");
          same(chat.ask("members", room), array());
        });
    checks.add(
        "what is emitted before the connection comes afterwards, in order",
        scope -> {
          Client client = scope.client("/");
          Inbox back = client.hears("message-back");
          for (int i = 0; i < 50; i++) {
            client.emit("message", i);
          }
          client.connect();
          back.counts(50);
        });
    checks.add(
        "nothing is lost or late while the transport changes",
        scope -> {
          Client client = scope.client("/").connected();
          Inbox back = client.hears("message-back");
          Inbox burst = client.hears("b");
          client.emit("burst", 200);
          for (int i = 0; i < 100; i++) {
            client.emit("message", i);
          }
          client.settled();
          for (int i = 100; i < 200; i++) {
            client.emit("message", i);
          }
          back.counts(200);
          burst.counts(200);
        });
    checks.add(
        "binary comes through while the transport changes",
        scope -> {
          Client client = scope.client("/").connected();
          List<Inbox> answers = new ArrayList<>();
          for (int i = 0; i < 50; i++) {
            answers.add(client.asks("echo", object("b", Json.bytes(i, 255 - i))));
          }
          client.settled();
          for (int i = 0; i < 50; i++) {
            same(answers.get(i).first(), object("b", Json.bytes(i, 255 - i)));
          }
        });
    checks.add(
        "twenty connections at once have twenty ids",
        scope -> {
          List<Client> clients = new ArrayList<>();
          for (int i = 0; i < 20; i++) {
            clients.add(scope.client("/").connect());
          }
          Set<Object> ids = new HashSet<>();
          for (Client client : clients) {
            ids.add(client.ask("id"));
          }
          same(ids.size(), 20);
        });
  }

  private static void handshakes(Checks checks) {
    checks.add(
        "the server knows the transport",
        scope -> {
          Client client = scope.connected();
          same(client.ask("transport"), scope.dial().finalTransport());
        });
    checks.add(
        "the handshake has the query of the connection",
        scope -> {
          Client client = scope.connected("/", scope.dial().query("a=1%202&%C3%A4=%C3%B6&empty="));
          Object query = at(client.ask("handshake"), "query");
          same(at(query, "a"), "1 2");
          same(at(query, "ä"), "ö");
          same(at(query, "empty"), "");
          same(at(query, "EIO"), String.valueOf(Dial.revision()));
          same(
              at(query, "transport"), scope.dial().upgrades() ? "polling" : at(query, "transport"));
        });
    checks.add(
        "the handshake has the headers of the request, in lower case",
        scope -> {
          Client client = scope.connected("/", scope.dial().header("X-Custom", "yes; no=\"1\""));
          Object headers = at(client.ask("handshake"), "headers");
          same(at(headers, "x-custom"), "yes; no=\"1\"");
          that(at(headers, "host") != null, "no host in " + headers);
          same(at(headers, "X-Custom"), null);
        });
    checks.add(
        "the handshake has the client's credentials",
        scope -> {
          Client client =
              scope.connected("/custom", scope.dial().credential("a", "x").credential("b", "y"));
          same(at(client.ask("handshake"), "auth"), object("a", "x", "b", "y"));
        });
    checks.add(
        "the handshake has address, URL and time",
        scope -> {
          Client client = scope.connected("/chat");
          Object handshake = client.ask("handshake");
          String address = (String) at(handshake, "address");
          that(address.matches("127\\.0\\.0\\.1|::1|0:0:0:0:0:0:0:1"), "address " + address);
          that(((String) at(handshake, "url")).startsWith("/socket.io/?"), "url " + handshake);
          same(at(handshake, "secure"), false);
          long issued = ((Number) at(handshake, "issued")).longValue();
          long apart = Math.abs(issued - System.currentTimeMillis());
          that(apart < 600_000, "issued " + apart + " ms from now");
        });
    checks.add(
        "two namespaces of a connection have the same request",
        scope -> {
          Client main = scope.connected("/", scope.dial().query("who=me"));
          Client chat = main.also("/chat").connected();
          Object there = chat.ask("handshake");
          same(at(there, "query"), at(main.ask("handshake"), "query"));
          same(at(at(there, "query"), "who"), "me");
        });
  }
}
