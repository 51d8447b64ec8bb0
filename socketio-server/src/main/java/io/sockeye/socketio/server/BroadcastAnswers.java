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

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What came back of a broadcast that asked for acknowledgements.
 *
 * @param answers the answers, in the order in which they came
 * @param missing the ids of the sockets that did not answer in time, or left
 * @param unnamed how many more did not answer, whose ids are not known here: they are at nodes of
 *     another kind
 * @param silentNodes how many nodes of the cluster did not say in time whom they have reached
 */
public record BroadcastAnswers(
    List<Answer> answers, Set<String> missing, int unnamed, int silentNodes) {
  /** Creates the result; the collections are copied. */
  public BroadcastAnswers {
    answers = List.copyOf(answers);
    missing = Set.copyOf(missing);
  }

  /** Creates the result of one process, which knows all. */
  public BroadcastAnswers(List<Answer> answers, Set<String> missing) {
    this(answers, missing, 0, 0);
  }

  /** Returns whether everybody has answered. */
  public boolean isComplete() {
    return missing.isEmpty() && unnamed == 0 && silentNodes == 0;
  }

  /** Returns how many sockets are known to have been reached. */
  public int reached() {
    return answers.size() + missing.size() + unnamed;
  }

  /** Returns the results of several broadcasts as one. */
  static BroadcastAnswers join(Collection<BroadcastAnswers> all) {
    List<Answer> answers = new ArrayList<>();
    Set<String> missing = new HashSet<>();
    int unnamed = 0;
    int silentNodes = 0;
    for (BroadcastAnswers one : all) {
      answers.addAll(one.answers);
      missing.addAll(one.missing);
      unnamed += one.unnamed;
      silentNodes += one.silentNodes;
    }
    return new BroadcastAnswers(answers, missing, unnamed, silentNodes);
  }

  /**
   * One socket's answer.
   *
   * @param socketId who answered; null if it is at a node of another kind, which does not say
   * @param args with what
   */
  public record Answer(@Nullable String socketId, Args args) {}
}
