#!/bin/bash
# Cross-node broadcasts over Redis: two nodes of BenchServer for each dialect, and two of socket.io
# with its Redis adapter, measured in turn by ClusterLoad. Starts and ends all of it, Redis too.
#
#   src/main/scripts/cluster-load.sh [--ahead 16 --rounds 3 ... as ClusterLoad has them]
#
# Needs redis-server, node and npm. CLASSPATH may name other classes than those of bench-server.jar,
# DIALECTS other dialects, JAVA_OPTIONS options of the servers, MEMBERS any of "java node".
set -euo pipefail
module=$(cd "$(dirname "$0")/../../.." && pwd)
classpath=${CLASSPATH:-$module/target/bench-server.jar}
work=$(mktemp -d)
pids=()
cleanUp() {
  kill "${pids[@]}" 2>/dev/null || true
  wait
  rm -rf "$work"
}
trap cleanUp EXIT

port=$((20000 + RANDOM % 10000))
nextPort() {
  while port=$((port + 1)) && (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
}

nextPort
redis-server --port "$port" --bind 127.0.0.1 --save "" --appendonly no >"$work/redis.log" &
broker=$!
pids+=("$broker")
queue=redis://127.0.0.1:$port
until redis-cli -p "$port" ping >/dev/null 2>&1; do sleep 0.1; done

clusters=()
# cluster name command...: starts two nodes and waits until they listen
cluster() {
  local name=$1 described=$1
  shift
  for node in 1 2; do
    nextPort
    PORT=$port MESSAGE_QUEUE=$queue "$@" >"$work/$name-$node.log" 2>&1 &
    pids+=("$!")
    described+=",http://127.0.0.1:$port/socket.io/,$!"
    until grep -qs "^listening" "$work/$name-$node.log"; do
      kill -0 "$!" || { cat "$work/$name-$node.log" >&2; exit 1; }
      sleep 0.1
    done
  done
  echo "$described"
  clusters+=(--cluster "$described")
}

members=${MEMBERS:-java node}
if [[ $members == *java* ]]; then
  for dialect in ${DIALECTS:-python node-classic}; do
    # Dialects must not hear each other.
    CLUSTER_DIALECT=$dialect CHANNEL=$dialect cluster "java-$dialect" \
      java ${JAVA_OPTIONS:-} -cp "$classpath" io.sockeye.benchmarks.BenchServer
  done
fi
if [[ $members == *node* ]]; then
  js=$module/target/js
  mkdir -p "$js"
  cp "$module"/src/main/js/* "$js"
  [[ -d $js/node_modules ]] || npm ci --prefix "$js" --no-audit --no-fund >"$work/npm.log"
  cluster node node "$js/bench-server.js"
fi
uptime
java -cp "$classpath" io.sockeye.benchmarks.ClusterLoad --broker "$broker" "${clusters[@]}" "$@"
uptime
