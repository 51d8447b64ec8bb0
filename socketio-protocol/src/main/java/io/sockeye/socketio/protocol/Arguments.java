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
package io.sockeye.socketio.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of an event or acknowledgement: values, or the JSON text they came as, which has
 * been checked and is decoded when it is first asked for. Text that is only passed on is never
 * decoded. Parsers of other forms than JSON give values.
 *
 * <p>Values are trees of {@link List}, {@link java.util.Map} with its keys in order, {@link
 * String}, {@link Boolean}, {@link Integer}, {@link Long}, {@link java.math.BigInteger}, {@link
 * Double}, read-only {@link java.nio.ByteBuffer} and null; a parser may add types of its own, for
 * what JSON does not have.
 *
 * <p>Immutable, safe for use by any thread.
 */
public final class Arguments {
  /** No arguments. */
  public static final Arguments EMPTY = new Arguments(List.of());

  private final @Nullable JsonArray json;
  private final int size;
  // Racy on purpose: two threads may both decode, and both get equal values.
  private @Nullable List<@Nullable Object> values;

  private Arguments(List<@Nullable Object> values) {
    this.json = null;
    this.size = values.size();
    this.values = values;
  }

  Arguments(JsonArray json) {
    this.json = json;
    this.size = json.size();
  }

  /** Returns arguments of the given values; an array within them is one argument. */
  public static Arguments of(@Nullable Object... values) {
    return values.length == 0 ? EMPTY : ofList(Arrays.asList(values));
  }

  /** Returns arguments of the given values, which are copied. */
  public static Arguments ofList(List<? extends @Nullable Object> values) {
    return new Arguments(Collections.unmodifiableList(new ArrayList<@Nullable Object>(values)));
  }

  /** Returns these arguments and one more; text is not decoded for it. */
  public Arguments plus(String last) {
    if (json == null) {
      List<@Nullable Object> more = new ArrayList<>(size + 1);
      more.addAll(values());
      more.add(last);
      return new Arguments(Collections.unmodifiableList(more));
    }
    int length = size == 0 ? 0 : json.elementsEnd() - json.elementsStart();
    JsonWriter writer = new JsonWriter(0, length + last.length() + 5, null);
    writer.raw('[');
    writer.raw(json.bytes(), json.elementsStart(), length);
    if (size > 0) {
      writer.raw(',');
    }
    writer.string(last);
    writer.raw(']');
    byte[] bytes = writer.toArray();
    return new Arguments(new JsonArray(bytes, 0, bytes.length, 0, 1, bytes.length - 1, size + 1));
  }

  /** Returns the number of arguments. */
  public int size() {
    return size;
  }

  /** Returns the values, unmodifiable. */
  public List<@Nullable Object> values() {
    List<@Nullable Object> known = values;
    if (known == null) {
      known = Collections.unmodifiableList(JsonTree.readArray(Objects.requireNonNull(json)));
      values = known;
    }
    return known;
  }

  /** Returns the JSON text that the arguments came as, or null if they are values. */
  public @Nullable JsonArray json() {
    return json;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Arguments that && size == that.size && values().equals(that.values());
  }

  @Override
  public int hashCode() {
    return values().hashCode();
  }

  /** Returns the number of arguments; never what they are. */
  @Override
  public String toString() {
    return size + " arguments";
  }
}
