// One node of a cluster with the official server: what the fixture server offers, as far as the
// checks of a cluster need it, so that these can be run against the official servers alone.
//
// Environment: PORT, REDIS_URL, DIALECT (node-classic, node-sharded, node-streams),
// SUBSCRIPTION_MODE (of node-sharded), NODE_NAME, CHANNEL (prefix of the channels, name of the
// stream), RECOVERY (milliseconds that a client may be away; none without it).
import { createServer } from "node:http";
import { createAdapter, createShardedAdapter } from "@socket.io/redis-adapter";
import { createAdapter as createStreamsAdapter } from "@socket.io/redis-streams-adapter";
import { createClient } from "redis";
import { Server } from "socket.io";

const {
  PORT = "0",
  REDIS_URL,
  DIALECT,
  SUBSCRIPTION_MODE = "dynamic",
  NODE_NAME = "node",
  CHANNEL = "socket.io",
  RECOVERY,
} = process.env;

async function redis() {
  const client = createClient({ url: REDIS_URL });
  client.on("error", (error) => console.error(`redis: ${error.message}`));
  client.setMaxListeners(0); // the adapter of each namespace adds one
  await client.connect();
  return client;
}

async function adapter() {
  switch (DIALECT) {
    case "node-classic":
      return createAdapter(await redis(), await redis(), { key: CHANNEL });
    case "node-sharded":
      return createShardedAdapter(await redis(), await redis(), {
        channelPrefix: CHANNEL,
        subscriptionMode: SUBSCRIPTION_MODE,
      });
    case "node-streams":
      return createStreamsAdapter(await redis(), {
        streamName: CHANNEL,
        channelPrefix: CHANNEL,
        blockTimeInMs: 500, // else a process that ends is waited for
      });
    default:
      throw new Error(`DIALECT: "${DIALECT}" (expected: node-classic, -sharded or -streams)`);
  }
}

const http = createServer((request, response) => {
  const known = request.url === "/fixture/health";
  response.writeHead(known ? 200 : 404).end(known ? "ok" : "");
});
const io = new Server(http, {
  adapter: await adapter(),
  serveClient: false,
  ...(RECOVERY && { connectionStateRecovery: { maxDisconnectionDuration: Number(RECOVERY) } }),
});

const list = (oneOrMore) => (Array.isArray(oneOrMore) ? oneOrMore : [oneOrMore]);
const roomsOf = ({ id, rooms }) => [...rooms].filter((room) => room !== id).sort();
const watchers = new Map();

function serverSide(namespace) {
  namespace.on("whoami", (...args) => args.at(-1)(NODE_NAME));
  namespace.on("tell-clients", (x) => namespace.local.emit("told", { node: NODE_NAME, x }));
}

function events(socket) {
  const { nsp } = socket;
  const on = (event, handler) =>
    socket.on(event, async (...args) => {
      const ack = typeof args.at(-1) === "function" ? args.pop() : () => {};
      try {
        await handler(ack, ...args);
      } catch ({ message }) {
        socket.emit("handler-error", { event, message });
      }
    });
  on("echo", (ack, ...args) => ack(...args));
  on("id", (ack) => ack(socket.id));
  on("join", (ack, rooms) => {
    socket.join(list(rooms));
    ack(roomsOf(socket));
  });
  on("leave", (ack, room) => {
    socket.leave(room);
    ack(roomsOf(socket));
  });
  on("rooms", (ack) => ack([...socket.rooms].sort()));
  on("members", async (ack, room) => {
    const sockets = await nsp.in(room).fetchSockets();
    ack(sockets.map(({ id }) => id).sort());
  });
  on("room-clear", (ack, room) => {
    nsp.in(room).socketsLeave(room);
    ack("ok");
  });
  on("room-kick", (ack, room, close) => {
    ack("ok");
    nsp.in(room).disconnectSockets(close === true);
  });
  on("bcast", (ack, { to = [], except = [], self, volatile, event, args = [] }) => {
    let reached = nsp.to(to).except(except);
    if (!self) reached = reached.except(socket.id);
    if (volatile) reached = reached.volatile;
    reached.emit(event, ...args);
    ack("ok");
  });
  on("bcast-ask", (ack, { to = [], timeout, args = [] }) => {
    nsp.to(to).timeout(timeout).emit("ask", ...args, (error, values) => {
      ack({ timedOut: error !== null, values });
    });
  });
  on("bcast-big", (ack, room, size, count) => {
    for (let i = 0; i < count; i++) nsp.to(room).emit("big-part", i, "x".repeat(size));
    ack("ok");
  });
  on("session-set", (ack, key, value) => {
    socket.data[key] = value;
    ack("ok");
  });
  on("session-get", (ack, key) => ack(socket.data[key] ?? null));
  on("recovery", (ack) => {
    ack({ recovered: socket.recovered, rooms: roomsOf(socket), session: socket.data });
  });
  on("watch", (ack, id) => {
    watchers.set(id, [...(watchers.get(id) ?? []), socket]);
    ack("ok");
  });
  socket.on("disconnecting", (reason) => {
    const news = { id: socket.id, reason, rooms: roomsOf(socket) };
    for (const watcher of watchers.get(socket.id) ?? []) watcher.emit("peer-gone", news);
    watchers.delete(socket.id);
  });

  on("room-join", (ack, from, to) => {
    nsp.in(from).socketsJoin(to);
    ack("ok");
  });
  on("details", async (ack, room) => {
    const sockets = await nsp.in(room).fetchSockets();
    const details = sockets.map((each) => ({
      id: each.id,
      rooms: roomsOf(each),
      session: each.data,
    }));
    ack(details.sort((a, b) => (a.id < b.id ? -1 : 1)));
  });
  on("kick", (ack, id, close) => {
    nsp.in(id).disconnectSockets(close === true);
    ack("ok");
  });
  on("server-count", async (ack) => ack(await nsp.adapter.serverCount()));
  // The official server has a timeout of its own, five seconds, and no other.
  on("server-ask", (ack, event, timeout, ...args) => {
    nsp.serverSideEmit(event, ...args, (error, values) => {
      ack({ timedOut: error !== null, values });
    });
  });
  on("server-tell", (ack, event, ...args) => {
    nsp.serverSideEmit(event, ...args);
    ack("ok");
  });
}

io.on("new_namespace", serverSide);
serverSide(io.of("/"));
for (const name of ["/", "/custom"]) {
  io.of(name).on("connection", (socket) => socket.emit("auth", socket.handshake.auth));
}
for (const name of ["/", "/custom", "/chat", "/a*b", "/axb", /^\/dyn-[0-9]+$/]) {
  io.of(name).on("connection", events);
}

http.listen(Number(PORT), "127.0.0.1", () => {
  console.log(`Listening on 127.0.0.1:${http.address().port} with socket.io, ${DIALECT}`);
});
process.on("SIGTERM", () => process.exit(0));
