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
package io.sockeye.socketio.server;

import java.util.List;
import java.util.Set;

/**
 * What came back of a broadcast that asked for acknowledgements.
 *
 * @param answers the answers, in the order in which they came
 * @param missing the ids of the sockets that did not answer in time, or left
 */
public record BroadcastAnswers(List<Answer> answers, Set<String> missing) {
  /** Creates the result; the collections are copied. */
  public BroadcastAnswers {
    answers = List.copyOf(answers);
    missing = Set.copyOf(missing);
  }

  /** Returns whether everybody has answered. */
  public boolean isComplete() {
    return missing.isEmpty();
  }

  /**
   * One socket's answer.
   *
   * @param socketId who answered
   * @param args with what
   */
  public record Answer(String socketId, Args args) {}
}
