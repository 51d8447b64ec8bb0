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
package io.sockeye.transport.servlet;

import jakarta.websocket.CloseReason;
import jakarta.websocket.Session;
import java.io.IOException;

/**
 * What Jakarta WebSocket does not offer, as far as a container does: to stop reading, and to close
 * a connection at once.
 */
interface SessionControl {
  /** Sets limits of a new session. */
  default void prepare(Session session, int maxMessageBytes) {}

  /** Stops reading; returns false if the container cannot. */
  default boolean pause(Session session) {
    return false;
  }

  /** Reads again, after {@link #pause} returned true; returns false if it is too early for that. */
  default boolean resume(Session session) {
    return true;
  }

  /** Sends a close frame; nothing is on its way out. */
  default void close(Session session, CloseReason reason) throws IOException {
    session.close(reason);
  }

  /** Closes the TCP connection; a close frame may still go out if it can at once. */
  default void abort(Session session) {
    try {
      session.close(new CloseReason(CloseReason.CloseCodes.GOING_AWAY, ""));
    } catch (IOException | RuntimeException gone) {
      // as it should be
    }
  }

  /** Returns the control of the container that made a session. */
  static SessionControl of(Session session) {
    String type = session.getClass().getName();
    if (type.startsWith("org.apache.tomcat.")) {
      return Tomcat.INSTANCE;
    } else if (type.startsWith("io.undertow.")) {
      return Undertow.INSTANCE;
    } else if (type.startsWith("org.eclipse.jetty.")) {
      return Jetty.INSTANCE;
    }
    return Other.INSTANCE;
  }

  /** Any container that keeps to the specification. */
  enum Other implements SessionControl {
    INSTANCE
  }

  /** Apache Tomcat. */
  enum Tomcat implements SessionControl {
    INSTANCE;

    private static final String SEND_TIMEOUT = "org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT";
    private static final String CLOSE_TIMEOUT =
        "org.apache.tomcat.websocket.ABNORMAL_SESSION_CLOSE_SEND_TIMEOUT";

    @Override
    public void prepare(Session session, int maxMessageBytes) {
      // Pongs are written by the reading thread, which must not wait long for a peer.
      session.getUserProperties().put(SEND_TIMEOUT, 5000L);
      // And the close frame of a violation, behind what is on its way out.
      session.getUserProperties().put(CLOSE_TIMEOUT, 500L);
    }

    @Override
    public void close(Session session, CloseReason reason) throws IOException {
      session.getUserProperties().put(SEND_TIMEOUT, 50L); // it waits if the peer does not read
      session.getUserProperties().put(CLOSE_TIMEOUT, 50L);
      session.close(reason);
    }

    @Override
    public boolean pause(Session session) {
      return ContainerAccess.tryPath(session, "suspend");
    }

    @Override
    public boolean resume(Session session) {
      // A thread that is about to stop, and may go on instead, would leave in Tomcat's buffer what
      // it has read and not delivered, until the peer sends more.
      if (ContainerAccess.tryFields(session, "wsFrame", "readState").equals("SUSPENDING_PROCESS")) {
        return false;
      }
      ContainerAccess.tryPath(session, "resume");
      return true;
    }

    @Override
    public void abort(Session session) {
      ContainerAccess.tryPath(session, "closeConnection");
      SessionControl.super.abort(session); // or Tomcat would keep the session
    }
  }

  /** Undertow, WildFly. */
  enum Undertow implements SessionControl {
    INSTANCE;

    @Override
    public void prepare(Session session, int maxMessageBytes) {
      session.setMaxBinaryMessageBufferSize(maxMessageBytes); // a limit here, not a buffer
    }

    @Override
    public boolean pause(Session session) {
      return ContainerAccess.tryPath(session, "getWebSocketChannel", "suspendReceives");
    }

    @Override
    public boolean resume(Session session) {
      ContainerAccess.tryPath(session, "getWebSocketChannel", "resumeReceives");
      return true;
    }

    @Override
    public void abort(Session session) {
      ContainerAccess.tryPath(session, "forceClose");
    }
  }

  /** Eclipse Jetty. */
  enum Jetty implements SessionControl {
    INSTANCE;

    @Override
    public void prepare(Session session, int maxMessageBytes) {
      // Frames come in parts as they arrive, and leave as they are; a size would bind both ways.
      session.getUserProperties().put("org.eclipse.jetty.websocket.autoFragment", true);
      session.getUserProperties().put("org.eclipse.jetty.websocket.maxFrameSize", 0L);
    }

    @Override
    public void abort(Session session) {
      ContainerAccess.tryPath(session, "getCoreSession", "abort");
    }
  }
}
