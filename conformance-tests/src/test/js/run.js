// node run.js <suite> <url>; the exit code is 1 if a check failed.
import { runChecks } from "./harness.js";
import { officialClient } from "./official-client.js";

const [suite, url] = process.argv.slice(2);
const suites = {
  "client-polling": () => officialClient(url, "polling"),
  "client-websocket": () => officialClient(url, "websocket"),
  "client-upgrade": () => officialClient(url, "upgrade"),
};
if (!suites[suite] || !url) {
  console.error(`usage: node run.js <${Object.keys(suites).join(" | ")}> <url>`);
  process.exit(2);
}
suites[suite]();
process.exit((await runChecks(suite)) === 0 ? 0 : 1);
