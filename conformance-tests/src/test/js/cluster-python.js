// The first node tells, and a node with python-socketio of Debian hears: version 5.7, which reads JSON
// with bare data and writes nothing that may be read. Its clients come over polling.
import { once } from "./clients.js";
import { LATE, describe, eventually, gather, ids } from "./cluster.js";
import { assert, check } from "./harness.js";

export const width = 4;

/** @param teller "java", or "python" for the reference: two nodes of that version */
export default function python(description, teller) {
  const { nodes, queue } = describe(description);
  const [first, second] = nodes;

  const add = (name, run, namespace = "/chat") =>
    check(name, async (scope) => {
      const transport = "polling";
      const all = await gather(scope, nodes, namespace, { transport, senders: [first] });
      const [from] = all.on(first);
      await run({ scope, all, from, far: all.on(second) });
    });

  add("to everybody", async ({ all, from }) => {
    const others = all.members.filter((member) => member !== from);
    await all.reaches(others, from, { args: ["x"] });
    await all.reaches(all.members, from, { self: true, args: ["y"] });
  });
  add("values", async ({ all, from }) => {
    const values = [
      "",
      "\u0000 \u2028 \" \\ é 日本 🎉",
      0,
      -1.5,
      2 ** 53 - 1,
      true,
      false,
      [],
      [1, 2],
      [[1], { a: null }],
      {},
      { "": [null, { é: "x" }] },
      "x".repeat(300_000),
    ];
    for (const value of values) await all.reaches(all.members, from, { self: true, args: [value] });
    await all.reaches(all.members, from, { self: true });
  });
  add("in order", async ({ scope, all, from }) => {
    const event = scope.unique("event");
    // Engine.IO of that version takes no more than 16 packets at once.
    for (let i = 0; i < 100; i += 10) {
      const ten = Array.from({ length: 10 }, (_, k) => ({ self: true, event, args: [i + k] }));
      await Promise.all(ten.map((request) => from.ask("bcast", request)));
    }
    await Promise.all(all.members.map((member) => member.hears(event, undefined, 100)));
    for (const member of all.members) {
      const numbers = member.heard(event).map(([i]) => i);
      // Each event has a thread of its own there, on the way in.
      if (teller === "python") numbers.sort((a, b) => a - b);
      assert.deepEqual(numbers, [...Array(100).keys()], member.label);
    }
  });
  add("to a room", async ({ scope, all, from, far }) => {
    for (const room of [scope.unique("room"), "42", "日本 🎉", "a b#*"]) {
      const inside = all.oneEach(1);
      for (const member of inside) await member.join(room);
      await all.reaches(inside, from, { to: [room], args: [1] });
      await all.reaches([], from, { to: [`${room}-`], args: [2] });
      for (const member of inside) await member.ask("leave", room);
    }
    for (const member of far) await all.reaches([member], from, { to: [member.id], args: [3] });
  });
  add("not to some", async ({ all, from, far }) => {
    const [first1, second1] = [all.oneEach(0), all.oneEach(1)];
    await all.reaches(second1, from, { except: ids(first1), self: true, args: [1] });
    await all.reaches([...first1.slice(1), ...second1], from, { args: [2] });
    const [one, other] = far;
    await one.join("here");
    await other.join("here");
    await all.reaches([one], from, { to: ["here"], except: [other.id], args: [3] });
  });
  add("a namespace of its own", async ({ scope, all, from }) => {
    const transport = "polling";
    const others = await gather(scope, nodes, "/", { transport, senders: [first] });
    const event = scope.unique("event");
    await from.ask("bcast", { self: true, event, args: [1] });
    await others.on(first)[0].ask("bcast", { self: true, event, args: [2] });
    for (const [gathering, value] of [[all, 1], [others, 2]]) {
      await gathering.fence(gathering.on(first)[0]);
      gathering.heardBy(event, gathering.members, [value]);
    }
  });
  add("disconnects a socket there", async ({ all, from, far: [one, other] }) => {
    const gone = once(one.socket, "disconnect");
    assert.equal(await from.ask("kick", one.id, false), "ok");
    assert.deepEqual((await gone).slice(0, 1), ["io server disconnect"]);
    await all.fence(from);
    assert.ok(other.socket.connected && from.socket.connected);
  });
  add("empties a room", async ({ scope, all, from, far }) => {
    const room = scope.unique("room");
    for (const member of all.members) await member.join(room);
    assert.equal(await from.ask("room-clear", room), "ok");
    await eventually(async () => {
      for (const member of all.members) {
        assert.ok(!(await member.ask("rooms")).includes(room), member.label);
      }
    });
    await all.reaches([], from, { to: [room], args: [1] });
    assert.ok(far.every(({ socket }) => socket.connected));
  });

  if (teller === "python") return;
  if (queue.startsWith("redis")) add("what it says is not read", async ({ scope, all, from, far }) => {
    const event = scope.unique("event");
    await far[0].ask("bcast", { self: true, event, args: [1] });
    await far[0].ask("kick", from.id, false);
    await far[1].hears(event);
    await all.fence(from);
    all.heardBy(event, far, [1]);
    assert.ok(from.socket.connected);
  });
  add("its answers are not read", async ({ all, from, far: [one] }) => {
    one.answers(() => ["answer"]);
    const answer = await from.ask("bcast-ask", { to: [one.id], timeout: LATE, args: ["q"] });
    // Only Redis says that somebody is there who has never said a word.
    const timedOut = queue.startsWith("redis") ? true : answer.timedOut;
    assert.deepEqual(answer, { timedOut, values: [] });
    await all.fence(from);
    all.heardBy("ask", [one], ["q"]);
  });
}
