/**
 * The contract of a message queue: {@link io.sockeye.clientmanager.contract.ClusterBusContract}.
 */
@NullMarked
package io.sockeye.clientmanager.contract;

import org.jspecify.annotations.NullMarked;
