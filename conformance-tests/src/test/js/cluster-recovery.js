// A client loses its connection to one node of a cluster and comes back to another, which knows it.
// For nodes that keep sessions and events in a stream, and let a client be away.
import { createClient } from "redis";
import { once } from "./clients.js";
import { ask, connect, describe, eventually, gather, ids, ownNamespace } from "./cluster.js";
import { assert, check } from "./harness.js";

export const width = 4;

export default async function recovery(description) {
  const { nodes, queue } = describe(description);
  const redis = createClient({ url: queue });
  await redis.connect();
  for (const lost of nodes) {
    for (const back of nodes) {
      for (const transport of ["websocket", "polling"]) pair(redis, nodes, lost, back, transport);
    }
  }
  return () => redis.destroy();
}

const session = (pid) => `sio:session:${pid}`;

function pair(redis, nodes, lost, back, transport) {
  const what = `${lost.name} to ${back.name} over ${transport}`;
  /** Loses the connection; resolves when the node has noticed, and the session is there. */
  const cut = async (socket, { socket: witness }) => {
    await ask(witness, "watch", socket.id);
    const noticed = once(witness, "peer-gone");
    const disconnected = once(socket, "disconnect");
    socket.io.engine.close();
    await Promise.all([noticed, disconnected]);
    await eventually(async () => assert.equal(await redis.exists(session(socket._pid)), 1));
  };
  const add = (name, run) =>
    check(`${what}: ${name}`, async (scope) => {
      const namespace = ownNamespace();
      const all = await gather(scope, nodes, namespace, { perNode: 1 });
      const witness = (node) => all.on(node)[0];
      const socket = await connect(scope, lost.url, namespace, { transport });
      const seen = [];
      socket.on("n", (...args) => seen.push(args));
      let { id } = socket;
      socket.on("connect", () => (id = socket.id));
      /** Has a node tell the client, even if that is away; then another node may go on. */
      const tell = async (node, ...args) => {
        await witness(node).ask("bcast", { to: [id], event: "n", args });
        await all.fence(witness(node));
      };
      /** Resolves when a client has heard what any node has told it so far. */
      const settled = async (client) => {
        for (const node of nodes) {
          const token = scope.unique("token");
          const heard = once(client, token);
          await witness(node).ask("bcast", { to: [client.id], event: token });
          await heard;
        }
      };
      await run({ scope, all, witness, socket, seen, tell, settled });
    });

  add("an event of each node was missed", async ({ socket, witness, seen, tell, settled }) => {
    const { id } = socket;
    await tell(lost, "before");
    await settled(socket);
    await cut(socket, witness(lost));
    for (const node of nodes) await tell(node, node.name);
    await comeBack(socket, back);
    assert.equal(socket.recovered, true);
    assert.equal(socket.id, id);
    await ask(socket, "id");
    assert.deepEqual(plain(seen), [["before"], ...nodes.map(({ name }) => [name])]);
    for (const node of nodes) await tell(node, "after", node.name);
    await settled(socket);
    assert.deepEqual(
      plain(seen).slice(1 + nodes.length),
      nodes.map(({ name }) => ["after", name]),
    );
  });
  add("rooms and data are back", async ({ scope, all, socket, witness, seen, tell, settled }) => {
    const { id } = socket;
    const [in1, in2, out] = [scope.unique("in"), scope.unique("in"), scope.unique("out")];
    await ask(socket, "join", [in1, in2, "日本"]);
    await ask(socket, "session-set", "name", { "ü": [1, null, "x"] });
    await tell(back, 0);
    await settled(socket);
    await cut(socket, witness(lost));
    const requests = [
      [{ to: [in1], args: [1] }, true],
      [{ to: [in1, in2], args: [2] }, true],
      [{ to: [out], args: [3] }, false],
      [{ to: [in1], except: [in2], args: [4] }, false],
      [{ except: [id], args: [5] }, false],
      [{ to: [out, "日本"], args: [6, { b: [Buffer.from([1, 255])], t: "é" }] }, true],
      [{ to: [id], args: ["x".repeat(10_000)] }, true],
    ];
    for (const node of nodes) {
      for (const [request] of requests) await witness(node).ask("bcast", { ...request, event: "n" });
      await all.fence(witness(node));
    }
    await comeBack(socket, back);
    assert.equal(socket.recovered, true);
    assert.deepEqual(await ask(socket, "recovery"), {
      recovered: true,
      rooms: [in1, in2, "日本"].sort(),
      session: { name: { "ü": [1, null, "x"] } },
    });
    const missed = requests.filter(([, gets]) => gets).map(([{ args }]) => args);
    assert.deepEqual(plain(seen), [[0], ...nodes.flatMap(() => missed)]);
    for (const node of nodes) {
      assert.deepEqual(await witness(node).ask("members", in2), [id], node.name);
      await witness(node).ask("bcast", { to: [in2, in1], event: "n", args: [node.name] });
      await all.fence(witness(node));
    }
    await settled(socket);
    assert.deepEqual(
      plain(seen).slice(-nodes.length),
      nodes.map(({ name }) => [name]),
    );
  });
  add("nothing was missed, and it is lost again", async ({ socket, witness, seen, tell, settled }) => {
    const { id } = socket;
    await tell(back, 1);
    await settled(socket); // without an offset nobody comes back
    let at = lost;
    for (let i = 2; i < 6; i++) {
      await cut(socket, witness(at));
      at = at === lost ? back : lost;
      if (i % 2 === 1) await tell(lost, i);
      await comeBack(socket, at);
      assert.equal(socket.recovered, true, `time ${i}`);
      assert.equal(socket.id, id);
      if (i % 2 === 0) await tell(back, i);
      await ask(socket, "id");
    }
    await settled(socket);
    assert.deepEqual(plain(seen), [[1], [2], [3], [4], [5]]);
  });
  add("what is told to others, or in other namespaces, is not for it", async ({ scope, socket, witness, seen, tell, settled }) => {
    const { id } = socket;
    const others = await gather(scope, nodes, ownNamespace(), { perNode: 1 });
    const here = ids(nodes.map(witness));
    await tell(lost, 1);
    await settled(socket);
    await cut(socket, witness(lost));
    for (const from of others.members) {
      await from.ask("bcast", { self: true, event: "n", args: ["no"] });
      await from.ask("bcast", { to: [id], self: true, event: "n", args: ["no"] });
    }
    await witness(back).ask("bcast", { to: here, event: "n", args: ["no"] });
    await comeBack(socket, back);
    assert.equal(socket.recovered, true);
    await settled(socket);
    assert.deepEqual(plain(seen), [[1]]);
  });
  add("a session is there once", async ({ scope, all, socket, witness, tell, settled }) => {
    await tell(lost, 1);
    await settled(socket);
    const { _pid: pid, _lastOffset: offset, id } = socket;
    await cut(socket, witness(lost));
    await comeBack(socket, back);
    assert.equal(socket.recovered, true);
    for (const node of nodes) {
      const second = await impostor(scope, node, all.namespace, pid, offset);
      assert.ok(!second.recovered, node.name);
      assert.notEqual(second.id, id);
    }
  });
  add("an offset that is none", async ({ scope, all, socket, witness, tell, settled }) => {
    for (const offset of ["", "x", "1-1", "0-0", "$", "-", "9999999999999-0"]) {
      const other = await connect(scope, lost.url, all.namespace, { transport });
      await settled(other);
      const { _pid: pid, id } = other;
      await cut(other, witness(lost));
      const second = await impostor(scope, back, all.namespace, pid, offset);
      assert.ok(!second.recovered, `with the offset "${offset}"`);
      assert.notEqual(second.id, id);
    }
    await tell(lost, 1);
    assert.ok(socket.connected);
  });
  add("a session that is no session", async ({ scope, all, socket, witness, tell, settled }) => {
    await tell(lost, 1);
    await settled(socket);
    const { _pid: pid, _lastOffset: offset, id } = socket;
    // Not base64, not MessagePack, a number, a map cut short.
    for (const content of ["", "x", "*", "wQ==", "AA==", "hQ=="]) {
      await redis.set(session(pid), content);
      const second = await impostor(scope, back, all.namespace, pid, offset);
      assert.ok(!second.recovered, `with the session "${content}"`);
      assert.notEqual(second.id, id);
    }
    assert.equal(await witness(back).ask("echo", 1), 1);
  });
  add("who leaves does not come back", async ({ socket, witness, tell }) => {
    const { id } = socket;
    await tell(lost, 1);
    socket.disconnect();
    await comeBack(socket, back);
    assert.ok(!socket.recovered);
    assert.notEqual(socket.id, id);
    assert.equal(await witness(back).ask("echo", 1), 1);
  });
}

/** Connects another client that says it was that one; resolves to what became of it. */
async function impostor(scope, node, namespace, pid, offset) {
  const socket = await connect(scope, node.url, namespace, { auth: { pid, offset } });
  const { recovered } = await ask(socket, "recovery");
  return { recovered, id: socket.id };
}

/** Connects the same client to another node, as a load balancer would do. */
async function comeBack(socket, node) {
  socket.io.uri = node.url + socket.nsp;
  const connected = once(socket, "connect");
  socket.connect();
  await connected;
}

/** The arguments of events without their offsets. */
const plain = (events) => events.map((args) => args.slice(0, -1));
