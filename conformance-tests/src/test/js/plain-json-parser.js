// Packets as objects, for the option "parser" of the client.
import { Emitter } from "@socket.io/component-emitter";

class Encoder {
  encode(packet) {
    return [JSON.stringify(packet)];
  }
}

class Decoder extends Emitter {
  add(chunk) {
    const packet = JSON.parse(chunk);
    if (!Number.isInteger(packet.type) || typeof packet.nsp !== "string") {
      throw new Error("invalid format");
    }
    this.emit("decoded", packet);
  }

  destroy() {}
}

export const parser = { Encoder, Decoder };
