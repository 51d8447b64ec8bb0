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
package io.sockeye.conformance.javaclient;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import org.json.JSONArray;
import org.json.JSONException;
import org.json.JSONObject;

/** JSON values as the client has them, binary included. */
final class Json {
  private Json() {}

  /** An object of keys and values in turn. */
  static JSONObject object(Object... keysAndValues) {
    try {
      JSONObject object = new JSONObject();
      for (int i = 0; i < keysAndValues.length; i += 2) {
        object.put((String) keysAndValues[i], keysAndValues[i + 1]);
      }
      return object;
    } catch (JSONException unusable) {
      throw new IllegalArgumentException(unusable);
    }
  }

  static JSONArray array(Object... values) {
    JSONArray array = new JSONArray();
    for (Object value : values) {
      array.put(value);
    }
    return array;
  }

  static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  /** The value of a key of an object. */
  static Object at(Object object, String key) {
    return ((JSONObject) object).opt(key);
  }

  /**
   * One text for equal values: keys are sorted, because the client keeps no order of them, and
   * binary is spelled in hexadecimal digits.
   */
  static String text(Object value) {
    if (value == null || value == JSONObject.NULL) {
      return "null";
    }
    if (value instanceof byte[] bytes) {
      return "<" + HexFormat.of().formatHex(bytes) + ">";
    }
    if (value instanceof String text) {
      return JSONObject.quote(text);
    }
    if (value instanceof Object[] values) {
      return text(array(values));
    }
    if (value instanceof JSONArray array) {
      List<String> parts = new ArrayList<>();
      for (int i = 0; i < array.length(); i++) {
        parts.add(text(array.opt(i)));
      }
      return parts.toString();
    }
    if (value instanceof JSONObject object) {
      TreeMap<String, String> parts = new TreeMap<>();
      for (Iterator<?> keys = object.keys(); keys.hasNext(); ) {
        String key = (String) keys.next();
        parts.put(JSONObject.quote(key), text(object.opt(key)));
      }
      return parts.toString();
    }
    return value.toString();
  }
}
