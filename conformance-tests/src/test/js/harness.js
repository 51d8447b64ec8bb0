// A list of checks, run one after another; one line each: "ok - name" or "not ok - name" and why.
import assert from "node:assert/strict";

const checks = [];

export { assert };

/** Adds a check. The function gets a scope, whose `defer` runs clean-up afterwards. */
export function check(name, run, millis = 10_000) {
  checks.push({ name, run, millis });
}

// A promise that nobody waits for any more, because its check has failed, says nothing new.
process.on("unhandledRejection", () => {});

/** Runs all checks; resolves to the number that failed. */
export async function runChecks(prefix) {
  let failed = 0;
  for (const { name, run, millis } of checks) {
    const cleanUps = [];
    const label = `${prefix}: ${name}`;
    try {
      await within(millis, "the check", run({ defer: (f) => cleanUps.push(f) }));
      console.log(`ok - ${label}`);
    } catch (error) {
      failed++;
      console.log(`not ok - ${label}`);
      console.log(String(error.stack ?? error).replace(/^/gm, "#   "));
    } finally {
      for (const cleanUp of cleanUps.reverse()) await cleanUp();
    }
  }
  console.log(`# ${prefix}: ${checks.length} checks, ${failed} failed`);
  return failed;
}

/** Fails if the promise takes longer than that. */
export function within(millis, what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${millis} ms`)), millis);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
