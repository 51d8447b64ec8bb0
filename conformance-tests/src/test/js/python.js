// The programs in Python that write what python-socketio writes, and read what it reads.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { assert, within } from "./harness.js";

const PYTHON = "/usr/bin/python3"; // Debian's packages are its
const PATIENCE = 20_000;

const program = (name, ...args) =>
  spawn(PYTHON, [fileURLToPath(new URL(`python/${name}.py`, import.meta.url)), ...args], {
    stdio: ["pipe", "pipe", "inherit"],
  });

/** Publishes these messages; see python_writer.py. */
export async function write({ queue, channel }, ...items) {
  const process = program("python_writer", queue, channel);
  process.stdin.end(JSON.stringify(items));
  const [code] = await within(PATIENCE, "python_writer.py", once(process, "exit"));
  assert.equal(code, 0, "python_writer.py failed");
}

/** Resolves to a reader of what is published. */
export async function read(scope, { queue, channel }) {
  const process = program("python_reader", queue, channel);
  scope.defer(() => process.kill());
  const messages = [];
  let waiting = () => {};
  createInterface({ input: process.stdout }).on("line", (line) => {
    const message = JSON.parse(line);
    if (message.body) message.json = JSON.parse(message.body);
    messages.push(message);
    waiting();
  });
  /** Resolves to the first message so far, or from now on, for which that holds. */
  const find = (what, matches) =>
    within(
      PATIENCE,
      what,
      new Promise((resolve) => {
        waiting = () => {
          const found = messages.find(matches);
          if (found) resolve(found);
        };
        waiting();
      }),
    );
  await find("reading", ({ reading }) => reading);
  return { messages, find };
}
