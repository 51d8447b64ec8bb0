/** Brokers for tests: {@link io.sockeye.brokers.Brokers}. */
@NullMarked
package io.sockeye.brokers;

import org.jspecify.annotations.NullMarked;
