// Namespaces that come to be when the official clients join them: /dyn- and digits.
import { client, collect, once, range } from "./clients.js";
import { assert, check } from "./harness.js";

let names = 0;
const fresh = () => `/dyn-${process.pid}${++names}`;

export default async function dynamicNamespaces(url) {
  for (const [generation, transport] of [[4, "polling"], [4, "websocket"], [4, "upgrade"], [2, "websocket"]]) {
    const c = await client(generation, url, transport);
    const add = (name, run) => check(`${generation}.x, ${transport}: ${name}`, run);

    add("the name that matches is a namespace of its own", async (scope) => {
      const [mine, another] = [fresh(), fresh()];
      const one = await c.connected(scope, mine);
      const two = await c.connected(scope, mine);
      const other = await c.beside(one, another);
      const seen = collect(two, "n", 2);
      const strayed = [];
      other.on("n", (x) => strayed.push(x));
      assert.equal(await c.ask(one, "bcast", { event: "n", args: [1] }), "ok");
      assert.equal(await c.ask(one, "bcast", { event: "n", args: [2] }), "ok");
      assert.deepEqual((await seen).flat(), [1, 2]);
      assert.equal(await c.ask(other, "echo", "there"), "there");
      assert.deepEqual(strayed, []);
    });

    add("other names are refused, on the same connection too", async (scope) => {
      const main = await c.connected(scope, "/");
      for (const name of ["/dyn-", "/dyn-1x", "/x/dyn-1"]) {
        c.assertRefused(await c.refusal(main.io.socket(name)), "Invalid namespace", undefined);
      }
      assert.equal(await c.ask(await c.beside(main, fresh()), "echo", 1), 1);
    });

    add("it is there again after everybody has left", async (scope) => {
      const name = fresh();
      const main = await c.connected(scope, "/");
      const socket = await c.beside(main, name);
      for (const i of range(5)) {
        assert.deepEqual(await c.ask(socket, "join", `r${i}`), [`r${i}`]);
        socket.disconnect();
        socket.connect();
        await c.admitted(socket);
      }
    });

    add("many join it at once", async (scope) => {
      const name = fresh();
      const all = await Promise.all(range(10).map(() => c.connected(scope, name)));
      const heard = all.map((socket) => once(socket, "all"));
      assert.equal(await c.ask(all[0], "bcast", { self: true, event: "all", args: [7] }), "ok");
      for (const each of heard) assert.equal((await each)[0], 7);
    });
  }
}
