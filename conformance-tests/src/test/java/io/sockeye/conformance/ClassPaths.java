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
package io.sockeye.conformance;

import static java.util.stream.Collectors.joining;

import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The class path of the tests, less some web servers: what an application's dependencies make. */
final class ClassPaths {
  /** Parts of the names of what makes a web server available, by its async mode. */
  private static final Map<String, String> PARTS =
      Map.of(
          "netty", "transport-netty",
          "jetty", "transport-jetty",
          "servlet", "tomcat-embed",
          "jetty-servlet", "jetty-ee11",
          "undertow", "undertow");

  private ClassPaths() {}

  /** What the web servers of the tests alone are in. */
  private static final Pattern TEST_JAR =
      Pattern.compile("transport-servlet.*(-tests\\.jar|test-classes)$");

  /** Returns the class path with these web servers alone; {@code jdk} is a part of every one. */
  static String with(List<String> asyncModes) {
    List<String> without =
        PARTS.keySet().stream().filter(mode -> !asyncModes.contains(mode)).map(PARTS::get).toList();
    boolean ofTheTests = asyncModes.contains("jetty-servlet") || asyncModes.contains("undertow");
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> without.stream().noneMatch(entry::contains))
        .filter(entry -> ofTheTests || !TEST_JAR.matcher(entry).find())
        .collect(joining(File.pathSeparator));
  }
}
