package io.sockeye.engineio.server;

/** Why a session ended. The texts are those of the official server, which applications log. */
public enum CloseReason {
  /** The peer closed, or its connection was lost. */
  TRANSPORT_CLOSE("transport close"),
  /** The connection failed, or the peer broke a rule of its transport. */
  TRANSPORT_ERROR("transport error"),
  /** No sign of life within the heartbeat's time. */
  PING_TIMEOUT("ping timeout"),
  /** The peer sent something that is not a packet. */
  PARSE_ERROR("parse error"),
  /** This side closed the session. */
  FORCED_CLOSE("forced close"),
  /** The peer took its messages too slowly: the outbound queue went over its bound. */
  SLOW_CONSUMER("slow consumer"),
  /** The server is shutting down. */
  SERVER_SHUTDOWN("server shutting down");

  private final String text;

  CloseReason(String text) {
    this.text = text;
  }

  /** Returns the reason as a text, such as {@code ping timeout}. */
  public String text() {
    return text;
  }
}
