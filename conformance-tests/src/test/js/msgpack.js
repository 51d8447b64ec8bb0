// What MessagePack has and JSON has not, and the bundle for browsers that speaks it.
import { client, bytes, closed, once } from "./clients.js";
import { launchChromium } from "./browser.js";
import { assert, check } from "./harness.js";

const PAGE = `<!doctype html><meta charset="utf-8"><title>MessagePack</title>
<link rel="icon" href="data:,">
<body>
<script src="/socket.io/socket.io.msgpack.min.js"></script>
`;

export default async function msgpack(url) {
  const c = await client("4", url, "websocket", "msgpack");
  const standard = await client("4", url, "websocket");
  await c.warmUp();

  check("numbers that JSON has not", async (scope) => {
    const socket = await c.connected(scope);
    for (const value of [NaN, Infinity, -Infinity, -0.5, 2 ** 53, -(2 ** 53), 2 ** 62]) {
      assert.equal(Object.is(await c.ask(socket, "echo", value), value), true, String(value));
    }
  });
  check("dates", async (scope) => {
    const socket = await c.connected(scope);
    for (const date of [new Date(0), new Date(-1), new Date(1_700_000_000_123), new Date(8.64e15)]) {
      assert.deepEqual(await c.ask(socket, "echo", { at: [date] }), { at: [date] });
    }
  });
  check("undefined is null", async (scope) => {
    const socket = await c.connected(scope);
    assert.deepEqual(await c.askAll(socket, "echo", undefined, [undefined]), [null, [null]]);
  });
  check("buffers of the lengths of other things", async (scope) => {
    const socket = await c.connected(scope);
    for (const length of [0, 1, 2, 4, 8, 12, 16]) {
      const { buffer } = new Uint8Array(length).fill(7);
      assert.deepEqual(await c.ask(socket, "echo", buffer), Buffer.alloc(length, 7));
    }
  });
  check("credentials with bytes", async (scope) => {
    const auth = { key: bytes(1, 2, 3), since: new Date(5) };
    assert.deepEqual(await once(c.open(scope, "/", { auth }), "auth"), [auth]);
  });
  check("bytes in what a handler reads as a class", async (scope) => {
    const socket = await c.connected(scope);
    const room = scope.unique("room");
    await c.ask(socket, "join", room);
    const news = once(socket, "news");
    await c.ask(socket, "bcast", { to: [room], self: true, event: "news", args: [{ b: bytes(5) }] });
    assert.deepEqual(await news, [{ b: bytes(5) }]);
  });
  check("a client with the standard parser is turned away, and nobody else", async (scope) => {
    const bystander = await c.connected(scope);
    const socket = standard.open(scope);
    await once(socket.io, "open");
    await closed(socket);
    assert.equal(socket.connected, false);
    assert.equal(await c.ask(bystander, "echo", 1), 1);
  });
  check("a malformed packet ends this connection alone", async (scope) => {
    const bystander = await c.connected(scope);
    const encoder = new c.parser.Encoder();
    const event = (...data) => encoder.encode({ type: 2, nsp: "/", data })[0];
    const packets = [
      "text",
      bytes(),
      bytes(0xc1),
      bytes(0x80),
      bytes(0xdf, 0x7f, 0xff, 0xff, 0xff),
      bytes(0x81, 0xa0, 0xdd, 0x7f, 0xff, 0xff, 0xff),
      Buffer.alloc(1000, 0x91),
      Buffer.concat([event("echo"), bytes(0)]),
      event("echo").subarray(0, -1),
      event(),
      event("disconnect", "spoofed"),
      event({ toString: 1 }),
      encoder.encode({ type: 5, nsp: "/", data: ["echo"] })[0],
      encoder.encode({ type: 2, nsp: "/", data: ["echo"], id: "1" })[0],
      encoder.encode({ type: 2, nsp: "/", data: ["echo"], id: 1.5 })[0],
    ];
    for (const packet of packets) {
      const socket = await c.connected(scope);
      const end = closed(socket);
      socket.io.engine.send(packet);
      await end;
    }
    assert.equal(await c.ask(bystander, "echo", 1), 1);
  });

  const browser = await launchChromium();
  for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]]) {
    check(`the bundle in a browser over ${transports}`, async (scope) => {
      const page = await browser.newPage();
      scope.defer(() => page.close());
      // A document that is the server's: another may not open a WebSocket to the loopback address.
      await page.goto(`${url}/fixture/health`);
      await page.setContent(PAGE);
      const seen = await page.evaluate(inPage, transports);
      assert.deepEqual(seen, {
        carrier: transports.at(-1),
        text: "é 😀",
        nested: [1, 2, 255],
        date: 1_700_000_000_123,
        asked: [[7, 8]],
        refused: "Invalid namespace",
      });
    });
  }
  return () => browser.close();
}

/** Runs in the page: values both ways, a question of the server, another namespace. */
async function inPage(transports) {
  const socket = window.io({ transports, forceNew: true, reconnection: false });
  await new Promise((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("connect_error", reject);
  });
  const { engine } = socket.io;
  if (transports.length > 1 && engine.transport.name === "polling") {
    await new Promise((resolve) => engine.once("upgrade", resolve));
  }
  const ask = (...args) => socket.timeout(15_000).emitWithAck(...args);
  const value = { t: "é 😀", b: [{ c: Uint8Array.of(1, 2, 255).buffer }], d: new Date(1_700_000_000_123) };
  const back = await ask("echo", value);
  socket.once("ask", (data, answer) => answer([...new Uint8Array(data)]));
  const { values } = await ask("ask-me", { timeout: 15_000 }, Uint8Array.of(7, 8).buffer);
  const other = socket.io.socket("/nowhere");
  const refusal = await new Promise((resolve) => other.once("connect_error", resolve));
  const seen = {
    carrier: await ask("transport"),
    text: back.t,
    nested: [...new Uint8Array(back.b[0].c)],
    date: back.d.getTime(),
    asked: values,
    refused: refusal.message,
  };
  socket.disconnect();
  return seen;
}
