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

import java.time.DateTimeException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A form in which the value of an option is written.
 *
 * @param <V> what it is read into
 * @param name the name for the documentation
 * @param expected what is expected, for messages
 * @param read reads it; throws IllegalArgumentException if it has another form
 */
public record OptionType<V>(String name, String expected, Function<String, V> read) {
  private static final Pattern QUANTITY = Pattern.compile("(\\d{1,18})\\s*([A-Za-z]*)");

  /** As it is. */
  public static final OptionType<String> TEXT = new OptionType<>("text", "a text", text -> text);

  /** A whole number. */
  public static final OptionType<Integer> INTEGER =
      new OptionType<>("integer", "a whole number", Integer::parseInt);

  /** True or false. */
  public static final OptionType<Boolean> BOOLEAN =
      new OptionType<>("boolean", "true or false", OptionType::readBoolean);

  /** A number with a unit, or ISO 8601. */
  public static final OptionType<Duration> DURATION =
      new OptionType<>(
          "duration", "a duration such as 25s, 500ms, 2m or PT25S", OptionType::readDuration);

  /** A number of bytes, with a unit or without. */
  public static final OptionType<Long> SIZE =
      new OptionType<>("size", "a size such as 1000000, 1MB or 16MiB", OptionType::readSize);

  /** A {@link #SIZE} that an integer holds. */
  public static final OptionType<Integer> INT_SIZE =
      new OptionType<>(
          SIZE.name, SIZE.expected + ", below 2GiB", text -> Math.toIntExact(readSize(text)));

  /** Names that commas divide. */
  public static final OptionType<List<String>> LIST =
      new OptionType<>("list", "names that commas divide", OptionType::readList);

  /** One of the constants of an enum, in lower case. */
  public static <E extends Enum<E>> OptionType<E> oneOf(Class<E> constants) {
    String names =
        Arrays.stream(constants.getEnumConstants())
            .map(OptionType::nameOf)
            .collect(Collectors.joining(", "));
    return new OptionType<>(
        "one of " + names,
        "one of " + names,
        text -> Enum.valueOf(constants, text.toUpperCase(Locale.ROOT).replace('-', '_')));
  }

  private static String nameOf(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns a list of values of this type. */
  public OptionType<List<V>> list() {
    return new OptionType<>(
        "list: " + name,
        "a list of: " + expected,
        text -> readList(text).stream().map(read).collect(Collectors.toList()));
  }

  private static Boolean readBoolean(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static Duration readDuration(String text) {
    if (text.regionMatches(true, 0, "P", 0, 1)) {
      try {
        return Duration.parse(text);
      } catch (DateTimeException malformed) {
        throw new IllegalArgumentException(text, malformed);
      }
    }
    Matcher matcher = quantity(text);
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      case "d" -> Duration.ofDays(amount);
      default -> throw new IllegalArgumentException(text); // a bare number could be any of them
    };
  }

  private static Long readSize(String text) {
    Matcher matcher = quantity(text);
    long amount = Long.parseLong(matcher.group(1));
    long unit =
        switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
          case "", "b" -> 1L;
          case "kb" -> 1_000L;
          case "mb" -> 1_000_000L;
          case "gb" -> 1_000_000_000L;
          case "kib" -> 1L << 10;
          case "mib" -> 1L << 20;
          case "gib" -> 1L << 30;
          default -> throw new IllegalArgumentException(text);
        };
    return Math.multiplyExact(amount, unit);
  }

  private static Matcher quantity(String text) {
    Matcher matcher = QUANTITY.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(text);
    }
    return matcher;
  }

  private static List<String> readList(String text) {
    return Arrays.stream(text.split(",", -1)).map(String::strip).filter(s -> !s.isEmpty()).toList();
  }
}
