// What the checks in two-generations.js use inside of the page: peers of either generation of the client.
(() => {
  const TRANSPORTS = {
    polling: { transports: ["polling"] },
    websocket: { transports: ["websocket"] },
    upgrade: { transports: ["polling", "websocket"] },
    jsonp: { transports: ["polling"], forceJSONP: true },
  };
  const PATIENCE = 15_000;
  const chosen = {};
  const opened = [];
  let names = 0;

  function within(what, start) {
    const promise = new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ${what} in ${PATIENCE} ms`)), PATIENCE);
      const settled = (settle) => (value) => {
        clearTimeout(timer);
        settle(value);
      };
      start(settled(resolve), settled(reject));
    });
    // What nobody waits for any more, because its check has failed, is no fault of the page.
    promise.catch(() => {});
    return promise;
  }

  /** A socket of the client 4.x or 2.x: one namespace of a connection. */
  class Peer {
    constructor(generation, socket) {
      this.generation = generation;
      this.socket = socket;
    }

    /** The next occurrence of an event, as an array of its arguments. */
    once(event) {
      return within(`"${event}"`, (resolve) => this.socket.once(event, (...args) => resolve(args)));
    }

    /** The first arguments of so many occurrences of an event. */
    collect(event, count) {
      return within(`${count} x "${event}"`, (resolve) => {
        const seen = [];
        this.socket.on(event, (first) => seen.push(first) === count && resolve(seen));
      });
    }

    /** All occurrences of an event that have come so far. */
    inbox(event) {
      const seen = [];
      this.socket.on(event, (...args) => seen.push(args));
      return seen;
    }

    emit(...args) {
      this.socket.emit(...args);
    }

    /** Emits, and resolves to the values of the acknowledgement. */
    asks(...args) {
      return within(`acknowledgement of "${args[0]}"`, (resolve) =>
        this.socket.emit(...args, (...values) => resolve(values)),
      );
    }

    /** Emits, and resolves to the one value of the acknowledgement. */
    async ask(...args) {
      return (await this.asks(...args))[0];
    }

    /** Resolves when it is connected, on the transport where it stays. */
    async connected() {
      await within("connect", (resolve, reject) => {
        this.socket.once("connect", resolve);
        this.socket.once("connect_error", reject);
      });
      const engine = this.socket.io.engine;
      if (chosen[this.generation] === "upgrade" && engine.transport.name === "polling") {
        await within("upgrade", (resolve) => engine.once("upgrade", resolve));
      }
      return this;
    }

    /** Resolves to what the server says when it does not want this socket. */
    async refused() {
      if (this.generation === 2) return (await this.once("error"))[0];
      const [error] = await this.once("connect_error");
      return error.data ? { message: error.message, data: error.data } : error.message;
    }

    /** One more namespace on the same connection. */
    also(namespace) {
      return new Peer(this.generation, this.socket.io.socket(namespace));
    }
  }

  Object.assign(window, {
    /** Sets the transport of each generation. */
    choose(transports) {
      Object.assign(chosen, transports);
    },

    /** A peer that is about to connect. */
    peer(generation, namespace = "/", options = {}) {
      const io = generation === 4 ? window.io4 : window.io2;
      const socket = io(namespace, {
        ...TRANSPORTS[chosen[generation]],
        forceNew: true,
        reconnection: false,
        ...options,
      });
      opened.push(socket);
      return new Peer(generation, socket);
    },

    connect: (generation, namespace, options) =>
      window.peer(generation, namespace, options).connected(),

    closeAll() {
      for (const socket of opened.splice(0)) socket.io.engine?.close();
    },

    unique: (name) => `${name}-${++names}`,

    bytes: (...values) => new Uint8Array(values).buffer,

    /** The same value with "<01 02>" for the bytes 1 and 2; binary must be an ArrayBuffer. */
    spelled: (value) => {
      if (value instanceof ArrayBuffer) {
        return `<${[...new Uint8Array(value)].map((b) => b.toString(16).padStart(2, "0")).join(" ")}>`;
      }
      if (value === null || typeof value !== "object") return value;
      if (Array.isArray(value)) return value.map(window.spelled);
      if (Object.getPrototypeOf(value) !== Object.prototype) {
        return `a ${value.constructor.name}`;
      }
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, window.spelled(v)]));
    },
  });
})();
