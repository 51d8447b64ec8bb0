// One page of a real browser with two generations of the client, both connected at the same time.
import { readFileSync } from "node:fs";
import { launchChromium } from "./browser.js";
import { assert, check } from "./harness.js";

const PAGE = `<!doctype html><meta charset="utf-8"><title>Two generations</title>
<link rel="icon" href="data:,">
<body>
<script src="/socket.io/socket.io.js"></script>
<script>window.io4 = window.io; delete window.io;</script>
<script src="/fixture/client-2.js"></script>
<script>window.io2 = window.io; delete window.io;</script>
<script src="/fixture/page.js"></script>
`;
const FILES = {
  "page.js": readFileSync("two-generations-page.js"),
  "client-2.js": readFileSync("node_modules/socket.io-client-2/dist/socket.io.js"),
};

// How 4.x and 2.x are connected at the same time.
const PAIRS = [
  { 4: "polling", 2: "polling" },
  { 4: "websocket", 2: "websocket" },
  { 4: "upgrade", 2: "upgrade" },
  { 4: "polling", 2: "jsonp" },
];

/** One at a time. The checks of a pair share a page. */
export const width = 1;

/** @param transports those that the web server carries: polling, websocket, upgrade */
export default async function twoGenerations(url, ...transports) {
  const browser = await launchChromium();
  const carries = (transport) => transport === "jsonp" || transports.includes(transport);
  for (const pair of PAIRS) {
    if (carries(pair[4]) && carries(pair[2])) await addPair(await openPage(browser, url), pair);
  }
  return () => browser.close();
}

async function openPage(browser, url) {
  const page = await browser.newPage();
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(String(error)));
  page.asked = [];
  page.on("request", (request) => page.asked.push(request));
  await page.route(`${url}/fixture/*`, (route) => {
    const file = FILES[new URL(route.request().url()).pathname.slice("/fixture/".length)];
    if (!file) return route.continue();
    return route.fulfill({ contentType: "text/javascript; charset=utf-8", body: file });
  });
  // The document itself must be the server's: one that is fulfilled here has no address, and the
  // browser lets no such page open a WebSocket to the loopback address.
  await page.goto(`${url}/fixture/health`);
  await page.setContent(PAGE);
  return page;
}

async function addPair(page, pair) {
  await page.evaluate((chosen) => window.choose(chosen), pair);
  const add = (name, run, expected, argument) =>
    check(
      `4.x on ${pair[4]}, 2.x on ${pair[2]}: ${name}`,
      async (scope) => {
        scope.defer(() => page.evaluate(() => window.closeAll()));
        page.faults.length = 0;
        assert.deepEqual(await page.evaluate(run, argument), expected);
        assert.deepEqual(page.faults, []);
      },
    );

  together(add, pair);
  for (const generation of [4, 2]) {
    const of = (name, run, expected) => add(`${generation}.x ${name}`, run, expected, generation);
    connecting(of, generation, pair[generation]);
    values(of);
    binary(of, generation);
    acknowledgements(of);
    ends(of);
  }
  const both = [
    [4, 2],
    [2, 4],
  ];
  for (const [from, to] of both) {
    const between = (name, run, expected) =>
      add(`from ${from}.x to ${to}.x: ${name}`, run, expected, [from, to]);
    rooms(between);
  }
  check(`4.x on ${pair[4]}, 2.x on ${pair[2]}: the requests are those of the transports`, async () => {
    requestsAre(page, 4, pair[4]);
    requestsAre(page, 3, pair[2]);
  });
}

/** Every request of a revision went the way of its transport, and none another. */
function requestsAre(page, revision, transport) {
  const kinds = new Set();
  for (const request of page.asked) {
    const query = new URL(request.url()).searchParams;
    if (query.get("EIO") !== String(revision)) continue;
    kinds.add(`${request.method()} ${request.resourceType()}${query.has("j") ? " j" : ""}`);
    if (query.has("j") && request.method() === "POST") {
      assert.match(request.headers()["content-type"], /^application\/x-www-form-urlencoded/);
      assert.match(request.postData(), /^d=/);
    }
  }
  const expected = {
    polling: ["GET xhr", "POST xhr"],
    upgrade: ["GET xhr", "POST xhr"],
    websocket: [],
    jsonp: ["GET script j", "POST document j"],
  };
  assert.deepEqual([...kinds].sort(), expected[transport]);
}

function together(add, pair) {
  const final = (transport) =>
    ({ polling: "polling", jsonp: "polling", websocket: "websocket", upgrade: "websocket" })[transport];
  add(
    "both connect on one port at the same time",
    async () => {
      const [four, two] = await Promise.all([connect(4), connect(2)]);
      return [
        await four.ask("transport"),
        await two.ask("transport"),
        (await four.ask("handshake")).query.EIO,
        (await two.ask("handshake")).query.EIO,
        four.socket.id === two.socket.id,
      ];
    },
    [final(pair[4]), final(pair[2]), "4", "3", false],
  );
  add(
    "they talk at the same time, each in order",
    async () => {
      const peers = await Promise.all([connect(4), connect(2)]);
      const seen = peers.map((peer) => peer.collect("message-back", 100));
      for (let i = 0; i < 100; i++) for (const peer of peers) peer.emit("message", i);
      const counted = [...Array(100).keys()].join();
      return (await Promise.all(seen)).map((values) => values.join() === counted);
    },
    [true, true],
  );
  add(
    "both are in one room, and the server counts them",
    async () => {
      const [four, two] = await Promise.all([connect(4), connect(2)]);
      const room = unique("r");
      await four.ask("join", room);
      await two.ask("join", room);
      const expected = [four.socket.id, two.socket.id].sort().join();
      return [
        (await four.ask("members", room)).join() === expected,
        (await two.ask("members", room)).join() === expected,
      ];
    },
    [true, true],
  );
  add(
    "the end of one leaves the other alone",
    async () => {
      const [four, two] = await Promise.all([connect(4), connect(2)]);
      const third = await connect(2);
      third.socket.disconnect();
      four.socket.disconnect();
      return two.ask("echo", "still here");
    },
    "still here",
  );
}

function connecting(of, generation, transport) {
  of(
    "has the id that the server knows",
    async (generation) => {
      const peer = await connect(generation);
      return (await peer.ask("id")) === peer.socket.id;
    },
    true,
  );
  of(
    "is refused by an unknown namespace",
    (generation) => peer(generation, "/nowhere").refused(),
    "Invalid namespace",
  );
  of(
    "is refused with data",
    (generation) => peer(generation, "/admin").refused(),
    generation === 4
      ? { message: "not authorized", data: { code: "E_AUTH", retry: false } }
      : { code: "E_AUTH", retry: false },
  );
  of(
    "is admitted with credentials",
    async (generation) => {
      const options =
        generation === 4 ? { auth: { token: "sesame" } } : { query: { token: "sesame" } };
      const admin = await connect(generation, "/admin", options);
      return [await admin.ask("echo", 1), (await admin.ask("handshake")).auth.token];
    },
    [1, "sesame"],
  );
  of(
    "joins several namespaces on one connection",
    async (generation) => {
      const main = await connect(generation);
      const chat = main.also("/chat");
      const slow = main.also("/slow");
      const ids = [main, chat, slow].map((peer) => peer.ask("id"));
      return [new Set(await Promise.all(ids)).size, main.socket.io === chat.socket.io];
    },
    [3, true],
  );
  of(
    "loses nothing of what it says at once",
    async (generation) => {
      const main = peer(generation);
      const back = main.collect("message-back", 50);
      const burst = main.collect("b", 50);
      main.emit("burst", 50);
      for (let i = 0; i < 50; i++) main.emit("message", i);
      return [(await back).join(), (await burst).join()];
    },
    [[...Array(50).keys()].join(), [...Array(50).keys()].join()],
  );
  if (transport === "upgrade") {
    of(
      "loses nothing while the transport changes",
      async (generation) => {
        const main = peer(generation);
        const engine = main.socket.io.engine;
        const before = engine.transport.name;
        const upgraded = new Promise((resolve) => engine.once("upgrade", resolve));
        const back = main.collect("message-back", 100);
        await main.once("connect");
        for (let i = 0; i < 50; i++) main.emit("message", i, bytes(i));
        await upgraded;
        for (let i = 50; i < 100; i++) main.emit("message", i, bytes(i));
        return [before, engine.transport.name, (await back).join()];
      },
      ["polling", "websocket", [...Array(100).keys()].join()],
    );
  }
}

function values(of) {
  of(
    "gets back text of every plane",
    async (generation) => {
      const main = await connect(generation);
      let text = "";
      for (let plane = 0; plane <= 16; plane++) {
        for (const offset of [0x41, 0xe9, 0x2028, 0xabcd, 0xfffd]) {
          text += String.fromCodePoint(plane * 0x10000 + offset);
        }
      }
      return (await main.ask("echo", text)) === text;
    },
    true,
  );
  of(
    "gets back text that transports must escape",
    async (generation) => {
      const main = await connect(generation);
      const texts = [
        "\u0000\u0001\b\t\u001e\u007f\u0085\u2028\u2029\ufeff",
        "a\nb\\nc\\\nd\\\\ne\r\nf\rg",
        "</script><!-- &amp; + %20 %C3 ' \" `",
        "b4AAEC",
        "3:4ab",
        "",
      ];
      const answers = [];
      for (const text of texts) answers.push((await main.ask("echo", text)) === text);
      return answers;
    },
    Array(6).fill(true),
  );
  of(
    "gets back every kind of JSON",
    async (generation) => {
      const main = await connect(generation);
      const value = [
        null,
        true,
        false,
        0,
        -7,
        Number.MAX_SAFE_INTEGER,
        -1.5e-7,
        "t",
        [],
        {},
        [[1, [2]]],
        { z: 1, a: { b: [null, { c: "d" }] }, "": 2, ключ: 3 },
      ];
      return JSON.stringify(await main.ask("echo", value)) === JSON.stringify(value);
    },
    true,
  );
  of(
    "gets back all arguments, also without an acknowledgement",
    async (generation) => {
      const main = await connect(generation);
      const back = main.once("message-back");
      main.emit("message", 1, "2", { 3: [null] });
      const echo = main.once("echo");
      main.emit("echo", "a", []);
      return [await back, await echo];
    },
    [
      [1, "2", { 3: [null] }],
      ["a", []],
    ],
  );
  of(
    "sends and gets a large text",
    async (generation) => {
      const main = await connect(generation);
      const text = "ж+\n".repeat(50_000);
      return [(await main.ask("echo", text)) === text, (await main.ask("big", 500_000)).length];
    },
    [true, 500_000],
  );
}

function binary(of, generation) {
  of(
    "gets back an ArrayBuffer",
    async (generation) => {
      const main = await connect(generation);
      return spelled(await main.ask("echo", bytes(0, 1, 127, 128, 255)));
    },
    "<00 01 7f 80 ff>",
  );
  of(
    "gets back Uint8Arrays",
    async (generation) => {
      // 2.x sees them only where there is an ArrayBuffer too.
      const main = await connect(generation);
      const arrays = [new Uint8Array([1, 2]), new Uint8Array([])];
      return spelled(await main.asks("message-with-ack", bytes(0), ...arrays));
    },
    ["<00>", "<01 02>", "<>"],
  );
  // 2.x sends all of the buffer, or one byte of each element.
  if (generation === 4) {
    of(
      "gets back parts and views of buffers",
      async (generation) => {
        const main = await connect(generation);
        const part = new Uint8Array([9, 1, 2, 9]).subarray(1, 3);
        const views = [part, new Uint16Array([0x0201]), new DataView(bytes(3, 4))];
        return spelled(await main.asks("message-with-ack", ...views));
      },
      ["<01 02>", "<01 02>", "<03 04>"],
    );
  }
  of(
    "gets back a Blob as bytes",
    async (generation) => {
      const main = await connect(generation);
      return spelled(await main.ask("echo", { picture: new Blob([bytes(137, 80), bytes(78, 71)]) }));
    },
    { picture: "<89 50 4e 47>" },
  );
  of(
    "gets back binary at depth, also empty",
    async (generation) => {
      const main = await connect(generation);
      const value = { a: bytes(1, 2, 3), b: [bytes(), { c: bytes(255, 0) }], d: "text" };
      return spelled(await main.ask("echo", value));
    },
    { a: "<01 02 03>", b: ["<>", { c: "<ff 00>" }], d: "text" },
  );
  of(
    "gets the server's own binary",
    async (generation) => {
      const main = await connect(generation);
      return spelled([await main.ask("nested-bin"), await main.ask("bin", [2, 3])]);
    },
    [
      { a: ["<01 02>", { b: "<03>", c: "t" }], n: null },
      ["<00 01>", "<01 02 03>"],
    ],
  );
  of(
    "gets back binary events in order",
    async (generation) => {
      const main = await connect(generation);
      const seen = main.inbox("message-back");
      const last = main.collect("message-back", 30);
      for (let i = 0; i < 30; i++) main.emit("message", i, i % 3 ? bytes(i) : `text ${i}`);
      await last;
      return spelled(seen).every(
        ([i, value], k) =>
          i === k && value === (i % 3 ? `<${i.toString(16).padStart(2, "0")}>` : `text ${i}`),
      );
    },
    true,
  );
  of(
    "gets back a large binary",
    async (generation) => {
      const main = await connect(generation);
      // With Base64, 2.x makes text of it by a call that has an argument for each byte.
      const data = new Uint8Array(50_000).map((_, i) => i * 31);
      const back = new Uint8Array(await main.ask("echo", data.buffer));
      return [back.length, back.every((value, i) => value === data[i])];
    },
    [50_000, true],
  );
}

function acknowledgements(of) {
  of(
    "gets its own acknowledgement among many",
    async (generation) => {
      const main = await connect(generation);
      const answers = await Promise.all([...Array(50).keys()].map((i) => main.ask("echo", i)));
      const late = main.ask("late-ack", 50, "late");
      return [answers.join(), await late, (await main.asks("many-args", 10)).join()];
    },
    [[...Array(50).keys()].join(), "late", "0,1,2,3,4,5,6,7,8,9"],
  );
  of(
    "gets the first of two acknowledgements",
    async (generation) => {
      const main = await connect(generation);
      const answers = [];
      main.emit("double-ack", (value) => answers.push(value));
      await main.ask("echo", 1);
      return answers;
    },
    ["first"],
  );
  of(
    "answers the server, with binary",
    async (generation) => {
      const main = await connect(generation);
      main.socket.on("ask", (a, b, reply) => reply(a, { back: b }, new Uint8Array([7])));
      return spelled(await main.ask("ask-me", { timeout: 10_000 }, "a", bytes(1)));
    },
    { ok: true, values: ["a", { back: "<01>" }, "<07>"] },
  );
  of(
    "hears of a handler's error, and goes on",
    async (generation) => {
      const main = await connect(generation);
      const told = main.once("handler-error");
      main.emit("fail", "no luck");
      return [await told, await main.ask("echo", 1)];
    },
    [[{ event: "fail", message: "no luck" }], 1],
  );
}

function ends(of) {
  of(
    "is disconnected from a namespace by the server",
    async (generation) => {
      const main = await connect(generation);
      const chat = main.also("/chat");
      await chat.ask("id");
      const left = chat.once("disconnect");
      chat.emit("bye", false);
      return [(await left)[0], await main.ask("echo", 1)];
    },
    ["io server disconnect", 1],
  );
  of(
    "is disconnected from everything by the server",
    async (generation) => {
      const main = await connect(generation);
      const chat = main.also("/chat");
      await chat.ask("id");
      const left = Promise.all([main.once("disconnect"), chat.once("disconnect")]);
      chat.emit("bye", true);
      await left;
      return [main.socket.connected, chat.socket.connected];
    },
    [false, false],
  );
  of(
    "gets all that was said before the end",
    async (generation) => {
      const counts = [];
      for (const close of [false, true]) {
        const main = await connect(generation);
        const seen = main.inbox("b");
        const left = main.once("disconnect");
        main.emit("say-then-bye", 50, close);
        await left;
        counts.push(seen.length);
      }
      return counts;
    },
    [50, 50],
  );
  of(
    "comes back by itself",
    async (generation) => {
      const main = await connect(generation, "/", { reconnection: true, reconnectionDelay: 10 });
      const before = await main.ask("id");
      const back = main.once("connect");
      main.socket.io.engine.close();
      await back;
      return [(await main.ask("id")) !== before, await main.ask("echo", "again")];
    },
    [true, "again"],
  );
}

function rooms(between) {
  between(
    "text in a room",
    async ([from, to]) => {
      const [speaker, listener] = await Promise.all([connect(from), connect(to)]);
      const room = unique("r");
      await speaker.ask("join", room);
      await listener.ask("join", room);
      const mine = speaker.inbox("news");
      const news = listener.once("news");
      await speaker.ask("bcast", { to: [room], event: "news", args: ["ж 😀 \u2028", { a: [1] }] });
      const heard = await news;
      await speaker.ask("echo", 1);
      return [heard, mine];
    },
    [["ж 😀 \u2028", { a: [1] }], []],
  );
  between(
    "binary in a room",
    async ([from, to]) => {
      const [speaker, listener] = await Promise.all([connect(from), connect(to)]);
      const room = unique("r");
      await listener.ask("join", room);
      const news = listener.once("news");
      await speaker.ask("bcast", {
        to: [room],
        event: "news",
        args: [bytes(1, 2), { b: new Uint8Array([255]), blob: new Blob([bytes(3)]) }, "t"],
      });
      return spelled(await news);
    },
    ["<01 02>", { b: "<ff>", blob: "<03>" }, "t"],
  );
  between(
    "a broadcast to everybody, and to everybody else",
    async ([from, to]) => {
      const [speaker, listener] = await Promise.all([connect(from, "/chat"), connect(to, "/chat")]);
      const heard = [speaker.collect("all", 1), listener.collect("all", 2)];
      await speaker.ask("bcast", { event: "all", args: [1] });
      await speaker.ask("bcast", { self: true, event: "all", args: [2] });
      return Promise.all(heard);
    },
    [[2], [1, 2]],
  );
  between(
    "a private message by id",
    async ([from, to]) => {
      const [speaker, listener] = await Promise.all([connect(from), connect(to)]);
      const news = listener.once("psst");
      await speaker.ask("bcast", { to: [listener.socket.id], event: "psst", args: ["you"] });
      return news;
    },
    ["you"],
  );
  between(
    "nothing reaches another namespace",
    async ([from, to]) => {
      const [speaker, listener] = await Promise.all([connect(from, "/chat"), connect(to, "/custom")]);
      const room = unique("r");
      await listener.ask("join", room);
      const strayed = listener.inbox("news");
      await speaker.ask("bcast", { to: [room], self: true, event: "news", args: [1] });
      await listener.ask("echo", 1);
      return strayed;
    },
    [],
  );
  between(
    "a hundred broadcasts in order",
    async ([from, to]) => {
      const [speaker, listener] = await Promise.all([connect(from), connect(to)]);
      const room = unique("r");
      await listener.ask("join", room);
      const seen = listener.collect("n", 100);
      for (let i = 0; i < 100; i++) speaker.emit("bcast", { to: [room], event: "n", args: [i] });
      return (await seen).join();
    },
    [...Array(100).keys()].join(),
  );
  between(
    "one takes the other out of a room, then out of the server",
    async ([from, to]) => {
      const [speaker, listener] = await Promise.all([connect(from), connect(to)]);
      const room = unique("r");
      await listener.ask("join", room);
      const cleared = await speaker.ask("room-clear", room);
      const others = await listener.ask("join", unique("other"));
      await listener.ask("join", room);
      const left = listener.once("disconnect");
      const kicked = await speaker.ask("room-kick", room, false);
      return [cleared, others.length, kicked, (await left)[0], await speaker.ask("members", room)];
    },
    ["ok", 1, "ok", "io server disconnect", []],
  );
  between(
    "one hears that the other is gone",
    async ([from, to]) => {
      const [watcher, gone] = await Promise.all([connect(from), connect(to)]);
      const id = gone.socket.id;
      const room = unique("r");
      await gone.ask("join", room);
      await watcher.ask("watch", id);
      const news = watcher.once("peer-gone");
      gone.socket.disconnect();
      const [told] = await news;
      return [
        told.id === id,
        told.rooms.join() === room,
        ["client namespace disconnect", "transport close"].includes(told.reason) || told.reason,
      ];
    },
    [true, true, true],
  );
  between(
    "one hears that the other's connection closed",
    async ([from, to]) => {
      const [watcher, gone] = await Promise.all([connect(from), connect(to)]);
      await watcher.ask("watch", gone.socket.id);
      const news = watcher.once("peer-gone");
      gone.socket.io.engine.close();
      const [told] = await news;
      return ["transport close", "transport error"].includes(told.reason) || told.reason;
    },
    true,
  );
}
