// The generations of the official client behind one face: what differs between them is here.
import { readFileSync } from "node:fs";
import { assert, within } from "./harness.js";

const GENERATIONS = {
  1: { name: "socket.io-client-1", revision: 3 },
  2: { name: "socket.io-client-2", revision: 3, msgpack: "socket.io-msgpack-parser-2" },
  3: { name: "socket.io-client-3", revision: 4, msgpack: "socket.io-msgpack-parser" },
  4: { name: "socket.io-client", revision: 4, msgpack: "socket.io-msgpack-parser" },
};

export const TRANSPORTS = {
  polling: ["polling"],
  websocket: ["websocket"],
  upgrade: ["polling", "websocket"],
};

/** How long anything may take that a healthy server does at once. */
const PATIENCE = 15_000;

/**
 * The client of a generation.
 *
 * @param transport a key of TRANSPORTS
 * @param options base64: it says that it cannot take binary; msgpack: it has the official parser of
 *     MessagePack
 */
export async function client(generation, url, transport, ...options) {
  const { name, revision, msgpack } = GENERATIONS[generation];
  const module = await import(name);
  const io = module.io ?? module.default;
  const version = JSON.parse(
    readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url), "utf8"),
  ).version;
  return new Client(io, {
    generation: Number(generation),
    version,
    revision,
    url,
    transport,
    base64: options.includes("base64"),
    parser: options.includes("msgpack") ? (await import(msgpack)).default : undefined,
  });
}

class Client {
  constructor(io, properties) {
    this.io = io;
    Object.assign(this, properties);
  }

  /** What the server is to call the transport once a socket is `connected`. */
  get carrier() {
    return this.transport === "polling" ? "polling" : "websocket";
  }

  /** Whether credentials are part of CONNECT; the older ones put the query of the namespace there. */
  get hasAuth() {
    return this.revision === 4;
  }

  /** Whether a refusal may carry data: to the older parser of MessagePack it is a text alone. */
  get takesErrorData() {
    return !this.parser || this.generation > 2;
  }

  /** How many bytes an event `message` takes with that parser, as Engine.IO counts them. */
  packed(text) {
    const packet = { type: 2, data: ["message", text], options: { compress: true }, nsp: "/" };
    const [message] = new this.parser.Encoder().encode(packet, (messages) => messages);
    return message.length + (this.revision === 3 ? 1 : 0);
  }

  /** Options with credentials, wherever this generation has them. */
  credentials(values) {
    return this.hasAuth ? { auth: values } : { query: values };
  }

  /** Connects for the first time, which a server that has just started may be too slow for. */
  async warmUp() {
    const cleanUps = [];
    const scope = { defer: (f) => cleanUps.push(f) };
    await once(this.open(scope, "/", { reconnection: true, reconnectionDelay: 50 }), "connect");
    for (const cleanUp of cleanUps) cleanUp();
  }

  /** A socket that connects, on a connection of its own. */
  open(scope, namespace = "/", options = {}) {
    const socket = this.io(this.url + namespace, {
      transports: TRANSPORTS[this.transport],
      forceNew: true,
      reconnection: false,
      forceBase64: this.base64,
      ...(this.parser && { parser: this.parser }),
      ...options,
    });
    const manager = socket.io;
    scope.defer(() => (manager._close ?? manager.close).call(manager));
    return socket;
  }

  /** A socket that is connected, and upgraded where it is to be. */
  async connected(scope, namespace, options) {
    const socket = this.open(scope, namespace, options);
    await this.admitted(socket);
    await this.upgraded(socket);
    return socket;
  }

  admitted(socket) {
    return within(
      PATIENCE,
      "connecting",
      new Promise((resolve, reject) => {
        socket.once("connect", resolve);
        for (const event of ["connect_error", "error"]) {
          socket.once(event, (error) => reject(new Error(`${event}: ${error?.message ?? error}`)));
        }
        socket.io.engine.once("close", (reason) => reject(new Error(`closed: ${reason}`)));
      }),
    );
  }

  async upgraded(socket) {
    const { engine } = socket.io;
    if (this.transport === "upgrade" && engine.transport.name === "polling") {
      await within(PATIENCE, "the upgrade", new Promise((resolve) => engine.once("upgrade", resolve)));
    }
  }

  /** A socket in another namespace on the connection of that one. */
  async beside(socket, namespace) {
    const other = socket.io.socket(namespace);
    await this.admitted(other);
    return other;
  }

  /** Resolves to what a refused client is told: an error, or for the older ones any value. */
  async refusal(socket) {
    const [error] = await once(socket, this.hasAuth ? "connect_error" : "error");
    return error;
  }

  /** Asserts a refusal with this message and data, in the words of this generation. */
  assertRefused(error, message, data) {
    if (this.hasAuth) {
      assert.equal(error.message, message);
      assert.deepEqual(error.data, data);
    } else {
      assert.deepEqual(error, data ?? message);
    }
  }

  /** Emits with an acknowledgement; resolves to its first argument. */
  async ask(socket, ...args) {
    return (await this.askAll(socket, ...args))[0];
  }

  /** Emits with an acknowledgement; resolves to its arguments. */
  askAll(socket, event, ...args) {
    return within(
      PATIENCE,
      `the acknowledgement of "${event}"`,
      new Promise((resolve) => socket.emit(event, ...args, (...answer) => resolve(answer))),
    );
  }

  /** The id of a socket as the server knows it; 1.x knows the session's id only. */
  id(socket) {
    return this.generation === 1 && socket.nsp !== "/" ? `${socket.nsp}#${socket.id}` : socket.id;
  }
}

/** Resolves to the arguments of the next event of that name. */
export const once = (socket, event) =>
  within(
    PATIENCE,
    `"${event}"`,
    new Promise((resolve) => socket.once(event, (...args) => resolve(args))),
  );

/** Resolves to the arguments of so many events of that name. */
export const collect = (socket, event, count) =>
  within(
    PATIENCE,
    `${count} x "${event}"`,
    new Promise((resolve) => {
      const seen = [];
      socket.on(event, (...args) => seen.push(args) === count && resolve(seen));
    }),
  );

/** Resolves when the connection of a socket has closed. */
export const closed = (socket) =>
  within(
    PATIENCE,
    "the end of the connection",
    new Promise((resolve) => socket.io.engine.once("close", resolve)),
  );

export const bytes = (...values) => Buffer.from(values);

export const range = (count) => [...Array(count).keys()];
