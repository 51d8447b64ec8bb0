/** The bench server, a load generator for it, and microbenchmarks of the codecs. */
@NullMarked
package io.sockeye.benchmarks;

import org.jspecify.annotations.NullMarked;
