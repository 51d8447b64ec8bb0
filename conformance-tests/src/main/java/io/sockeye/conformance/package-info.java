/**
 * The fixture server: a program that offers, through the public API alone, the behaviours that
 * conformance checks ask for. {@code docs/fixture-server.md} describes them.
 */
@NullMarked
package io.sockeye.conformance;

import org.jspecify.annotations.NullMarked;
