/** Socket.IO beside a REST endpoint, in one embedded Jetty. */
@NullMarked
package io.sockeye.examples.jettyrest;

import org.jspecify.annotations.NullMarked;
