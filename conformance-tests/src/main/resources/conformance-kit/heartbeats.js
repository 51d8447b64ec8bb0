// Short heartbeats, and little else to do: each transport of each client outlives several of them.
import { client } from "./clients.js";
import { assert, check, pause } from "./harness.js";

/** Longer than a server waits for a heartbeat, even one that gives busy machines some time. */
const LONG = 4500;

/** All at once: they wait more than they work. */
export const width = 100;

/** @param generations @param transports separated by commas */
export default async function heartbeats(url, generations, transports) {
  for (const generation of generations.split(",")) {
    for (const transport of transports.split(",")) {
      const c = await client(generation, url, transport);
      const subject = `${c.version} on ${transport}`;
      check(`${subject} outlives several heartbeats`, async (scope) => {
        const socket = await c.connected(scope);
        const beats = count(socket);
        await pause(LONG);
        assert.equal(await c.ask(socket, "echo", 1), 1);
        assert.ok(beats() >= 3, `${beats()} heartbeats`);
      });
      check(`${subject}: a blocked handler does not stop the heartbeat`, async (scope) => {
        const socket = await c.connected(scope);
        const beats = count(socket);
        assert.equal(await c.ask(socket, "block", LONG), "ok");
        assert.ok(beats() >= 3, `${beats()} heartbeats`);
      });
    }
  }
}

/** Counts pings and pongs; each side's pings are the other's to answer. */
function count(socket) {
  let beats = 0;
  socket.io.engine.on("packet", ({ type }) => (beats += type === "ping" || type === "pong"));
  return () => beats;
}
