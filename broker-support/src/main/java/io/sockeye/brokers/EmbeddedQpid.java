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
package io.sockeye.brokers;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.qpid.server.SystemLauncher;

/** Qpid Broker-J in this JVM: AMQP 0-9-1 where there is no RabbitMQ. */
final class EmbeddedQpid {
  private EmbeddedQpid() {}

  static Broker start() throws Exception {
    int port = ServerProcess.freePort();
    Path directory = ServerProcess.temporaryDirectory();
    Path config = directory.resolve("qpid.json");
    Files.writeString(
        config,
        """
        {
          "name": "sockeye",
          "modelVersion": "9.1",
          "context": {"queue.behaviourOnUnknownDeclareArgument": "IGNORE"},
          "authenticationproviders": [
            {"name": "anyone", "type": "Plain", "secureOnlyMechanisms": [],
             "users": [{"name": "guest", "password": "guest", "type": "managed"}]}
          ],
          "ports": [
            {"name": "amqp", "type": "AMQP", "bindingAddress": "127.0.0.1", "port": %d,
             "authenticationProvider": "anyone", "protocols": ["AMQP_0_9_1"],
             "virtualhostaliases": [
               {"name": "default", "type": "defaultAlias"},
               {"name": "name", "type": "nameAlias"}]}
          ],
          "virtualhostnodes": [
            {"name": "default", "type": "Memory", "defaultVirtualHostNode": true,
             "virtualHostInitialConfiguration": "{\\"type\\": \\"Memory\\"}"}
          ]
        }
        """
            .formatted(port));
    Map<String, Object> attributes = new HashMap<>();
    attributes.put("type", "Memory");
    attributes.put("initialConfigurationLocation", config.toUri().toString());
    attributes.put("startupLoggedToSystemOut", "false");
    attributes.put("qpid.work_dir", directory.toString());
    SystemLauncher launcher = new SystemLauncher();
    launcher.startup(attributes);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  launcher.shutdown();
                  ServerProcess.delete(directory);
                }));
    return new Broker(
        URI.create("amqp://guest:guest@127.0.0.1:" + port),
        "an embedded Qpid Broker-J, on port " + port);
  }
}
