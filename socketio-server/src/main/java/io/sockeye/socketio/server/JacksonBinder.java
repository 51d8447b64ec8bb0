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

import io.sockeye.socketio.protocol.Arguments;
import io.sockeye.socketio.protocol.JsonArray;
import io.sockeye.socketio.server.spi.DataBinder;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/**
 * Binds arguments with Jackson: straight from the received bytes where they are still there. A
 * server has one by default; this makes one of an application's own mapper:
 *
 * <pre>{@code
 * SocketIoOptions.builder().dataBinder(JacksonBinder.of(mapper)).build()
 * }</pre>
 *
 * <p>Immutable, safe for use by any thread.
 */
public final class JacksonBinder implements DataBinder {
  private final JsonMapper mapper;

  private JacksonBinder(JsonMapper mapper) {
    this.mapper = mapper;
  }

  /**
   * Returns the default: a text is not taken for a number or a boolean, nor the other way round,
   * and of a number nothing is cut off.
   */
  static JacksonBinder strict() {
    return of(
        JsonMapper.builder()
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .withCoercionConfig(
                LogicalType.Textual,
                text ->
                    text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .build());
  }

  /**
   * Returns a binder with a mapper's settings and modules. Bytes are not Base64 in it: as {@code
   * byte[]} or {@code ByteBuffer} they are what the parser makes of bytes, such as attachments.
   */
  public static JacksonBinder of(JsonMapper mapper) {
    return new JacksonBinder(
        mapper
            .rebuild()
            // An argument is followed by the next one.
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .addModule(new BinaryModule())
            .build());
  }

  @Override
  public @Nullable Object bind(Arguments arguments, int index, Type type) {
    JavaType javaType = mapper.constructType(type);
    JsonArray json = arguments.json();
    try {
      if (json == null) {
        Object value = arguments.values().get(index);
        return value == null ? null : mapper.convertValue(value, javaType);
      }
      try (JsonParser parser =
          mapper.createParser(json.bytes(), json.start(), json.end() - json.start())) {
        parser.nextToken();
        for (int skip = json.leading() + index; skip > 0; skip--) {
          parser.nextToken();
          parser.skipChildren();
        }
        parser.nextToken();
        return mapper.readValue(parser, javaType);
      }
    } catch (JacksonException misfit) {
      throw new IllegalArgumentException(
          "argument "
              + index
              + ": not a "
              + javaType.getRawClass().getSimpleName()
              + " ("
              + misfit.getOriginalMessage()
              + ")",
          misfit);
    }
  }

  @Override
  public Object toTree(Object value) {
    try {
      return mapper.convertValue(value, Object.class);
    } catch (JacksonException unknown) {
      throw new IllegalArgumentException(
          value.getClass().getName() + ": " + unknown.getOriginalMessage(), unknown);
    }
  }
}
