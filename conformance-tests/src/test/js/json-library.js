// A server whose handlers have classes, bound by another JSON library or with other settings.
import { io } from "socket.io-client";
import msgpack from "socket.io-msgpack-parser";
import { bytes } from "./clients.js";
import { assert, check } from "./harness.js";

const PATIENCE = 15_000;

/**
 * @param form json or msgpack
 * @param written what the bytes of a class are when they are sent: bytes, or Base64
 */
export default function jsonLibrary(url, form, written) {
  const open = (scope) => {
    const parser = form === "msgpack" ? msgpack : undefined;
    const socket = io(url, { forceNew: true, reconnection: false, ...(parser && { parser }) });
    scope.defer(() => socket.disconnect());
    return socket.timeout(PATIENCE);
  };
  const order = {
    order_id: 1,
    customer_name: "é",
    line_items: [{ article_name: "y", unit_price: 0.5 }, { article_name: "z", unit_price: 2 }],
    signature: bytes(1, 2, 255),
  };

  check("classes are read and written under its names", async (scope) => {
    const answer = await open(scope).emitWithAck("order", order);
    const signature = written === "bytes" ? order.signature : order.signature.toString("base64");
    assert.deepEqual(answer, { ...order, order_id: 2, customer_name: "é!", signature });
  });
  check("bytes that are an argument", async (scope) => {
    assert.deepEqual(await open(scope).emitWithAck("bytes", bytes(1, 2)), { first: bytes(1, 2) });
  });
  check("values without a class", async (scope) => {
    const value = { a: [null, true, 1.5, "x", bytes(7)] };
    assert.deepEqual(await open(scope).emitWithAck("echo", value), value);
  });
  check("what does not fit gives no answer and ends nothing", async (scope) => {
    const socket = open(scope);
    socket.emit("order", { order_id: "many" }, () => {});
    assert.equal(await socket.emitWithAck("echo", 1), 1);
  });
}
