/**
 * Engine.IO in a servlet container: {@link io.sockeye.transport.servlet.EngineIoServlet}, installed
 * with {@link io.sockeye.transport.servlet.ServletTransport} or by an {@link
 * io.sockeye.transport.servlet.EngineIoApplication}.
 */
@NullMarked
package io.sockeye.transport.servlet;

import org.jspecify.annotations.NullMarked;
