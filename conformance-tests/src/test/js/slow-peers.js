// Peers that do not read must cost the server little, and the others nothing.
import { io } from "socket.io-client";
import { WebSocket } from "ws";
import { assert, check, within } from "./harness.js";

const LIMIT = 64 * 1024 * 1024;

/** One at a time. They measure memory. */
export const width = 1;

export default function slowPeers(url) {
  const connected = (scope, namespace) => {
    const socket = io(url + namespace, { transports: ["websocket"], forceNew: true });
    scope.defer(() => socket.disconnect());
    return within(5000, "connecting", new Promise((resolve) => socket.once("connect", () => resolve(socket))));
  };
  const ask = (socket, ...args) => socket.timeout(20_000).emitWithAck(...args);
  const memory = async () => (await (await fetch(`${url}/fixture/metrics`)).json()).memoryBytes;

  /** A WebSocket in a room of /chat that then reads nothing more. */
  const stalledWebSocket = async (scope, room) => {
    const socket = new WebSocket(`${url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`);
    scope.defer(() => socket.terminate());
    await new Promise((resolve) => socket.once("open", resolve));
    const joined = new Promise((resolve) =>
      socket.on("message", (data) => String(data).startsWith("43/chat,0") && resolve()),
    );
    socket.send("40/chat,");
    socket.send(`42/chat,0["join","${room}"]`);
    await within(5000, "joining", joined);
    socket.pause();
  };

  /** A session on polling in a room of /chat that never polls again. */
  const stalledPolling = async (room) => {
    const base = `${url}/socket.io/?EIO=4&transport=polling`;
    const open = await (await fetch(base)).text();
    const session = `${base}&sid=${JSON.parse(open.slice(1)).sid}`;
    await fetch(session, { method: "POST", body: "40/chat," });
    await fetch(session, { method: "POST", body: `42/chat,0["join","${room}"]` });
  };

  for (const [name, stall] of [
    ["a WebSocket that does not read", stalledWebSocket],
    ["a session that does not poll", (scope, room) => stalledPolling(room)],
  ]) {
    check(`${name} holds little, and the others get everything`, async (scope) => {
      const publisher = await connected(scope, "/chat");
      const readers = [await connected(scope, "/chat"), await connected(scope, "/chat")];
      const room = `slow ${name}`;
      const count = 1500;
      const done = readers.map((reader) => {
        let next = 0;
        return within(
          25_000,
          "all parts",
          new Promise((resolve, reject) => {
            reader.on("disconnect", reject);
            reader.on("big-part", (i, text) => {
              if (i !== next++ || text.length !== 100_000) reject(new Error(`part ${i}`));
              if (next === count) resolve();
            });
          }),
        );
      });
      for (const reader of readers) await ask(reader, "join", room);
      const before = await memory();
      await stall(scope, room);
      assert.equal(await ask(publisher, "bcast-big", room, 100_000, count), "ok");
      await Promise.all(done);
      assert.ok((await memory()) - before < LIMIT, `${(await memory()) - before} bytes more`);
      assert.equal(await ask(publisher, "echo", 1), 1);
    }, { millis: 30_000 });
  }
}
