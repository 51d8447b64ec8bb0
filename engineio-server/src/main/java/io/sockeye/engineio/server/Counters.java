package io.sockeye.engineio.server;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** The counters of one server; safe for use by any thread. */
final class Counters {
  private final LongAdder[] adders = new LongAdder[Counter.values().length];

  Counters() {
    for (int i = 0; i < adders.length; i++) {
      adders[i] = new LongAdder();
    }
  }

  void add(Counter counter) {
    adders[counter.ordinal()].increment();
  }

  long get(Counter counter) {
    return adders[counter.ordinal()].sum();
  }

  Map<Counter, Long> snapshot() {
    Map<Counter, Long> values = new EnumMap<>(Counter.class);
    for (Counter counter : Counter.values()) {
      values.put(counter, get(counter));
    }
    return values;
  }
}
