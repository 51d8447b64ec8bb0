/**
 * Lanes, timers and argument checks, shared with the Socket.IO server. Not API: nothing here may be
 * used by applications.
 */
@NullMarked
package io.sockeye.engineio.server.internal;

import org.jspecify.annotations.NullMarked;
