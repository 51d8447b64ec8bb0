/**
 * Engine.IO over Netty. {@link io.sockeye.transport.netty.NettyTransport} attaches to a pipeline
 * that an application already has; an embedded server is started by {@link
 * io.sockeye.engineio.server.WebServers}.
 */
@NullMarked
package io.sockeye.transport.netty;

import org.jspecify.annotations.NullMarked;
