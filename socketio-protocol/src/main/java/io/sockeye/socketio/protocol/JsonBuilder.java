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
package io.sockeye.socketio.protocol;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Writes a JSON object member by member: for messages that carry events from server to server.
 * Arguments that came as text are copied and not decoded; bytes become placeholders. Not safe for
 * use by several threads.
 */
public final class JsonBuilder {
  private final @Nullable UnaryOperator<Object> converter;
  private final JsonWriter writer;
  private boolean first = true;

  /**
   * Creates an empty object.
   *
   * @param converter asked for values that it does not know how to write, as of {@link
   *     PacketParser#json(UnaryOperator)}; null to refuse them
   */
  public JsonBuilder(@Nullable UnaryOperator<Object> converter) {
    this.converter = converter;
    this.writer = new JsonWriter(0, 256, converter);
    writer.raw('{');
  }

  private void name(String name) {
    if (!first) {
      writer.raw(',');
    }
    first = false;
    writer.string(name);
    writer.raw(':');
  }

  /** Returns whether nothing has been written yet. */
  public boolean isEmpty() {
    return first;
  }

  /**
   * Writes a member.
   *
   * @throws IllegalArgumentException if its value is of a kind that cannot be written
   */
  public JsonBuilder put(String name, @Nullable Object value) {
    name(name);
    writer.value(value);
    return this;
  }

  /** Writes a member that is an object. */
  public JsonBuilder put(String name, JsonBuilder object) {
    name(name);
    byte[] text = object.toBytes();
    writer.raw(text, 0, text.length);
    return this;
  }

  /** Writes a member that is an array of arguments. */
  public JsonBuilder putArguments(String name, Arguments arguments) {
    name(name);
    array(writer, null, arguments);
    return this;
  }

  /** Writes a member that is an array: a text, such as the name of an event, then arguments. */
  public JsonBuilder putEvent(String name, String event, Arguments arguments) {
    name(name);
    array(writer, event, arguments);
    return this;
  }

  /**
   * Writes a member that is an array of arguments if there are no bytes among them; else one whose
   * first element is that array, and the others what becomes of the bytes.
   *
   * @param attachment what a binary value is written as
   * @return whether there were bytes
   */
  public boolean putArguments(
      String name, Arguments arguments, Function<ByteBuffer, String> attachment) {
    return putWithAttachments(name, inner -> array(inner, null, arguments), attachment);
  }

  /**
   * Writes a member that is a value if there are no bytes in it; else an array whose first element
   * is the value, and the others what becomes of the bytes.
   *
   * @param attachment what a binary value is written as
   * @return whether there were bytes
   */
  public boolean putValue(
      String name, @Nullable Object value, Function<ByteBuffer, String> attachment) {
    return putWithAttachments(name, inner -> inner.value(value), attachment);
  }

  private boolean putWithAttachments(
      String name, Consumer<JsonWriter> content, Function<ByteBuffer, String> attachment) {
    name(name);
    JsonWriter inner = new JsonWriter(0, 128, converter);
    content.accept(inner);
    byte[] text = inner.toArray();
    if (inner.attachments().isEmpty()) {
      writer.raw(text, 0, text.length);
      return false;
    }
    writer.raw('[');
    writer.raw(text, 0, text.length);
    for (ByteBuffer bytes : inner.attachments()) {
      writer.raw(',');
      writer.string(attachment.apply(bytes));
    }
    writer.raw(']');
    return true;
  }

  private static void array(JsonWriter to, @Nullable String event, Arguments arguments) {
    to.raw('[');
    if (event != null) {
      to.string(event);
      if (arguments.size() > 0) {
        to.raw(',');
      }
    }
    JsonArray json = arguments.json();
    if (json != null) {
      to.raw(json.bytes(), json.elementsStart(), json.elementsEnd() - json.elementsStart());
    } else {
      List<@Nullable Object> values = arguments.values();
      for (int i = 0; i < values.size(); i++) {
        if (i > 0) {
          to.raw(',');
        }
        to.value(values.get(i));
      }
    }
    to.raw(']');
  }

  /** Returns what was written besides as placeholders; those of an array of its own not. */
  public List<ByteBuffer> attachments() {
    return new ArrayList<>(writer.attachments());
  }

  /** Returns the object's text. Nothing can be added afterwards. */
  public byte[] toBytes() {
    writer.raw('}');
    return writer.toArray();
  }
}
