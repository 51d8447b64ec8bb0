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
package io.sockeye.socketio.server.spi;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The part of a {@link BusLink} that is behind {@link BusStreams}. The rules of links hold: no
 * method blocks, and all stages that are still open fail when the link is lost or closed. Arguments
 * are checked already.
 */
public interface StreamLink {
  /**
   * What is known of a stream.
   *
   * @param lastId the greatest id that it ever had; {@code 0-0} if it has had none, or does not
   *     exist
   * @param firstId the id of its oldest entry; null if it has none
   * @param length how many entries it has
   * @param appended how many it has ever had; -1 if the broker does not know
   */
  record Condition(String lastId, @Nullable String firstId, long length, long appended) {}

  /** Reads one stream, on a connection of its own. */
  interface Reader {
    /**
     * Returns the entries after an id, oldest first; waits for one if there is none. Called again
     * when the last stage is complete.
     *
     * @param after an id, which need not be there
     * @param limit how many entries at the most
     * @param wait how long to wait
     * @return completes with no entries if none came in time
     */
    CompletionStage<List<BusStreams.Entry>> read(String after, int limit, Duration wait);

    /** Ends the connection; what is being read fails at once. Calls after the first do nothing. */
    CompletionStage<Void> close();
  }

  /** See {@link BusStreams#append}; keeps the order with {@link BusLink#publish}. */
  CompletionStage<String> append(String stream, Map<String, String> fields, long maxLength);

  /** See {@link BusStreams#range}. */
  CompletionStage<List<BusStreams.Entry>> range(String stream, String from, String to, int limit);

  /** Returns the last entries of a stream up to an id, itself included, newest first. */
  CompletionStage<List<BusStreams.Entry>> newest(String stream, String upTo, int limit);

  /** Returns how a stream is. */
  CompletionStage<Condition> condition(String stream);

  /** See {@link BusStreams#put}; keeps the order with {@link BusLink#publish}. */
  CompletionStage<Void> put(String key, String value, Duration timeToLive);

  /** See {@link BusStreams#take}. */
  CompletionStage<@Nullable String> take(String key);

  /** Connects a reader. It is closed by who asked for it, also after the link is. */
  CompletionStage<? extends Reader> reader(String stream);
}
