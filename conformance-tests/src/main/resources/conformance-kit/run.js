// node run.js <suite> <url> [arguments of the suite]; the exit code is 1 if a check failed.
import { runChecks } from "./harness.js";

const [suite, url, ...more] = process.argv.slice(2);
if (!suite || !url) {
  console.error("usage: node run.js <suite> <url> [arguments of the suite]");
  process.exit(2);
}
const { default: addChecks, width } = await import(`./${suite}.js`);
const cleanUp = await addChecks(url, ...more);
const failed = await runChecks([suite, ...more].join(" "), width);
await cleanUp?.();
process.exit(failed === 0 ? 0 : 1);
