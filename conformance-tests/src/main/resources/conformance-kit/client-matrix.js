// One generation of the official client over one transport, against the events of the fixture
// server. A check is the same for every generation; where one lacks a behaviour, it is of what that
// generation gets instead.
import { client, bytes, closed, collect, once, range } from "./clients.js";
import { assert, check, pause } from "./harness.js";

/**
 * @param generation 1, 2, 3 or 4
 * @param transport polling, websocket or upgrade
 * @param options base64: the client says that it takes no binary; legacy-utf8: the server knows that
 *     1.x encodes the texts of polling payloads twice; msgpack: both sides speak MessagePack
 */
export default async function clientMatrix(url, generation, transport, ...options) {
  const c = await client(generation, url, transport, ...options);
  // What a newer client would make of the same: the other end of conversations between generations.
  const parser = options.filter((option) => option === "msgpack");
  const other = await client(generation === "4" ? "2" : "4", url, transport, ...parser);
  // 1.x reads a text that comes by polling as if its characters were bytes of UTF-8.
  const legacyUtf8 = options.includes("legacy-utf8");
  c.garblesPolling = c.generation === 1 && transport !== "websocket" && !legacyUtf8;
  // Once upgraded nothing goes by polling.
  c.garbles = c.garblesPolling && transport === "polling";
  await c.warmUp();
  for (const group of [
    admission,
    namespaces,
    values,
    binary,
    sizes,
    order,
    acknowledgements,
    questions,
    rooms,
    broadcasts,
    departures,
    reconnection,
    failures,
    interception,
    inspection,
    generations,
  ]) {
    group(c, other);
  }
}

function admission(c) {
  check(`is socket.io-client ${c.generation}.x`, async () => {
    assert.equal(c.version.split(".")[0], String(c.generation));
  });
  check("connects to the main namespace and gets its auth", async (scope) => {
    const socket = c.open(scope, "/", c.credentials({ token: "123" }));
    // Who does not send a CONNECT for the main namespace has no credentials there.
    assert.deepEqual(await once(socket, "auth"), [c.hasAuth ? { token: "123" } : {}]);
    assert.match(socket.id, /^[A-Za-z0-9_-]{20}$/);
    if (c.hasAuth) {
      assert.notEqual(socket.id, socket.io.engine.id);
    } else {
      assert.equal(socket.id, socket.io.engine.id);
    }
  });
  check("auth is an empty object when there was none", async (scope) => {
    assert.deepEqual(await once(c.open(scope), "auth"), [{}]);
    assert.deepEqual(await once(c.open(scope, "/custom"), "auth"), [{}]);
  });
  check("connects to a custom namespace and gets its auth", async (scope) => {
    const socket = c.open(scope, "/custom", c.credentials({ a: "1 &=+?", b: "" }));
    assert.deepEqual(await once(socket, "auth"), [{ a: "1 &=+?", b: "" }]);
  });
  check("credentials may be text of every plane", async (scope) => {
    // 1.x cannot read what it sent itself in a URL, see "garbled" below.
    const value = c.garblesPolling ? "plain" : "é 漢 😀";
    const socket = c.open(scope, "/custom", c.credentials({ a: value }));
    assert.deepEqual(await once(socket, "auth"), [{ a: value }]);
  });
  check("credentials keep their JSON types", async (scope) => {
    const socket = c.open(scope, "/custom", c.credentials({ n: 1, t: true }));
    const expected = c.hasAuth ? { n: 1, t: true } : { n: "1", t: "true" };
    assert.deepEqual(await once(socket, "auth"), [expected]);
  });
  check("is refused by an unknown namespace", async (scope) => {
    const error = await c.refusal(c.open(scope, "/nowhere"));
    c.assertRefused(error, "Invalid namespace", undefined);
  });
  if (c.takesErrorData) {
    check("is refused with message and data", async (scope) => {
      const error = await c.refusal(c.open(scope, "/admin"));
      c.assertRefused(error, "not authorized", { code: "E_AUTH", retry: false });
    });
    check("may try again on the same connection after a refusal", (scope) => tryAgain(c, scope));
  }
  check("is admitted with the right token", async (scope) => {
    const socket = await c.connected(scope, "/admin", c.credentials({ token: "sesame" }));
    assert.equal(await c.ask(socket, "echo", 1), 1);
  });
  check("is admitted with the right token in the query", async (scope) => {
    const socket = await c.connected(scope, "/admin", { query: { token: "sesame" } });
    assert.equal(await c.ask(socket, "echo", 1), 1);
  });
  check("a refusal leaves the other namespaces of the connection alone", async (scope) => {
    const first = await c.connected(scope);
    const refused = first.io.socket("/nowhere");
    c.assertRefused(await c.refusal(refused), "Invalid namespace", undefined);
    assert.equal(await c.ask(first, "echo", "still here"), "still here");
  });
  check("waits for an asynchronous admission", async (scope) => {
    const main = await c.connected(scope);
    const started = performance.now();
    const socket = await c.beside(main, "/slow");
    assert.ok(performance.now() - started >= 190);
    assert.equal(await c.ask(socket, "echo", 1), 1);
  });
  check("what is emitted before the admission arrives after it", async (scope) => {
    const socket = (await c.connected(scope)).io.socket("/slow");
    const seen = collect(socket, "message-back", 3);
    for (const i of [1, 2, 3]) socket.emit("message", i);
    assert.equal(socket.connected, false);
    assert.deepEqual(await seen, [[1], [2], [3]]);
  });
  check("a handshake that is denied connects nobody", async (scope) => {
    const socket = c.open(scope, "/", { query: { deny: "1" } });
    const [error] = await once(socket, "connect_error");
    assert.ok(error instanceof Error);
    assert.equal(socket.connected, false);
  });
}

async function tryAgain(c, scope) {
  const first = await c.connected(scope);
  const { engine } = first.io;
  const socket = first.io.socket("/admin", c.credentials({ token: "wrong" }));
  const error = await c.refusal(socket);
  c.assertRefused(error, "not authorized", { code: "E_AUTH", retry: false });
  if (c.hasAuth) {
    socket.auth = { token: "sesame" };
    socket.connect();
  } else {
    // Its socket does not know that it was refused.
    socket.query = "token=sesame";
    socket.onopen();
  }
  await once(socket, "connect");
  assert.equal(socket.io.engine, engine);
  assert.equal(await c.ask(socket, "echo", 2), 2);
  assert.equal(await c.ask(first, "echo", 1), 1);
}

function namespaces(c) {
  check("shares one connection between namespaces", async (scope) => {
    const first = await c.connected(scope, "/");
    const second = await c.beside(first, "/chat");
    assert.notEqual(await c.ask(first, "id"), await c.ask(second, "id"));
    second.disconnect();
    assert.equal(await c.ask(first, "echo", "still here"), "still here");
  });
  check("events of namespaces on one connection stay apart", async (scope) => {
    const main = await c.connected(scope, "/");
    const all = [main, await c.beside(main, "/chat"), await c.beside(main, "/custom")];
    const seen = all.map((socket) => collect(socket, "message-back", 20));
    for (const i of range(20)) all.forEach((socket, k) => socket.emit("message", `${k}-${i}`));
    for (const [k, arguments_] of (await Promise.all(seen)).entries()) {
      assert.deepEqual(arguments_, range(20).map((i) => [`${k}-${i}`]));
    }
  });
  check("acknowledgements of namespaces on one connection stay apart", async (scope) => {
    const main = await c.connected(scope, "/");
    const all = [main, await c.beside(main, "/chat"), await c.beside(main, "/custom")];
    const answers = all.map((socket, k) => c.ask(socket, "late-ack", 60 - 20 * k, k));
    assert.deepEqual(await Promise.all(answers), [0, 1, 2]);
  });
  check("joins a namespace while another one waits for admission", async (scope) => {
    const main = await c.connected(scope, "/");
    const order = [];
    const join = async (namespace) => {
      const socket = await c.beside(main, namespace);
      order.push(namespace);
      assert.equal(await c.ask(socket, "echo", namespace), namespace);
    };
    await Promise.all(["/slow", "/chat"].map(join));
    assert.deepEqual(order, ["/chat", "/slow"]);
  });
  check("leaves a namespace and joins it again", async (scope) => {
    const main = await c.connected(scope, "/");
    const chat = await c.beside(main, "/chat");
    const id = await c.ask(chat, "id");
    await c.ask(chat, "session-set", "k", 1);
    await c.ask(chat, "join", "left");
    chat.disconnect();
    assert.equal(chat.connected, false);
    chat.connect();
    await c.admitted(chat);
    const again = await c.ask(chat, "id");
    // The ids of the older ones follow the session's.
    if (c.hasAuth) assert.notEqual(again, id);
    else assert.equal(again, id);
    assert.equal(await c.ask(chat, "session-get", "k"), null);
    assert.deepEqual(await c.ask(chat, "rooms"), [again]);
    assert.equal(await c.ask(main, "echo", 1), 1);
  });
  check("the id is the one that the server knows", async (scope) => {
    const main = await c.connected(scope, "/");
    const chat = await c.beside(main, "/chat");
    assert.equal(await c.ask(main, "id"), c.id(main));
    assert.equal(await c.ask(chat, "id"), c.id(chat));
    assert.match(c.id(chat), c.hasAuth ? /^[A-Za-z0-9_-]{20}$/ : /^\/chat#[A-Za-z0-9_-]{20}$/);
  });
}

function values(c) {
  const samples = {
    null: null,
    true: true,
    false: false,
    zero: 0,
    integer: 42,
    "negative integer": -7,
    "largest safe integer": Number.MAX_SAFE_INTEGER,
    fraction: -1.5e-7,
    // That parser writes it as an integer of 64 bits.
    "large number": c.parser ? 2 ** 63 : 1.7976931348623157e308,
    text: "plain",
    "empty text": "",
    "text of every plane": "é 漢 😀 \u2028 \u2029 \u0000 \\ \"",
    "text of packets": "2\x1e4x 6:4hello 42[\"echo\"] b4AQID",
    array: [1, [2, [3, []]]],
    object: { z: 1, a: { b: [null, { c: "d" }] } },
    "empty object": {},
    "keys of any text": { "": 1, " ": 2, "a.b": 3, "é": 4, 10: 5 },
    "keys of prototypes": JSON.parse('{"__proto__":{"x":1},"constructor":2}'),
    "text like a placeholder": '{"_placeholder":true,"num":0}',
    "deep nesting": JSON.parse("[".repeat(50) + "]".repeat(50)),
    "many numbers": range(5000),
  };
  // That parser does not keep them.
  if (c.parser) delete samples["keys of prototypes"];
  for (const [name, value] of Object.entries(samples)) {
    check(`echoes ${name}`, async (scope) => {
      const socket = await c.connected(scope);
      const answer = await c.ask(socket, "echo", value);
      assert.equal(JSON.stringify(answer), JSON.stringify(value));
    });
  }
  check("echoes what JSON, or MessagePack, makes of other values", async (scope) => {
    const socket = await c.connected(scope);
    const value = { d: new Date(0), u: undefined, a: [undefined, NaN], j: { toJSON: () => "j" } };
    const expected = c.parser
      ? { d: new Date(0), u: null, a: [null, NaN], j: "j" }
      : { d: "1970-01-01T00:00:00.000Z", a: [null, null], j: "j" };
    assert.deepEqual(await c.ask(socket, "echo", value), expected);
  });
  check("echoes many arguments without an acknowledgement", async (scope) => {
    const socket = await c.connected(scope);
    socket.emit("message", 1, "2", { 3: [true] });
    assert.deepEqual(await once(socket, "message-back"), [1, "2", { 3: [true] }]);
    socket.emit("echo", "a", null, []);
    assert.deepEqual(await once(socket, "echo"), ["a", null, []]);
  });
  check("echoes an event without arguments", async (scope) => {
    const socket = await c.connected(scope);
    socket.emit("message");
    assert.deepEqual(await once(socket, "message-back"), []);
    assert.deepEqual(await c.askAll(socket, "echo"), []);
  });
  check("sends the unnamed message", async (scope) => {
    const socket = await c.connected(scope);
    socket.emit("say", "hello");
    assert.deepEqual(await once(socket, "message"), ["hello"]);
    socket.send("by send");
    assert.deepEqual(await once(socket, "message-back"), ["by send"]);
    socket.emit("json", { a: [1] });
    assert.deepEqual(await once(socket, "json-back"), [{ a: [1] }]);
  });
  check("events that the application does not know are ignored", async (scope) => {
    const socket = await c.connected(scope);
    for (const event of ["unknown", "", "ü 漢", "__proto__", "constructor", "connection", "error"]) {
      socket.emit(event, 1);
    }
    assert.equal(await c.ask(socket, "echo", 1), 1);
  });
  check("emits without compression and, where it can, volatile", async (scope) => {
    const socket = await c.connected(scope);
    socket.compress(false).emit("message", 1);
    assert.deepEqual(await once(socket, "message-back"), [1]);
    if (c.generation >= 3) {
      const seen = [];
      socket.on("message-back", (i) => seen.push(i));
      for (const i of range(20)) socket.volatile.emit("message", i);
      assert.equal(await c.ask(socket, "echo", 1), 1);
      assert.deepEqual(seen, [...seen].sort((a, b) => a - b), "in order, if at all");
    }
  });
}

function binary(c) {
  check("echoes binary at any depth, also empty", async (scope) => {
    const socket = await c.connected(scope);
    const value = { a: bytes(1, 2, 3), b: [bytes(), { c: bytes(255, 0) }], d: "text" };
    assert.deepEqual(await c.ask(socket, "echo", value), value);
    socket.emit("message", bytes(9), { x: bytes(8) });
    assert.deepEqual(await once(socket, "message-back"), [bytes(9), { x: bytes(8) }]);
  });
  check("echoes binary alone, of each byte", async (scope) => {
    const socket = await c.connected(scope);
    const value = bytes(...range(256));
    assert.deepEqual(await c.ask(socket, "echo", value), value);
  });
  check("echoes views and buffers", async (scope) => {
    const socket = await c.connected(scope);
    const array = Uint8Array.of(1, 2, 3, 4);
    // The parser of MessagePack writes the whole buffer of a view.
    const sent = c.generation >= 3 && !c.parser ? [array.buffer, array.subarray(1, 3)] : [array.buffer];
    const expected = [bytes(1, 2, 3, 4), bytes(2, 3)].slice(0, sent.length);
    assert.deepEqual((await c.askAll(socket, "echo", ...sent)).map((x) => Buffer.from(x)), expected);
  });
  check("echoes ten attachments in order", async (scope) => {
    const socket = await c.connected(scope);
    const value = range(10).map((i) => bytes(i, i));
    assert.deepEqual(await c.ask(socket, "echo", value), value);
  });
  check("is disconnected for an eleventh attachment", async (scope) => {
    const socket = await c.connected(scope);
    const end = closed(socket);
    socket.emit("echo", range(11).map((i) => bytes(i)));
    await end;
  });
  check("gets binary that the server makes", async (scope) => {
    const socket = await c.connected(scope);
    assert.deepEqual(await c.ask(socket, "nested-bin"), {
      a: [bytes(1, 2), { b: bytes(3), c: "t" }],
      n: null,
    });
    const [first, second] = await c.ask(socket, "bin", [3, 300]);
    assert.deepEqual(first, bytes(0, 1, 2));
    assert.deepEqual(second, bytes(...range(300).map((i) => (i + 1) % 256)));
  });
  check("binary and text in turn keep their order", async (scope) => {
    const socket = await c.connected(scope);
    const seen = collect(socket, "message-back", 60);
    const sent = range(60).map((i) => (i % 2 ? bytes(i) : `t${i}`));
    for (const value of sent) socket.emit("message", value);
    assert.deepEqual(await seen, sent.map((value) => [value]));
  });
  check("binary in two namespaces at once is not mixed up", async (scope) => {
    const main = await c.connected(scope);
    const chat = await c.beside(main, "/chat");
    const answers = range(20).map((i) => c.ask(i % 2 ? main : chat, "echo", bytes(i), { b: bytes(i, i) }));
    assert.deepEqual(await Promise.all(answers), range(20).map((i) => bytes(i)));
  });
}

/** They keep the machine busy: others would be late for the time to join a namespace. */
const ALONE = { alone: true };

function sizes(c) {
  const MAX_PAYLOAD = 1_000_000;
  // 42["message","x…"], and on polling the older revision writes the length before it.
  const overhead = c.parser
    ? c.packed("x".repeat(100_000)) - 100_000
    : 16 + (c.revision === 3 && c.transport === "polling" ? 7 : 0);

  check("echoes large text", async (scope) => {
    const socket = await c.connected(scope);
    // Encoded twice a character of two bytes is four.
    const text = "ж".repeat(c.generation === 1 && c.transport === "polling" ? 200_000 : 300_000);
    assert.equal(await c.ask(socket, "echo", text), text);
    assert.equal((await c.ask(socket, "big", 900_000)).length, 900_000);
  }, ALONE);
  check("echoes large binary", async (scope) => {
    const socket = await c.connected(scope);
    const data = Buffer.alloc(700_000, 7);
    assert.ok(data.equals(await c.ask(socket, "echo", data)));
    const [first, second] = await c.ask(socket, "bin", [100_000, 65_536]);
    assert.deepEqual([first.length, second.length], [100_000, 65_536]);
    assert.ok(second.equals(bytes(...range(65_536).map((i) => (i + 1) % 256))));
  }, ALONE);
  // Base64 grows by three bytes at a time and would not hit the limit.
  if (!c.parser || c.transport !== "polling") {
    check("a payload of exactly the limit passes", async (scope) => {
      const socket = await c.connected(scope);
      const text = "x".repeat(MAX_PAYLOAD - overhead);
      socket.emit("message", text);
      const [back] = await once(socket, "message-back");
      assert.ok(back === text);
    }, ALONE);
    check("one byte more ends the connection, and no other", async (scope) => {
      const bystander = await c.connected(scope);
      const socket = await c.connected(scope);
      const left = once(socket, "disconnect");
      socket.emit("message", "x".repeat(MAX_PAYLOAD - overhead + 1));
      const [reason] = await left;
      assert.ok(["transport error", "transport close"].includes(reason), reason);
      assert.equal(await c.ask(bystander, "echo", 1), 1);
    }, ALONE);
  }
  check("messages around the lengths where the form of a frame changes", async (scope) => {
    const socket = await c.connected(scope);
    // The first makes a packet of that length on its way there, the second on its way back.
    const texts = [125, 126, 127, 65_535, 65_536, 65_537].flatMap((length) => [
      "y".repeat(length - '42["message",""]'.length),
      "z".repeat(length - '42["message-back",""]'.length),
    ]);
    const seen = collect(socket, "message-back", texts.length);
    for (const text of texts) socket.emit("message", text);
    assert.deepEqual(await seen, texts.map((text) => [text]));
  }, ALONE);
}

function order(c) {
  check("keeps the order of a burst", async (scope) => {
    const socket = await c.connected(scope);
    const seen = collect(socket, "b", 500);
    const done = once(socket, "b-done");
    socket.emit("burst", 500);
    assert.deepEqual(await seen, range(500).map((i) => [i]));
    assert.deepEqual(await done, [500]);
  });
  check("keeps the order of what the client sends", async (scope) => {
    const socket = await c.connected(scope);
    const seen = collect(socket, "message-back", 300);
    for (const i of range(300)) socket.emit("message", i);
    assert.deepEqual(await seen, range(300).map((i) => [i]));
  });
  check("what both sides send while connecting and upgrading arrives once, in order", async (scope) => {
    const socket = c.open(scope, "/chat");
    const echoed = [];
    const pushed = [];
    socket.on("message-back", (i) => echoed.push(i));
    socket.on("b", (i) => pushed.push(i));
    await c.admitted(socket);
    let sent = 0;
    const upgraded = c.upgraded(socket).then(() => "upgraded");
    do {
      for (let k = 0; k < 5; k++) socket.emit("message", sent++);
      socket.emit("burst", 5);
    } while ((await Promise.race([upgraded, pause(2)])) !== "upgraded" || sent < 50);
    for (let k = 0; k < 5; k++) socket.emit("message", sent++);
    assert.equal(await c.ask(socket, "transport"), c.carrier);
    assert.deepEqual(echoed, range(sent));
    assert.deepEqual(pushed, range((sent - 5) / 5).flatMap(() => range(5)));
  });
  check("volatile events pass when nothing waits, reliable ones always", async (scope) => {
    const socket = await c.connected(scope, "/chat");
    await c.ask(socket, "echo", 1);
    const passed = [];
    socket.on("v", (i) => passed.push(i));
    const done = once(socket, "v-done");
    socket.emit("volatile-burst", 200);
    assert.deepEqual(await done, [200]);
    assert.ok(passed.length <= 200);
    assert.deepEqual(passed, [...passed].sort((a, b) => a - b));
    if (c.carrier !== "polling") assert.ok(passed.length >= 1);
  });
}

function acknowledgements(c) {
  check("acknowledges with many arguments", async (scope) => {
    const socket = await c.connected(scope);
    const answer = await c.askAll(socket, "message-with-ack", 1, "2", { 3: [false] });
    assert.deepEqual(answer, [1, "2", { 3: [false] }]);
    assert.deepEqual(await c.askAll(socket, "many-args", 100), range(100));
    assert.deepEqual(await c.askAll(socket, "many-args", 0), []);
  });
  check("acknowledgements find their own question", async (scope) => {
    const socket = await c.connected(scope);
    const answers = range(50).map((i) => c.ask(socket, "late-ack", (i * 7) % 50, i));
    assert.deepEqual(await Promise.all(answers), range(50));
  });
  check("gets the first of two acknowledgements only", async (scope) => {
    const socket = await c.connected(scope);
    const answers = [];
    socket.emit("double-ack", (x) => answers.push(x));
    await c.ask(socket, "echo", 1);
    assert.deepEqual(answers, ["first"]);
  });
  check("gets a late acknowledgement, and none from a silent handler", async (scope) => {
    const socket = await c.connected(scope);
    let answered = false;
    socket.emit("never-ack", () => (answered = true));
    assert.equal(await c.ask(socket, "late-ack", 100, "late"), "late");
    assert.equal(answered, false);
    if (c.generation === 4) {
      await assert.rejects(socket.timeout(50).emitWithAck("never-ack"), /timed out/);
    }
  });
  check("an event without acknowledgement does not fail for the lack of it", async (scope) => {
    const socket = await c.connected(scope);
    let failed = false;
    socket.on("handler-error", () => (failed = true));
    for (const event of ["message-with-ack", "double-ack", "rooms", "id", "nested-bin", "transport"]) {
      socket.emit(event);
    }
    assert.equal(await c.ask(socket, "echo", "alive"), "alive");
    assert.equal(failed, false);
  });
}

function questions(c) {
  check("is asked by the server and answers", async (scope) => {
    const socket = await c.connected(scope);
    socket.on("ask", (a, b, reply) => reply(a + b, bytes(1)));
    assert.deepEqual(await c.ask(socket, "ask-me", { timeout: 5000 }, 20, 22), {
      ok: true,
      values: [42, bytes(1)],
    });
    socket.emit("ask-me", { timeout: 5000 }, 1, 2);
    assert.deepEqual(await once(socket, "ask-result"), [{ ok: true, values: [3, bytes(1)] }]);
  });
  check("answers several questions of the server in any order, with nothing too", async (scope) => {
    const socket = await c.connected(scope);
    const replies = [];
    socket.on("ask", (x, reply) => {
      replies.push(() => (x === 2 ? reply() : reply(x, [x])));
      if (replies.length === 3) replies.reverse().forEach((answer) => answer());
    });
    const answers = [0, 1, 2].map((x) => c.ask(socket, "ask-me", { timeout: 5000 }, x));
    assert.deepEqual(await Promise.all(answers), [
      { ok: true, values: [0, [0]] },
      { ok: true, values: [1, [1]] },
      { ok: true, values: [] },
    ]);
  });
  check("is asked by the server and does not answer in time", async (scope) => {
    const socket = await c.connected(scope);
    let late;
    socket.on("ask", (reply) => (late = reply));
    const timeout = { ok: false, error: "timeout" };
    assert.deepEqual(await c.ask(socket, "ask-me", { timeout: 100 }), timeout);
    late("too late");
    assert.equal(await c.ask(socket, "echo", 1), 1);
  });
  check("an answer that another socket gives counts for nothing", async (scope) => {
    const asked = await c.connected(scope);
    const stranger = await c.beside(asked, "/chat");
    let reply;
    const heard = new Promise((resolve) => asked.on("ask", (answer) => resolve((reply = answer))));
    const result = c.ask(asked, "ask-me", { timeout: 300 });
    await heard;
    // What `reply` would send, in the name of the other namespace: ids are small and easy to guess.
    for (const id of range(20)) {
      stranger.packet({ type: 3, id, data: ["stolen"] });
    }
    assert.deepEqual(await result, { ok: false, error: "timeout" });
    reply("late");
    assert.equal(await c.ask(stranger, "echo", 1), 1);
  });
}

function rooms(c) {
  check("joins and leaves rooms", async (scope) => {
    const socket = await c.connected(scope);
    const [a, b, d] = ["a", "b", "d"].map(scope.unique);
    assert.deepEqual(await c.ask(socket, "join", b), [b]);
    assert.deepEqual(await c.ask(socket, "join", [a, d]), [a, b, d]);
    assert.deepEqual(await c.ask(socket, "join", a), [a, b, d]);
    assert.deepEqual(await c.ask(socket, "leave", b), [a, d]);
    assert.deepEqual(await c.ask(socket, "leave", "never joined"), [a, d]);
    assert.deepEqual(await c.ask(socket, "rooms"), [c.id(socket), a, d].sort());
    assert.deepEqual(await c.ask(socket, "members", a), [c.id(socket)]);
    assert.deepEqual(await c.ask(socket, "members", b), []);
  });
  check("a room has the members of its namespace, each once", async (scope) => {
    const room = scope.unique("room");
    const [a, b] = [await c.connected(scope, "/chat"), await c.connected(scope, "/chat")];
    const elsewhere = await c.beside(a, "/custom");
    for (const socket of [a, b, b, elsewhere]) await c.ask(socket, "join", room);
    assert.deepEqual(await c.ask(a, "members", room), [c.id(a), c.id(b)].sort());
    assert.deepEqual(await c.ask(elsewhere, "members", room), [c.id(elsewhere)]);
  });
  check("a socket is alone in the room of its id", async (scope) => {
    const [a, b] = [await c.connected(scope), await c.connected(scope)];
    assert.deepEqual(await c.ask(a, "rooms"), [c.id(a)]);
    assert.deepEqual(await c.ask(b, "members", c.id(a)), [c.id(a)]);
    const got = once(a, "private");
    await c.ask(b, "bcast", { to: [c.id(a)], event: "private", args: ["psst"] });
    assert.deepEqual(await got, ["psst"]);
  });
  check("a room is cleared", async (scope) => {
    const room = scope.unique("gone");
    const [a, b] = [await c.connected(scope), await c.connected(scope)];
    await c.ask(a, "join", room);
    await c.ask(b, "join", room);
    assert.equal(await c.ask(a, "room-clear", room), "ok");
    assert.deepEqual(await c.ask(a, "members", room), []);
    assert.deepEqual(await c.ask(b, "rooms"), [c.id(b)]);
  });
  check("the members of a room are disconnected from the namespace", async (scope) => {
    const room = scope.unique("kicked");
    const [a, b] = [await c.connected(scope), await c.connected(scope)];
    const beside = await c.beside(b, "/chat");
    await c.ask(b, "join", room);
    const left = once(b, "disconnect");
    assert.equal(await c.ask(a, "room-kick", room, false), "ok");
    assert.equal((await left)[0], "io server disconnect");
    assert.equal(await c.ask(beside, "echo", 1), 1);
    assert.equal(await c.ask(a, "echo", 1), 1);
  });
  check("the members of a room are disconnected altogether", async (scope) => {
    const room = scope.unique("kicked");
    const [a, b] = [await c.connected(scope), await c.connected(scope)];
    const beside = await c.beside(b, "/chat");
    await c.ask(b, "join", room);
    const gone = [once(b, "disconnect"), once(beside, "disconnect"), closed(b)];
    assert.equal(await c.ask(a, "room-kick", room, true), "ok");
    await Promise.all(gone);
    assert.equal(await c.ask(a, "echo", 1), 1);
  });
}

function broadcasts(c) {
  check("broadcasts to rooms once each, with exceptions and without the sender", async (scope) => {
    const sockets = [await c.connected(scope), await c.connected(scope), await c.connected(scope)];
    const [one, two, three] = ["x1", "x2", "x3"].map(scope.unique);
    await c.ask(sockets[0], "join", [one, two]);
    await c.ask(sockets[1], "join", [one, two]);
    await c.ask(sockets[2], "join", [two, three]);
    const seen = sockets.map((socket) => {
      const news = [];
      socket.on("news", (...args) => news.push(args));
      return news;
    });
    const send = (request) => c.ask(sockets[0], "bcast", { event: "news", ...request });
    await send({ to: [one, two], args: [1] });
    await send({ to: [one, two], self: true, args: [2] });
    await send({ to: [one, two], except: [three], self: true, args: [3] });
    await send({ to: [scope.unique("nobody")], self: true, args: [4] });
    await send({ to: [two], except: [c.id(sockets[1])], args: [{ bin: bytes(5) }] });
    for (const socket of sockets) await c.ask(socket, "echo", 1);
    assert.deepEqual(seen[0], [[2], [3]]);
    assert.deepEqual(seen[1], [[1], [2], [3]]);
    assert.deepEqual(seen[2], [[1], [2], [{ bin: bytes(5) }]]);
  });
  check("broadcasts to the whole namespace", async (scope) => {
    const event = scope.unique("to-all");
    const [a, b] = [await c.connected(scope), await c.connected(scope)];
    const got = [once(a, event), once(b, event)];
    await c.ask(a, "bcast", { self: true, event, args: ["all", 1] });
    assert.deepEqual(await Promise.all(got), [["all", 1], ["all", 1]]);
  });
  check("asks a room and tells who answered what, and whether all did", async (scope) => {
    const room = scope.unique("asked");
    const sockets = await Promise.all(range(3).map(() => c.connected(scope)));
    for (const socket of sockets) await c.ask(socket, "join", room);
    const [asker, quick, silent] = sockets;
    asker.on("ask", (a, b, reply) => reply(a + b, "more"));
    quick.on("ask", (a, b, reply) => reply({ bin: bytes(a, b) }));
    silent.on("ask", (a, b, reply) => reply());
    const request = (timeout) => c.ask(asker, "bcast-ask", { to: [room], timeout, args: [1, 2] });
    const all = await request(10_000);
    assert.equal(all.timedOut, false);
    assert.equal(all.values.length, 3);
    for (const value of [3, null]) assert.ok(all.values.includes(value));
    assert.deepEqual(all.values.find((value) => value?.bin), { bin: bytes(1, 2) });
    silent.off("ask");
    const some = await request(500);
    assert.equal(some.timedOut, true);
    assert.ok(some.values.length <= 2, "one of three says nothing, and others may be late");
    silent.on("ask", (a, b, reply) => reply("back"));
    assert.equal((await request(10_000)).timedOut, false);
    const nobody = await c.ask(asker, "bcast-ask", { to: [scope.unique("x")], timeout: 5000 });
    assert.deepEqual(nobody, { timedOut: false, values: [] });
  });
  check("a volatile broadcast arrives at most once", async (scope) => {
    const event = scope.unique("perhaps");
    const [a, b] = [await c.connected(scope), await c.connected(scope)];
    await c.ask(b, "echo", 1);
    let seen = 0;
    b.on(event, () => seen++);
    assert.equal(await c.ask(a, "bcast", { volatile: true, event, args: [] }), "ok");
    await c.ask(b, "echo", 1);
    assert.ok(seen <= 1);
  });
  check("broadcasts binary to many, byte for byte", async (scope) => {
    const room = scope.unique("bin");
    const sockets = await Promise.all(range(5).map(() => c.connected(scope, "/chat")));
    for (const socket of sockets) await c.ask(socket, "join", room);
    const all = sockets.map((socket) => once(socket, "pic"));
    const args = [bytes(1, 2), "t"];
    await c.ask(sockets[0], "bcast", { to: [room], self: true, event: "pic", args });
    for (const seen of await Promise.all(all)) assert.deepEqual(seen, args);
  });
  check("broadcasts a lot, in order", async (scope) => {
    const room = scope.unique("big");
    const sockets = [await c.connected(scope, "/chat"), await c.connected(scope, "/chat")];
    for (const socket of sockets) await c.ask(socket, "join", room);
    const all = sockets.map((socket) => collect(socket, "big-part", 30));
    assert.equal(await c.ask(sockets[0], "bcast-big", room, 5000, 30), "ok");
    for (const seen of await Promise.all(all)) {
      assert.deepEqual(seen.map(([i, text]) => [i, text.length]), range(30).map((i) => [i, 5000]));
    }
  });
  check("a broadcast stays in its namespace", async (scope) => {
    const room = scope.unique("r");
    const here = await c.connected(scope, "/chat");
    const there = await c.beside(here, "/custom");
    let strayed = false;
    there.on("only-chat", () => (strayed = true));
    await c.ask(here, "join", room);
    await c.ask(there, "join", room);
    const got = once(here, "only-chat");
    await c.ask(here, "bcast", { to: [room], self: true, event: "only-chat", args: [] });
    await got;
    await c.ask(there, "echo", 1);
    assert.equal(strayed, false);
  });
}

function departures(c) {
  /** What a watcher hears of a socket of `namespace` when `leave` makes it go. */
  const farewell = async (scope, leave, beside) => {
    const watcher = await c.connected(scope);
    const gone = await c.connected(scope);
    const subject = beside ? await c.beside(gone, beside) : gone;
    const watching = beside ? await c.beside(watcher, beside) : watcher;
    const rooms = ["r2", "r1"].map(scope.unique);
    const id = c.id(subject);
    await c.ask(subject, "join", rooms);
    await c.ask(watching, "watch", id);
    const news = once(watching, "peer-gone");
    await leave(subject);
    const [told] = await news;
    assert.equal(told.id, id);
    assert.deepEqual(told.rooms, [...rooms].sort());
    assert.deepEqual(await c.ask(watching, "members", rooms[0]), []);
    return told.reason;
  };

  check("a client that leaves leaves its rooms, and watchers hear why", async (scope) => {
    const reason = await farewell(scope, (socket) => {
      const left = once(socket, "disconnect");
      socket.disconnect();
      return left.then(([why]) => assert.equal(why, "io client disconnect"));
    });
    assert.ok(["client namespace disconnect", "transport close"].includes(reason), reason);
  });
  check("a client that leaves one of its namespaces is gone there", async (scope) => {
    const reason = await farewell(scope, (socket) => socket.disconnect(), "/chat");
    assert.equal(reason, "client namespace disconnect");
  });
  check("watchers hear that the server took a socket out", async (scope) => {
    const reason = await farewell(scope, (socket) => {
      const left = once(socket, "disconnect");
      socket.emit("bye", false);
      return left.then(([why]) => assert.equal(why, "io server disconnect"));
    });
    assert.equal(reason, "server namespace disconnect");
  });
  check("watchers hear that the server closed the connection", async (scope) => {
    const reason = await farewell(scope, (socket) => socket.emit("bye", true));
    assert.equal(reason, "server namespace disconnect");
  });
  check("watchers hear that a connection was closed", async (scope) => {
    const reason = await farewell(scope, (socket) => socket.io.engine.close());
    assert.ok(["transport close", "transport error"].includes(reason), reason);
  });
  check("watchers hear that a connection broke the protocol", async (scope) => {
    const reason = await farewell(scope, (socket) => socket.io.engine.send("what is this?"));
    assert.ok(["parse error", "forced close"].includes(reason), reason);
  });
  check("a lost connection disconnects every namespace", async (scope) => {
    const watcher = await c.connected(scope, "/chat");
    const gone = await c.connected(scope);
    const chat = await c.beside(gone, "/chat");
    await c.ask(watcher, "watch", c.id(chat));
    const news = once(watcher, "peer-gone");
    gone.io.engine.close();
    const { reason } = (await news)[0];
    assert.ok(["transport close", "transport error"].includes(reason), reason);
  });
  check("is disconnected from a namespace by the server", async (scope) => {
    const socket = await c.connected(scope);
    const chat = await c.beside(socket, "/chat");
    const left = once(socket, "disconnect");
    socket.emit("bye", false);
    assert.equal((await left)[0], "io server disconnect");
    assert.equal(await c.ask(chat, "echo", 1), 1);
    if (c.hasAuth) {
      socket.connect();
      await once(socket, "connect");
      assert.equal(await c.ask(socket, "echo", 2), 2);
    }
  });
  check("is disconnected from everything by the server, and connects again", async (scope) => {
    const socket = await c.connected(scope);
    const session = socket.io.engine.id;
    const chat = await c.beside(socket, "/chat");
    const gone = [once(socket, "disconnect"), once(chat, "disconnect"), closed(socket)];
    socket.emit("bye", true);
    await Promise.all(gone);
    socket.connect();
    await c.admitted(socket);
    assert.notEqual(socket.io.engine.id, session);
    assert.equal(await c.ask(socket, "echo", 1), 1);
  });
  check("gets all that was sent before the server disconnects it", async (scope) => {
    for (const close of [false, true]) {
      const socket = await c.connected(scope);
      const seen = [];
      socket.on("b", (i) => seen.push(i));
      const left = once(socket, "disconnect");
      socket.emit("say-then-bye", 100, close);
      await left;
      assert.deepEqual(seen, range(100));
    }
  });
  check("a malformed packet ends this connection alone", async (scope) => {
    const bystander = await c.connected(scope);
    for (const packet of ['2{"a":1}', "2[]", "9", '21.5["echo"]', '51-["x",{"_placeholder":true,"num":1}]x']) {
      const socket = await c.connected(scope);
      const end = closed(socket);
      socket.io.engine.send(packet);
      await end;
    }
    assert.equal(await c.ask(bystander, "echo", 1), 1);
  });
}

function reconnection(c) {
  const again = { reconnection: true, reconnectionDelay: 10, reconnectionDelayMax: 50 };

  check("connects again by itself when the connection is lost", async (scope) => {
    const socket = await c.connected(scope, "/", again);
    const session = socket.io.engine.id;
    await c.ask(socket, "join", scope.unique("forgotten"));
    const back = once(socket, "connect");
    socket.io.engine.close();
    await back;
    assert.notEqual(socket.io.engine.id, session);
    assert.equal(await c.ask(socket, "echo", 1), 1);
    assert.deepEqual(await c.ask(socket, "rooms"), [c.id(socket)]);
  });
  check("all namespaces come back when the connection was lost", async (scope) => {
    const socket = await c.connected(scope, "/", again);
    const chat = await c.beside(socket, "/chat");
    const back = [once(socket, "connect"), once(chat, "connect")];
    socket.io.engine.close();
    await Promise.all(back);
    assert.equal(await c.ask(socket, "echo", 1), 1);
    assert.equal(await c.ask(chat, "echo", 2), 2);
  });
  check("connects again by itself when the server closed the connection", async (scope) => {
    const socket = await c.connected(scope, "/", again);
    const back = once(socket, "connect");
    // What the server cannot read ends the connection without a word to the namespace.
    socket.io.engine.send("what is this?");
    await back;
    assert.equal(await c.ask(socket, "echo", 1), 1);
  });
  check("what was emitted while away arrives after coming back", async (scope) => {
    const socket = await c.connected(scope, "/", again);
    const seen = collect(socket, "message-back", 3);
    const left = once(socket, "disconnect");
    socket.io.engine.close();
    await left;
    for (const i of [1, 2, 3]) socket.emit("message", i);
    assert.deepEqual(await seen, [[1], [2], [3]]);
  });
}

function interception(c) {
  check("catch-all handlers hear every event, with or without a handler of its own", async (scope) => {
    const socket = await c.connected(scope);
    const heard = once(socket, "any");
    socket.emit("any:thing", 1, { bin: bytes(7, 8) }, ["x"]);
    assert.deepEqual(await heard, ["any:thing", 1, { bin: bytes(7, 8) }, ["x"]]);
    const again = once(socket, "any");
    socket.emit("any:", () => {}); // an acknowledgement is no argument
    assert.deepEqual(await again, ["any:"]);
    let strayed = false;
    socket.on("any", () => (strayed = true));
    socket.emit("other:any:thing", 1);
    assert.equal(await c.ask(socket, "echo", 1), 1);
    assert.equal(strayed, false);
  });
  check("middleware refuses an event, and the connection goes on", async (scope) => {
    const socket = await c.connected(scope);
    const told = once(socket, "packet-error");
    let answered = false;
    socket.emit("blocked", 1, () => (answered = true));
    assert.deepEqual(await told, [{ event: "blocked", message: "blocked by middleware" }]);
    assert.equal(await c.ask(socket, "echo", 1), 1);
    assert.equal(answered, false);
  });
  check("middleware holds in every namespace", async (scope) => {
    const main = await c.connected(scope);
    const chat = await c.beside(main, "/chat");
    const told = once(chat, "packet-error");
    chat.emit("blocked");
    assert.deepEqual(await told, [{ event: "blocked", message: "blocked by middleware" }]);
    const heard = once(chat, "any");
    chat.emit("any:chat");
    assert.deepEqual(await heard, ["any:chat"]);
    assert.equal(await c.ask(main, "echo", 1), 1);
  });
}

function failures(c) {
  check("a failing handler is told to its socket alone, which goes on", async (scope) => {
    const socket = await c.connected(scope);
    const bystander = await c.connected(scope);
    let strayed = false;
    bystander.on("handler-error", () => (strayed = true));
    for (const event of ["fail", "fail-async"]) {
      const told = once(socket, "handler-error");
      socket.emit(event, "no luck");
      assert.deepEqual(await told, [{ event, message: "no luck" }]);
    }
    assert.equal(await c.ask(socket, "echo", 1), 1);
    assert.equal(await c.ask(bystander, "echo", 1), 1);
    assert.equal(strayed, false);
  });
  check("wrong arguments are told to their socket, which goes on", async (scope) => {
    const socket = await c.connected(scope);
    for (const [event, ...args] of [["late-ack", "not a number", 1], ["many-args", {}], ["bcast", 7], ["burst"]]) {
      const told = once(socket, "handler-error");
      socket.emit(event, ...args, () => {});
      assert.equal((await told)[0].event, event);
    }
    assert.equal(await c.ask(socket, "echo", 1), 1);
  });
  check("a failing handler in one namespace is told there", async (scope) => {
    const main = await c.connected(scope);
    const chat = await c.beside(main, "/chat");
    let strayed = false;
    main.on("handler-error", () => (strayed = true));
    const told = once(chat, "handler-error");
    chat.emit("fail", "here");
    assert.deepEqual(await told, [{ event: "fail", message: "here" }]);
    assert.equal(await c.ask(main, "echo", 1), 1);
    assert.equal(strayed, false);
  });
  check("a blocked handler delays nobody else", async (scope) => {
    const blocked = await c.connected(scope);
    const neighbour = await c.connected(scope);
    let unblocked = false;
    blocked.emit("block", 6000, () => (unblocked = true)); // nobody waits for the end
    await Promise.all(range(20).map((i) => c.ask(neighbour, "echo", i)));
    const fresh = await c.connected(scope);
    assert.equal(await c.ask(fresh, "echo", 1), 1);
    assert.equal(unblocked, false);
    assert.equal(blocked.connected, true);
  });
  check("a blocked handler holds up the events behind it, none is lost", async (scope) => {
    const socket = await c.connected(scope);
    const seen = [];
    socket.on("message-back", (i) => seen.push(i));
    const end = c.ask(socket, "block", 300);
    for (const i of range(30)) socket.emit("message", i);
    await end;
    await c.ask(socket, "echo", 1);
    assert.deepEqual(seen, range(30));
  });
}

function inspection(c) {
  check("reports the transport", async (scope) => {
    const socket = await c.connected(scope);
    assert.equal(socket.io.engine.transport.name, c.carrier);
    assert.equal(await c.ask(socket, "transport"), c.carrier);
  });
  check("data is kept per socket", async (scope) => {
    const socket = await c.connected(scope);
    const chat = await c.beside(socket, "/chat");
    assert.equal(await c.ask(socket, "session-set", "k", { v: [1] }), "ok");
    assert.deepEqual(await c.ask(socket, "session-get", "k"), { v: [1] });
    assert.equal(await c.ask(socket, "session-get", "other"), null);
    assert.equal(await c.ask(chat, "session-get", "k"), null);
    assert.equal(await c.ask(await c.connected(scope), "session-get", "k"), null);
    assert.equal(await c.ask(socket, "session-set", "k", null), "ok");
    assert.equal(await c.ask(socket, "session-get", "k"), null);
  });
  check("the handshake holds what the client sent", async (scope) => {
    const plain = c.garblesPolling;
    const socket = await c.connected(scope, "/", {
      query: { a: "1 2&=+", ...(plain ? {} : { ä: "ö" }) },
      ...(c.hasAuth ? { auth: { t: 1 } } : {}),
      extraHeaders: { "X-Custom": "yes", Cookie: "a=b; c=d" },
    });
    const handshake = await c.ask(socket, "handshake");
    assert.equal(handshake.query.a, "1 2&=+");
    if (!plain) assert.equal(handshake.query["ä"], "ö");
    assert.equal(handshake.query.EIO, String(c.revision));
    assert.equal(handshake.query.transport, c.transport === "websocket" ? "websocket" : "polling");
    assert.deepEqual(handshake.auth, c.hasAuth ? { t: 1 } : {});
    assert.equal(handshake.headers["x-custom"], "yes");
    assert.equal(handshake.headers.cookie, "a=b; c=d");
    assert.equal(handshake.headers.host, new URL(c.url).host);
    assert.equal(handshake.secure, false);
    assert.match(handshake.address, /127\.0\.0\.1|::1/);
    assert.ok(handshake.url.startsWith("/socket.io/?"));
  });
  check("the handshake has its time", async (scope) => {
    const before = Date.now();
    const socket = await c.connected(scope);
    const { issued, time } = await c.ask(socket, "handshake");
    assert.ok(issued >= before - 60_000 && issued <= Date.now() + 60_000, `${issued}`);
    assert.equal(typeof time, "string");
  });
  check("namespaces of one connection have the handshake of their own CONNECT", async (scope) => {
    const socket = await c.connected(scope, "/", { query: { q: "1" } });
    const custom = socket.io.socket("/custom", c.hasAuth ? { auth: { x: "y" } } : { query: "x=y" });
    await c.admitted(custom);
    const handshake = await c.ask(custom, "handshake");
    assert.deepEqual(handshake.auth, { x: "y" });
    assert.equal(handshake.query.q, "1");
  });
}

/** Conversations between generations, and the texts that one of them cannot read. */
function generations(c, other) {
  check(`exchanges text and binary with ${other.version}`, async (scope) => {
    const room = scope.unique("both");
    const mine = await c.connected(scope, "/chat");
    const theirs = await other.connected(scope, "/chat");
    await c.ask(mine, "join", room);
    await other.ask(theirs, "join", room);
    const text = c.garbles ? "plain" : "é 漢 😀";
    for (const [from, to] of [[mine, theirs], [theirs, mine]]) {
      const heard = once(to, "said");
      from.emit("bcast", { to: [room], event: "said", args: [text, { b: bytes(0, 255) }, [text]] });
      assert.deepEqual(await heard, [text, { b: bytes(0, 255) }, [text]]);
    }
  });
  if (!c.garbles) return;
  check("text outside of ASCII that it sends is garbled for others", async (scope) => {
    const room = scope.unique("garbled");
    const mine = await c.connected(scope, "/chat");
    const theirs = await other.connected(scope, "/chat");
    await other.ask(theirs, "join", room);
    for (const text of ["é", "ж", "漢", "😀"]) {
      const heard = once(theirs, "said");
      mine.emit("bcast", { to: [room], event: "said", args: [text] });
      assert.deepEqual(await heard, [Buffer.from(text).toString("latin1")]);
      assert.equal(await c.ask(mine, "echo", text), text, "what it garbles itself it can read");
    }
  });
  check("text outside of ASCII that it gets is garbled, or ends the connection", async (scope) => {
    const room = scope.unique("garbled");
    const mine = await c.connected(scope, "/chat");
    const theirs = await other.connected(scope, "/chat");
    await c.ask(mine, "join", room);
    const say = (text) => theirs.emit("bcast", { to: [room], event: "said", args: [text] });
    const heard = once(mine, "said");
    say("жж");
    assert.deepEqual(await heard, ["66"], "the low byte of each character");
    const end = closed(mine);
    say("é");
    await end;
  });
}
