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

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineErrorTest {
  @ParameterizedTest
  @CsvSource({
    "UNKNOWN_TRANSPORT,            0, Transport unknown,            400",
    "UNKNOWN_SID,                  1, Session ID unknown,           400",
    "BAD_HANDSHAKE_METHOD,         2, Bad handshake method,         400",
    "BAD_REQUEST,                  3, Bad request,                  400",
    "FORBIDDEN,                    4, Forbidden,                    403",
    "UNSUPPORTED_PROTOCOL_VERSION, 5, Unsupported protocol version, 400",
  })
  void anErrorHasItsOfficialCodeMessageAndStatus(
      EngineError error, int code, String message, int httpStatus) {
    assertThat(error.code()).isEqualTo(code);
    assertThat(error.message()).isEqualTo(message);
    assertThat(error.httpStatus()).isEqualTo(httpStatus);
    assertThat(error.toJson()).isEqualTo("{\"code\":" + code + ",\"message\":\"" + message + "\"}");
  }

  @Test
  void theseAreAllErrors() {
    assertThat(EngineError.values()).hasSize(6);
  }

  @Test
  void theBodyIsAJsonObject() {
    assertThat(EngineError.UNKNOWN_SID.toJson())
        .isEqualTo("{\"code\":1,\"message\":\"Session ID unknown\"}");
  }

  @Test
  void e14AMessageOfItsOwnIsEscaped() {
    assertThat(EngineError.FORBIDDEN.toJson("no \"you\"\n</script>"))
        .isEqualTo("{\"code\":4,\"message\":\"no \\\"you\\\"\\n</script>\"}");
  }

  @Test
  void aMessageOfItsOwnMayBeEmpty() {
    assertThat(EngineError.FORBIDDEN.toJson("")).isEqualTo("{\"code\":4,\"message\":\"\"}");
  }
}
