/*
 * Copyright 2026 the Sockeye authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
package io.sockeye.socketio.server;

import io.sockeye.parser.msgpack.Msgpack;
import io.sockeye.socketio.protocol.DecoderLimits;
import io.sockeye.socketio.protocol.PacketFormatException;
import io.sockeye.socketio.protocol.PacketFormatException.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Sessions as {@code @socket.io/redis-streams-adapter} keeps them: MessagePack in Base64, with the
 * members {@code sid}, {@code pid}, {@code rooms} and {@code data}. Immutable.
 */
final class SessionForm {
  private final UnaryOperator<Object> converter;
  private final DecoderLimits limits;

  SessionForm(UnaryOperator<Object> converter, DecoderLimits limits) {
    this.converter = converter;
    this.limits = ClusterContext.around(limits);
  }

  /**
   * Writes a session.
   *
   * @throws IllegalArgumentException if an attribute is of a kind that cannot be written
   */
  String write(String pid, RecoveredSession session) {
    List<String> rooms = new ArrayList<>(session.rooms());
    rooms.remove(session.id());
    rooms.sort(null);
    if (session.rooms().contains(session.id())) {
      rooms.add(0, session.id());
    }
    Map<String, @Nullable Object> form = new LinkedHashMap<>();
    form.put("sid", session.id());
    form.put("pid", pid);
    form.put("rooms", rooms);
    form.put("data", session.attributes());
    ByteBuffer packed = Msgpack.write(form, Msgpack.Dates.TIMESTAMP, converter);
    byte[] bytes = new byte[packed.remaining()];
    packed.get(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** Reads a session, of which the handshake is not known. */
  RecoveredSession read(String namespace, String text) throws PacketFormatException {
    byte[] packed;
    try {
      packed = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException malformed) {
      throw new PacketFormatException(Reason.PAYLOAD, "a session that is not Base64");
    }
    if (!(Msgpack.read(ByteBuffer.wrap(packed), limits) instanceof Map<?, ?> form)
        || !(form.get("sid") instanceof String id)) {
      throw new PacketFormatException(Reason.PAYLOAD, "a session without an id");
    }
    return new RecoveredSession(
        id,
        namespace,
        null,
        RemoteSocketForm.readRooms(form.get("rooms")),
        RemoteSocketForm.readAttributes(form.get("data")),
        null);
  }
}
