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

import static org.assertj.core.api.Assertions.assertThat;

import io.sockeye.engineio.server.CookieOptions;
import io.sockeye.engineio.server.CorsOptions;
import io.sockeye.engineio.server.EngineIoOptions;
import io.sockeye.engineio.server.WebServerOptions;
import io.sockeye.engineio.server.internal.EngineIoKeys;
import io.sockeye.engineio.server.internal.OptionTable;
import io.sockeye.engineio.server.internal.WebServerKeys;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page about options says what the code does. */
class OptionsPageTest {
  private static final Path PAGE = Path.of("../docs/options.md");

  private static List<OptionTable.Row<?, ?>> rows() {
    return Stream.of(EngineIoKeys.TABLE, SocketIoKeys.TABLE, WebServerKeys.TABLE)
        .<OptionTable.Row<?, ?>>flatMap(table -> table.rows().stream())
        .toList();
  }

  private static String line(OptionTable.Row<?, ?> row) {
    return "| `%s` | %s | %s | %s | %s | %s |"
        .formatted(
            row.key(),
            row.type().name(),
            row.defaultValue().equals(OptionTable.NONE)
                ? OptionTable.NONE
                : "`" + row.defaultValue() + "`",
            row.doc(),
            row.flaskName(),
            row.socketIoName());
  }

  @Test
  void thePageHasTheTableOfTheCode() throws Exception {
    List<String> lines =
        Files.readAllLines(PAGE).stream().filter(line -> line.startsWith("| `sockeye.")).toList();

    assertThat(lines)
        .containsExactlyElementsOf(rows().stream().map(OptionsPageTest::line).toList());
  }

  /** Setting the default changes nothing. */
  @TestFactory
  Stream<DynamicTest> theDefaultsOfTheTableAreThoseOfTheCode() {
    return rows().stream()
        .filter(row -> !row.defaultValue().equals(OptionTable.NONE))
        .map(row -> DynamicTest.dynamicTest(row.key(), () -> isDefault(row)));
  }

  private static void isDefault(OptionTable.Row<?, ?> row) {
    Map<String, String> before = new HashMap<>();
    if (row.key().startsWith("sockeye.cookie.")) {
      before.put("sockeye.cookie.name", "io");
    } else if (row.key().startsWith("sockeye.cors.") && !row.key().endsWith("allowed-origins")) {
      before.put("sockeye.cors.allowed-origins", "https://a.example");
    } else if (row.key().startsWith("sockeye.connection-state-recovery.")) {
      before.put("sockeye.connection-state-recovery", "true");
    }
    Map<String, String> with = new HashMap<>(before);
    with.put(row.key(), row.defaultValue());

    assertThat(SocketIoOptions.fromProperties(with))
        .usingRecursiveComparison()
        .ignoringFields("engine.cors.allowed", "engine.legacyUtf8Payload") // predicates
        .isEqualTo(SocketIoOptions.fromProperties(before));
    assertThat(WebServerOptions.fromProperties(with))
        .usingRecursiveComparison()
        .isEqualTo(WebServerOptions.fromProperties(before));
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        EngineIoOptions.Builder.class,
        SocketIoOptions.Builder.class,
        ConnectionStateRecovery.Builder.class,
        ClusterOptions.Builder.class,
        WebServerOptions.Builder.class,
        CorsOptions.Builder.class,
        CookieOptions.Builder.class
      })
  void noOptionIsForgotten(Class<?> builder) throws Exception {
    String page = Files.readString(PAGE);
    Set<String> keys = rows().stream().map(row -> camelCase(row.key())).collect(Collectors.toSet());

    assertThat(builder.getDeclaredMethods())
        .filteredOn(method -> Modifier.isPublic(method.getModifiers()))
        .extracting(Method::getName)
        .filteredOn(name -> !name.equals("build"))
        .allMatch(name -> keys.contains(name) || page.contains("`" + name + "`"));
  }

  /** The last part of a key as it is in code. */
  private static String camelCase(String key) {
    String[] words = key.substring(key.lastIndexOf('.') + 1).split("-", -1);
    StringBuilder name = new StringBuilder(words[0]);
    for (int i = 1; i < words.length; i++) {
      name.append(Character.toUpperCase(words[i].charAt(0))).append(words[i].substring(1));
    }
    return name.toString();
  }
}
