/**
 * What a client manager ({@link io.sockeye.socketio.server.spi.ClientManager}), a JSON binding
 * ({@link io.sockeye.socketio.server.spi.DataBinder}) and a message queue ({@link
 * io.sockeye.socketio.server.spi.ClusterBus}, found by a {@link
 * io.sockeye.socketio.server.spi.ClusterBusProvider}) implement.
 */
@NullMarked
package io.sockeye.socketio.server.spi;

import org.jspecify.annotations.NullMarked;
