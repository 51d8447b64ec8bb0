// Clients on the nodes of a cluster, and what each of them has heard.
import { io } from "socket.io-client";
import { TRANSPORTS, once } from "./clients.js";
import { assert, pause, within } from "./harness.js";

const PATIENCE = 20_000;

/** How long an answer is waited for that is there at once, and one that does not come. */
export const SOON = 10_000;
export const LATE = 1500;

/**
 * A cluster from its description: `<name>=<URL>` of each node, `queue=<URL>` and `channel=<name>`,
 * with commas between.
 */
export function describe(description) {
  const cluster = { nodes: [], queue: undefined, channel: undefined };
  for (const part of description.split(",")) {
    const [, name, value] = /^([^=]+)=(.*)$/.exec(part);
    if (name === "queue" || name === "channel") cluster[name] = value;
    else cluster.nodes.push({ name, url: value });
  }
  return cluster;
}

/** Resolves to a connected client that does not come back by itself. */
export async function connect(scope, url, namespace, options = {}) {
  const { transport = "websocket", ...others } = options;
  const socket = io(url + namespace, {
    transports: TRANSPORTS[transport],
    forceNew: true,
    reconnection: false,
    ...others,
  });
  scope.defer(() => socket.io._close());
  await once(socket, "connect");
  return socket;
}

/** Emits with an acknowledgement; resolves to its first argument. */
export const ask = (socket, ...args) => socket.timeout(PATIENCE).emitWithAck(...args);

/** Repeats until it does not fail. */
export async function eventually(attempt) {
  const end = performance.now() + PATIENCE;
  while (true) {
    try {
      return await attempt();
    } catch (failure) {
      if (performance.now() > end) throw failure;
      await pause(50);
    }
  }
}

/** With recovery, the official server adds the place in the stream to what it sends. */
const withoutOffset = (args) =>
  typeof args.at(-1) === "string" && /^\d{12,}-\d+$/.test(args.at(-1)) ? args.slice(0, -1) : args;

/** A client on a node, with all that it has heard. */
class Member {
  constructor(socket, node, label) {
    Object.assign(this, { socket, node, label, events: [], waiting: [] });
    socket.onAny((event, ...args) => {
      this.events.push([event, ...withoutOffset(args.filter((x) => typeof x !== "function"))]);
      for (const retry of this.waiting) retry();
    });
  }

  get id() {
    return this.socket.id;
  }

  ask(...args) {
    return ask(this.socket, ...args);
  }

  /** The arguments of each of these events that it has heard so far. */
  heard(event) {
    return this.events.filter(([name]) => name === event).map(([, ...args]) => args);
  }

  /** Resolves when it has heard so many of these events; a first value narrows them. */
  hears(event, first, count = 1) {
    const done = () => {
      const all = this.heard(event).filter(([value]) => first === undefined || value === first);
      return all.length >= count;
    };
    if (done()) return Promise.resolve();
    return within(
      PATIENCE,
      `"${event}" at ${this.label}`,
      new Promise((resolve) => this.waiting.push(() => done() && resolve())),
    );
  }

  /** Joins, and resolves to its rooms. */
  join(rooms) {
    return this.ask("join", rooms);
  }

  /** Answers `ask` with what the function returns, a list of values. */
  answers(values) {
    this.socket.on("ask", (...args) => args.at(-1)(...values(...args.slice(0, -1))));
  }
}

/** Clients on all nodes, in one namespace. */
class Gathering {
  constructor(scope, nodes, senders, namespace, members) {
    Object.assign(this, { scope, nodes, senders, namespace, members });
  }

  /** One client of each node that others hear. */
  #speakers() {
    return this.senders.map((node) => this.on(node)[0]);
  }

  /** The clients on that node. */
  on(node) {
    return this.members.filter((member) => member.node === node);
  }

  /** One client of each node, the first or another. */
  oneEach(index = 0) {
    return this.nodes.map((node) => this.on(node)[index]);
  }

  /** Resolves when whatever that client caused so far has arrived everywhere. */
  async fence(from) {
    const token = this.scope.unique("fence");
    await from.ask("bcast", { self: true, event: "fence", args: [token] });
    const present = this.members.filter(({ socket }) => socket.connected);
    await Promise.all(present.map((member) => member.hears("fence", token)));
  }

  /** Resolves when every node hears every other; subscriptions take their time. */
  async ready() {
    for (const from of this.#speakers()) {
      const token = this.scope.unique("probe");
      await eventually(async () => {
        await from.ask("bcast", { self: true, event: "probe", args: [token] });
        await pause(20);
        for (const member of this.members) {
          assert.ok(
            member.heard("probe").some(([value]) => value === token),
            `${member.label} in ${this.namespace} does not hear ${from.label}`,
          );
        }
      });
    }
  }

  /**
   * Broadcasts, and asserts who heard it: once, and with these arguments.
   *
   * @param listeners members
   */
  async reaches(listeners, from, request, expected = request.args ?? []) {
    const event = this.scope.unique("event");
    await from.ask("bcast", { ...request, event });
    await Promise.all(listeners.map((member) => member.hears(event)));
    await this.fence(from);
    this.heardBy(event, listeners, expected);
  }

  /** Asserts who has heard it, once and with these arguments. */
  heardBy(event, listeners, args) {
    for (const member of this.members) {
      assert.deepEqual(
        member.heard(event),
        listeners.includes(member) ? [args] : [],
        `${member.label} in ${this.namespace}: "${event}" with ${JSON.stringify(args)?.slice(0, 200)}`,
      );
    }
  }

  /** Joins rooms; resolves when every node sends there. */
  async join(room, members) {
    for (const member of members) await member.join(room);
    for (const from of this.#speakers()) {
      const token = this.scope.unique("probe");
      await eventually(async () => {
        await from.ask("bcast", { to: [room], self: true, event: "probe", args: [token] });
        await pause(10);
        for (const member of members) {
          assert.ok(
            member.heard("probe").some(([value]) => value === token),
            `${member.label} in ${room} does not hear ${from.label}`,
          );
        }
      });
    }
  }
}

/**
 * Connects clients to all nodes; resolves when the nodes hear each other.
 *
 * @param perNode how many to each; every other one over polling
 * @param transport the one of all clients, if it matters
 * @param senders the nodes that others hear
 */
export async function gather(
  scope,
  nodes,
  namespace = "/chat",
  { perNode = 2, transport, senders = nodes } = {},
) {
  const members = [];
  for (const node of nodes) {
    for (let i = 0; i < perNode; i++) {
      const socket = await connect(scope, node.url, namespace, {
        transport: transport ?? (i % 2 === 0 ? "websocket" : "polling"),
      });
      members.push(new Member(socket, node, `${node.name} ${i + 1}`));
    }
  }
  const gathering = new Gathering(scope, nodes, senders, namespace, members);
  await gathering.ready();
  return gathering;
}

let dynamic = 0;

/** A namespace that nobody else is in. */
export const ownNamespace = () => `/dyn-${process.pid}${String(++dynamic).padStart(4, "0")}`;

/** The ids of members, sorted. */
export const ids = (members) => members.map(({ id }) => id).sort();

/** Runs something for each node with the others. */
export function fromEach(nodes, run) {
  for (const node of nodes) {
    run(
      node,
      nodes.filter((other) => other !== node),
    );
  }
}
