// Two servers behind a reverse proxy: their handlers tell their names.
import http from "node:http";
import { client, once, range } from "./clients.js";
import { assert, check, pause, within } from "./harness.js";

const CLIENTS = 24;

/** One check after the other, each with many clients. */
export const width = 1;

/**
 * @param clients any: nothing but the session id tells who they are; cookies: they keep the proxy's;
 *     addresses: each comes from an address of its own
 */
export default async function behindProxy(url, clients) {
  const generations = clients === "any" ? [1, 2, 4] : [4];
  for (const generation of generations) {
    for (const transport of ["polling", "websocket", "upgrade"]) {
      check(`${generation}.x over ${transport}: on both nodes, and each stays on its own`, async (scope) => {
        const c = await client(generation, url, transport);
        const nodes = await Promise.all(
          range(CLIENTS).map(async (i) => {
            const socket = await c.connected(scope, "/", options(clients, i));
            const node = await c.ask(socket, "node");
            const long = "x".repeat(50_000) + i;
            assert.equal(await c.ask(socket, "echo", long), long);
            assert.deepEqual(await c.ask(socket, "echo", { binary: Buffer.from([1, 2, i]) }), {
              binary: Buffer.from([1, 2, i]),
            });
            assert.equal(await c.ask(socket, "node"), node);
            return node;
          }),
        );
        assert.deepEqual([...new Set(nodes)].sort(), ["a", "b"]);
      });
    }
  }
  for (const transport of ["polling", "websocket"]) {
    check(`stays connected by heartbeats over ${transport}`, async (scope) => {
      const c = await client(4, url, transport);
      const socket = await c.connected(scope, "/", options(clients, 0));
      await within(
        15_000,
        "four pings",
        new Promise((resolve, reject) => {
          let pings = 0;
          socket.io.on("ping", () => ++pings === 4 && resolve());
          socket.on("disconnect", (reason) => reject(new Error(reason)));
        }),
      );
      assert.equal(await c.ask(socket, "echo", 1), 1);
    });
    check(`a page of the proxy's own origin is let in over ${transport}`, async (scope) => {
      const c = await client(4, url, transport);
      const sameOrigin = { extraHeaders: { origin: url } };
      const socket = await c.connected(scope, "/", { ...options(clients, 0), ...sameOrigin });
      assert.equal(await c.ask(socket, "echo", 1), 1);
    });
  }
  check("the clients of a node that stops come back on the other", async (scope) => {
    const c = await client(4, url, "polling");
    const reconnecting = { reconnection: true, reconnectionDelay: 100, reconnectionDelayMax: 500 };
    for (const i of range(CLIENTS)) {
      const socket = await c.connected(scope, "/", { ...options(clients, i), ...reconnecting });
      if ((await c.ask(socket, "node")) === "b") continue;
      const cookies = [...(socket.io.engine._cookieJar?.cookies ?? [])];
      socket.emit("stop");
      await once(socket, "disconnect");
      await once(socket, "connect");
      assert.equal(await c.ask(socket, "node"), "b");
      // The client has forgotten the cookies; a browser comes back with them.
      const cookie = cookies.map(([name, { value }]) => `${name}=${value}`).join("; ");
      await within(15_000, "a new session", admittedWith(url, cookie));
      return;
    }
    assert.fail("nobody was on node a");
  }, { alone: true });
}

async function admittedWith(url, cookie) {
  let answer;
  do {
    if (answer) await pause(100); // the node may still be stopping
    answer = await fetch(`${url}/socket.io/?EIO=4&transport=polling`, { headers: { cookie } });
  } while (answer.status !== 200);
}

function options(clients, i) {
  switch (clients) {
    case "cookies":
      return { withCredentials: true }; // as a browser does by itself
    case "addresses":
      return { agent: new http.Agent({ localAddress: `127.0.${i + 1}.1` }) };
    default:
      return {};
  }
}
