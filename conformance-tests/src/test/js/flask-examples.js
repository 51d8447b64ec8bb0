// The examples rewritten from Flask-SocketIO, each as its page or its clients would use it.
import { io } from "socket.io-client";
import { collect, once } from "./clients.js";
import { assert, check } from "./harness.js";

/** @param example one of the keys below */
export default function flaskExamples(url, example) {
  ({ "quick-start": quickStart, sessions, "chat-namespace": chatNamespace, failures })[example](new Examples(url));
}

class Examples {
  constructor(url) {
    this.url = url;
  }

  open(scope, namespace = "/", options = {}) {
    const socket = io(this.url + namespace, { forceNew: true, reconnection: false, ...options });
    scope.defer(() => socket.disconnect());
    return socket;
  }

  async connected(scope, namespace, options) {
    const socket = this.open(scope, namespace, options);
    await once(socket, "connect");
    return socket;
  }
}

const answer = (socket, event, ...args) => socket.timeout(15_000).emitWithAck(event, ...args);

function quickStart(examples) {
  /** Responses to what a client does; those of the background task go to everybody at any time. */
  const respondent = async (scope) => {
    const socket = examples.open(scope);
    const waiting = [];
    const seen = [];
    socket.on("my_response", (response, told) => {
      told?.();
      if (response.data === "Server generated event") return;
      const next = waiting.shift();
      next ? next(response) : seen.push(response);
    });
    socket.response = () =>
      seen.length > 0 ? Promise.resolve(seen.shift()) : new Promise((resolve) => waiting.push(resolve));
    assert.deepEqual(await socket.response(), { data: "Connected", count: 0 });
    return socket;
  };

  check("a page and the client's script are served", async () => {
    const page = await fetch(`${examples.url}/`);
    assert.match(page.headers.get("content-type"), /text\/html/);
    const text = await page.text();
    for (const [, script] of text.matchAll(/<script src="([^"]+)"/g)) {
      const answer = await fetch(examples.url + script);
      assert.equal(answer.status, 200, script);
      assert.match(answer.headers.get("content-type"), /javascript/);
    }
    assert.equal((await fetch(`${examples.url}/`, { method: "POST" })).status, 405);
  });
  check("an echo goes to its sender, and its events are counted", async (scope) => {
    const [ann, ben] = [await respondent(scope), await respondent(scope)];
    for (const count of [1, 2]) {
      ann.emit("my_event", { data: "hello" });
      assert.deepEqual(await ann.response(), { data: "hello", count });
    }
    ben.emit("my_event", { data: "mine" });
    assert.deepEqual(await ben.response(), { data: "mine", count: 1 });
  });
  check("a broadcast goes to everybody, its sender too", async (scope) => {
    const clients = [await respondent(scope), await respondent(scope)];
    const text = scope.unique("broadcast");
    const heard = clients.map(async (client) => {
      while ((await client.response()).data !== text);
    });
    clients[0].emit("my_broadcast_event", { data: text });
    await Promise.all(heard);
  }, { alone: true });
  check("rooms are joined, spoken to, left and closed", async (scope) => {
    const [ann, ben, eve] = [await respondent(scope), await respondent(scope), await respondent(scope)];
    const room = scope.unique("room");
    for (const client of [ann, ben]) {
      client.emit("join", { room });
      const { data } = await client.response();
      assert.deepEqual(data.replace("In rooms: ", "").split(", ").sort(), [client.id, room].sort());
    }
    eve.emit("my_room_event", { room, data: "to the room" });
    for (const client of [ann, ben]) assert.equal((await client.response()).data, "to the room");
    ann.emit("leave", { room });
    assert.equal((await ann.response()).data, `In rooms: ${ann.id}`);
    eve.emit("close_room", { room });
    assert.equal((await ben.response()).data, `Room ${room} is closing.`);
    eve.emit("my_event", { data: "closed by now" }); // the farewell comes before that
    assert.equal((await eve.response()).data, "closed by now");
    ben.emit("my_room_event", { room, data: "nobody hears this" });
    for (const client of [ann, ben, eve]) {
      client.emit("my_event", { data: "next" });
      assert.equal((await client.response()).data, "next");
    }
  }, { alone: true });
  check("what has no handler is reported", async (scope) => {
    const ann = await respondent(scope);
    ann.emit("nobody handles this", 1, "x");
    assert.deepEqual(await ann.response(), { data: ["nobody handles this", [1, "x"]], count: 1 });
  });
  check("a disconnect is requested, acknowledged and carried out", async (scope) => {
    const ann = await respondent(scope);
    const left = once(ann, "disconnect");
    ann.emit("disconnect_request");
    assert.deepEqual(await ann.response(), { data: "Disconnected!", count: 1 });
    assert.deepEqual((await left)[0], "io server disconnect");
  });
  check("a ping is answered", async (scope) => {
    const ann = await respondent(scope);
    const pong = once(ann, "my_pong");
    ann.emit("my_ping");
    assert.deepEqual(await pong, []);
  });
  check("the background task reaches everybody", async (scope) => {
    const clients = [examples.open(scope), examples.open(scope)];
    const generated = (client) =>
      new Promise((resolve) =>
        client.on("my_response", ({ data, count }) => data === "Server generated event" && resolve(count)),
      );
    for (const count of await Promise.all(clients.map(generated))) assert.ok(count > 0);
  });
}

function sessions(examples) {
  /** A visitor of the application: what a browser would do with the cookie. */
  const visitor = async () => {
    let cookie;
    const request = async (options = {}) => {
      const answer = await fetch(`${examples.url}/session`, {
        ...options,
        headers: { ...(cookie && { cookie }) },
      });
      const set = answer.headers.get("set-cookie");
      if (set) cookie = set.split(";")[0];
      return answer.text();
    };
    await request();
    return {
      get: () => request(),
      post: (fields) => request({ method: "POST", body: new URLSearchParams(fields) }),
      options: () => ({ extraHeaders: { cookie } }),
    };
  };

  check("what was stored in the HTTP session is seen by the socket", async (scope) => {
    const ann = await visitor();
    assert.equal(await ann.post({ value: "tea" }), "tea of nobody");
    const socket = await examples.connected(scope, "/", ann.options());
    assert.equal(await answer(socket, "get_session"), "tea of nobody");
    await ann.post({ value: "coffee" });
    assert.equal(await answer(socket, "get_session"), "coffee of nobody");
  });
  check("what a socket stores in the HTTP session is seen by the next request", async (scope) => {
    const ann = await visitor();
    const socket = await examples.connected(scope, "/", ann.options());
    assert.equal(await answer(socket, "set_session", "cocoa"), "cocoa of nobody");
    assert.equal(await ann.get(), "cocoa of nobody");
  });
  check("a socket's own data is of this connection alone", async (scope) => {
    const ann = await visitor();
    const tabs = [];
    for (const tab of [0, 1]) tabs[tab] = await examples.connected(scope, "/", ann.options());
    assert.deepEqual([await answer(tabs[0], "count"), await answer(tabs[0], "count")], [1, 2]);
    assert.equal(await answer(tabs[1], "count"), 1);
  });
  check("who has logged in before is known to the socket", async (scope) => {
    const ann = await visitor();
    await ann.post({ user: "ann", password: "secret" });
    const socket = await examples.connected(scope, "/", ann.options());
    assert.equal(await answer(socket, "get_session"), "null of ann");
    const welcome = once(socket, "members");
    socket.emit("members");
    assert.deepEqual(await welcome, ["welcome"]);
  });
  check("who has not is disconnected by what only members may do", async (scope) => {
    const eve = await visitor();
    await eve.post({ user: "ann", password: "wrong" });
    const socket = await examples.connected(scope, "/", eve.options());
    const left = once(socket, "disconnect");
    socket.emit("members");
    assert.equal((await left)[0], "io server disconnect");
  });
  check("who has no session is refused", async (scope) => {
    const [error] = await once(examples.open(scope), "connect_error");
    assert.equal(error.message, "no session (expected: one of /session)");
  });
}

function chatNamespace(examples) {
  const enter = async (scope, name) => {
    const socket = examples.open(scope, "/chat", { auth: { name } });
    socket.says = collect(socket, "my_response", 2);
    await once(socket, "connect");
    return socket;
  };

  check("a method greets who joins, after the connection is announced", async (scope) => {
    const socket = examples.open(scope, "/chat", { auth: { name: "Ann" } });
    const order = [];
    socket.on("connect", () => order.push("connect"));
    assert.deepEqual(await once(socket, "my_response"), ["Welcome, Ann"]);
    assert.deepEqual(order, ["connect"]);
  });
  check("a method refuses who gives no name", async (scope) => {
    for (const auth of [{}, { name: " " }]) {
      const [error] = await once(examples.open(scope, "/chat", { auth }), "connect_error");
      assert.equal(error.message, "no name");
    }
  });
  check("methods handle events of any name, and answer", async (scope) => {
    const room = scope.unique("room");
    const [ann, ben] = [await enter(scope, "Ann"), await enter(scope, "Ben")];
    for (const socket of [ann, ben]) {
      assert.deepEqual((await answer(socket, "join", room)).sort(), [socket.id, room].sort());
    }
    assert.equal(await answer(ann, "my room event", { room, text: "hello" }), undefined);
    assert.deepEqual(await ben.says, [["Welcome, Ben"], ["Ann: hello"]]);
    const closing = [once(ann, "my_response"), once(ben, "my_response")];
    await answer(ben, "close room", room);
    for (const heard of closing) assert.deepEqual(await heard, [`Room ${room} is closing.`]);
    assert.deepEqual(await answer(ann, "leave", room), [ann.id]);
  }, { alone: true });
  check("a method answers for what failed, and another for what nobody handles", async (scope) => {
    const ann = await enter(scope, "Ann");
    const sent = { room: "elsewhere", text: "" };
    assert.equal(await answer(ann, "my room event", sent), "my room event: not in room elsewhere");
    ann.emit("sing");
    assert.deepEqual(await ann.says, [["Welcome, Ann"], ["What is sing?"]]);
  }, { alone: true });
  check("a method says goodbye", async (scope) => {
    const [ann, ben] = [await enter(scope, "Ann"), await enter(scope, "Ben")];
    ben.disconnect();
    assert.deepEqual(await ann.says, [["Welcome, Ann"], ["Ben has left: client namespace disconnect"]]);
  }, { alone: true });
}

function failures(examples) {
  check("the error handler of the main namespace answers", async (scope) => {
    const socket = await examples.connected(scope);
    assert.deepEqual(await answer(socket, "divide", 1, 0), {
      "handled by": "the main namespace",
      error: "/ by zero",
      event: "divide",
      args: [1, 0],
    });
    assert.equal(await answer(socket, "divide", 8, 2), 4);
  });
  check("another namespace has one of its own", async (scope) => {
    const socket = await examples.connected(scope, "/chat");
    assert.deepEqual(await answer(socket, "say", " "), {
      "handled by": "/chat",
      error: "nothing to say",
      event: "say",
      args: [" "],
    });
    assert.equal(await answer(socket, "say", "hi"), "hi");
  });
  check("the default handles the rest, and need not answer", async (scope) => {
    const socket = await examples.connected(scope, "/other");
    const told = collect(socket, "problem", 2);
    let answered = false;
    socket.emit("say", "", () => (answered = true));
    socket.emit("say", {}, 7);
    const expected = (args) => [
      { "handled by": "the default of /other", error: "nothing to say", event: "say", args },
    ];
    const [first, second] = await told;
    assert.deepEqual(first, expected([""]));
    assert.deepEqual(second[0].args, [{}, 7]);
    assert.equal(await answer(socket, "say", "hi"), "hi");
    assert.equal(answered, false);
  });
}
