// The fixture server's contract, mode by mode: what its settings promise on the wire.
import http from "node:http";
import { gunzipSync, inflateSync } from "node:zlib";
import { Socket as Engine } from "engine.io-client";
import { io } from "socket.io-client";
import { WebSocket } from "ws";
import { bytes, range } from "./clients.js";
import { assert, check, within } from "./harness.js";

const PATIENCE = 15_000;

/** @param mode one of the fixture server's @param transports those of the web server, by commas */
export default function fixtureModes(url, mode, transports) {
  const server = new Server(url, transports.split(","));
  check(`the pages say that the mode is ${mode}`, async () => {
    assert.deepEqual(await server.get("/fixture/health").then((a) => [a.status, a.text]), [200, "ok"]);
    const metrics = JSON.parse((await server.get("/fixture/metrics")).text);
    assert.equal(metrics.mode, mode);
    for (const key of ["memoryBytes", "engineSessions", "sockets"]) {
      assert.equal(typeof metrics[key], "number", key);
    }
    assert.equal((await server.get("/nobody")).status, 404);
  });
  check("the revision is exactly one that is served", async () => {
    const served = ["restricted", "engine-client", "socketio-client"].includes(mode) ? [] : ["3"];
    for (const revision of ["4", "3", "2", "5", "", "04", "4x", undefined]) {
      const query = revision === undefined ? "" : `EIO=${revision}&`;
      const answer = await server.get(`/engine.io/?${query}transport=polling`);
      if (revision === "4" || served.includes(revision)) {
        assert.equal(answer.status, 200, revision);
      } else if (revision !== "3" || mode === "restricted") {
        assert.equal(answer.status, 400, revision);
        assert.equal(JSON.parse(answer.text).code, 5);
      }
    }
  });
  ({ main, steady, restricted, "engine-client": engineClient, "socketio-client": socketClient })[mode](
    server,
  );
}

class Server {
  constructor(url, transports) {
    Object.assign(this, { url, hasWebSocket: transports.includes("websocket") });
    this.best = this.hasWebSocket ? ["polling", "websocket"] : ["polling"];
  }

  /** One request on a connection of its own; nothing is decompressed or followed. */
  request(method, path, { headers = {}, body } = {}) {
    return within(
      PATIENCE,
      `${method} ${path}`,
      new Promise((resolve, reject) => {
        const request = http.request(this.url + path, { method, headers, agent: false }, (answer) => {
          const parts = [];
          answer.on("data", (part) => parts.push(part));
          answer.on("end", () => {
            const all = Buffer.concat(parts);
            resolve({ status: answer.statusCode, headers: answer.headers, bytes: all, text: String(all) });
          });
          answer.on("error", reject);
        });
        request.on("error", reject);
        request.end(body);
      }),
    );
  }

  get(path, headers) {
    return this.request("GET", path, { headers });
  }

  post(path, body) {
    return this.request("POST", path, { body, headers: { "content-type": "text/plain;charset=UTF-8" } });
  }

  /** Opens a session on polling: its handshake, and the path of its polls. */
  async session(endpoint, headers) {
    const path = `/${endpoint}/?EIO=4&transport=polling`;
    const answer = await this.get(path, headers);
    assert.equal(answer.text[0], "0");
    const [open] = answer.text.split("\x1e"); // a greeting may follow
    const data = JSON.parse(open.slice(1));
    return { ...data, answer, path: `${path}&sid=${data.sid}` };
  }

  webSocket(scope, path, options) {
    const socket = new WebSocket(this.url.replace("http", "ws") + path, options);
    scope.defer(() => socket.terminate());
    return socket;
  }

  engine(scope, options = {}) {
    const engine = new Engine(this.url, { path: "/engine.io/", transports: this.best, ...options });
    scope.defer(() => engine.close());
    return engine;
  }

  socket(scope, namespace = "/", options = {}) {
    const socket = io(this.url + namespace, {
      forceNew: true,
      reconnection: false,
      transports: this.best,
      ...options,
    });
    scope.defer(() => socket.disconnect());
    return socket;
  }
}

const once = (emitter, event) =>
  within(PATIENCE, event, new Promise((resolve) => emitter.once(event, (...args) => resolve(args))));

/** The first messages of a WebSocket of `ws`, as text. */
const messages = (socket, count) =>
  within(
    PATIENCE,
    "messages",
    new Promise((resolve) => {
      const all = [];
      socket.on("message", (data) => all.push(String(data)) === count && resolve(all));
    }),
  );

function announces(server, expected) {
  check(`announces ${JSON.stringify(expected)} on both endpoints`, async () => {
    for (const endpoint of ["engine.io", "socket.io"]) {
      const { pingInterval, pingTimeout, maxPayload, upgrades, answer } = await server.session(endpoint);
      assert.deepEqual({ pingInterval, pingTimeout, maxPayload }, expected);
      assert.deepEqual(upgrades, server.hasWebSocket ? ["websocket"] : []);
      assert.equal(answer.headers["set-cookie"] !== undefined, server.hasCookie ?? false);
    }
  });
}

function denies(server) {
  check("refuses a handshake that has deny in its query", async () => {
    for (const endpoint of ["engine.io", "socket.io"]) {
      const answer = await server.get(`/${endpoint}/?EIO=4&transport=polling&deny=1`);
      assert.equal(answer.status, 403);
      assert.deepEqual(JSON.parse(answer.text), { code: 4, message: "denied by fixture" });
    }
  });
}

function hasNoCors(server) {
  check("has no CORS headers", async () => {
    const { answer } = await server.session("engine.io", { origin: "http://any.example" });
    for (const name of Object.keys(answer.headers)) assert.doesNotMatch(name, /^access-control/);
  });
}

function compresses(server) {
  check("compresses the answers to polls from 1024 bytes on", async () => {
    const encodings = { gzip: gunzipSync, deflate: inflateSync };
    for (const [encoding, inflate] of Object.entries(encodings)) {
      const { path } = await server.session("engine.io");
      for (const [size, compressed] of [[2000, true], [100, false]]) {
        await server.post(path, `4!big:${size}`);
        const answer = await server.get(path, { "accept-encoding": encoding });
        assert.equal(answer.headers["content-encoding"], compressed ? encoding : undefined);
        const text = String(compressed ? inflate(answer.bytes) : answer.bytes);
        assert.equal(text, "4" + "x".repeat(size));
      }
    }
  });
}

/** A CONNECT's answer in a mode without recovery. */
function answersWithItsIdOnly(server) {
  check("the answer to CONNECT has the id alone", async () => {
    const { path } = await server.session("socket.io");
    await server.post(path, "40/chat,");
    assert.match((await server.get(path)).text, /^40\/chat,\{"sid":"[A-Za-z0-9_-]{20}"\}$/);
  });
}

function main(server) {
  announces(server, { pingInterval: 300, pingTimeout: 200, maxPayload: 1_000_000 });
  denies(server);
  hasNoCors(server);
  // What needs a session that lives is in steady mode, which differs in times alone: 200 ms for a
  // heartbeat are too short for a client whose machine is busy.
}

function steady(server) {
  announces(server, { pingInterval: 25_000, pingTimeout: 20_000, maxPayload: 1_000_000 });
  denies(server);
  hasNoCors(server);
  compresses(server);
  answersWithItsIdOnly(server);
  check("closes a connection that joins no namespace in time", async () => {
    const { path } = await server.session("socket.io");
    assert.equal((await server.get(path)).text, "1");
    assert.equal((await server.get(path)).status, 400);
  });
}

function restricted(server) {
  server.hasCookie = true;
  announces(server, { pingInterval: 25_000, pingTimeout: 20_000, maxPayload: 20_000 });
  denies(server);
  compresses(server);
  check("sets its cookie to the id of the session", async () => {
    const { sid, answer } = await server.session("engine.io");
    const [cookie] = answer.headers["set-cookie"];
    const parts = cookie.split("; ").map((part) => part.toLowerCase());
    assert.deepEqual(
      new Set(parts),
      new Set([`fixture-sid=${sid}`.toLowerCase(), "path=/", "httponly", "samesite=lax"]),
    );
  });
  check("admits pages of one origin, with credentials", async () => {
    const { answer } = await server.session("engine.io", { origin: "http://allowed.example" });
    assert.equal(answer.headers["access-control-allow-origin"], "http://allowed.example");
    assert.equal(answer.headers["access-control-allow-credentials"], "true");
  });
  check("answers a preflight", async () => {
    const answer = await server.request("OPTIONS", "/engine.io/?EIO=4&transport=polling", {
      headers: {
        origin: "http://allowed.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "x-fixture",
      },
    });
    assert.ok(answer.status === 200 || answer.status === 204, String(answer.status));
    const names = (name) => new Set(answer.headers[name].toLowerCase().split(/ *, */));
    assert.equal(answer.headers["access-control-allow-origin"], "http://allowed.example");
    assert.equal(answer.headers["access-control-allow-credentials"], "true");
    assert.deepEqual(names("access-control-allow-methods"), new Set(["get", "post"]));
    assert.deepEqual(names("access-control-allow-headers"), new Set(["x-fixture"]));
    assert.equal(answer.headers["access-control-max-age"], "600");
  });
  check("refuses other origins, in errors too, and reflects nothing", async () => {
    for (const query of ["EIO=4&transport=polling", "EIO=4&transport=polling&sid=unknown"]) {
      const answer = await server.get(`/engine.io/?${query}`, { origin: "http://other.example" });
      assert.ok([400, 403].includes(answer.status), String(answer.status));
      assert.equal(answer.headers["access-control-allow-origin"], undefined);
      assert.ok(!answer.text.includes("other.example"));
    }
    await server.session("engine.io"); // a request without an origin passes
  });
  check("refuses bodies over the limit, and takes those at it", async () => {
    const { path } = await server.session("engine.io");
    assert.equal((await server.post(path, "4" + "y".repeat(19_999))).status, 200);
    assert.equal((await server.get(path)).text.length, 20_000);
    assert.equal((await server.post(path, "4" + "y".repeat(20_000))).status, 413);
  });
  check("has neither revision 3 nor JSONP", async () => {
    const answer = await server.get("/engine.io/?EIO=4&transport=polling&j=0");
    assert.ok(!answer.text.startsWith("___eio"), answer.text);
  });
  if (!server.hasWebSocket) return;
  check("refuses a WebSocket of another origin", async (scope) => {
    const path = "/engine.io/?EIO=4&transport=websocket";
    const [error] = await once(server.webSocket(scope, path, { origin: "http://other.example" }), "error");
    assert.match(error.message, /40[03]/);
    await once(server.webSocket(scope, path, { origin: "http://allowed.example" }), "open");
  });
  check("compresses what goes over a WebSocket when the client offers it", async (scope) => {
    const path = "/engine.io/?EIO=4&transport=websocket";
    const socket = server.webSocket(scope, path, { perMessageDeflate: true });
    const heard = messages(socket, 2);
    await once(socket, "open");
    assert.match(socket.extensions, /permessage-deflate/);
    socket.send("4" + "z".repeat(5000));
    assert.equal((await heard)[1], "4" + "z".repeat(5000));
  });
  check("closes a WebSocket with 1009 for a message over the limit", async (scope) => {
    const socket = server.webSocket(scope, "/engine.io/?EIO=4&transport=websocket");
    await once(socket, "open");
    socket.send("4" + "y".repeat(20_000));
    assert.equal((await once(socket, "close"))[0], 1009);
  });
}

function engineClient(server) {
  server.hasCookie = true;
  announces(server, { pingInterval: 500, pingTimeout: 20_000, maxPayload: 100 });
  check("refuses a handshake that has deny in its query", async () => {
    assert.equal((await server.get("/engine.io/?EIO=4&transport=polling&deny=1")).status, 403);
  });
  check("says hi, then every message back, text and binary", async (scope) => {
    const engine = server.engine(scope);
    assert.deepEqual(await once(engine, "message"), ["hi"]);
    engine.binaryType = "arraybuffer";
    for (const [sent, expected] of [
      ["text", "text"],
      ["give utf8", "пойду спать всем спокойной ночи"],
    ]) {
      engine.send(sent);
      assert.deepEqual(await once(engine, "message"), [expected]);
    }
    for (const sent of [Uint8Array.of(9, 8, 7), "give binary"]) {
      const heard = once(engine, "message");
      engine.send(sent);
      const expected = typeof sent === "string" ? Uint8Array.of(0, 1, 2, 3, 4) : sent;
      assert.deepEqual(new Uint8Array((await heard)[0]), expected);
    }
  });
  check("tells the headers of the POST that brought the question", async (scope) => {
    const engine = server.engine(scope, {
      transports: ["polling"],
      transportOptions: { polling: { extraHeaders: { "X-Custom": "a" } } },
    });
    await once(engine, "message");
    engine.send("sendHeaders");
    const headers = JSON.parse((await once(engine, "message"))[0]);
    assert.equal(headers["x-custom"], "a");
    assert.ok(!("cookie" in headers));
    const withCookie = await server.session("engine.io");
    await server.request("POST", withCookie.path, { body: "4sendHeaders", headers: { cookie: "a=b" } });
    let polled = "";
    while (!polled.includes("{")) polled += (await server.get(withCookie.path)).text; // after the greeting
    assert.match(polled, /"cookie":"a=b"/);
  });
  check("sets four cookies", async () => {
    const { answer } = await server.session("engine.io");
    const cookies = answer.headers["set-cookie"];
    assert.equal(cookies.length, 4);
    assert.deepEqual(cookies.map((cookie) => cookie.split(";")[0]), ["1=1", "2=2", "3=3", "4=4"]);
    assert.match(cookies[0], /; Max-Age=86400/i);
    for (const part of ["Path=/", "HttpOnly", "Secure", "SameSite=Strict"]) {
      assert.ok(cookies[1].toLowerCase().includes(part.toLowerCase()), cookies[1]);
    }
    assert.match(cookies[2], /; Max-Age=0/i);
    assert.ok(Math.abs(Date.parse(/Expires=([^;]+)/i.exec(cookies[3])[1]) - Date.now()) < 60_000);
  });
  check("keeps to the announced size with an empty body", async () => {
    const { path } = await server.session("engine.io");
    const answer = await server.post(path, "4" + "x".repeat(100));
    assert.deepEqual([answer.status, answer.text], [413, ""]);
  });
  check("does not know a session that is not there", async () => {
    const answer = await server.get("/engine.io/?EIO=4&transport=polling&sid=nobody");
    assert.deepEqual([answer.status, answer.text], [400, '{"code":1,"message":"Session ID unknown"}']);
  });
  if (!server.hasWebSocket) return;
  check("closes with 1009 and no reason for a WebSocket message that is too large", async (scope) => {
    const socket = server.webSocket(scope, "/engine.io/?EIO=4&transport=websocket");
    await once(socket, "open");
    socket.send("4" + "x".repeat(100));
    const [status, reason] = await once(socket, "close");
    assert.deepEqual([status, String(reason)], [1009, ""]);
  });
}

function socketClient(server) {
  announces(server, { pingInterval: 2000, pingTimeout: 20_000, maxPayload: 1_000_000 });
  const connected = async (scope, namespace, options) => {
    const socket = server.socket(scope, namespace, options);
    await once(socket, "connect");
    return socket;
  };
  const ask = (socket, ...args) => socket.timeout(PATIENCE).emitWithAck(...args);
  check("refuses where it is to", async (scope) => {
    for (const [namespace, options, message] of [
      ["/", { query: { fail: "true" } }, "Auth failed (main namespace)"],
      ["/no", {}, "Auth failed (custom namespace)"],
      ["/unknown", {}, "Invalid namespace"],
    ]) {
      const [error] = await once(server.socket(scope, namespace, options), "connect_error");
      assert.equal(error.message, message);
    }
  });
  check("has its namespaces", async (scope) => {
    const socket = await connected(scope);
    for (const name of ["/timeout_socket", "/valid", "/asd", "/foo"]) {
      await once(socket.io.socket(name), "connect");
    }
    const foo = socket.io.socket("/foo");
    assert.equal(await ask(foo, "getId"), foo.id);
    const abc = socket.io.socket("/abc", { auth: { a: 1 } });
    const [handshake] = await once(abc, "handshake");
    assert.deepEqual(handshake.auth, { a: 1 });
    assert.equal(handshake.query.EIO, "4");
  });
  check("answers", async (scope) => {
    const socket = await connected(scope);
    assert.equal(await ask(socket, "getId"), socket.id);
    assert.equal((await ask(socket, "getHandshake")).query.transport, "polling");
    assert.deepEqual(await ask(socket, "echo", { a: [1] }), { a: [1] });
    assert.ok(Date.parse(await ask(socket, "getAckDate", { test: true })));
    socket.on("ack", (reply) => reply(5, { test: true }));
    socket.emit("ack");
    await once(socket, "got it");
  });
  check("emits on demand", async (scope) => {
    const socket = await connected(scope);
    const demand = (event, answer, ...args) => {
      const heard = once(socket, answer);
      socket.emit(event, ...args);
      return heard;
    };
    await demand("hi", "hi");
    assert.equal((await demand("false", "false"))[0], false);
    assert.ok(Date.parse((await demand("getDate", "takeDate"))[0]));
    assert.ok(Date.parse((await demand("getDateObj", "takeDateObj"))[0].date));
    const sample = new TextEncoder().encode("asdfasdf");
    assert.deepEqual(new Uint8Array((await demand("doge", "doge"))[0]), sample);
    assert.deepEqual(new Uint8Array((await demand("getbin", "takebin"))[0]), sample);
    const texts = [];
    const all = new Promise((resolve) =>
      socket.on("takeUtf8", (text) => texts.push(text) === 5 && resolve()),
    );
    socket.emit("getUtf8");
    await within(PATIENCE, "takeUtf8", all);
    assert.deepEqual(texts, ["てすと", "Я Б Г Д Ж Й", "Ä ä Ü ü ß", "utf8 — string", "utf8 — string"]);
  });
  check("takes binary", async (scope) => {
    const socket = await connected(scope);
    const data = bytes(...range(8));
    const greeting = { hello: "lol", message: data, goodbye: "gotcha" };
    for (const [answer, ...events] of [
      ["buffack", ["buffa", data]],
      ["jsonbuff-ack", ["jsonbuff", greeting]],
      ["abuff2-ack", ["abuff1", data], ["abuff2", "please arrive second"]],
      ["back", ["blob", data]],
      ["jsonblob-ack", ["jsonblob", greeting]],
      ["blob3-ack", ["blob1", data], ["blob2", "second"], ["blob3", data]],
    ]) {
      const heard = once(socket, answer);
      for (const event of events) socket.emit(...event);
      await heard;
    }
  });
}
