/**
 * A Socket.IO server. Begin with {@link io.sockeye.socketio.server.SocketIoServer#create()}.
 *
 * <p>Handlers run on the handler executor: one at a time and in order per socket, and they may
 * block. Everything that sends is safe from any thread.
 */
@NullMarked
package io.sockeye.socketio.server;

import org.jspecify.annotations.NullMarked;
