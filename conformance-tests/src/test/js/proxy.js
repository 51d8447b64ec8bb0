// Two servers behind a reverse proxy, as nginx would be: HTTP/1.1, nothing buffered, upgrades passed on.
import http from "node:http";
import net from "node:net";
import { client, once } from "./clients.js";
import { assert, check } from "./harness.js";

/**
 * @param other the URL of a second server
 * @param strict the URL of one that lets in pages of its own origin only
 */
export default async function proxied(url, other, strict) {
  const sticky = await proxy([url, other]);
  const careless = await proxy([url, other], { sticky: false });
  const keeping = await proxy([strict]);
  const renaming = await proxy([strict], { keepsHost: false });

  for (const transport of ["polling", "websocket", "upgrade"]) {
    check(`serves clients behind a proxy over ${transport}`, async (scope) => {
      const c = await client(4, sticky.url, transport);
      // The proxy's cookie says which server; a browser keeps it by itself.
      const options = { withCredentials: true };
      const sockets = [];
      for (const i of [0, 1, 2, 3]) sockets[i] = await c.connected(scope, "/", options);
      for (const [i, socket] of sockets.entries()) {
        assert.equal(await c.ask(socket, "transport"), c.carrier);
        assert.equal(await c.ask(socket, "echo", i), i);
      }
      if (transport !== "websocket") assert.ok(sticky.used.size === 2, "both servers are used");
    });
  }
  check("a proxy that forgets which server it was is told what is wrong", async (scope) => {
    const polling = `${careless.url}/socket.io/?EIO=4&transport=polling`;
    const { sid } = JSON.parse((await (await fetch(polling)).text()).slice(1));
    const answer = await fetch(`${polling}&sid=${sid}`);
    assert.equal(answer.status, 400);
    assert.deepEqual(await answer.json(), { code: 1, message: "Session ID unknown" });
    const c = await client(4, careless.url, "polling");
    await once(c.open(scope), "connect_error");
  }, { alone: true });
  check("a WebSocket alone needs no memory of the proxy", async (scope) => {
    const c = await client(4, careless.url, "websocket");
    const socket = await c.connected(scope);
    assert.equal(await c.ask(socket, "echo", 1), 1);
  });
  check("a page of the proxy's own origin needs the host that it was asked for", async (scope) => {
    for (const transport of ["polling", "websocket"]) {
      for (const [through, event] of [[keeping, "connect"], [renaming, "connect_error"]]) {
        const c = await client(4, through.url, transport);
        await once(c.open(scope, "/", { extraHeaders: { origin: through.url } }), event);
      }
    }
  });

  return () => [sticky, careless, keeping, renaming].forEach(({ close }) => close());
}

/**
 * A reverse proxy.
 *
 * @param sticky whether it sends a client, by a cookie, where it sent it before
 * @param keepsHost whether the servers see the host that the client asked for
 */
async function proxy(targets, { sticky = true, keepsHost = true } = {}) {
  let turns = 0;
  const used = new Set();
  const choose = (request) => {
    const known = sticky && /node=(\d+)/.exec(request.headers.cookie ?? "");
    const node = known ? Number(known[1]) : turns++ % targets.length;
    used.add(node);
    const { host, hostname, port } = new URL(targets[node]);
    const headers = { ...request.headers, ...(keepsHost ? {} : { host }) };
    return { node, hostname, port, headers };
  };
  const server = http.createServer((request, response) => {
    const { node, hostname, port, headers } = choose(request);
    const { method, url: path } = request;
    const forwarded = http.request({ hostname, port, method, path, headers }, (answer) => {
      const cookie = sticky ? { "set-cookie": [`node=${node}; Path=/`] } : {};
      response.writeHead(answer.statusCode, { ...answer.headers, ...cookie });
      answer.pipe(response);
    });
    forwarded.on("error", () => response.destroy());
    response.on("close", () => forwarded.destroy());
    request.pipe(forwarded);
  });
  server.on("upgrade", (request, socket, head) => {
    const { hostname, port, headers } = choose(request);
    const upstream = net.connect(port, hostname, () => {
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      upstream.write(`GET ${request.url} HTTP/1.1\r\n${lines.join("")}\r\n`);
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    for (const [one, another] of [[socket, upstream], [upstream, socket]]) {
      one.on("error", () => another.destroy());
      one.on("close", () => another.destroy());
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => server.close() && server.closeAllConnections();
  return { url: `http://127.0.0.1:${server.address().port}`, used, close };
}
