/**
 * Engine.IO sessions for applications: a server that is usable alone for raw messages, and its
 * options.
 */
@NullMarked
package io.sockeye.engineio.server;

import org.jspecify.annotations.NullMarked;
