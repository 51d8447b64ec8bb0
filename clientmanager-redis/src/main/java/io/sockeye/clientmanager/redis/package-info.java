/**
 * A message queue on Redis or Valkey, by Lettuce: {@link io.sockeye.clientmanager.redis.RedisBus}
 * over a client that an application has; else found by the scheme of a URL.
 */
@NullMarked
package io.sockeye.clientmanager.redis;

import org.jspecify.annotations.NullMarked;
