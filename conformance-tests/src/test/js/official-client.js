// The official JavaScript client against the events of the fixture server.
import { io } from "socket.io-client";
import { assert, check, pause, within } from "./harness.js";

const TRANSPORTS = {
  polling: { transports: ["polling"] },
  websocket: { transports: ["websocket"] },
  upgrade: { transports: ["polling", "websocket"] },
};

export function officialClient(url, transport) {
  const open = (scope, namespace = "/", options = {}) => {
    const socket = io(url + namespace, {
      ...TRANSPORTS[transport],
      forceNew: true,
      reconnection: false,
      ...options,
    });
    scope.defer(() => socket.disconnect());
    return socket;
  };
  const once = (socket, event) =>
    within(5000, `"${event}"`, new Promise((resolve) => socket.once(event, (...args) => resolve(args))));
  const connected = async (scope, namespace, options) => {
    const socket = open(scope, namespace, options);
    await within(
      5000,
      "connecting",
      new Promise((resolve, reject) => {
        socket.once("connect", resolve);
        socket.once("connect_error", reject);
      }),
    );
    if (transport === "upgrade" && socket.io.engine.transport.name === "polling") {
      await within(5000, "the upgrade", new Promise((r) => socket.io.engine.once("upgrade", r)));
    }
    return socket;
  };
  const ask = (socket, ...args) => socket.timeout(5000).emitWithAck(...args);
  const collect = (socket, event, count) =>
    within(
      5000,
      `${count} x "${event}"`,
      new Promise((resolve) => {
        const seen = [];
        if (count === 0) resolve(seen);
        socket.on(event, (...args) => seen.push(args) === count && resolve(seen));
      }),
    );
  const bytes = (...values) => Buffer.from(values);

  check("connects to the main namespace and gets its auth", async (scope) => {
    const socket = open(scope, "/", { auth: { token: "123" } });
    assert.deepEqual(await once(socket, "auth"), [{ token: "123" }]);
    assert.match(socket.id, /^[A-Za-z0-9_-]{20}$/);
    assert.notEqual(socket.id, socket.io.engine.id);
  });
  check("auth is an empty object when there was none", async (scope) => {
    assert.deepEqual(await once(open(scope), "auth"), [{}]);
  });
  check("connects to a custom namespace", async (scope) => {
    const socket = open(scope, "/custom", { auth: { a: 1 } });
    assert.deepEqual(await once(socket, "auth"), [{ a: 1 }]);
  });
  check("is refused by an unknown namespace", async (scope) => {
    const [error] = await once(open(scope, "/nowhere"), "connect_error");
    assert.equal(error.message, "Invalid namespace");
  });
  check("is refused with message and data", async (scope) => {
    const [error] = await once(open(scope, "/admin"), "connect_error");
    assert.equal(error.message, "not authorized");
    assert.deepEqual(error.data, { code: "E_AUTH", retry: false });
  });
  check("is admitted with the right token, by auth and by query", async (scope) => {
    await connected(scope, "/admin", { auth: { token: "sesame" } });
    await connected(scope, "/admin", { query: { token: "sesame" } });
  });
  check("may try again on the same connection after a refusal", async (scope) => {
    const socket = open(scope, "/admin", { auth: { token: "wrong" } });
    await once(socket, "connect_error");
    socket.auth = { token: "sesame" };
    socket.connect();
    await once(socket, "connect");
  });
  check("waits for an asynchronous admission", async (scope) => {
    const started = Date.now();
    const socket = await connected(scope, "/slow");
    assert.ok(Date.now() - started >= 190);
    assert.equal(await ask(socket, "echo", 1), 1);
  });
  check("shares one connection between namespaces", async (scope) => {
    const first = await connected(scope, "/");
    const second = first.io.socket("/chat");
    await once(second, "connect");
    assert.notEqual(first.id, second.id);
    second.disconnect();
    await pause(50);
    assert.equal(await ask(first, "echo", "still here"), "still here");
  });
  check("reports the transport", async (scope) => {
    const socket = await connected(scope);
    assert.equal(await ask(socket, "transport"), transport === "polling" ? "polling" : "websocket");
  });

  const values = {
    null: null,
    boolean: true,
    integer: 42,
    "largest safe integer": Number.MAX_SAFE_INTEGER,
    fraction: -1.5e-7,
    text: "plain",
    "empty text": "",
    "text of every plane": "é 漢 😀 \u2028 \u0000 \\ \"",
    array: [1, [2, [3, []]]],
    object: { z: 1, a: { b: [null, { c: "d" }] } },
    "keys of prototypes": JSON.parse('{"__proto__":{"x":1},"constructor":2}'),
    "text like a placeholder": '{"_placeholder":true,"num":0}',
  };
  for (const [name, value] of Object.entries(values)) {
    check(`echoes ${name}`, async (scope) => {
      const socket = await connected(scope);
      const answer = await ask(socket, "echo", value);
      assert.equal(JSON.stringify(answer), JSON.stringify(value));
    });
  }
  check("echoes many arguments without an acknowledgement", async (scope) => {
    const socket = await connected(scope);
    socket.emit("message", 1, "2", { 3: [true] });
    assert.deepEqual(await once(socket, "message-back"), [1, "2", { 3: [true] }]);
    socket.emit("echo", "a", null, []);
    assert.deepEqual(await once(socket, "echo"), ["a", null, []]);
  });
  check("acknowledges with many arguments", async (scope) => {
    const socket = await connected(scope);
    const answer = await new Promise((resolve) =>
      socket.emit("message-with-ack", 1, "2", { 3: [false] }, (...args) => resolve(args)),
    );
    assert.deepEqual(answer, [1, "2", { 3: [false] }]);
    const many = await new Promise((resolve) =>
      socket.emit("many-args", 100, (...args) => resolve(args)),
    );
    assert.deepEqual(many, [...Array(100).keys()]);
  });
  check("echoes binary at any depth, also empty", async (scope) => {
    const socket = await connected(scope);
    const value = { a: bytes(1, 2, 3), b: [bytes(), { c: bytes(255, 0) }], d: "text" };
    assert.deepEqual(await ask(socket, "echo", value), value);
    socket.emit("message", bytes(9), { x: bytes(8) });
    assert.deepEqual(await once(socket, "message-back"), [bytes(9), { x: bytes(8) }]);
  });
  check("echoes ten attachments", async (scope) => {
    const socket = await connected(scope);
    const all = [...Array(10).keys()].map((i) => bytes(i, i, i));
    assert.deepEqual(await ask(socket, "echo", all), all);
  });
  check("gets binary inside of structures", async (scope) => {
    const socket = await connected(scope);
    assert.deepEqual(await ask(socket, "nested-bin"), {
      a: [bytes(1, 2), { b: bytes(3), c: "t" }],
      n: null,
    });
    const [first, second] = await ask(socket, "bin", [3, 300]);
    assert.deepEqual(first, bytes(0, 1, 2));
    assert.deepEqual(second, Buffer.from([...Array(300).keys()].map((i) => (i + 1) % 256)));
  });
  check("echoes large text and large binary", async (scope) => {
    const socket = await connected(scope);
    const text = "ж".repeat(300_000);
    assert.equal(await ask(socket, "echo", text), text);
    const data = Buffer.alloc(700_000, 7);
    assert.deepEqual(await ask(socket, "echo", data), data);
    assert.equal((await ask(socket, "big", 900_000)).length, 900_000);
  });
  check("sends the unnamed message", async (scope) => {
    const socket = await connected(scope);
    socket.emit("say", "hello");
    assert.deepEqual(await once(socket, "message"), ["hello"]);
    socket.emit("json", { a: [1] });
    assert.deepEqual(await once(socket, "json-back"), [{ a: [1] }]);
  });
  check("keeps the order of a burst", async (scope) => {
    const socket = await connected(scope);
    const seen = collect(socket, "b", 500);
    socket.emit("burst", 500);
    assert.deepEqual(await seen, [...Array(500).keys()].map((i) => [i]));
  });
  check("keeps the order of what the client sends", async (scope) => {
    const socket = await connected(scope);
    const seen = collect(socket, "message-back", 300);
    for (let i = 0; i < 300; i++) socket.emit("message", i);
    assert.deepEqual(await seen, [...Array(300).keys()].map((i) => [i]));
  });
  check("gets the first of two acknowledgements only", async (scope) => {
    const socket = await connected(scope);
    const answers = [];
    socket.emit("double-ack", (x) => answers.push(x));
    await ask(socket, "echo", 1);
    assert.deepEqual(answers, ["first"]);
  });
  check("gets a late acknowledgement, and none from a silent handler", async (scope) => {
    const socket = await connected(scope);
    assert.equal(await ask(socket, "late-ack", 100, "late"), "late");
    await assert.rejects(socket.timeout(100).emitWithAck("never-ack"), /timed out/);
  });
  check("an event without acknowledgement does not fail for the lack of it", async (scope) => {
    const socket = await connected(scope);
    for (const event of ["message-with-ack", "double-ack", "rooms", "id", "nested-bin"]) {
      socket.emit(event);
    }
    assert.equal(await ask(socket, "echo", "alive"), "alive");
  });
  check("is asked by the server and answers", async (scope) => {
    const socket = await connected(scope);
    socket.on("ask", (a, b, reply) => reply(a + b, bytes(1)));
    assert.deepEqual(await ask(socket, "ask-me", { timeout: 2000 }, 20, 22), {
      ok: true,
      values: [42, bytes(1)],
    });
    socket.emit("ask-me", { timeout: 2000 }, 1, 2);
    assert.deepEqual(await once(socket, "ask-result"), [{ ok: true, values: [3, bytes(1)] }]);
  });
  check("is asked by the server and does not answer in time", async (scope) => {
    const socket = await connected(scope);
    let late;
    socket.on("ask", (reply) => (late = reply));
    assert.deepEqual(await ask(socket, "ask-me", { timeout: 100 }), { ok: false, error: "timeout" });
    late("too late");
    assert.equal(await ask(socket, "echo", 1), 1);
  });
  check("joins and leaves rooms", async (scope) => {
    const socket = await connected(scope);
    assert.deepEqual(await ask(socket, "join", "b"), ["b"]);
    assert.deepEqual(await ask(socket, "join", ["a", "c"]), ["a", "b", "c"]);
    assert.deepEqual(await ask(socket, "leave", "b"), ["a", "c"]);
    assert.deepEqual(await ask(socket, "rooms"), [socket.id, "a", "c"].sort());
    assert.deepEqual(await ask(socket, "members", "a"), [socket.id]);
    assert.deepEqual(await ask(socket, "members", "b"), []);
  });
  check("broadcasts to rooms once each, with exceptions and without the sender", async (scope) => {
    const [a, b, c] = [await connected(scope), await connected(scope), await connected(scope)];
    await ask(a, "join", ["x1", "x2"]);
    await ask(b, "join", ["x1", "x2"]);
    await ask(c, "join", ["x2", "x3"]);
    const seen = { a: [], b: [], c: [] };
    for (const [name, socket] of Object.entries({ a, b, c })) {
      socket.on("news", (...args) => seen[name].push(args));
    }
    const send = (request) => ask(a, "bcast", { event: "news", ...request });
    await send({ to: ["x1", "x2"], args: [1] });
    await send({ to: ["x1", "x2"], self: true, args: [2] });
    await send({ to: ["x1", "x2"], except: ["x3"], self: true, args: [3] });
    await send({ to: ["nobody"], self: true, args: [4] });
    await send({ to: ["x2"], except: [b.id], args: [{ bin: bytes(5) }] });
    for (const socket of [a, b, c]) await ask(socket, "echo", 1);
    assert.deepEqual(seen.a, [[2], [3]]);
    assert.deepEqual(seen.b, [[1], [2], [3]]);
    assert.deepEqual(seen.c, [[1], [2], [{ bin: bytes(5) }]]);
  });
  check("broadcasts binary to many, byte for byte", async (scope) => {
    const sockets = [];
    for (let i = 0; i < 5; i++) sockets.push(await connected(scope, "/chat"));
    for (const socket of sockets) await ask(socket, "join", "bin");
    const all = sockets.map((socket) => collect(socket, "pic", 1));
    await ask(sockets[0], "bcast", { to: ["bin"], self: true, event: "pic", args: [bytes(1, 2), "t"] });
    for (const seen of await Promise.all(all)) assert.deepEqual(seen, [[bytes(1, 2), "t"]]);
  });
  check("a broadcast stays in its namespace", async (scope) => {
    const here = await connected(scope, "/chat");
    const there = await connected(scope, "/custom");
    let strayed = false;
    there.on("only-chat", () => (strayed = true));
    await ask(here, "join", "r");
    await ask(there, "join", "r");
    const got = once(here, "only-chat");
    await ask(here, "bcast", { to: ["r"], self: true, event: "only-chat", args: [] });
    await got;
    await ask(there, "echo", 1);
    assert.equal(strayed, false);
  });
  check("a room is cleared, and its members disconnected", async (scope) => {
    const a = await connected(scope);
    const b = await connected(scope);
    await ask(a, "join", "gone");
    await ask(b, "join", "gone");
    assert.equal(await ask(a, "room-clear", "gone"), "ok");
    assert.deepEqual(await ask(a, "members", "gone"), []);
    await ask(b, "join", "kicked");
    const left = once(b, "disconnect");
    assert.equal(await ask(a, "room-kick", "kicked", false), "ok");
    assert.equal((await left)[0], "io server disconnect");
    assert.equal(await ask(a, "echo", 1), 1);
  });
  check("a disconnected socket leaves its rooms, and watchers hear why", async (scope) => {
    const watcher = await connected(scope);
    const gone = await connected(scope);
    const id = gone.id;
    await ask(gone, "join", ["r2", "r1"]);
    await ask(watcher, "watch", id);
    const news = once(watcher, "peer-gone");
    gone.disconnect();
    const [told] = await news;
    assert.equal(told.id, id);
    assert.deepEqual(told.rooms, ["r1", "r2"]);
    assert.ok(["client namespace disconnect", "transport close"].includes(told.reason), told.reason);
    assert.deepEqual(await ask(watcher, "members", "r1"), []);
  });
  check("a lost connection disconnects every namespace", async (scope) => {
    const watcher = await connected(scope);
    const gone = await connected(scope);
    const chat = gone.io.socket("/chat");
    await once(chat, "connect");
    await ask(watcher, "watch", gone.id);
    const news = once(watcher, "peer-gone");
    gone.io.engine.close();
    const reason = (await news)[0].reason;
    assert.ok(["transport close", "transport error"].includes(reason), reason);
  });
  check("is disconnected from a namespace by the server", async (scope) => {
    const socket = await connected(scope);
    const chat = socket.io.socket("/chat");
    await once(chat, "connect");
    const left = once(socket, "disconnect");
    socket.emit("bye", false);
    assert.equal((await left)[0], "io server disconnect");
    assert.equal(await ask(chat, "echo", 1), 1);
    socket.connect();
    await once(socket, "connect");
    assert.equal(await ask(socket, "echo", 2), 2);
  });
  check("is disconnected from everything by the server", async (scope) => {
    const socket = await connected(scope);
    const closed = new Promise((resolve) => socket.io.engine.once("close", resolve));
    socket.emit("bye", true);
    await within(5000, "the close", closed);
  });
  check("gets all that was sent before the server disconnects it", async (scope) => {
    for (const close of [false, true]) {
      const socket = await connected(scope);
      const seen = [];
      socket.on("b", (i) => seen.push(i));
      const left = once(socket, "disconnect");
      socket.emit("say-then-bye", 100, close);
      await left;
      assert.deepEqual(seen, [...Array(100).keys()]);
    }
  });
  check("a failing handler is told to its socket alone, which goes on", async (scope) => {
    const socket = await connected(scope);
    for (const event of ["fail", "fail-async"]) {
      const told = once(socket, "handler-error");
      socket.emit(event, "no luck");
      assert.deepEqual(await told, [{ event, message: "no luck" }]);
    }
    const wrong = once(socket, "handler-error");
    socket.emit("late-ack", "not a number", 1, () => {});
    assert.equal((await wrong)[0].event, "late-ack");
    assert.equal(await ask(socket, "echo", 1), 1);
  });
  check("a blocked handler delays nobody else", async (scope) => {
    const blocked = await connected(scope);
    const other = await connected(scope);
    let unblocked = false;
    const end = ask(blocked, "block", 2000).then(() => (unblocked = true));
    await pause(50);
    for (let i = 0; i < 20; i++) assert.equal(await ask(other, "echo", i), i);
    const fresh = await connected(scope);
    assert.equal(await ask(fresh, "echo", 1), 1);
    assert.equal(unblocked, false);
    await end;
    assert.equal(blocked.connected, true);
  });
  check("events that the application does not know are ignored", async (scope) => {
    const socket = await connected(scope);
    for (const event of ["unknown", "__proto__", "constructor", "connection", "error"]) {
      socket.emit(event, 1);
    }
    assert.equal(await ask(socket, "echo", 1), 1);
  });
  check("volatile events pass when nothing waits, reliable ones always", async (scope) => {
    const socket = await connected(scope, "/chat");
    await pause(50);
    let passed = 0;
    socket.on("v", () => passed++);
    const done = once(socket, "v-done");
    socket.emit("volatile-burst", 200);
    assert.deepEqual(await done, [200]);
    assert.ok(passed <= 200);
    if (transport !== "polling") assert.ok(passed >= 1);
  });
  check("data is kept per socket", async (scope) => {
    const socket = await connected(scope);
    assert.equal(await ask(socket, "session-set", "k", { v: [1] }), "ok");
    assert.deepEqual(await ask(socket, "session-get", "k"), { v: [1] });
    assert.equal(await ask(socket, "session-get", "other"), null);
    assert.equal(await ask(await connected(scope), "session-get", "k"), null);
  });
  check("the handshake holds what the client sent", async (scope) => {
    const socket = await connected(scope, "/", {
      query: { a: "1 2", ä: "ö" },
      auth: { t: 1 },
      extraHeaders: { "X-Custom": "yes" },
    });
    const handshake = await ask(socket, "handshake");
    assert.equal(handshake.query.a, "1 2");
    assert.equal(handshake.query["ä"], "ö");
    assert.equal(handshake.query.EIO, "4");
    assert.deepEqual(handshake.auth, { t: 1 });
    assert.equal(handshake.headers["x-custom"], "yes");
    assert.equal(handshake.secure, false);
    assert.match(handshake.address, /127\.0\.0\.1|::1/);
    assert.ok(handshake.url.startsWith("/socket.io/?"));
    assert.ok(Math.abs(handshake.issued - Date.now()) < 60_000);
  });
}

/** Short heartbeats, and little else to do: each transport outlives several of them. */
export function heartbeats(url) {
  for (const [transport, options] of Object.entries(TRANSPORTS)) {
    check(`a connection on ${transport} outlives several heartbeats`, async (scope) => {
      const socket = io(url, { ...options, forceNew: true, reconnection: false });
      scope.defer(() => socket.disconnect());
      await within(5000, "connecting", new Promise((resolve) => socket.once("connect", resolve)));
      await pause(1600);
      assert.equal(await socket.timeout(5000).emitWithAck("echo", 1), 1);
    });
    check(`a blocked handler does not stop the heartbeat of ${transport}`, async (scope) => {
      const socket = io(url, { ...options, forceNew: true, reconnection: false });
      scope.defer(() => socket.disconnect());
      await within(5000, "connecting", new Promise((resolve) => socket.once("connect", resolve)));
      let pings = 0;
      socket.io.on("ping", () => pings++);
      assert.equal(await socket.timeout(5000).emitWithAck("block", 2000), "ok");
      assert.ok(pings >= 3, `${pings} pings in 2 s`);
    });
  }
}
