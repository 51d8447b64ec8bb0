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

/**
 * What a bus has counted since it was made.
 *
 * @param published messages that the broker has taken; entries of streams and values, too
 * @param failed those that were refused, or of which that is not known
 * @param received messages that subscriptions were handed; one that two of them hear counts once.
 *     Entries that follows were handed; one that two of them hear counts twice
 * @param refused messages from the broker that no subscription may see, such as Python's pickles
 * @param repeated messages that the broker sent again after an outage, and that were not handed on
 * @param outages how often the bus went down
 * @param lost entries of streams that were gone before a follow was handed them, as far as the
 *     broker knows how many
 */
public record BusStats(
    long published,
    long failed,
    long received,
    long refused,
    long repeated,
    long outages,
    long lost) {}
