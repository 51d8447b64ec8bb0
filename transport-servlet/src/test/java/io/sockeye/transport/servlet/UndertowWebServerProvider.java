/*
 * Copyright 2026 the Sockeye authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
package io.sockeye.transport.servlet;

import io.sockeye.engineio.server.TransportType;
import io.sockeye.engineio.server.WebServerOptions;
import io.sockeye.engineio.server.spi.BindFailures;
import io.sockeye.engineio.server.spi.HttpHandler;
import io.sockeye.engineio.server.spi.WebServer;
import io.sockeye.engineio.server.spi.WebServerProvider;
import io.undertow.UndertowOptions;
import io.undertow.connector.ByteBufferPool;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.protocol.http.HttpOpenListener;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.util.ImmediateInstanceFactory;
import io.undertow.websockets.extensions.PerMessageDeflateHandshake;
import io.undertow.websockets.jsr.WebSocketDeploymentInfo;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

/** The servlet in an embedded Undertow, for tests. */
public final class UndertowWebServerProvider implements WebServerProvider {
  /** Called by {@link java.util.ServiceLoader}. */
  public UndertowWebServerProvider() {}

  @Override
  public String name() {
    return "undertow";
  }

  @Override
  public int preference() {
    return 901;
  }

  @Override
  public boolean isAvailable() {
    return getClass().getClassLoader().getResource("io/undertow/Undertow.class") != null;
  }

  @Override
  public Set<TransportType> transports() {
    return EnumSet.allOf(TransportType.class);
  }

  @Override
  public WebServer start(WebServerOptions options, List<HttpHandler> handlers) throws IOException {
    if (!(options.address() instanceof InetSocketAddress asked) || options.tls() != null) {
      throw new IOException(options.address() + " (expected: host and port, without TLS)");
    }
    EngineIoServlet servlet = new EngineIoServlet(handlers, HttpSessionMode.NONE, null);
    XnioWorker worker =
        Xnio.getInstance()
            .createWorker(
                OptionMap.builder()
                    .set(Options.WORKER_NAME, "undertow")
                    .set(Options.WORKER_IO_THREADS, 4)
                    .set(Options.WORKER_TASK_CORE_THREADS, 64)
                    .set(Options.WORKER_TASK_MAX_THREADS, 64)
                    .getMap());
    ByteBufferPool buffers = new DefaultByteBufferPool(true, 16 * 1024);
    DeploymentManager manager =
        Servlets.newContainer().addDeployment(deployment(servlet, worker, buffers));
    manager.deploy();
    try {
      HttpOpenListener http =
          new HttpOpenListener(
              buffers,
              OptionMap.builder()
                  .set(UndertowOptions.MAX_HEADER_SIZE, 16 * 1024)
                  .set(UndertowOptions.NO_REQUEST_TIMEOUT, 75_000)
                  .getMap());
      http.setRootHandler(manager.start());
      AcceptingChannel<StreamConnection> listener =
          worker.createStreamConnectionServer(
              asked,
              ChannelListeners.openListenerAdapter(http),
              OptionMap.builder()
                  .set(Options.BACKLOG, 4096)
                  .set(Options.REUSE_ADDRESSES, true)
                  .set(Options.TCP_NODELAY, true) // as Undertow's own builder does
                  .getMap());
      listener.resumeAccepts();
      return new Running(
          listener, worker, servlet, listener.getLocalAddress(), new AtomicBoolean());
    } catch (ServletException | IOException | RuntimeException failure) {
      worker.shutdownNow();
      throw BindFailures.of(asked, failure);
    }
  }

  private static DeploymentInfo deployment(
      EngineIoServlet servlet, XnioWorker worker, ByteBufferPool buffers) {
    return Servlets.deployment()
        .setClassLoader(UndertowWebServerProvider.class.getClassLoader())
        .setContextPath("/")
        .setDeploymentName("engine.io")
        .addServlet(
            Servlets.servlet(
                    "engine.io", EngineIoServlet.class, new ImmediateInstanceFactory<>(servlet))
                .setAsyncSupported(true)
                .setLoadOnStartup(1)
                .addMapping("/"))
        .addServletContextAttribute(
            WebSocketDeploymentInfo.ATTRIBUTE_NAME,
            new WebSocketDeploymentInfo()
                .setWorker(worker)
                .setBuffers(buffers)
                .addExtension(new PerMessageDeflateHandshake()));
  }

  private record Running(
      AcceptingChannel<StreamConnection> listener,
      XnioWorker worker,
      EngineIoServlet servlet,
      SocketAddress address,
      AtomicBoolean closed)
      implements WebServer {
    @Override
    public void stopAccepting() {
      if (closed.compareAndSet(false, true)) { // a second time it would wait for threads that ended
        IoUtils.safeClose(listener);
      }
    }

    @Override
    public void close(Duration deadline) {
      stopAccepting();
      servlet.close(deadline);
      worker.shutdownNow();
      servlet.destroy();
    }
  }
}
