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

import java.nio.ByteBuffer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * Lets binary leaves pass through Jackson as they are, by reference: an attachment becomes the
 * {@code ByteBuffer} or {@code byte[]} of a record, and the other way round, and is never Base64.
 */
final class BinaryModule extends SimpleModule {
  private static final long serialVersionUID = 1L;

  BinaryModule() {
    super("sockeye-binary");
    addSerializer(ByteBuffer.class, new BufferSerializer());
    addDeserializer(ByteBuffer.class, new BufferDeserializer());
    addDeserializer(byte[].class, new ArrayDeserializer());
  }

  private static ByteBuffer binary(JsonParser parser) {
    if (parser.currentToken() == JsonToken.VALUE_EMBEDDED_OBJECT
        && parser.getEmbeddedObject() instanceof ByteBuffer buffer) {
      return buffer.asReadOnlyBuffer();
    }
    return ByteBuffer.wrap(parser.getBinaryValue()).asReadOnlyBuffer();
  }

  private static final class BufferSerializer extends StdSerializer<ByteBuffer> {
    BufferSerializer() {
      super(ByteBuffer.class);
    }

    @Override
    public void serialize(ByteBuffer buffer, JsonGenerator out, SerializationContext context) {
      out.writeEmbeddedObject(buffer);
    }
  }

  private static final class BufferDeserializer extends StdDeserializer<ByteBuffer> {
    BufferDeserializer() {
      super(ByteBuffer.class);
    }

    @Override
    public ByteBuffer deserialize(JsonParser parser, DeserializationContext context) {
      return binary(parser);
    }
  }

  private static final class ArrayDeserializer extends StdDeserializer<byte[]> {
    ArrayDeserializer() {
      super(byte[].class);
    }

    @Override
    public byte[] deserialize(JsonParser parser, DeserializationContext context) {
      ByteBuffer buffer = binary(parser);
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      return bytes;
    }
  }
}
