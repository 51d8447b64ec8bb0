// The events of BenchServer, served by socket.io. Environment: PORT (required), HOST (127.0.0.1),
// MESSAGE_QUEUE (the URL of a Redis, which makes it a node of a cluster). WebSocket only.
import { createServer } from "node:http";
import { createAdapter } from "@socket.io/redis-adapter";
import { createClient } from "redis";
import { Server } from "socket.io";

const { PORT, HOST = "127.0.0.1", MESSAGE_QUEUE } = process.env;
if (!PORT) {
  console.error("PORT: not set (expected: the port to listen on)");
  process.exit(2);
}
const httpServer = createServer();
const options = {
  transports: ["websocket"],
  perMessageDeflate: false,
  httpCompression: false,
  allowEIO3: true,
  cors: { origin: "*" },
};
if (MESSAGE_QUEUE) {
  const publisher = createClient({ url: MESSAGE_QUEUE });
  const subscriber = publisher.duplicate();
  await Promise.all([publisher.connect(), subscriber.connect()]);
  options.adapter = createAdapter(publisher, subscriber);
}
const io = new Server(httpServer, options);
io.on("connection", (socket) => {
  socket.on("echo", (...args) => args.pop()(...args));
  socket.on("broadcast", (...args) => io.emit("broadcast", ...args));
  socket.on("join", (room, ack) => {
    socket.join(room);
    ack();
  });
  socket.on("room", ({ room, data }) => io.to(room).emit("room", data));
});
httpServer.listen(Number(PORT), HOST, () => console.log(`listening on ${HOST}:${PORT}`));
process.on("SIGTERM", () => process.exit(0));
