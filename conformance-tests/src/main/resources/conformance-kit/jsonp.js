// Polling by script elements and forms, as old clients do in old browsers, spoken by hand.
import { runInNewContext } from "node:vm";
import { assert, check, within } from "./harness.js";

const PATIENCE = 15_000;
const SEPARATOR = "\x1e";

/** @param revision 3 or 4 */
export default async function jsonp(url, revision) {
  const open = (scope, path, index) => Session.open(scope, url, Number(revision), path, index);
  const handshake = `${url}/engine.io/?EIO=${revision}&transport=polling`;

  answers(open, handshake);
  posts(open);
  ends(open);
  socketIo(open);
  if (revision === "3") revision3(open);
}

/** What scripts look like. */
function answers(open, handshake) {
  check("a handshake is answered by a script that calls back", async () => {
    const answer = await fetch(`${handshake}&j=0`);
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get("content-type"), /^(text|application)\/javascript\b/i);
    assert.match(await answer.text(), /^___eio\[0\]\(".*"\);?$/);
  });
  check("a script is never taken for anything else, nor kept", async () => {
    const { headers } = await fetch(`${handshake}&j=0`);
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.match(headers.get("cache-control") ?? "", /no-store/);
  });
  check("the script holds the open packet", async (scope) => {
    const session = await open(scope);
    assert.match(session.id, /^[A-Za-z0-9_-]{20}$/);
    assert.deepEqual(Object.keys(session.handshake).slice(0, 4), [
      "sid",
      "upgrades",
      "pingInterval",
      "pingTimeout",
    ]);
    assert.equal(session.handshake.maxPayload, 1_000_000);
  });
  for (const index of ["7", "12", "123456789"]) {
    check(`calls back number ${index}`, async (scope) => {
      const session = await open(scope, "/engine.io/", index);
      await session.send("4hi");
      assert.deepEqual(await session.poll(), ["4hi"]);
    });
  }
  for (const index of ["", "alert(1)", "1e3", "-1", "0x1", "1.5", "1]", "a", " 1", "١"]) {
    check(`calls nothing that is not digits: "${index}"`, async () => {
      const answer = await fetch(`${handshake}&j=${encodeURIComponent(index)}`);
      const text = await answer.text();
      if (answer.status === 200) {
        // The official server strips what is no digit.
        assert.match(text, /^___eio\[[0-9]*\]\("/);
      } else {
        assert.equal(answer.status, 400);
        if (index.length > 3) assert.ok(!text.includes(index), "what was asked is not repeated");
      }
    });
  }
  check("an unknown session is an error", async () => {
    const answer = await fetch(`${handshake}&j=0&sid=unknown`);
    assert.equal(answer.status, 400);
    assert.match(await answer.text(), /Session ID unknown/);
  });
  check("a poll waits for a message", async (scope) => {
    const session = await open(scope);
    const poll = session.poll();
    await session.send("4late");
    assert.deepEqual(await poll, ["4late"]);
  });
  const texts = {
    "quotes and backslashes": "\" ' \\ \\\" \\\\ /",
    "control characters": "\u0000\b\t\u000b\f\r\u001f\u007f",
    "line separators": "a\u2028b\u2029c",
    "what would end a script": "</script><script>alert(1)</script><!-- ]]> -->",
    "text of every plane": "é ж 漢 😀 \ud83d\ude00",
    "text like a call": '");alert("',
  };
  for (const [name, text] of Object.entries(texts)) {
    check(`scripts carry ${name}`, async (scope) => {
      const session = await open(scope);
      await session.send(`4${text}`);
      assert.deepEqual(await session.poll(), [`4${text}`]);
      assert.doesNotMatch(session.script, /[\u2028\u2029\n\r]|<\/script|<!--/i);
    });
  }
  check("a script may be large", async (scope) => {
    const session = await open(scope);
    await session.send("4!big:300000");
    assert.deepEqual(await session.poll(), [`4${"x".repeat(300_000)}`]);
  });
  check("a script has all that waited, in order", async (scope) => {
    const session = await open(scope);
    await session.send("4!burst:50");
    const seen = [];
    while (seen.length < 50) seen.push(...(await session.poll()));
    assert.deepEqual(seen, [...Array(50).keys()].map((i) => `4b${i}`));
  });
  check("binary comes as Base64", async (scope) => {
    const session = await open(scope);
    await session.send("4!bin:5");
    assert.deepEqual(await session.poll(), [session.binary("AAECAwQ=")]);
  });
}

/** What forms may hold. */
function posts(open) {
  check("a form is answered with ok", async (scope) => {
    const session = await open(scope);
    const answer = await session.post("4a");
    assert.equal(answer.status, 200);
    assert.equal((await answer.text()).toLowerCase(), "ok");
  });
  check("a form may hold several packets", async (scope) => {
    const session = await open(scope);
    await session.send("4a", "4", "4é", "4d");
    const seen = [];
    while (seen.length < 4) seen.push(...(await session.poll()));
    assert.deepEqual(seen, ["4a", "4", "4é", "4d"]);
  });
  check("an escaped newline is a newline", async (scope) => {
    const session = await open(scope);
    const data = session.encode("4a\nb\n\nc").replaceAll("\n", "\\n");
    assert.equal((await session.form(`d=${encodeURIComponent(data)}`)).status, 200);
    assert.deepEqual(await session.poll(), ["4a\nb\n\nc"]);
  });
  check("an escaped backslash before n is no newline", async (scope) => {
    const session = await open(scope);
    const data = session.encode("4a\\nb").replaceAll("\\n", "\\\\n");
    assert.equal((await session.form(`d=${encodeURIComponent(data)}`)).status, 200);
    assert.deepEqual(await session.poll(), ["4a\\nb"]);
  });
  check("newlines and backslashes in one text, as the client escapes them", async (scope) => {
    const session = await open(scope);
    const text = '4{"a":"x\\ny","b":"z"}\n\\n \\t \\ "\\"';
    await session.send(text);
    assert.deepEqual(await session.poll(), [text]);
  });
  check("a form is decoded: plus signs, percent signs, any byte", async (scope) => {
    const session = await open(scope);
    const data = session.encode("4a b+c%d&e=f;é😀");
    const form = `d=${encodeURIComponent(data).replaceAll("%20", "+")}`;
    assert.equal((await session.form(form)).status, 200);
    assert.deepEqual(await session.poll(), ["4a b+c%d&e=f;é😀"]);
  });
  check("other fields of a form are ignored", async (scope) => {
    const session = await open(scope);
    const form = `x=1&d=${encodeURIComponent(session.encode("4a"))}&y=`;
    assert.equal((await session.form(form)).status, 200);
    assert.deepEqual(await session.poll(), ["4a"]);
  });
  check("binary goes as Base64", async (scope) => {
    const session = await open(scope);
    await session.send(session.binary("AAH+/w=="), "4text");
    const seen = [];
    while (seen.length < 2) seen.push(...(await session.poll()));
    assert.deepEqual(seen, [session.binary("AAH+/w=="), "4text"]);
  });
  check("a form may be large", async (scope) => {
    const session = await open(scope);
    const text = `4${"ж".repeat(100_000)}`;
    await session.send(text);
    assert.deepEqual(await session.poll(), [text]);
  });
  check("a form over the limit is refused", async (scope) => {
    const session = await open(scope);
    const answer = await session.form(`d=${encodeURIComponent(session.encode(`4${"x".repeat(1_000_000)}`))}`);
    assert.equal(answer.status, 413);
  });
  for (const [name, form] of [
    ["without data", "x=1"],
    ["with data twice", "d=1%3A4&d=1%3A4"],
    ["with what is no payload", "d=%00garbage"],
  ]) {
    check(`a form ${name} ends the session, or counts for nothing`, async (scope) => {
      const session = await open(scope);
      const answer = await session.form(form);
      if (answer.status === 200) {
        // As the official server does.
        await session.send("4alive");
        assert.deepEqual(await session.poll(), ["4alive"]);
      } else {
        assert.equal(answer.status, 400);
        await session.assertGone();
      }
    });
  }
}

/** How sessions end. */
function ends(open) {
  check("the server says that it closes", async (scope) => {
    const session = await open(scope);
    await session.send("4last", "4!close");
    const seen = [];
    while (seen.at(-1) !== "1") seen.push(...(await session.poll()).filter((packet) => packet !== "6"));
    assert.deepEqual(seen, ["4last", "1"]);
    await session.assertGone();
  });
  check("a close packet ends the session and releases the poll", async (scope) => {
    const session = await open(scope);
    const poll = session.get();
    await session.send("1");
    // On a connection of its own the poll may be the later of the two.
    assert.ok([200, 400].includes((await poll).status));
    await session.assertGone();
  });
  check("a second poll at the same time ends the session", async (scope) => {
    const session = await open(scope);
    const [first, second] = [session.get(), session.get()];
    const codes = (await Promise.all([first, second])).map(({ status }) => status);
    assert.ok(codes.includes(400), `${codes}`);
    await session.assertGone();
  });
}

/** The same under Socket.IO. */
function socketIo(open) {
  const connected = async (scope) => {
    const session = await open(scope, "/socket.io/");
    if (session.revision === 4) await session.send("40");
    const seen = [];
    while (seen.length < 2) seen.push(...(await session.poll()));
    assert.match(seen[0], session.revision === 4 ? /^40\{"sid":"[^"]{20}"\}$/ : /^40$/);
    assert.equal(seen[1], '42["auth",{}]');
    return session;
  };
  check("Socket.IO connects", connected);
  check("Socket.IO carries events and acknowledgements", async (scope) => {
    const session = await connected(scope);
    const values = JSON.stringify(["x\ny", { k: "é\u2028\\n" }]);
    await session.send(`420["echo",${values.slice(1)}`);
    const [answer] = await session.poll();
    assert.ok(answer.startsWith("430"), answer);
    assert.equal(JSON.stringify(JSON.parse(answer.slice(3))), values);
  });
  check("Socket.IO carries binary", async (scope) => {
    const session = await connected(scope);
    await session.send('451-1["echo",{"_placeholder":true,"num":0}]', session.binary("AQID"));
    const seen = [];
    while (seen.length < 2) seen.push(...(await session.poll()));
    assert.deepEqual(seen, ['461-1[{"_placeholder":true,"num":0}]', session.binary("AQID")]);
  });
  check("Socket.IO joins another namespace", async (scope) => {
    const session = await connected(scope);
    await session.send("40/chat,");
    assert.match((await session.poll())[0], session.revision === 4 ? /^40\/chat,\{"sid":/ : /^40\/chat,?$/);
    await session.send('42/chat,7["echo",1]');
    assert.deepEqual(await session.poll(), ["43/chat,7[1]"]);
  });
}

/** What only revision 3 has. */
function revision3(open) {
  check("a ping of the client is answered with its data", async (scope) => {
    const session = await open(scope);
    await session.send("2");
    assert.deepEqual(await session.poll(), ["3"]);
    await session.send("2probe me");
    assert.deepEqual(await session.poll(), ["3probe me"]);
  });
  check("lengths count UTF-16 units, after unescaping", async (scope) => {
    const session = await open(scope);
    for (const data of ["3:4😀", "4:4a\\nb", "5:4a\\\\nb", "2:4€2:4é"]) {
      assert.equal((await session.form(`d=${encodeURIComponent(data)}`)).status, 200, data);
    }
    const seen = [];
    while (seen.length < 5) seen.push(...(await session.poll()));
    assert.deepEqual(seen, ["4😀", "4a\nb", "4a\\nb", "4€", "4é"]);
  });
  for (const data of ["2:4", "1:4x", ":4", "a:4", "-1:4", "9999999999999:4"]) {
    check(`a wrong length ends the session: ${data}`, async (scope) => {
      const session = await open(scope);
      assert.equal((await session.form(`d=${encodeURIComponent(data)}`)).status, 400);
      await session.assertGone();
    });
  }
}

/** One session, polled by scripts. */
class Session {
  static async open(scope, url, revision, path = "/engine.io/", index = "0") {
    const session = new Session();
    session.revision = revision;
    session.index = index;
    session.url = `${url}${path}?EIO=${revision}&transport=polling&j=${index}`;
    const [open] = await session.poll();
    assert.equal(open[0], "0");
    session.handshake = JSON.parse(open.slice(1));
    session.id = session.handshake.sid;
    session.url += `&sid=${session.id}`;
    scope.defer(() => session.post("1").catch(() => {})); // it may have gone long ago
    return session;
  }

  /** One poll; resolves to the packets that the script hands over. */
  async poll() {
    const answer = await this.get();
    this.script = await answer.text();
    assert.equal(answer.status, 200, this.script);
    const calls = [];
    const callbacks = new Proxy({}, { get: (_, index) => (data) => calls.push([index, data]) });
    runInNewContext(this.script, { ___eio: callbacks });
    assert.equal(calls.length, 1);
    assert.equal(calls[0][0], this.index);
    return this.decode(calls[0][1]);
  }

  get() {
    return within(PATIENCE, "the poll", fetch(this.url));
  }

  /** Sends packets in a form, and expects them to be taken. */
  async send(...packets) {
    assert.equal((await this.post(...packets)).status, 200);
  }

  post(...packets) {
    // As the form of the official client: its text area would change newlines.
    const data = this.encode(...packets).replace(/\\n/g, "\\\n").replace(/\n/g, "\\n");
    return this.form(`d=${encodeURIComponent(data)}`);
  }

  form(body) {
    const headers = { "Content-Type": "application/x-www-form-urlencoded" };
    return within(PATIENCE, "the POST", fetch(this.url, { method: "POST", headers, body }));
  }

  /** The binary packet with that Base64. */
  binary(base64) {
    return (this.revision === 3 ? "b4" : "b") + base64;
  }

  encode(...packets) {
    return this.revision === 3
      ? packets.map((packet) => `${packet.length}:${packet}`).join("")
      : packets.join(SEPARATOR);
  }

  decode(payload) {
    if (this.revision === 4) return payload.split(SEPARATOR);
    const packets = [];
    for (let rest = payload; rest !== ""; ) {
      const [prefix, length] = /^(\d+):/.exec(rest);
      packets.push(rest.slice(prefix.length, prefix.length + Number(length)));
      assert.equal(packets.at(-1).length, Number(length));
      rest = rest.slice(prefix.length + Number(length));
    }
    return packets;
  }

  async assertGone() {
    const answer = await this.get();
    assert.equal(answer.status, 400);
  }
}
