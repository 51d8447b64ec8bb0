/**
 * What the test client needs of a server and applications do not. Not API: nothing here may be used
 * by applications.
 */
@NullMarked
package io.sockeye.socketio.server.internal;

import org.jspecify.annotations.NullMarked;
