// Clients on the nodes of a cluster, of which any may be the official server and any this one: what
// one node does reaches the others, once.
//
//   node run.js cluster-mixed a=http://…,b=http://…,queue=redis://…,channel=… node-classic
import { createClient } from "redis";
import { once } from "./clients.js";
import {
  LATE,
  SOON,
  ask,
  connect,
  describe,
  eventually,
  fromEach,
  gather,
  ids,
  ownNamespace,
} from "./cluster.js";
import { assert, check, pause } from "./harness.js";

export const width = 8;

export default function mixed(description, dialect) {
  const cluster = describe(description);
  broadcasts(cluster.nodes, dialect);
  rooms(cluster.nodes, dialect);
  namespaces(cluster.nodes);
  acknowledgements(cluster.nodes, dialect);
  inspection(cluster.nodes, dialect);
  remoteControl(cluster.nodes);
  serverSide(cluster, dialect);
}

/** Adds a check for each node as the one that acts. */
const fromAny = (nodes, name, run) =>
  fromEach(nodes, (node, others) =>
    check(`${node.name}: ${name}`, (scope) => run(scope, node, others), { millis: 90_000 }),
  );

const nested = (size) => {
  const large = Buffer.alloc(size, 7);
  return [{ a: [Buffer.from([1, 2]), { b: large, c: "t" }], n: null }, Buffer.from([0, 255])];
};

function broadcasts(nodes, dialect) {
  fromAny(nodes, "to everybody but the sender", async (scope, node) => {
    const all = await gather(scope, nodes);
    const [from] = all.on(node);
    const others = all.members.filter((member) => member !== from);
    await all.reaches(others, from, { args: [1, "é", { a: [true, null, 1.5, -3] }] });
  });
  fromAny(nodes, "to everybody and the sender", async (scope, node) => {
    const all = await gather(scope, nodes);
    await all.reaches(all.members, all.on(node)[0], { self: true, args: ["x"] });
  });
  fromAny(nodes, "lists of arguments", async (scope, node) => {
    const all = await gather(scope, nodes, "/chat", { perNode: 1 });
    const [from] = all.on(node);
    const lists = [
      [],
      ["x"],
      [[1, 2]],
      [[]],
      [[[1]]],
      [{}],
      [1, 2],
      [[1], 2],
      [""],
      ["", null],
      [0, -1, 0.1, 1e-300, 2 ** 53 - 1, -(2 ** 53 - 1), 2 ** 31, -(2 ** 31) - 1],
      [true, false],
      ["\u0000 \u2028 \" \\ 日本 🎉"],
      [{ "": 1, "a.b": { "é": [] }, constructor: 1 }],
      [Array.from({ length: 70_000 }, (_, i) => i)],
      ["x".repeat(70_000)],
    ];
    // That one cannot say it: a single null is no argument there.
    if (dialect !== "python") lists.push([null]);
    for (const args of lists) await all.reaches(all.members, from, { self: true, args });
  });
  fromAny(nodes, "keys keep their order", async (scope, node) => {
    const all = await gather(scope, nodes, "/chat", { perNode: 1 });
    const [from] = all.on(node);
    const event = scope.unique("event");
    const value = { z: 1, a: { y: [], b: 2 }, m: "" };
    await from.ask("bcast", { self: true, event, args: [value] });
    for (const member of all.members) {
      await member.hears(event);
      assert.equal(JSON.stringify(member.heard(event)), JSON.stringify([[value]]), member.label);
    }
  });
  fromAny(nodes, "binary at any depth", async (scope, node) => {
    const all = await gather(scope, nodes);
    const [from] = all.on(node);
    await all.reaches(all.members, from, { self: true, args: nested(3) });
    await all.reaches(all.members, from, { self: true, args: nested(0) });
    await all.reaches(all.members, from, { self: true, args: nested(300_000) });
    const room = scope.unique("room");
    const inside = all.oneEach(1);
    await all.join(room, inside);
    await all.reaches(inside, from, { to: [room], args: nested(300) });
  });
  fromAny(nodes, "a text of a megabyte", async (scope, node) => {
    const all = await gather(scope, nodes, ownNamespace());
    const [from] = all.on(node);
    const room = scope.unique("room");
    await all.join(room, all.members);
    await from.ask("bcast-big", room, 2 ** 20, 3);
    await Promise.all(all.members.map((member) => member.hears("big-part", undefined, 3)));
    await all.fence(from);
    const text = "x".repeat(2 ** 20);
    for (const member of all.members) {
      const parts = member.heard("big-part");
      assert.deepEqual(parts.map(([i]) => i), [0, 1, 2], member.label);
      assert.ok(parts.every(([, part]) => part === text), member.label);
    }
  });
  fromAny(nodes, "in the order in which they were sent", async (scope, node) => {
    const all = await gather(scope, nodes);
    const [from] = all.on(node);
    const room = scope.unique("room");
    await all.join(room, all.members);
    const event = scope.unique("event");
    for (let i = 0; i < 100; i++) {
      const args = i % 7 === 0 ? [i, Buffer.from([i])] : [i];
      from.socket.emit("bcast", { to: i % 3 === 0 ? [room] : [], self: true, event, args });
    }
    await Promise.all(all.members.map((member) => member.hears(event, undefined, 100)));
    await all.fence(from);
    for (const member of all.members) {
      const numbers = member.heard(event).map(([i]) => i);
      assert.deepEqual(numbers, [...Array(100).keys()], member.label);
    }
  });
  fromAny(nodes, "volatile", async (scope, node) => {
    const all = await gather(scope, nodes, "/chat", { perNode: 1 });
    const [from] = all.on(node);
    const event = scope.unique("event");
    let sent = 0;
    // Whoever is busy at the time may miss one.
    await eventually(async () => {
      await from.ask("bcast", { self: true, volatile: true, event, args: [sent++] });
      await pause(20);
      for (const member of all.members) assert.ok(member.heard(event).length > 0, member.label);
    });
    await all.fence(from);
    for (const member of all.members) {
      const numbers = member.heard(event).map(([i]) => i);
      assert.deepEqual(numbers, [...new Set(numbers)].sort((a, b) => a - b), member.label);
    }
  });
}

function rooms(nodes, dialect) {
  fromAny(nodes, "to a room", async (scope, node, others) => {
    const all = await gather(scope, nodes);
    const [from] = all.on(node);
    const room = scope.unique("room");
    const inside = all.oneEach(1);
    await all.join(room, inside);
    await all.reaches(inside, from, { to: [room], args: [1] });
    // With nobody of the sender's node in it, with the sender in it, and with nobody at all.
    const away = scope.unique("room");
    const far = others.map((other) => all.on(other)[0]);
    await all.join(away, far);
    await all.reaches(far, from, { to: [away], args: [2] });
    await from.join(away);
    await all.reaches(far, from, { to: [away], args: [3] });
    await all.reaches([from, ...far], from, { to: [away], self: true, args: [4] });
    await all.reaches([], from, { to: [scope.unique("room")], args: [5] });
  });
  fromAny(nodes, "to several rooms, and nobody twice", async (scope, node) => {
    const all = await gather(scope, nodes, "/chat", { perNode: 3 });
    const [from] = all.on(node);
    const [one, two, three] = [scope.unique("room"), scope.unique("room"), scope.unique("room")];
    const both = all.oneEach(1);
    const second = all.oneEach(2);
    for (const member of both) await member.join([one, two]);
    for (const member of second) await member.join(two);
    await all.reaches([...both, ...second], from, { to: [one, two], args: [1] });
    await all.reaches(both, from, { to: [one, three], args: [2] });
    await all.reaches([], from, { to: [three, scope.unique("room")], args: [3] });
  });
  fromAny(nodes, "not to some", async (scope, node) => {
    const all = await gather(scope, nodes, "/chat", { perNode: 3 });
    const [from] = all.on(node);
    const [one, two] = [scope.unique("room"), scope.unique("room")];
    const first = all.oneEach(0);
    const second = all.oneEach(1);
    const third = all.oneEach(2);
    await all.join(one, [...first, ...second, ...third]);
    await all.join(two, second);
    const self = true;
    await all.reaches([...first, ...third], from, { except: [two], self, args: [1] });
    await all.reaches([...first, ...third], from, { to: [one], except: [two], self, args: [2] });
    await all.reaches(first, from, { to: [one], except: [two, ...ids(third)], self, args: [3] });
    await all.reaches(first.slice(1), from, {
      except: ids([first[0], ...second, ...third]),
      self,
      args: [4],
    });
    await all.reaches([], from, { to: [two], except: [one], self, args: [5] });
    await all.reaches(all.members, from, { except: [scope.unique("room")], self, args: [6] });
  });
  fromAny(nodes, "to one socket elsewhere", async (scope, node, others) => {
    const all = await gather(scope, nodes);
    const [from] = all.on(node);
    for (const other of others) {
      for (const member of all.on(other)) {
        await all.reaches([member], from, { to: [member.id], args: [{ b: Buffer.from([1]) }] });
      }
    }
    await all.reaches(all.oneEach(1), from, { to: ids(all.oneEach(1)), args: [2] });
  });
  fromAny(nodes, "names of rooms", async (scope, node) => {
    const all = await gather(scope, nodes, ownNamespace());
    const [from] = all.on(node);
    const inside = all.oneEach(1);
    const names = [
      "42",
      "0",
      "007",
      "1e3",
      "-1.5",
      "ünï-№ 日本 🎉",
      "a b",
      "x*",
      "[ab]?\\",
      "#",
      "a#b",
      "constructor",
      "x".repeat(20),
      "y".repeat(300),
    ];
    for (const name of names) {
      await all.join(name, inside);
      await all.reaches(inside, from, { to: [name], args: [name] });
    }
    await all.reaches([], from, { to: ["7"], args: [] });
    await all.reaches([], from, { to: ["xy"], args: [] });
    await all.reaches([], from, { to: ["a"], args: [] });
  });
  fromAny(nodes, "who has left a room, or has gone, is not in it", async (scope, node, others) => {
    const all = await gather(scope, nodes, "/chat", { perNode: 3 });
    const [from] = all.on(node);
    const room = scope.unique("room");
    const [stay, leave, go] = all.on(others[0]);
    await all.join(room, [stay, leave, go]);
    await leave.ask("leave", room);
    go.socket.disconnect();
    await eventually(async () =>
      assert.deepEqual(await from.ask("members", room), ids([stay])),
    );
    await all.reaches([stay], from, { to: [room], args: [1] });
    await stay.ask("leave", room);
    await all.reaches([], from, { to: [room], args: [2] });
    await all.join(room, [leave]);
    await all.reaches([leave], from, { to: [room], args: [3] });
  });
}

function namespaces(nodes) {
  fromAny(nodes, "namespaces are apart", async (scope, node) => {
    const own = ownNamespace();
    const names = ["/", "/chat", "/a*b", "/axb", own, `${own}0`];
    const room = scope.unique("room");
    const gatherings = [];
    for (const name of names) {
      const gathering = await gather(scope, nodes, name);
      await gathering.join(room, gathering.oneEach(1));
      gatherings.push(gathering);
    }
    for (const all of gatherings) {
      const [from] = all.on(node);
      for (const [to, listeners] of [[[], all.members], [[room], all.oneEach(1)]]) {
        const event = scope.unique("event");
        await from.ask("bcast", { to, self: true, event, args: [Buffer.from([9])] });
        for (const each of gatherings) {
          await each.fence(each.on(node)[0]);
          each.heardBy(event, each === all ? listeners : [], [Buffer.from([9])]);
        }
      }
      assert.deepEqual(await from.ask("members", room), ids(all.oneEach(1)), all.namespace);
    }
  });
  fromAny(nodes, "a namespace that is on one node alone", async (scope, node) => {
    const all = await gather(scope, [node], ownNamespace());
    const [from, other] = all.members;
    await all.reaches([other], from, { args: [1] });
    await other.join("r");
    assert.deepEqual(await from.ask("members", "r"), [other.id]);
  });
}

function acknowledgements(nodes, dialect) {
  // That one cannot know when everybody has answered.
  const knows = dialect !== "python";
  const timeout = knows ? SOON : LATE;
  const inquire = async (from, request) => {
    const { timedOut, ...rest } = await from.ask("bcast-ask", { timeout, ...request });
    return knows || "timeout" in request ? { timedOut, ...rest } : { timedOut: false, ...rest };
  };

  fromAny(nodes, "answers from everybody", async (scope, node) => {
    const all = await gather(scope, nodes, ownNamespace());
    const [from] = all.on(node);
    for (const member of all.members) {
      member.answers((...args) => [{ label: member.label, args }, "second"]);
    }
    const args = ["q", { x: [1, "é"] }];
    const { timedOut, values } = await inquire(from, { args });
    assert.equal(timedOut, false);
    const byLabel = (a, b) => (a.label < b.label ? -1 : 1);
    assert.deepEqual(
      values.sort(byLabel),
      all.members.map(({ label }) => ({ label, args })).sort(byLabel),
    );
    await all.fence(from);
    all.heardBy("ask", all.members, args);
  });
  fromAny(nodes, "answers from a room, from one socket, from nobody", async (scope, node, others) => {
    const all = await gather(scope, nodes, ownNamespace());
    const [from] = all.on(node);
    for (const member of all.members) member.answers(() => [member.label]);
    const inside = all.oneEach(1);
    await all.join("r", inside);
    const room = await inquire(from, { to: ["r"], args: [] });
    assert.equal(room.timedOut, false);
    assert.deepEqual(room.values.sort(), inside.map(({ label }) => label).sort());
    const [far] = all.on(others[0]);
    assert.deepEqual(await inquire(from, { to: [far.id], args: [] }), {
      timedOut: false,
      values: [far.label],
    });
    assert.deepEqual(await inquire(from, { to: ["nobody"], args: [] }), {
      timedOut: false,
      values: [],
    });
  });
  fromAny(nodes, "what answers may be", async (scope, node, others) => {
    const all = await gather(scope, nodes, ownNamespace());
    const [from] = all.on(node);
    const [far] = all.on(others[0]);
    let answer;
    far.answers(() => answer);
    const answers = [[null], [0], [""], [false], [[1, [2]]], [{ a: { é: null } }], ["x".repeat(70_000)]];
    // Binary answers do not travel between nodes of that one.
    if (dialect !== "python") answers.push([Buffer.from([0, 255])], nested(300));
    for (answer of answers) {
      assert.deepEqual(await inquire(from, { to: [far.id], args: [] }), {
        timedOut: false,
        values: [answer[0]],
      });
    }
    answer = [];
    assert.deepEqual(await inquire(from, { to: [far.id], args: [Buffer.from([1])] }), {
      timedOut: false,
      values: [null],
    });
  });
  fromAny(nodes, "the answers that came in time", async (scope, node, others) => {
    const all = await gather(scope, nodes, ownNamespace());
    const [from] = all.on(node);
    const silent = all.on(others[0])[0];
    const rest = all.members.filter((member) => member !== silent);
    for (const member of rest) member.answers(() => [member.label]);
    const { timedOut, values } = await inquire(from, { timeout: LATE, args: [] });
    assert.equal(timedOut, true);
    assert.deepEqual(values.sort(), rest.map(({ label }) => label).sort());
    assert.deepEqual(await inquire(from, { to: [silent.id], timeout: LATE, args: [] }), {
      timedOut: true,
      values: [],
    });
  });
  fromAny(nodes, "many questions at a time", async (scope, node) => {
    const all = await gather(scope, nodes, ownNamespace());
    const [from] = all.on(node);
    for (const member of all.members) member.answers((question) => [question]);
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, i) => inquire(from, { args: [i] })),
    );
    for (const [i, result] of results.entries()) {
      assert.deepEqual(result, { timedOut: false, values: all.members.map(() => i) });
    }
  });
}

function inspection(nodes, dialect) {
  fromAny(nodes, "members of a room", async (scope, node) => {
    const all = await gather(scope, nodes);
    const [from] = all.on(node);
    const room = scope.unique("room");
    assert.deepEqual(await from.ask("members", room), []);
    await all.join(room, all.members);
    assert.deepEqual(await from.ask("members", room), ids(all.members));
    for (const member of all.members) {
      assert.deepEqual(await from.ask("members", member.id), [member.id], member.label);
    }
  });
  fromAny(nodes, "details of the members", async (scope, node) => {
    const all = await gather(scope, nodes);
    const [from] = all.on(node);
    const room = scope.unique("room");
    await all.join(room, all.members);
    const expected = [];
    for (const [i, member] of all.members.entries()) {
      const session = i === 0 ? {} : { i, label: { "ü": [member.label, null, 1.5] } };
      for (const [key, value] of Object.entries(session)) {
        await member.ask("session-set", key, value);
      }
      const rooms = (await member.join([`${room}-${i}`, "日本"])).sort();
      expected.push({ id: member.id, rooms, session });
    }
    expected.sort((a, b) => (a.id < b.id ? -1 : 1));
    assert.deepEqual(await from.ask("details", room), expected);
  });
  fromAny(nodes, "the number of nodes", async (scope, node) => {
    const all = await gather(scope, nodes, "/");
    const [from] = all.on(node);
    assert.equal(await from.ask("server-count"), nodes.length);
    const alone = await gather(scope, [node], ownNamespace());
    // Python's way knows of no namespaces of a node.
    const count = dialect === "python" ? nodes.length : 1;
    assert.equal(await alone.members[0].ask("server-count"), count);
  });
}

function remoteControl(nodes) {
  fromAny(nodes, "everybody in a room joins another", async (scope, node) => {
    const all = await gather(scope, nodes);
    const [from] = all.on(node);
    const [one, two] = [scope.unique("room"), scope.unique("room")];
    const inside = all.oneEach(1);
    await all.join(one, inside);
    assert.equal(await from.ask("room-join", one, two), "ok");
    await eventually(async () => {
      assert.deepEqual(await from.ask("members", two), ids(inside));
      for (const member of inside) {
        assert.deepEqual(await member.ask("rooms"), [member.id, one, two].sort());
      }
    });
    await all.join(two, inside); // to wait for subscriptions
    await all.reaches(inside, from, { to: [two], args: [1] });
  });
  fromAny(nodes, "a room is emptied", async (scope, node) => {
    const all = await gather(scope, nodes);
    const [from] = all.on(node);
    const [one, two] = [scope.unique("room"), scope.unique("room")];
    await all.join(one, all.members);
    await all.join(two, all.oneEach(1));
    assert.equal(await from.ask("room-clear", one), "ok");
    await eventually(async () => assert.deepEqual(await from.ask("members", one), []));
    await all.reaches([], from, { to: [one], args: [1] });
    await all.reaches(all.oneEach(1), from, { to: [two], args: [2] });
    assert.ok(all.members.every(({ socket }) => socket.connected));
  });
  for (const close of [false, true]) {
    const how = close ? "and its connection ends" : "and its connection stays";
    fromAny(nodes, `a room is disconnected, ${how}`, async (scope, node) => {
      const all = await gather(scope, nodes, "/chat", { perNode: 2 });
      const [from] = all.on(node);
      const room = scope.unique("room");
      const inside = all.oneEach(1);
      await all.join(room, inside);
      await disconnects(inside, close, () => from.ask("room-kick", room, close));
      await all.fence(from);
      assert.ok(all.oneEach(0).every(({ socket }) => socket.connected));
      assert.deepEqual(await from.ask("members", room), []);
    });
    fromAny(nodes, `a socket elsewhere is disconnected, ${how}`, async (scope, node, others) => {
      for (const other of [...others, node]) {
        const all = await gather(scope, nodes, "/chat", { perNode: 2 });
        const [from] = all.on(node);
        const [, far] = all.on(other);
        await disconnects([far], close, () => from.ask("kick", far.id, close));
        await all.fence(from);
        const rest = all.members.filter((member) => member !== far);
        assert.ok(rest.every(({ socket }) => socket.connected));
      }
    });
  }
  fromAny(nodes, "a socket that is nowhere", async (scope, node) => {
    const all = await gather(scope, nodes);
    const [from] = all.on(node);
    assert.equal(await from.ask("kick", "xxxxxxxxxxxxxxxxxxxx", true), "ok");
    assert.equal(await from.ask("room-clear", scope.unique("room")), "ok");
    assert.equal(await from.ask("room-join", scope.unique("room"), "r"), "ok");
    await all.fence(from);
    assert.ok(all.members.every(({ socket }) => socket.connected));
  });
}

/** Asserts that these members are disconnected once, and what becomes of their connections. */
async function disconnects(members, close, act) {
  const besides = [];
  const ends = members.map(async ({ socket, label }) => {
    const beside = socket.io.socket("/");
    besides.push(beside);
    await once(beside, "connect");
    const reasons = [];
    socket.on("disconnect", (reason) => reasons.push(reason));
    return { socket, label, beside, reasons };
  });
  const all = await Promise.all(ends);
  const gone = all.map(({ socket }) => once(socket, "disconnect"));
  const alsoGone = close ? all.map(({ beside }) => once(beside, "disconnect")) : [];
  assert.equal(await act(), "ok");
  await Promise.all([...gone, ...alsoGone]);
  for (const { label, beside, reasons } of all) {
    assert.deepEqual(reasons, ["io server disconnect"], label);
    assert.equal(beside.connected, !close, label);
    if (!close) assert.equal(await ask(beside, "echo", 1), 1, label);
  }
}

function serverSide({ nodes, queue, channel }, dialect) {
  const names = (some) => some.map(({ name }) => name).sort();
  const knows = dialect !== "python";

  fromAny(nodes, "the other nodes answer a server-side event", async (scope, node, others) => {
    const all = await gather(scope, nodes, ownNamespace(), { perNode: 1 });
    const [from] = all.on(node);
    for (const more of [[], [{ x: [1, "é", null] }, "y"]]) {
      const timeout = knows ? SOON : LATE;
      const { timedOut, values } = await from.ask("server-ask", "whoami", timeout, ...more);
      if (knows) assert.equal(timedOut, false);
      assert.deepEqual(values.sort(), names(others));
    }
    const alone = await gather(scope, [node], ownNamespace(), { perNode: 1 });
    if (knows) {
      assert.deepEqual(await alone.members[0].ask("server-ask", "whoami", SOON), {
        timedOut: false,
        values: [],
      });
    }
  });
  fromAny(nodes, "a server-side event that nobody answers", async (scope, node) => {
    const all = await gather(scope, nodes, ownNamespace(), { perNode: 1 });
    const [from] = all.on(node);
    const [one, another] = await Promise.all([
      from.ask("server-ask", "nobody-knows", LATE, 1),
      from.ask("server-ask", "nobody-knows-either", LATE),
    ]);
    for (const { timedOut, values } of [one, another]) {
      if (knows) assert.equal(timedOut, true);
      assert.deepEqual(values, []);
    }
  });
  fromAny(nodes, "a server-side event to the other nodes, of which each tells its clients", async (scope, node, others) => {
    const all = await gather(scope, nodes, ownNamespace());
    const elsewhere = await gather(scope, nodes, ownNamespace(), { perNode: 1 });
    const [from] = all.on(node);
    const values = ["x", { a: ["é", null, 1] }];
    if (dialect === "node-sharded" || dialect === "node-streams") values.push(Buffer.from([1, 2]));
    for (const x of values) assert.equal(await from.ask("server-tell", "tell-clients", x), "ok");
    await from.ask("server-tell", "nobody-knows", 1);
    const away = all.members.filter((member) => member.node !== node);
    await Promise.all(away.map((member) => member.hears("told", undefined, values.length)));
    await all.fence(from);
    await elsewhere.fence(elsewhere.on(node)[0]);
    for (const member of all.members) {
      const expected = member.node === node ? [] : values.map((x) => [{ node: member.node.name, x }]);
      assert.deepEqual(member.heard("told"), expected, member.label);
    }
    for (const member of elsewhere.members) assert.deepEqual(member.heard("told"), []);
    assert.equal(others.length, nodes.length - 1);
  });

  if (!knows) return;
  // Whoever subscribes there is a node for the others, which they wait for.
  fromAny(nodes, "one node more, that says nothing", async (scope, node, others) => {
    const namespace = ownNamespace();
    const all = await gather(scope, nodes, namespace);
    const [from] = all.on(node);
    for (const member of all.members) member.answers(() => [member.label]);
    const silent = createClient({ url: queue });
    scope.defer(() => silent.destroy());
    await silent.connect();
    if (dialect === "node-classic") {
      await silent.subscribe(`${channel}-request#${namespace}#`, () => {});
    } else if (dialect === "node-sharded") {
      await silent.sSubscribe(`${channel}#${namespace}#`, () => {});
    } else {
      await silent.subscribe(`${channel}#${namespace}#`, () => {});
    }
    assert.equal(await from.ask("server-count"), nodes.length + 1);
    const told = await from.ask("server-ask", "whoami", LATE);
    assert.equal(told.timedOut, true);
    assert.deepEqual(told.values.sort(), names(others));
    const asked = await from.ask("bcast-ask", { timeout: LATE, args: [] });
    assert.equal(asked.timedOut, true);
    assert.deepEqual(asked.values.sort(), all.members.map(({ label }) => label).sort());
  });
}
