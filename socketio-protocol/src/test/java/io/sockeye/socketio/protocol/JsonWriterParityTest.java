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

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/** The writer gives the same bytes as Jackson's generator. */
class JsonWriterParityTest {
  private static final long SEED = 20260101;
  private static final int ROUNDS = 20_000;

  private static final JsonFactory JACKSON =
      JsonFactory.builder()
          // As JSON.stringify writes.
          .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
          .disable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES)
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .disable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
          .build();

  @Test
  void givesTheSameBytes() {
    for (long seed = SEED; seed < SEED + ROUNDS; seed++) {
      Object value = new RandomJson(seed).value(5);
      ByteArrayOutputStream expected = new ByteArrayOutputStream();
      try (JsonGenerator generator =
          JACKSON.createGenerator(ObjectWriteContext.empty(), expected)) {
        write(generator, value);
      }
      JsonWriter writer = new JsonWriter(0, 8, null);

      writer.value(value);

      assertThat(new String(writer.toArray(), UTF_8))
          .as("seed %d", seed)
          .isEqualTo(expected.toString(UTF_8));
    }
  }

  private static void write(JsonGenerator generator, Object value) {
    if (value == null) {
      generator.writeNull();
    } else if (value instanceof Boolean bool) {
      generator.writeBoolean(bool);
    } else if (value instanceof Integer number) {
      generator.writeNumber(number);
    } else if (value instanceof Long number) {
      generator.writeNumber(number);
    } else if (value instanceof Double number) {
      generator.writeNumber(number);
    } else if (value instanceof BigInteger number) {
      generator.writeNumber(number);
    } else if (value instanceof BigDecimal number) {
      generator.writeNumber(number);
    } else if (value instanceof String text) {
      generator.writeString(text);
    } else if (value instanceof Map<?, ?> map) {
      generator.writeStartObject();
      map.forEach(
          (key, item) -> {
            generator.writeName((String) key);
            write(generator, item);
          });
      generator.writeEndObject();
    } else {
      List<?> list = value instanceof Object[] array ? Arrays.asList(array) : (List<?>) value;
      generator.writeStartArray();
      list.forEach(item -> write(generator, item));
      generator.writeEndArray();
    }
  }
}
