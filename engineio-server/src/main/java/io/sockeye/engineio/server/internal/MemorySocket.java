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
package io.sockeye.engineio.server.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sockeye.engineio.protocol.Utf8Text;
import io.sockeye.engineio.server.Headers;
import io.sockeye.engineio.server.HttpRequest;
import io.sockeye.engineio.server.spi.HttpResponse;
import io.sockeye.engineio.server.spi.IoExecutor;
import io.sockeye.engineio.server.spi.OutboundFrame;
import io.sockeye.engineio.server.spi.WebSocketConnection;
import io.sockeye.engineio.server.spi.WebSocketListener;
import io.sockeye.engineio.server.spi.WebSocketUpgrade;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A WebSocket of a test: the peer's end of it. Not for use by several threads. */
public final class MemorySocket {
  private final HttpRequest request;
  private final List<String> unsent = new ArrayList<>();
  private final List<String> received = new ArrayList<>(); // guarded by itself: any thread takes
  private @Nullable HttpResponse refusal;
  private Headers acceptHeaders = Headers.EMPTY;
  private WebSocketUpgrade.@Nullable Settings settings;
  private @Nullable WebSocketListener listener;
  private int closeStatus = -1;
  private boolean writable = true;
  private boolean readingPaused;

  MemorySocket(HttpRequest request) {
    this.request = request;
  }

  // ---- the test's side ----

  /** Returns whether the server took the WebSocket and has not closed it. */
  public boolean isOpen() {
    return listener != null && closeStatus == -1;
  }

  /** Returns the answer instead of 101. */
  public HttpResponse refusal() {
    return known(refusal, "the WebSocket was not refused");
  }

  /** Returns the body of the answer instead of 101. */
  public String refusalText() {
    return UTF_8.decode(refusal().body().duplicate()).toString();
  }

  /** Returns the headers that the server added to 101. */
  public Headers acceptHeaders() {
    return acceptHeaders;
  }

  /** Returns what the server asked the binding to keep to. */
  public WebSocketUpgrade.Settings settings() {
    return known(settings, "the WebSocket was not accepted");
  }

  private WebSocketListener listener() {
    return known(listener, "the WebSocket was not accepted");
  }

  private static <T> T known(@Nullable T value, String otherwise) {
    if (value == null) {
      throw new AssertionError(otherwise);
    }
    return value;
  }

  /** Sends a text frame. */
  public MemorySocket send(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    listener().onText(Utf8Text.wrap(bytes, 0, bytes.length));
    return this;
  }

  /** Sends a binary frame given as hexadecimal digits. */
  public MemorySocket sendHex(String hex) {
    listener().onBinary(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
    return this;
  }

  /** Takes the frames that have come: text as it is, binary as {@code <0102>}. */
  public List<String> take() {
    synchronized (received) {
      List<String> taken = List.copyOf(received);
      received.clear();
      return taken;
    }
  }

  /** Closes with a close frame. */
  public void close() {
    listener().onClosed(1000, null);
  }

  /** What a binding does when a peer breaks its rules. */
  public void violate(int status) {
    closeStatus = status;
    listener().onClosed(status, new IllegalStateException("violation"));
  }

  /** The connection drops. */
  public void drop() {
    listener().onClosed(1006, null);
  }

  /** Returns the status that the server closed with, -1 if it has not. */
  public int closeStatus() {
    return closeStatus;
  }

  /** Lets the peer's buffers be full, or takes what waits. */
  public void writable(boolean isWritable) {
    boolean drained = !writable && isWritable;
    writable = isWritable;
    if (drained) {
      listener().onWritable();
    }
  }

  /** Returns whether the server reads no more for the moment. */
  public boolean isReadingPaused() {
    return readingPaused;
  }

  // ---- the server's side ----

  WebSocketUpgrade upgrade() {
    return new WebSocketUpgrade() {
      @Override
      public HttpRequest request() {
        return request;
      }

      @Override
      public void accept(Headers headers, Settings limits, Acceptor acceptor) {
        acceptHeaders = headers;
        settings = limits;
        listener = acceptor.opened(new Connection());
      }

      @Override
      public void refuse(HttpResponse response) {
        refusal = response;
      }
    };
  }

  private final class Connection implements WebSocketConnection {
    @Override
    public @Nullable IoExecutor ioExecutor() {
      return null;
    }

    @Override
    public void write(OutboundFrame frame) {
      unsent.add(
          frame.isText()
              ? new String(frame.array(), frame.offset(), frame.length(), UTF_8)
              : "<"
                  + HexFormat.of()
                      .formatHex(frame.array(), frame.offset(), frame.offset() + frame.length())
                  + ">");
    }

    @Override
    public boolean flush() {
      synchronized (received) {
        received.addAll(unsent);
      }
      unsent.clear();
      return writable;
    }

    @Override
    public void close(int status, String reason) {
      if (closeStatus == -1) {
        closeStatus = status;
      }
    }

    @Override
    public void abort() {
      closeStatus = 1006;
    }

    @Override
    public void pauseReading() {
      readingPaused = true;
    }

    @Override
    public void resumeReading() {
      readingPaused = false;
    }
  }
}
