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
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the other nodes have answered to a server-side event.
 *
 * @param values their answers, in the order in which they came: maps, lists, strings, numbers,
 *     booleans, bytes or null
 * @param missing how many nodes did not answer in time
 */
public record ServerAnswers(List<@Nullable Object> values, int missing) {
  /** Creates the result; the list is copied. */
  public ServerAnswers {
    values = Collections.unmodifiableList(new ArrayList<>(values));
  }

  /** Returns whether everybody has answered. */
  public boolean isComplete() {
    return missing == 0;
  }
}
