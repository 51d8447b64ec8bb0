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
package io.sockeye.examples.fromflask;

import io.sockeye.socketio.server.ConnectionRefusedException;
import io.sockeye.socketio.server.EventHandler;
import io.sockeye.socketio.server.Socket;
import io.sockeye.socketio.server.SocketIoServer;
import io.sockeye.transport.servlet.ServletTransport;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.nio.file.Files;
import java.security.Principal;
import java.util.List;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.websocket.server.WsSci;
import org.jspecify.annotations.Nullable;

/** A web application with sessions and users, and sockets that know both. */
public final class Sessions {
  private Sessions() {}

  /** GET tells the value of the session and the user; POST sets the value, or logs in. */
  static final class SessionServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      HttpSession session = request.getSession();
      response.getWriter().print(describe(session, request.getUserPrincipal()));
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      HttpSession session = request.getSession();
      if (request.getParameter("user") == null) {
        session.setAttribute("value", request.getParameter("value"));
      } else {
        try {
          request.login(request.getParameter("user"), request.getParameter("password"));
        } catch (ServletException wrong) {
          response.sendError(HttpServletResponse.SC_UNAUTHORIZED);
          return;
        }
      }
      doGet(request, response);
    }
  }

  static void addHandlers(SocketIoServer io) {
    io.use(
        socket -> {
          if (httpSession(socket) == null) {
            throw new ConnectionRefusedException("no session (expected: one of /session)");
          }
        });
    io.onRequest("get_session", (socket, args) -> describe(socket));
    // The container's own session, so that the next request sees it, too.
    io.onRequest(
        "set_session",
        String.class,
        (socket, value) -> {
          session(socket).setAttribute("value", value);
          return describe(socket);
        });
    // What is of this connection alone, whatever tab or session it belongs to.
    io.onRequest(
        "count", socket -> socket.attributes().merge("count", 1, (a, b) -> (int) a + (int) b));
    io.on("members", membersOnly((socket, args) -> socket.emit("members", "welcome")));
  }

  /** What a decorator is in Python. */
  private static EventHandler membersOnly(EventHandler handler) {
    return (socket, args) -> {
      if (socket.principal() == null) {
        socket.disconnect();
      } else {
        handler.onEvent(socket, args);
      }
    };
  }

  private static @Nullable HttpSession httpSession(Socket socket) {
    return socket.handshake().request().attachment(HttpSession.class);
  }

  private static HttpSession session(Socket socket) {
    HttpSession session = httpSession(socket);
    if (session == null) {
      throw new IllegalStateException("sockets without a session are not let in");
    }
    return session;
  }

  private static String describe(Socket socket) {
    return describe(session(socket), socket.principal());
  }

  private static String describe(HttpSession session, @Nullable Principal user) {
    return session.getAttribute("value") + " of " + (user == null ? "nobody" : user.getName());
  }

  /** Serves until the process is told to end. */
  public static void main(String[] args) throws Exception {
    SocketIoServer io = SocketIoServer.create();
    addHandlers(io);

    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(Files.createTempDirectory("sessions").toString());
    tomcat.setHostname(Where.host());
    tomcat.setPort(Where.port());
    tomcat.addUser("ann", "secret");
    Context context = tomcat.addContext("", null);
    context.addServletContainerInitializer(new WsSci(), null);
    context.addServletContainerInitializer(
        (classes, application) -> {
          application.addServlet("session", new SessionServlet()).addMapping("/session");
          ServletTransport.install(application, List.of("/socket.io/*"), io.httpHandlers());
        },
        null);
    tomcat.getConnector();
    tomcat.start();
    System.out.println(
        "Listening on "
            + Where.host()
            + ":"
            + tomcat.getConnector().getLocalPort()
            + " with Tomcat");
    Runtime.getRuntime().addShutdownHook(new Thread(io::close));
    tomcat.getServer().await();
  }
}
