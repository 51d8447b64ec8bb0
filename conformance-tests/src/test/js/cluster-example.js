// The example of a cluster: a chat on two nodes.
import { launchChromium } from "./browser.js";
import { client, once } from "./clients.js";
import { assert, check, within } from "./harness.js";

export default async function clusterExample(url) {
  const browser = await launchChromium();

  for (const transport of ["polling", "websocket", "upgrade"]) {
    check(`people on two nodes hear each other over ${transport}`, async (scope) => {
      const c = await client(4, url, transport);
      const there = {};
      for (let i = 0; i < 20 && !(there.a && there.b); i++) {
        const socket = c.open(scope);
        const [node] = await once(socket, "node");
        await c.upgraded(socket);
        there[node] ??= socket;
      }
      assert.ok(there.a && there.b, "both nodes are used");
      for (const [from, node] of [[there.a, "a"], [there.b, "b"]]) {
        const text = scope.unique(`from ${node}`);
        const heard = [there.a, there.b].map((socket) => hears(socket, text));
        assert.equal(await c.ask(from, "say", text), "ok");
        for (const said of await Promise.all(heard)) assert.equal(said.node, node);
      }
    });
  }
  check("a message that is too long is refused", async (scope) => {
    const c = await client(4, url, "websocket");
    const socket = await c.connected(scope);
    assert.match(await c.ask(socket, "say", "x".repeat(501)), /1 to 500 characters/);
  });
  check("a window shows its node, and what those on the other one say", async (scope) => {
    const open = async () => {
      const page = await browser.newPage();
      scope.defer(() => page.close());
      page.setDefaultTimeout(15_000);
      await page.goto(url);
      return page;
    };
    const nodeOf = async (page) => {
      await page.waitForFunction(() => document.getElementById("node").textContent !== "…");
      return page.textContent("#node");
    };
    const [one, other] = [await open(), await open()];
    const node = await nodeOf(one);
    for (let i = 0; i < 5 && (await nodeOf(other)) === node; i++) await other.click("#again");
    assert.notEqual(await nodeOf(other), node);
    await one.fill("#text", "Hello <b>there</b>");
    await one.press("#text", "Enter");
    const heard = other.locator("#heard li", { hasText: "Hello <b>there</b>" });
    assert.match(await heard.textContent(), new RegExp(`^node ${node}, its message \\d+: `));
    await one.waitForFunction(() => document.getElementById("text").value === "");
  }, { alone: true });

  return () => browser.close();
}

/** Resolves to the event that says this text, among others. */
const hears = (socket, text) =>
  within(
    15_000,
    `"${text}"`,
    new Promise((resolve) => socket.on("said", (said) => said.text === text && resolve(said))),
  );
