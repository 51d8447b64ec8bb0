/** A chat with rooms, presence, typing and pictures. */
@NullMarked
package io.sockeye.examples.chat;

import org.jspecify.annotations.NullMarked;
