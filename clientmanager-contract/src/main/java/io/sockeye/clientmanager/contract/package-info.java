/**
 * Contracts, as JUnit classes: {@link io.sockeye.clientmanager.contract.ClientManagerContract} for
 * every client manager, {@link io.sockeye.clientmanager.contract.ClusterContract} for those of
 * several nodes, and {@link io.sockeye.clientmanager.contract.ClusterBusContract} for message
 * queues.
 */
@NullMarked
package io.sockeye.clientmanager.contract;

import org.jspecify.annotations.NullMarked;
