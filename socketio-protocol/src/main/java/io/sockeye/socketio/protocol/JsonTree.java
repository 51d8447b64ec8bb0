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

import io.sockeye.socketio.protocol.PacketFormatException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/** Decodes JSON that {@link JsonScanner} has checked, with Jackson's streaming reader. */
final class JsonTree {
  // The scanner has applied the real limits; these must only not be stricter. The pool is shared by
  // all threads because handlers may run on a new virtual thread each time. There is no table of
  // names, because it throws when a peer chooses names of one hash.
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
          .recyclerPool(JsonRecyclerPools.newConcurrentDequePool())
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxNestingDepth(Integer.MAX_VALUE)
                  .build())
          .build();

  private final JsonParser parser;
  private final List<ByteBuffer> attachments;

  private JsonTree(JsonParser parser, List<ByteBuffer> attachments) {
    this.parser = parser;
    this.attachments = attachments;
  }

  /** Decodes the arguments of an array without attachments. */
  static List<@Nullable Object> readArray(JsonArray array) {
    try {
      return readArray(array, List.of());
    } catch (PacketFormatException impossible) {
      throw new IllegalStateException("only attachments can fail", impossible);
    }
  }

  /** Decodes the arguments of an array, putting attachments in the place of their placeholders. */
  static List<@Nullable Object> readArray(JsonArray array, List<ByteBuffer> attachments)
      throws PacketFormatException {
    try (JsonParser parser = parser(array.bytes(), array.start(), array.end() - array.start())) {
      parser.nextToken();
      for (int i = 0; i < array.leading(); i++) {
        parser.nextToken();
        parser.skipChildren();
      }
      return new JsonTree(parser, attachments).elements();
    }
  }

  /** Decodes an object. */
  static Map<String, @Nullable Object> readObject(byte[] bytes, int offset, int length) {
    try (JsonParser parser = parser(bytes, offset, length)) {
      parser.nextToken();
      return new JsonTree(parser, List.of()).members();
    } catch (PacketFormatException impossible) {
      throw new IllegalStateException("only attachments can fail", impossible);
    }
  }

  /** Decodes a value of any kind. */
  static @Nullable Object readValue(byte[] bytes, int offset, int length) {
    try (JsonParser parser = parser(bytes, offset, length)) {
      return new JsonTree(parser, List.of()).value(parser.nextToken());
    } catch (PacketFormatException impossible) {
      throw new IllegalStateException("only attachments can fail", impossible);
    }
  }

  /** Decodes a string with escapes, its quotes included in the range. */
  static String readString(byte[] bytes, int offset, int length) {
    try (JsonParser parser = parser(bytes, offset, length)) {
      parser.nextToken();
      return parser.getString();
    }
  }

  private static JsonParser parser(byte[] bytes, int offset, int length) {
    // Without a table of names Jackson reads characters, and those of a string cheaper than bytes.
    return FACTORY.createParser(ObjectReadContext.empty(), plainString(bytes, offset, length));
  }

  static String plainString(byte[] bytes, int offset, int length) {
    return new String(bytes, offset, length, StandardCharsets.UTF_8);
  }

  private @Nullable Object value(JsonToken token) throws PacketFormatException {
    return switch (token) {
      case START_OBJECT -> {
        Map<String, @Nullable Object> map = members();
        yield !attachments.isEmpty() && Boolean.TRUE.equals(map.get("_placeholder"))
            ? attachment(map.get("num"))
            : map;
      }
      case START_ARRAY -> elements();
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT -> parser.getNumberValue();
      // A double is what JavaScript has; what does not fit becomes infinite there too.
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  private List<@Nullable Object> elements() throws PacketFormatException {
    List<@Nullable Object> list = new ArrayList<>();
    JsonToken token;
    while ((token = parser.nextToken()) != JsonToken.END_ARRAY) {
      list.add(value(token));
    }
    return list;
  }

  private Map<String, @Nullable Object> members() throws PacketFormatException {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    String name;
    while ((name = parser.nextName()) != null) {
      map.put(name, value(parser.nextToken()));
    }
    return map;
  }

  private ByteBuffer attachment(@Nullable Object num) throws PacketFormatException {
    if (num instanceof Integer index && index >= 0 && index < attachments.size()) {
      return attachments.get(index);
    }
    throw new PacketFormatException(
        Reason.PLACEHOLDER,
        "placeholder: no attachment of that number (expected: 0 to "
            + (attachments.size() - 1)
            + ")");
  }
}
