/**
 * The Socket.IO protocol, revisions 5 and 4/3, as pure functions over immutable packets: no I/O, no
 * threads, no clock, no logger. Limits are arguments; whatever a peer sends gives either a packet
 * or a {@link io.sockeye.socketio.protocol.PacketFormatException}.
 */
@NullMarked
package io.sockeye.socketio.protocol;

import org.jspecify.annotations.NullMarked;
