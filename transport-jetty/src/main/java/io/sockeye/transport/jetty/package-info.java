/**
 * Engine.IO over Jetty. {@link io.sockeye.transport.jetty.JettyTransport} makes a handler for a
 * server that an application already has; an embedded server is started by {@link
 * io.sockeye.engineio.server.WebServers}.
 */
@NullMarked
package io.sockeye.transport.jetty;

import org.jspecify.annotations.NullMarked;
