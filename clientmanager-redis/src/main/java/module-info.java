/** A message queue on Redis or Valkey, by Lettuce. */
module io.sockeye.clientmanager.redis {
  requires static org.jspecify;
  requires io.netty.common;
  requires transitive io.sockeye.socketio.server;
  requires transitive lettuce.core;

  exports io.sockeye.clientmanager.redis;

  provides io.sockeye.socketio.server.spi.ClusterBusProvider with
      io.sockeye.clientmanager.redis.RedisBusProvider;
}
