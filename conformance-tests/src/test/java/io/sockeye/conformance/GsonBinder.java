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
package io.sockeye.conformance;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import io.sockeye.socketio.protocol.Arguments;
import io.sockeye.socketio.server.spi.DataBinder;
import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Arguments by Gson. Bytes that a client sends are a {@code byte[]} of a class, wherever they are;
 * the other way round those of a class are Base64, because Gson has no other form for them: bytes
 * to send are arguments of their own, or in a map or a list.
 */
final class GsonBinder implements DataBinder {
  private final Gson gson;

  GsonBinder(Gson gson) {
    this.gson =
        gson.newBuilder()
            .registerTypeAdapter(byte[].class, new Base64Adapter())
            .registerTypeHierarchyAdapter(ByteBuffer.class, base64OfBuffers())
            .create();
  }

  @Override
  public @Nullable Object bind(Arguments arguments, int index, Type type) {
    Object value = index < arguments.size() ? arguments.values().get(index) : null;
    if (value == null || (type instanceof Class<?> plain && plain.isInstance(value))) {
      return value;
    }
    try {
      return gson.fromJson(gson.toJsonTree(value), type);
    } catch (JsonParseException | NumberFormatException misfit) {
      throw new IllegalArgumentException(
          "argument " + index + ": not a " + type.getTypeName() + " (" + misfit.getMessage() + ")",
          misfit);
    }
  }

  @Override
  public Object toTree(Object value) {
    Object tree = plain(gson.toJsonTree(value));
    if (tree == null) {
      throw new IllegalArgumentException(value.getClass().getName() + ": nothing to Gson");
    }
    return tree;
  }

  private static @Nullable Object plain(JsonElement element) {
    if (element.isJsonObject()) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      element.getAsJsonObject().entrySet().forEach(e -> map.put(e.getKey(), plain(e.getValue())));
      return map;
    }
    if (element.isJsonArray()) {
      List<@Nullable Object> list = new ArrayList<>();
      element.getAsJsonArray().forEach(item -> list.add(plain(item)));
      return list;
    }
    if (element.isJsonNull()) {
      return null;
    }
    JsonPrimitive value = element.getAsJsonPrimitive();
    return value.isString()
        ? value.getAsString()
        : value.isBoolean() ? (Object) value.getAsBoolean() : value.getAsNumber();
  }

  private static JsonSerializer<ByteBuffer> base64OfBuffers() {
    return (buffer, type, context) -> {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      return new JsonPrimitive(Base64.getEncoder().encodeToString(bytes));
    };
  }

  private static final class Base64Adapter extends TypeAdapter<byte[]> {
    @Override
    public void write(JsonWriter out, byte[] bytes) throws IOException {
      out.value(Base64.getEncoder().encodeToString(bytes));
    }

    @Override
    public byte[] read(JsonReader in) throws IOException {
      String text = in.nextString();
      try {
        return Base64.getDecoder().decode(text);
      } catch (IllegalArgumentException other) {
        throw new JsonParseException("not Base64", other);
      }
    }
  }
}
