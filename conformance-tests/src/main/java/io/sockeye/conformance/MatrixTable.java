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

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Results as a table in Markdown: a row for each host, a column for each kind of cell. */
final class MatrixTable {
  private MatrixTable() {}

  /** Makes a table; a host without the cell has a dash. */
  static String of(List<Cell> columns, List<MatrixRow> rows) {
    Map<String, Map<String, List<Check>>> results = new LinkedHashMap<>();
    for (MatrixRow row : rows) {
      Map<String, List<Check>> cells = new HashMap<>();
      row.results().forEach((cell, checks) -> cells.put(cell.column(), checks));
      results.put(row.host(), cells);
    }
    return of(columns.stream().map(Cell::column).toList(), results);
  }

  /**
   * Makes a table.
   *
   * @param rows by host, the checks by column; a host without the column has a dash
   */
  static String of(List<String> columns, Map<String, Map<String, List<Check>>> rows) {
    StringBuilder table = new StringBuilder();
    line(table, "", columns);
    line(table, "---", columns.stream().map(column -> "---").toList());
    rows.forEach(
        (host, cells) ->
            line(
                table,
                host,
                columns.stream()
                    .map(
                        column ->
                            cells.containsKey(column) ? MatrixRow.score(cells.get(column)) : "–")
                    .toList()));
    return table.toString();
  }

  private static void line(StringBuilder table, String first, List<String> texts) {
    table.append("| ").append(first).append(" |");
    texts.forEach(text -> table.append(' ').append(text).append(" |"));
    table.append('\n');
  }
}
