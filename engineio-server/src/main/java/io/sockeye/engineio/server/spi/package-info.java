/**
 * What a web server must offer to carry Engine.IO ({@link
 * io.sockeye.engineio.server.spi.WebServerProvider}), and what a protocol on top of it implements
 * ({@link io.sockeye.engineio.server.spi.SessionHandler}).
 */
@NullMarked
package io.sockeye.engineio.server.spi;

import org.jspecify.annotations.NullMarked;
