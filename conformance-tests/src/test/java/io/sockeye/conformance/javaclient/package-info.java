/**
 * Checks with the official Java client: a program of its own, which is compiled against the newest
 * client and runs with each of them, because it uses nothing that only one has. It sees the JDK and
 * the client alone.
 */
package io.sockeye.conformance.javaclient;
