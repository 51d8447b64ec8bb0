// What python-socketio writes reaches the clients of the nodes, and what the nodes write is what it
// reads.
import { once } from "./clients.js";
import { SOON, describe, eventually, gather, ids } from "./cluster.js";
import { assert, check } from "./harness.js";
import { read, write } from "./python.js";

export const width = 4;

const bytes = (...values) => ({ $bytes: Buffer.from(values).toString("base64") });
const FORMS = ["5.15.1", "5.14.2", "5.14.0"];

/**
 * @param reader "java", or "python" for the reference: a node of version 5.7, which reads the oldest of
 *     the forms alone and answers in none
 */
export default function pythonWriter(description, reader) {
  const cluster = describe(description);
  const java = reader === "java";

  const add = (name, run) =>
    check(name, async (scope) => {
      const transport = java ? undefined : "polling";
      const all = await gather(scope, cluster.nodes, "/chat", { transport });
      /** Writes events, and asserts who heard each. */
      const reaches = async (listeners, item, expected = item.args) => {
        const event = scope.unique("event");
        const fence = scope.unique("fence");
        await write(
          cluster,
          { namespace: "/chat", ...item, emit: event },
          { emit: fence, namespace: "/chat", form: item.form, args: [1], as: item.as },
        );
        await Promise.all(all.members.map((member) => member.hears(fence)));
        all.heardBy(event, listeners, expected);
      };
      await run({ scope, all, reaches });
    });

  for (const form of java ? FORMS : ["5.14.0"]) {
    add(`${form}: to whom`, async ({ scope, all, reaches }) => {
      const room = scope.unique("room");
      const inside = all.oneEach(1);
      await all.join(room, inside);
      await reaches(all.members, { form, args: ["é"] });
      await reaches([], { form, namespace: "/", args: ["é"] });
      await reaches([], { form, namespace: "/nowhere", args: ["é"] });
      await reaches(inside, { form, room, args: [2] });
      await reaches([], { form, room: scope.unique("room"), args: [3] });
      for (const member of all.members) await reaches([member], { form, room: member.id, args: [4] });
      const [first, ...rest] = all.members;
      await reaches(rest, { form, skip_sid: first.id, args: [5] });
      await reaches(inside, { form, skip_sid: ids(all.oneEach(0)), args: [6] });
      await reaches([], { form, room, skip_sid: ids(inside), args: [7] });
    });
    add(`${form}: values`, async ({ all, reaches }) => {
      const values = ["", "\u0000 \u2028 日本 🎉", 0, -1.5, 2 ** 53 - 1, true, [1, { a: null }], {}, "x".repeat(300_000)];
      // A bare list of one element is not distinguishable, by whoever reads several versions.
      for (const value of values.filter((x) => !java || form === "5.15.1" || !Array.isArray(x))) {
        await reaches(all.members, { form, args: [value] });
      }
      await reaches(all.members, { form, args: [] });
      await reaches(all.members, { form, args: [null] }, []);
      if (form === "5.15.1") {
        await reaches(all.members, { form, args: [1, "two", { three: [3] }] });
        await reaches(all.members, { form, args: [[1, 2]] });
        await reaches(all.members, { form, args: [[]] });
        await reaches(all.members, { form, args: [[1]] });
        await reaches(all.members, { form, args: [1, null] });
      }
    });
  }
  add("disconnect and close_room", async ({ scope, all }) => {
    const room = scope.unique("room");
    await all.join(room, all.members);
    const [gone, ...rest] = all.members;
    const disconnected = once(gone.socket, "disconnect");
    const from = { namespace: "/chat", host_id: "x" };
    await write(
      cluster,
      { message: { method: "disconnect", sid: gone.id, ...from, namespace: "/" } },
      { message: { method: "disconnect", sid: "nobody", ...from } },
      { message: { method: "close_room", room: "nobody", ...from } },
      { message: { method: "close_room", room, ...from, namespace: "/" } },
    );
    await all.fence(rest[0]);
    assert.ok(gone.socket.connected);
    assert.ok((await gone.ask("rooms")).includes(room));
    await write(
      cluster,
      { message: { method: "close_room", room, ...from } },
      { message: { method: "disconnect", sid: gone.id, ...from } },
    );
    assert.deepEqual((await disconnected).slice(0, 1), ["io server disconnect"]);
    await eventually(async () => {
      for (const member of rest) assert.ok(!(await member.ask("rooms")).includes(room));
    });
    assert.ok(rest.every(({ socket }) => socket.connected));
  });
  add("what is no message, or not one of these", async ({ scope, all, reaches }) => {
    const event = scope.unique("event");
    const emit = { method: "emit", event, namespace: "/chat", host_id: "x" };
    await write(
      cluster,
      ...["", "{", "[]", "{}", "null", '"x"', "[[]]", '{"method":null}', "\u0000"].map((text) => ({
        text,
      })),
      { bytes: "gA==" },
      { bytes: "/w==" },
      { bytes: "wyg=" },
      { message: { method: "unknown" } },
      { message: { method: ["emit"] } },
      { message: emit }, // without data
      { message: { method: "emit", data: [1], namespace: "/chat" } },
      { message: { method: "callback" } },
      { message: { method: "callback", host_id: "x", sid: 1, namespace: 2, id: "y", args: 3 } },
      { message: { method: "disconnect" } },
      { message: { method: "disconnect", sid: 7, namespace: {} } },
      { message: { method: "close_room" } },
      { message: { method: "enter_room" } },
      { message: { method: "leave_room", sid: "x" } },
      { message: { ...emit, data: [{ _placeholder: true, num: 9 }, "AQ=="], binary: java } },
    );
    // These end a reader of that version, or would not be harmless to it.
    if (java) {
      await write(
        cluster,
        { text: "1" },
        { text: "true" },
        { text: "[".repeat(20_000) },
        { pickle: { ...emit, data: [1] } },
        { message: { ...emit, data: [[1], "*"], binary: true } },
        { message: { ...emit, data: "x", binary: true } },
        { message: { ...emit, data: [1], room: {} } },
        { message: { ...emit, event: 5, data: [1] } },
      );
    }
    await reaches(all.members, { form: "5.14.0", args: ["still there"] });
    assert.ok(all.members.every(({ socket }) => socket.connected));
    if (java) all.heardBy(event, [], []);
  });
  if (!java) return;

  add("several rooms, and nobody twice", async ({ scope, all, reaches }) => {
    const [one, two] = [scope.unique("room"), scope.unique("room")];
    await all.join(one, all.members);
    await all.join(two, all.oneEach(1));
    await reaches(all.members, { room: [two, one], args: [1] });
    await reaches(all.oneEach(1), { room: [two, "nobody"], args: [2] });
  });
  add("binary", async ({ all, reaches }) => {
    await reaches(
      all.members,
      { args: ["x", { b: bytes(1), n: null }, [bytes(2, 3), bytes()]] },
      ["x", { b: Buffer.from([1]), n: null }, [Buffer.from([2, 3]), Buffer.alloc(0)]],
    );
    await reaches(all.members, { args: [bytes(0, 255)] }, [Buffer.from([0, 255])]);
    await reaches(all.members, { form: "5.14.2", args: [bytes(0, 255)] }, [Buffer.from([0, 255])]);
    await reaches(all.members, { form: "5.14.2", args: [{ a: [bytes(7)] }] }, [
      { a: [Buffer.from([7])] },
    ]);
  });
  add("keys that are not there", async ({ scope, all }) => {
    const event = scope.unique("event");
    const others = await gather(scope, cluster.nodes, "/");
    await write(cluster, { message: { method: "emit", event, data: ["x"] } });
    await Promise.all(others.members.map((member) => member.hears(event)));
    await others.fence(others.members[0]);
    others.heardBy(event, others.members, ["x"]);
    all.heardBy(event, [], []);
  });
  add("enter_room and leave_room", async ({ scope, all }) => {
    const room = scope.unique("room");
    const [one, ...rest] = all.members;
    const from = { sid: one.id, namespace: "/chat", host_id: "x" };
    await write(cluster, { message: { method: "enter_room", room, ...from } });
    await eventually(async () => assert.ok((await one.ask("rooms")).includes(room)));
    for (const member of rest) assert.ok(!(await member.ask("rooms")).includes(room));
    await write(cluster, { message: { method: "leave_room", room, ...from, namespace: "/" } });
    await all.fence(one);
    assert.ok((await one.ask("rooms")).includes(room));
    await write(cluster, { message: { method: "leave_room", room, ...from } });
    await eventually(async () => assert.ok(!(await one.ask("rooms")).includes(room)));
  });
  add("a question of another, and its answer", async ({ scope, all }) => {
    const messages = await read(scope, cluster);
    const member = all.members.at(-1);
    const host = scope.unique("host");
    member.answers((x) => ["ok", { got: x }]);
    const callback = ["whoever", "/chat", 77];
    await write(cluster, {
      emit: "ask",
      args: ["q"],
      namespace: "/chat",
      room: member.id,
      callback,
      host_id: host,
    });
    const { json } = await messages.find(
      "the answer",
      (message) => message.json?.method === "callback" && message.json.host_id === host,
    );
    assert.deepEqual(json, {
      method: "callback",
      host_id: host,
      sid: "whoever",
      namespace: "/chat",
      id: 77,
      args: ["ok", { got: "q" }],
    });
    await all.fence(all.members[0]);
    all.heardBy("ask", [member], ["q"]);
  });
  add("what an event is written as", async ({ scope, all }) => {
    const { messages, find } = await read(scope, cluster);
    const [from] = all.members;
    const event = scope.unique("event");
    const written = async (request) => {
      const from1 = messages.length;
      await from.ask("bcast", { event, ...request });
      return find("the event", (message) => messages.indexOf(message) >= from1 && message.json?.event === event);
    };
    const message = await written({ self: true, args: [1, "é", null] });
    // Nodes number what they send, which Python does not look at.
    const { host_id: host, sockeye, ...rest } = message.json;
    assert.match(host, /^[0-9a-f]{32}$/);
    assert.deepEqual(Object.keys(sockeye), ["n"]);
    assert.deepEqual(rest, {
      method: "emit",
      event,
      data: [1, "é", null],
      binary: false,
      namespace: "/chat",
      room: null,
      skip_sid: null,
      callback: null,
    });
    if (message.properties) {
      assert.deepEqual(message.properties, {
        content_type: "text/plain",
        content_encoding: "utf-8",
        routing_key: "",
        delivery_mode: 2,
        priority: 0,
      });
    }
    const expect = async (request, expected) => {
      const { json } = await written(request);
      for (const [key, value] of Object.entries(expected)) assert.deepEqual(json[key], value, key);
      assert.equal(json.host_id, host);
    };
    await expect({ args: [] }, { data: [] });
    await expect({ args: [[1, 2]] }, { data: [[1, 2]] });
    await expect({ args: ["x"], to: ["r"] }, { data: ["x"], room: "r" });
    await expect({ args: ["x"], to: ["r", "s"] }, { room: ["r", "s"] });
    const nested = ["x", { b: Buffer.from([1]) }, [Buffer.from([2, 3])]];
    await expect(
      { args: nested },
      {
        binary: true,
        data: [
          ["x", { b: { _placeholder: true, num: 0 } }, [{ _placeholder: true, num: 1 }]],
          "AQ==",
          "AgM=",
        ],
      },
    );
    // One may be a text or a list.
    const { json } = await written({ args: ["x"] });
    assert.deepEqual([json.skip_sid].flat(), [from.id]);
  });
  add("what a disconnect, a closed room and a question are written as", async ({ scope, all }) => {
    const { find } = await read(scope, cluster);
    const [from] = all.members;
    const room = scope.unique("room");
    const about = (method, key, value) =>
      find(method, ({ json }) => json?.method === method && json[key] === value);
    const absent = scope.unique("sid");
    await from.ask("kick", absent, false);
    const disconnect = await about("disconnect", "sid", absent);
    const { sockeye, ...plain } = disconnect.json;
    const { host_id: host } = plain;
    assert.match(host, /^[0-9a-f]{32}$/);
    assert.deepEqual(plain, { method: "disconnect", sid: absent, namespace: "/chat", host_id: host });
    await from.ask("room-clear", room);
    const { sockeye: number, ...closing } = (await about("close_room", "room", room)).json;
    assert.deepEqual(closing, {
      method: "close_room",
      room,
      namespace: "/chat",
      host_id: host,
    });
    // Whoever answers such a question is to say whose it was.
    const question = from.ask("bcast-ask", { to: [absent], timeout: SOON, args: ["q"] });
    const { json } = await about("emit", "room", absent);
    const [callbackRoom, namespace, id] = json.callback;
    assert.equal(callbackRoom, absent);
    assert.equal(namespace, "/chat");
    assert.ok(Number.isInteger(id));
    await write(cluster, {
      message: { method: "callback", host_id: "another", sid: absent, namespace, id, args: ["no"] },
    }, {
      message: { method: "callback", host_id: host, sid: absent, namespace, id: id + 1000, args: ["no"] },
    }, {
      message: { method: "callback", host_id: host, sid: absent, namespace, id, args: ["yes"] },
    });
    assert.deepEqual((await question).values, ["yes"]);
  });
  add("its own messages come back and are nothing to it", async ({ scope, all }) => {
    const messages = await read(scope, cluster);
    const event = scope.unique("event");
    const [from] = all.members;
    await from.ask("bcast", { self: true, event, args: [1] });
    const { json } = await messages.find("the event", (message) => message.json?.event === event);
    const same = scope.unique("same");
    await write(cluster, { message: { ...json, event: same, sockeye: undefined } });
    await all.fence(from);
    all.heardBy(event, all.members, [1]);
    all.heardBy(same, all.members.filter((member) => member.node !== from.node), [1]);
  });
  if (cluster.queue.startsWith("amqp")) {
    for (const as of ["aio_pika", "application/json", "application/octet-stream"]) {
      add(`as ${as} publishes it`, async ({ all, reaches }) => {
        await reaches(all.members, { as, args: [1, "é"] });
      });
    }
  }
}
