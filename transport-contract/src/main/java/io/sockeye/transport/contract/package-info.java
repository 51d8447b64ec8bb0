/**
 * The contract of a web server binding: {@link io.sockeye.transport.contract.WebServerContract}.
 */
@NullMarked
package io.sockeye.transport.contract;

import org.jspecify.annotations.NullMarked;
