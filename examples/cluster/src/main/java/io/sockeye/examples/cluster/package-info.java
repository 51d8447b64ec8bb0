/** A chat of two nodes behind nginx, joined by Redis. */
@NullMarked
package io.sockeye.examples.cluster;

import org.jspecify.annotations.NullMarked;
