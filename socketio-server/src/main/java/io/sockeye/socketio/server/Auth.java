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

import static java.lang.annotation.ElementType.PARAMETER;
import static java.lang.annotation.RetentionPolicy.RUNTIME;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.Target;

/**
 * Marks the parameter of a handler method that gets what the client sent when it joined the
 * namespace, bound to the parameter's type: an object without members if it sent nothing, or empty
 * for an {@link java.util.Optional} and null for what has an annotation of the name {@code
 * Nullable}. In a method with {@link OnConnect} what does not fit refuses the client.
 */
@Documented
@Retention(RUNTIME)
@Target(PARAMETER)
public @interface Auth {}
