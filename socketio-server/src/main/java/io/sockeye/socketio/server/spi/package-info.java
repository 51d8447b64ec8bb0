/**
 * What a client manager ({@link io.sockeye.socketio.server.spi.ClientManager}) and a JSON binding
 * ({@link io.sockeye.socketio.server.spi.DataBinder}) implement.
 */
@NullMarked
package io.sockeye.socketio.server.spi;

import org.jspecify.annotations.NullMarked;
