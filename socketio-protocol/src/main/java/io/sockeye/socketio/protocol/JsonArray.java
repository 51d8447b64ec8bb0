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

/**
 * A range of bytes that is known to be one well-formed JSON array, some of whose first elements are
 * not arguments (the name of an event).
 *
 * @param bytes holds the array; read-only by contract
 * @param start where it begins; white space may stand before its opening bracket
 * @param end where it ends; white space may stand after its closing bracket
 * @param leading how many first elements are not arguments
 * @param elementsStart where the first argument is, or the closing bracket
 * @param elementsEnd just after the last argument
 * @param size the number of arguments
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record JsonArray(
    byte[] bytes, int start, int end, int leading, int elementsStart, int elementsEnd, int size) {}
