/** The bench server, and microbenchmarks of the codecs. */
@NullMarked
package io.sockeye.benchmarks;

import org.jspecify.annotations.NullMarked;
