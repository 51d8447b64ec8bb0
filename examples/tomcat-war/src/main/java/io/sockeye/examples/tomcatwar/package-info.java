/** Socket.IO beside a REST servlet, in one war. */
@NullMarked
package io.sockeye.examples.tomcatwar;

import org.jspecify.annotations.NullMarked;
