/** Counts rate limits together with other processes, through Redis. */
@NullMarked
package io.sluice.transport.redis;

import org.jspecify.annotations.NullMarked;
