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

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A {@code redis-server} with the configuration that a test needs. */
public final class RedisProcess extends ServerProcess {
  private RedisProcess(List<String> command, Path directory) throws IOException {
    super(command, Map.of(), directory, "[Rr]eady to accept connections|\\+monitor master");
  }

  /** Returns where the program is; null if it is not on the PATH. */
  public static @Nullable Path program() {
    return onPath("redis-server");
  }

  /**
   * Starts one that keeps nothing.
   *
   * @param options such as {@code --port 6380}, a word each
   * @throws IOException if it does not start; the message has its output
   */
  public static RedisProcess start(String... options) throws IOException {
    List<String> all = new ArrayList<>(List.of("--save", "", "--appendonly", "no"));
    all.addAll(List.of(options));
    return run(all);
  }

  /** Starts one with these words after its name, and no others. */
  public static RedisProcess run(List<String> words) throws IOException {
    Path program = program();
    if (program == null) {
      throw new IOException(
          "redis-server is not on the PATH (Debian: apt-get install redis-server)");
    }
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(words);
    return new RedisProcess(command, temporaryDirectory());
  }
}
