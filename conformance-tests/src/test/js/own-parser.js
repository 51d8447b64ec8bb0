// A client and a server whose parser is neither the standard one nor that of MessagePack.
import { once } from "./clients.js";
import { io } from "socket.io-client";
import { assert, check, within } from "./harness.js";
import { parser } from "./plain-json-parser.js";

const PATIENCE = 15_000;

export default function ownParser(url) {
  const open = (scope, namespace, options) => {
    const socket = io(url + namespace, { forceNew: true, reconnection: false, parser, ...options });
    scope.defer(() => socket.disconnect());
    return socket;
  };

  for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]]) {
    check(`events and acknowledgements over ${transports}`, async (scope) => {
      const socket = open(scope, "/", { transports });
      const sent = [1, "é 😀", null, { a: [true, { b: 0.5 }] }, { _placeholder: true, num: 0 }];
      await once(socket, "connect");
      assert.deepEqual(
        await within(PATIENCE, "the answer", new Promise((resolve) => socket.emit("echo", ...sent, (...back) => resolve(back)))),
        sent,
      );
    });
  }
  check("classes are read and written", async (scope) => {
    const order = { orderId: 1, customerName: "x", lineItems: [{ articleName: "y", unitPrice: 0.5 }], signature: null };
    const answer = await open(scope, "/").timeout(PATIENCE).emitWithAck("order", order);
    assert.deepEqual(answer, { ...order, orderId: 2, customerName: "x!" });
  });
  check("namespaces", async (scope) => {
    const socket = open(scope, "/chat");
    socket.emit("hello", [1, 2], "x");
    assert.deepEqual(await once(socket, "hello"), [[1, 2], "x"]);
  });
  check("a refusal", async (scope) => {
    const [error] = await once(open(scope, "/nowhere"), "connect_error");
    assert.equal(error.message, "Invalid namespace");
  });
  check("a malformed packet ends the connection", async (scope) => {
    for (const packet of ["42", "{", "[]", '{"type":2}', '{"type":12,"nsp":"/"}', '{"type":2,"nsp":"/a,2","data":["a"]}', '{"type":2,"nsp":"/","data":["disconnect"]}']) {
      const socket = open(scope, "/");
      await once(socket, "connect");
      const left = once(socket, "disconnect");
      socket.io.engine.send(packet);
      assert.match((await left)[0], /^transport (close|error)$/);
    }
  });
  check("a client with the standard parser is turned away", async (scope) => {
    const socket = open(scope, "/", { parser: undefined });
    const closed = new Promise((resolve) => socket.io.once("close", resolve));
    await within(PATIENCE, "the end of the connection", closed);
    assert.equal(socket.connected, false);
  });
}
