// The official client loses its connection and comes back, to a server in the restricted mode: it
// may be away for five seconds.
import { io } from "socket.io-client";
import { TRANSPORTS, collect, once } from "./clients.js";
import { assert, check, pause, within } from "./harness.js";

/** @param skipped whether middleware is skipped for who comes back */
export default function recovery(url, skipped) {
  if (skipped === "false") {
    for (const transport of ["polling", "websocket"]) middleware(url, transport, false);
    return;
  }
  for (const transport of Object.keys(TRANSPORTS)) {
    basics(url, transport);
    middleware(url, transport, true);
  }
}

/** Resolves to a connected client that comes back only when it is told to. */
async function connected(scope, url, transport, namespace = "/chat", options = {}) {
  const socket = io(url + namespace, {
    transports: TRANSPORTS[transport],
    forceNew: true,
    reconnection: false,
    ...options,
  });
  scope.defer(() => socket.io._close());
  await once(socket, "connect");
  return socket;
}

const ask = (socket, ...args) => socket.timeout(15_000).emitWithAck(...args);

/** Loses the connection; resolves when the server has noticed. */
async function cut(socket, witness) {
  await ask(witness, "watch", socket.id);
  const noticed = once(witness, "peer-gone");
  const lost = once(socket, "disconnect");
  socket.io.engine.close();
  await Promise.all([noticed, lost]);
}

async function comeBack(socket) {
  const back = once(socket, "connect");
  socket.connect();
  await back;
}

/** The arguments of events without their offsets. */
const plain = (events) => events.map((args) => args.slice(0, -1));

function basics(url, transport) {
  const add = (name, run) =>
    check(`${transport}: ${name}`, async (scope) => {
      const witness = await connected(scope, url, "websocket");
      const socket = await connected(scope, url, transport);
      const seen = [];
      socket.on("n", (...args) => seen.push(args));
      // To this socket alone: those of other checks are in the same namespace.
      let { id } = socket;
      socket.on("connect", () => (id = socket.id));
      const tell = (...args) => ask(witness, "bcast", { to: [id], event: "n", args });
      await run({ socket, witness, seen, tell, scope });
    });

  add("a cut before any event", async ({ socket, witness, seen, tell }) => {
    const { id } = socket;
    await cut(socket, witness);
    await tell("a", 1);
    await tell("b", { x: [Buffer.from([1, 2])] });
    await comeBack(socket);
    assert.equal(socket.recovered, true);
    assert.equal(socket.id, id);
    assert.deepEqual(plain(seen), [["a", 1], ["b", { x: [Buffer.from([1, 2])] }]]);
    await tell("c");
    await ask(socket, "id");
    assert.deepEqual(plain(seen).slice(2), [["c"]]);
  });

  add("cut twice, with events in between and without", async ({ socket, witness, seen, tell }) => {
    await tell(1);
    await ask(socket, "id");
    for (let i = 2; i < 8; i += 2) {
      await cut(socket, witness);
      if (i !== 4) {
        await tell(i);
        await tell(i + 1);
      }
      await comeBack(socket);
      assert.equal(socket.recovered, true);
      await ask(socket, "id");
    }
    assert.deepEqual(plain(seen), [[1], [2], [3], [6], [7]]);
  });

  add("rooms and data are back", async ({ socket, witness, seen, scope }) => {
    const room = scope.unique("r");
    await ask(socket, "join", [room, `${room}2`]);
    await ask(socket, "session-set", "name", { first: "x" });
    await cut(socket, witness);
    await ask(witness, "bcast", { to: [room], event: "n", args: [1] });
    await ask(witness, "bcast", { to: [`${room}3`], event: "n", args: [2] });
    await ask(witness, "bcast", { to: [room], except: [`${room}2`], event: "n", args: [3] });
    await comeBack(socket);
    assert.deepEqual(await ask(socket, "recovery"), {
      recovered: true,
      rooms: [room, `${room}2`],
      session: { name: { first: "x" } },
    });
    assert.deepEqual(plain(seen), [[1]]);
    const news = once(socket, "news");
    await ask(witness, "bcast", { to: [room], event: "news", args: [] });
    await news;
  });

  add("the client comes back by itself", async ({ scope, witness }) => {
    const socket = await connected(scope, url, transport, "/chat", {
      reconnection: true,
      reconnectionDelay: 300,
    });
    const { id } = socket;
    const all = collect(socket, "m", 50);
    for (let i = 0; i < 50; i++) {
      if (i % 20 === 10) {
        const back = once(socket, "connect");
        socket.io.engine.close();
        await ask(witness, "bcast", { to: [id], event: "m", args: [i] });
        await back;
        assert.equal(socket.id, id);
      } else {
        await ask(witness, "bcast", { to: [id], event: "m", args: [i] });
      }
    }
    assert.deepEqual(plain(await all).flat(), [...Array(50).keys()]);
  });

  add("who leaves does not come back", async ({ socket, tell }) => {
    const { id } = socket;
    socket.disconnect();
    await tell(1);
    await comeBack(socket);
    assert.notEqual(socket.id, id);
    assert.ok(!socket.recovered);
  });

  add("who is away too long gets a new session, and can lose that", async ({ socket, witness, seen, tell }) => {
    const { id } = socket;
    await tell("had");
    await ask(socket, "id");
    await cut(socket, witness);
    await tell("gone");
    await pause(5200);
    await comeBack(socket);
    assert.ok(!socket.recovered);
    assert.notEqual(socket.id, id);
    const second = socket.id;
    await cut(socket, witness); // before any event of this session: it still says the old offset
    await tell("missed");
    await comeBack(socket);
    assert.equal(socket.recovered, true);
    assert.equal(socket.id, second);
    assert.deepEqual(plain(seen), [["had"], ["missed"]]);
  });
}

function middleware(url, transport, skipped) {
  check(`${transport}: middleware is ${skipped ? "skipped" : "asked again"}`, async (scope) => {
    const options = { auth: { token: "sesame" } };
    const witness = await connected(scope, url, "websocket", "/admin", options);
    const socket = await connected(scope, url, transport, "/admin", options);
    const { id } = socket;
    await cut(socket, witness);
    await comeBack(socket);
    assert.equal(socket.recovered, true);
    await cut(socket, witness);
    socket.auth = {};
    if (skipped) {
      await comeBack(socket);
      assert.equal(socket.id, id);
    } else {
      const refused = once(socket, "connect_error");
      socket.connect();
      const [error] = await within(15_000, "the refusal", refused);
      assert.equal(error.message, "not authorized");
    }
  });
}
