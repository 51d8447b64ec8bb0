// A list of checks, some at a time; one line each: "ok - name" or "not ok - name" and why.
import assert from "node:assert/strict";

const checks = [];

export { assert };

/**
 * Adds a check. Its function gets a scope: `defer` runs clean-up afterwards, `unique` makes a name
 * that no other check uses, here or in another process.
 *
 * @param alone whether it runs while no other does, because it measures or disturbs
 */
export function check(name, run, { millis = 30_000, alone = false } = {}) {
  checks.push({ name, run, millis, alone });
}

// A promise that nobody waits for any more, because its check has failed, says nothing new.
process.on("unhandledRejection", () => {});

/**
 * Runs all checks; resolves to the number that failed.
 *
 * @param width how many run at a time, unless they are alone
 */
export async function runChecks(prefix, width = 8) {
  const names = new Set(checks.map(({ name }) => name));
  assert.equal(names.size, checks.length, "two checks have the same name");
  const waiting = checks.filter(({ alone }) => !alone);
  const worker = async () => {
    while (waiting.length > 0) await runOne(waiting.shift());
  };
  await Promise.all(Array.from({ length: width }, worker));
  for (const each of checks.filter(({ alone }) => alone)) await runOne(each);
  for (const { name, failure } of checks) {
    console.log(`${failure ? "not ok" : "ok"} - ${prefix}: ${name}`);
    if (failure) console.log(String(failure.stack ?? failure).replace(/^/gm, "#   "));
  }
  const failed = checks.filter(({ failure }) => failure).length;
  console.log(`# ${prefix}: ${checks.length} checks, ${failed} failed`);
  return failed;
}

let names = 0;

async function runOne(each) {
  const cleanUps = [];
  const scope = {
    defer: (f) => cleanUps.push(f),
    unique: (name) => `${name}-${process.pid}-${++names}`,
  };
  const started = performance.now();
  try {
    await within(each.millis, "the check", each.run(scope));
  } catch (error) {
    each.failure = error ?? new Error("rejected with nothing");
  } finally {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  }
  if (process.env.CHECK_TIMES) {
    console.error(`${Math.round(performance.now() - started)} ms: ${each.name}`);
  }
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
