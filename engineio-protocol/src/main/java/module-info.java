/** Engine.IO packets, revisions 3 and 4: pure functions between bytes and records. */
module io.sockeye.engineio.protocol {
  requires static org.jspecify;

  exports io.sockeye.engineio.protocol;
}
