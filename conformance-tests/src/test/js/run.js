// node run.js <suite> <url>; the exit code is 1 if a check failed.
import { chatBrowser } from "./chat-browser.js";
import { runChecks } from "./harness.js";
import { heartbeats, officialClient } from "./official-client.js";
import { slowPeers } from "./slow-peers.js";

const [suite, url, ...more] = process.argv.slice(2);
const suites = {
  "client-polling": () => officialClient(url, "polling"),
  "client-websocket": () => officialClient(url, "websocket"),
  "client-upgrade": () => officialClient(url, "upgrade"),
  "client-heartbeats": () => heartbeats(url),
  "slow-peers": () => slowPeers(url),
  "chat-browser": () => chatBrowser(url, ...more),
};
if (!suites[suite] || !url) {
  console.error(`usage: node run.js <${Object.keys(suites).join(" | ")}> <url>`);
  process.exit(2);
}
const cleanUp = await suites[suite]();
const failed = await runChecks(suite);
await cleanUp?.();
process.exit(failed === 0 ? 0 : 1);
