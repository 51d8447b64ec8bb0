// Writes to the stream of a cluster what the official emitter for streams writes, which the registry
// of npm does not have: entries of a node called "emitter", with the namespace in each packet.
import { encode } from "@msgpack/msgpack";

const BROADCAST = 3;
const SOCKETS_JOIN = 4;
const SOCKETS_LEAVE = 5;
const DISCONNECT_SOCKETS = 6;
const SERVER_SIDE_EMIT = 9;

const list = (oneOrMore) => (Array.isArray(oneOrMore) ? oneOrMore : [oneOrMore]);

const hasBinary = (value) =>
  ArrayBuffer.isView(value) ||
  (value !== null && typeof value === "object" && Object.values(value).some(hasBinary));

/** The same operations as the emitter of @socket.io/redis-emitter; each resolves when it is written. */
export class StreamsEmitter {
  #redis;
  #stream;
  #namespace;
  #opts;

  constructor(redis, stream, namespace = "/", opts = { rooms: [], except: [], flags: {} }) {
    this.#redis = redis;
    this.#stream = stream;
    this.#namespace = namespace;
    this.#opts = opts;
  }

  #with(changed) {
    const opts = { ...this.#opts, ...changed };
    return new StreamsEmitter(this.#redis, this.#stream, this.#namespace, opts);
  }

  of(namespace) {
    return new StreamsEmitter(this.#redis, this.#stream, namespace);
  }

  to(rooms) {
    return this.#with({ rooms: [...this.#opts.rooms, ...list(rooms)] });
  }

  except(rooms) {
    return this.#with({ except: [...this.#opts.except, ...list(rooms)] });
  }

  get volatile() {
    return this.#with({ flags: { ...this.#opts.flags, volatile: true } });
  }

  emit(...data) {
    const packet = { type: 2, data, nsp: this.#namespace };
    return this.#write(BROADCAST, { packet, opts: this.#opts });
  }

  socketsJoin(rooms) {
    return this.#write(SOCKETS_JOIN, { opts: this.#narrowed(), rooms: list(rooms) });
  }

  socketsLeave(rooms) {
    return this.#write(SOCKETS_LEAVE, { opts: this.#narrowed(), rooms: list(rooms) });
  }

  disconnectSockets(close = false) {
    return this.#write(DISCONNECT_SOCKETS, { opts: this.#narrowed(), close });
  }

  serverSideEmit(...packet) {
    return this.#write(SERVER_SIDE_EMIT, { packet });
  }

  /** Flags are for events alone. */
  #narrowed() {
    return { ...this.#opts, flags: {} };
  }

  #write(type, data) {
    const written = hasBinary(data)
      ? Buffer.from(encode(data)).toString("base64")
      : JSON.stringify(data);
    const fields = { uid: "emitter", nsp: this.#namespace, type: String(type), data: written };
    const TRIM = { strategy: "MAXLEN", strategyModifier: "~", threshold: 10_000 };
    return this.#redis.xAdd(this.#stream, "*", fields, { TRIM });
  }
}
