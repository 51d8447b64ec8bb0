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
package io.sockeye.engineio.protocol;

import static io.sockeye.engineio.protocol.EngineVersion.V3;
import static io.sockeye.engineio.protocol.EngineVersion.V4;
import static io.sockeye.engineio.protocol.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EngineProtocolExceptionTest {
  @ParameterizedTest
  @ValueSource(strings = {"7secret", "4a\u001e7secret", "bsecret!", "secret", "99:4secret"})
  void theMessageDoesNotRepeatThePayload(String body) {
    for (EngineVersion version : EngineVersion.values()) {
      Payload payload = PayloadCodec.decodeText(version, utf8(body), 16);

      assertThat(payload.error()).isNotNull();
      assertThat(payload.error().getMessage()).isNotBlank().doesNotContain("secret");
    }
  }

  @Test
  void theMessageOfAFormDoesNotRepeatIt() {
    assertThatExceptionOfType(EngineProtocolException.class)
        .isThrownBy(() -> Jsonp.unwrapForm(utf8("d=%secret")))
        .withMessage("form: malformed percent escape");
  }

  @Test
  void itIsAnAnswerWithoutAStackTrace() {
    assertThatExceptionOfType(EngineProtocolException.class)
        .isThrownBy(() -> FrameCodec.decodeText(V4, Utf8Text.EMPTY))
        .satisfies(error -> assertThat(error.getStackTrace()).isEmpty());
    assertThat(PayloadCodec.decodeText(V3, new byte[0], 1).error()).hasNoCause();
  }
}
