/**
 * The Engine.IO protocol, revisions 3 and 4, as pure functions: no I/O, no threads, no clock, no
 * logger. Limits are arguments; whatever a peer sends gives either packets or an {@link
 * io.sockeye.engineio.protocol.EngineProtocolException}.
 */
@NullMarked
package io.sockeye.engineio.protocol;

import org.jspecify.annotations.NullMarked;
