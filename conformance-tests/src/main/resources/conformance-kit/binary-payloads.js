// Polling of revision 3 as in browsers, where a payload with binary is binary altogether; under Node
// the clients ask for Base64 instead. Spoken by hand.
import { assert, check, within } from "./harness.js";

const PATIENCE = 15_000;
const DIGITS_END = 0xff;

export default async function binaryPayloads(url) {
  const open = (scope, path) => Session.open(scope, url, path);

  check("a payload of text alone is text", async (scope) => {
    const session = await open(scope);
    await session.post(session.encode("4é😀"));
    const answer = await session.get();
    assert.match(answer.headers.get("content-type"), /^text\/plain/);
    assert.equal(await answer.text(), "4:4é😀");
  });
  check("a message of bytes makes a binary payload", async (scope) => {
    const session = await open(scope);
    await session.post(session.encode("4!bin:5"));
    const answer = await session.get();
    assert.equal(answer.headers.get("content-type"), "application/octet-stream");
    const bytes = Buffer.from(await answer.arrayBuffer());
    assert.deepEqual(bytes, Buffer.from([1, 6, DIGITS_END, 4, 0, 1, 2, 3, 4]));
  });
  check("text in a binary payload is counted in bytes", async (scope) => {
    const session = await open(scope);
    const bytes = Buffer.from("0008ff34e282acf0908d88" + "0105ff0401020304", "hex");
    await session.post(bytes);
    assert.deepEqual(await session.collect(2), ["4€𐍈", Buffer.from([4, 1, 2, 3, 4])]);
  });
  check("text and bytes in one payload keep their order", async (scope) => {
    const session = await open(scope);
    const sent = ["4a", Buffer.from([4]), "4", Buffer.from([4, 255, 0]), "4 é 漢 😀 \u2028", "4z"];
    await session.post(session.encode(...sent));
    assert.deepEqual(await session.collect(sent.length), sent);
  });
  check("every byte passes", async (scope) => {
    const session = await open(scope);
    const message = Buffer.from([4, ...Array(256).keys()]);
    await session.post(session.encode(message));
    assert.deepEqual(await session.collect(1), [message]);
  });
  for (const size of [9, 10, 99, 100, 65_536, 300_000]) {
    check(`a message of ${size} bytes`, async (scope) => {
      const session = await open(scope);
      const message = Buffer.alloc(size, 7);
      message[0] = 4;
      await session.post(session.encode(message));
      const [back] = await session.collect(1);
      assert.ok(message.equals(back));
    });
  }
  check("who asks for Base64 gets no binary payload", async (scope) => {
    const session = await Session.open(scope, url, "/engine.io/", "&b64=1");
    await session.post(session.encode("4!bin:3"));
    assert.equal(await (await session.get()).text(), "6:b4AAEC");
  });
  check("who takes binary may send Base64", async (scope) => {
    const session = await open(scope);
    await session.post(session.encode("b4AAEC"));
    assert.deepEqual(await session.collect(1), [Buffer.from([4, 0, 1, 2])]);
  });
  check("Socket.IO carries events with attachments", async (scope) => {
    const session = await open(scope, "/socket.io/");
    assert.deepEqual(await session.collect(2), ["40", '42["auth",{}]']);
    const header = '452-0["echo",{"_placeholder":true,"num":0},[{"_placeholder":true,"num":1}]]';
    const attachments = [Buffer.from([4, 1, 2]), Buffer.from([4])];
    await session.post(session.encode(header, ...attachments));
    const answer = '462-0[{"_placeholder":true,"num":0},[{"_placeholder":true,"num":1}]]';
    assert.deepEqual(await session.collect(3), [answer, ...attachments]);
  });
  for (const [name, hex] of [
    ["without the end of a length", "0102040102"],
    ["with a length beyond its end", "0109ff0401"],
    ["with a length that is not of digits", "010aff04010203040506070809"],
    ["with a packet of no known kind", "0202ff3461"],
    ["with a message of no known type", "0102ff0961"],
  ]) {
    check(`a payload ${name} ends the session`, async (scope) => {
      const session = await open(scope);
      assert.equal((await session.send(Buffer.from(hex, "hex"))).status, 400);
      assert.equal((await session.get()).status, 400);
    });
  }
}

class Session {
  static async open(scope, url, path = "/engine.io/", query = "") {
    const session = new Session();
    session.url = `${url}${path}?EIO=3&transport=polling${query}`;
    const text = await (await session.get()).text();
    session.url += `&sid=${JSON.parse(text.slice(text.indexOf("{"))).sid}`;
    scope.defer(() => session.send("1:1").catch(() => {})); // it may have gone long ago
    return session;
  }

  get() {
    return within(PATIENCE, "the poll", fetch(this.url));
  }

  /** Sends a payload and expects it to be taken. */
  async post(payload) {
    assert.equal((await this.send(payload)).status, 200);
  }

  send(body) {
    const type = typeof body === "string" ? "text/plain;charset=UTF-8" : "application/octet-stream";
    const headers = { "Content-Type": type };
    return within(PATIENCE, "the POST", fetch(this.url, { method: "POST", headers, body }));
  }

  /** Polls until so many packets have come: texts, and bytes that begin with their type. */
  async collect(count) {
    const packets = [];
    while (packets.length < count) {
      const answer = await this.get();
      assert.equal(answer.status, 200);
      const bytes = Buffer.from(await answer.arrayBuffer());
      const binary = answer.headers.get("content-type") === "application/octet-stream";
      packets.push(...(binary ? this.decodeBinary(bytes) : this.decodeText(bytes.toString())));
    }
    return packets;
  }

  /** A payload: text if all packets are. */
  encode(...packets) {
    if (packets.every((packet) => typeof packet === "string")) {
      return packets.map((packet) => `${packet.length}:${packet}`).join("");
    }
    return Buffer.concat(
      packets.flatMap((packet) => {
        const content = Buffer.from(packet);
        const digits = [...String(content.length)].map(Number);
        return [Buffer.from([typeof packet === "string" ? 0 : 1, ...digits, DIGITS_END]), content];
      }),
    );
  }

  decodeText(payload) {
    const packets = [];
    for (let rest = payload; rest !== ""; ) {
      const [prefix, length] = /^(\d+):/.exec(rest);
      packets.push(rest.slice(prefix.length, prefix.length + Number(length)));
      rest = rest.slice(prefix.length + Number(length));
    }
    return packets;
  }

  decodeBinary(payload) {
    const packets = [];
    for (let at = 0; at < payload.length; ) {
      const end = payload.indexOf(DIGITS_END, at);
      const length = Number([...payload.subarray(at + 1, end)].join(""));
      const content = payload.subarray(end + 1, end + 1 + length);
      assert.equal(content.length, length);
      packets.push(payload[at] === 0 ? content.toString() : Buffer.from(content));
      at = end + 1 + length;
    }
    return packets;
  }
}
