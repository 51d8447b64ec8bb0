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
package io.sockeye.engineio.server.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Options that are set by keys such as {@code sockeye.ping-interval}: the one place that knows
 * keys, forms and defaults. It reads properties, and the documentation is tested against it.
 *
 * @param <T> what the values are set on
 */
public final class OptionTable<T> {
  /** What every key begins with; other properties are not looked at. */
  public static final String PREFIX = "sockeye.";

  /** Stands for: no value, no such name. */
  public static final String NONE = "–";

  private final List<Row<T, ?>> rows = new ArrayList<>();

  /** Creates an empty table. */
  public OptionTable() {}

  /**
   * One option.
   *
   * @param key its key, with the prefix
   * @param type the form of its value
   * @param defaultValue its default in that form, or {@link #NONE}
   * @param set sets it
   * @param doc what it does, in Markdown
   * @param flaskName its name in Flask-SocketIO, or {@link #NONE}
   * @param socketIoName its name in the official server, or {@link #NONE}
   */
  public record Row<T, V>(
      String key,
      OptionType<V> type,
      String defaultValue,
      BiConsumer<T, V> set,
      String doc,
      String flaskName,
      String socketIoName) {
    private void apply(String value, T target) {
      String subject = key + ": \"" + value + "\" ";
      V read;
      try {
        read = type.read().apply(value);
      } catch (IllegalArgumentException | ArithmeticException malformed) {
        throw new IllegalArgumentException(
            subject + "(expected: " + type.expected() + ")", malformed);
      }
      try {
        set.accept(target, read);
      } catch (IllegalArgumentException refused) {
        throw new IllegalArgumentException(subject + expectation(refused), refused);
      }
    }

    /** The end of the setter's message: its beginning names what the key has named. */
    private static String expectation(IllegalArgumentException refused) {
      String message = String.valueOf(refused.getMessage());
      return message.substring(Math.max(0, message.indexOf("(expected: ")));
    }
  }

  /** Adds an option; see {@link Row}. They are set in the order in which they were added. */
  public <V> OptionTable<T> add(
      String key,
      OptionType<V> type,
      String defaultValue,
      BiConsumer<T, V> set,
      String doc,
      String flaskName,
      String socketIoName) {
    rows.add(new Row<>(PREFIX + key, type, defaultValue, set, doc, flaskName, socketIoName));
    return this;
  }

  /** Returns the options. */
  public List<Row<T, ?>> rows() {
    return Collections.unmodifiableList(rows);
  }

  /**
   * Sets those that a map has.
   *
   * @throws IllegalArgumentException if a value is refused; the message says key, value and
   *     expectation
   */
  public void apply(Map<String, String> properties, T target) {
    for (Row<T, ?> row : rows) {
      String value = properties.get(row.key);
      if (value != null) {
        row.apply(value.strip(), target);
      }
    }
  }

  /**
   * Checks that each key with the prefix is one of the tables'.
   *
   * @throws IllegalArgumentException if one is not; the message names the nearest that is
   */
  public static void checkKeys(Map<String, String> properties, OptionTable<?>... tables) {
    List<String> known =
        Arrays.stream(tables).flatMap(table -> table.rows.stream()).map(row -> row.key).toList();
    for (String key : properties.keySet()) {
      if (key.startsWith(PREFIX) && !known.contains(key)) {
        String nearest =
            Collections.min(known, Comparator.comparingInt(other -> distance(key, other)));
        throw new IllegalArgumentException(
            key + ": no such option (expected: one of docs/options.md; nearest: " + nearest + ")");
      }
    }
  }

  /** How many characters are to be inserted, removed or replaced to make one text of another. */
  private static int distance(String from, String to) {
    int[] above = new int[to.length() + 1];
    Arrays.setAll(above, i -> i);
    for (int i = 1; i <= from.length(); i++) {
      int[] row = new int[to.length() + 1];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = above[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
      }
      above = row;
    }
    return above[to.length()];
  }
}
