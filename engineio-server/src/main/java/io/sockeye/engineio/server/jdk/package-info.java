/** The web server that needs no library: {@code jdk.httpserver}, for development. */
@NullMarked
package io.sockeye.engineio.server.jdk;

import org.jspecify.annotations.NullMarked;
