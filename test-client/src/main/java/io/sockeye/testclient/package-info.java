/**
 * A Socket.IO client for tests of an application's handlers. It talks to a server in the same JVM
 * through the real engine and the real codecs, without a socket: {@link
 * io.sockeye.testclient.SocketIoTestClient} to any server, {@link
 * io.sockeye.testclient.SocketIoTestServer} makes one whose time is a {@link
 * io.sockeye.testclient.VirtualClock}, and {@link io.sockeye.testclient.SocketIoTestExtension}
 * gives each JUnit test its own.
 */
@NullMarked
package io.sockeye.testclient;

import org.jspecify.annotations.NullMarked;
