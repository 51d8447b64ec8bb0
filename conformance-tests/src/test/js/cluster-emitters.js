// A process that is no node writes to the nodes of a cluster, and their clients hear it.
import { Emitter } from "@socket.io/redis-emitter";
import { createClient } from "redis";
import { once } from "./clients.js";
import { describe, eventually, gather, ids, ownNamespace } from "./cluster.js";
import { assert, check, pause } from "./harness.js";
import { StreamsEmitter } from "./streams-emitter.js";

export const width = 4;

export default async function emitters(description, dialect) {
  const { nodes, queue, channel } = describe(description);
  const redis = createClient({ url: queue });
  await redis.connect();
  const emitter =
    dialect === "node-streams"
      ? new StreamsEmitter(redis, channel)
      : new Emitter(redis, { key: channel });

  /** A check with two clients on each node, in a namespace of their own. */
  const add = (name, run) =>
    check(name, async (scope) => {
      const all = await gather(scope, nodes, ownNamespace());
      await run({ scope, all, io: emitter.of(all.namespace) });
      for (const member of all.members) {
        if (member.socket.connected) assert.equal(await member.ask("echo", 1), 1, member.label);
      }
    });
  /** Emits, and asserts who heard it. */
  const reaches = async ({ scope, all, io }, listeners, target, ...args) => {
    const event = scope.unique("event");
    await target.emit(event, ...args);
    await Promise.all(listeners.map((member) => member.hears(event)));
    const fence = scope.unique("fence");
    await io.emit(fence);
    await Promise.all(all.members.map((member) => member.hears(fence)));
    all.heardBy(event, listeners, args);
  };

  add("to everybody", async (context) => {
    const { all, io } = context;
    await reaches(context, all.members, io);
    await reaches(context, all.members, io, 1, "é 🎉", { a: [null, true, 1.5, -7] });
    await reaches(context, all.members, io, [1, [2]]);
    await reaches(context, all.members, io, null);
    await reaches(context, all.members, io, "x".repeat(300_000));
  });
  add("to rooms", async (context) => {
    const { scope, all, io } = context;
    const [one, two] = ["42", scope.unique("日本")];
    const [first, second] = [all.oneEach(0), all.oneEach(1)];
    await all.join(one, [...first, ...second]);
    await all.join(two, second);
    await reaches(context, second, io.to(two), 1);
    await reaches(context, all.members, io.to(one), 2);
    await reaches(context, all.members, io.to(one).to(two), 3);
    await reaches(context, all.members, io.to([two, one]), 4);
    await reaches(context, [], io.to("nobody"), 5);
    for (const member of all.members) await reaches(context, [member], io.to(member.id), 6);
  });
  add("not to some", async (context) => {
    const { all, io } = context;
    const [first, second] = [all.oneEach(0), all.oneEach(1)];
    await all.join("one", all.members);
    await all.join("two", second);
    await reaches(context, first, io.except("two"), 1);
    await reaches(context, first, io.to("one").except("two"), 2);
    await reaches(context, second, io.to("one").except(ids(first)), 3);
    await reaches(context, [], io.to("two").except("one"), 4);
  });
  add("binary", async (context) => {
    const { all, io } = context;
    await all.join("one", all.oneEach(1));
    const args = [{ a: [Buffer.from([1, 2]), { b: Buffer.alloc(70_000, 7) }], n: null }, 1];
    await reaches(context, all.members, io, ...args);
    await reaches(context, all.oneEach(1), io.to("one"), ...args);
    await reaches(context, all.members, io, Buffer.alloc(0));
  });
  add("volatile", async ({ all, io }) => {
    await eventually(async () => {
      await io.volatile.emit("v");
      await pause(20);
      for (const member of all.oneEach(0)) assert.ok(member.heard("v").length > 0, member.label);
    });
  });
  add("in order", async ({ all, io }) => {
    await all.join("one", all.members);
    for (let i = 0; i < 100; i++) (i % 3 === 0 ? io.to("one") : io).emit("n", i);
    await Promise.all(all.members.map((member) => member.hears("n", undefined, 100)));
    for (const member of all.members) {
      assert.deepEqual(member.heard("n").map(([i]) => i), [...Array(100).keys()], member.label);
    }
  });
  add("other namespaces", async ({ scope, all, io }) => {
    for (const namespace of ["/", "/chat", "/a*b", "/axb"]) {
      const others = await gather(scope, nodes, namespace);
      const event = scope.unique("event");
      await emitter.of(namespace).emit(event, 1);
      await Promise.all(others.members.map((member) => member.hears(event)));
      await io.emit(event, 2);
      await Promise.all(all.members.map((member) => member.hears(event)));
      others.heardBy(event, others.members, [1]);
      all.heardBy(event, all.members, [2]);
    }
  });
  add("joins and leaves", async (context) => {
    const { all, io } = context;
    await all.join("one", all.oneEach(1));
    const rooms = (member) => member.ask("rooms");
    await io.to("one").socketsJoin(["two", "three"]);
    await eventually(async () => {
      for (const member of all.oneEach(1)) {
        assert.deepEqual(await rooms(member), [member.id, "one", "two", "three"].sort());
      }
    });
    const [member] = all.members;
    await io.to(member.id).socketsJoin("four");
    await eventually(async () => assert.deepEqual(await rooms(member), [member.id, "four"].sort()));
    await io.socketsLeave(["two", "one"]);
    await eventually(async () => {
      for (const each of all.oneEach(1)) {
        assert.deepEqual(await rooms(each), [each.id, "three"].sort());
      }
    });
    await io.except("three").socketsJoin("five");
    await eventually(async () => {
      assert.deepEqual(await member.ask("members", "five"), ids(all.oneEach(0)));
    });
    assert.deepEqual(await rooms(member), [member.id, "five", "four"].sort());
  });
  for (const close of [false, true]) {
    add(`disconnects${close ? ", and closes" : ""}`, async ({ all, io }) => {
      const inside = all.oneEach(1);
      await all.join("one", inside);
      const besides = [];
      for (const { socket } of inside) {
        const beside = socket.io.socket("/");
        await once(beside, "connect");
        besides.push(beside);
      }
      const reasons = [];
      for (const { socket } of inside) socket.on("disconnect", (reason) => reasons.push(reason));
      const gone = [...inside.map(({ socket }) => socket), ...(close ? besides : [])];
      const done = Promise.all(gone.map((socket) => once(socket, "disconnect")));
      await io.to("one").disconnectSockets(close);
      await done;
      await all.fence(all.members[0]);
      assert.deepEqual(reasons, inside.map(() => "io server disconnect"));
      assert.ok(besides.every(({ connected }) => connected === !close));
      assert.ok(all.oneEach(0).every(({ socket }) => socket.connected));
    });
  }
  add("server-side events", async ({ all, io }) => {
    const values = ["x", { a: ["é", null, 1] }, [1, 2]];
    if (dialect === "node-streams") values.push(Buffer.from([1, 2]));
    for (const x of values) await io.serverSideEmit("tell-clients", x);
    await Promise.all(all.members.map((member) => member.hears("told", undefined, values.length)));
    for (const member of all.members) {
      assert.deepEqual(
        member.heard("told"),
        values.map((x) => [{ node: member.node.name, x }]),
        member.label,
      );
    }
  });
  add("is no node", async ({ all, io }) => {
    await io.emit("x");
    for (const [from] of nodes.map((node) => all.on(node))) {
      assert.equal(await from.ask("server-count"), nodes.length);
      const { timedOut, values } = await from.ask("server-ask", "whoami", 5000);
      assert.equal(timedOut, false);
      assert.equal(values.length, nodes.length - 1);
    }
  });

  return () => redis.destroy();
}
