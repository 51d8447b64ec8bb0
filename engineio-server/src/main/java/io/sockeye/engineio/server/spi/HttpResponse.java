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
package io.sockeye.engineio.server.spi;

import io.sockeye.engineio.server.Headers;
import java.nio.ByteBuffer;

/**
 * An HTTP answer.
 *
 * @param status the status code
 * @param headers its headers, without {@code Content-Length} and {@code Connection}, which the
 *     binding adds
 * @param body its body; read through a duplicate, never changed
 * @param close whether the connection is to be closed after it
 */
public record HttpResponse(int status, Headers headers, ByteBuffer body, boolean close) {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

  /** Returns an answer after which the connection may be used again. */
  public static HttpResponse of(int status, Headers headers, byte[] body) {
    return new HttpResponse(status, headers, ByteBuffer.wrap(body), false);
  }

  /** Returns an answer without a body. */
  public static HttpResponse empty(int status, Headers headers) {
    return new HttpResponse(status, headers, NOTHING, false);
  }

  /** Returns this answer, after which the connection is closed. */
  public HttpResponse closing() {
    return new HttpResponse(status, headers, body, true);
  }
}
