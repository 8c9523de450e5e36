/** Provider connections: pools, TLS, the relay. */
@NullMarked
package io.sluice.transport.upstream;

import org.jspecify.annotations.NullMarked;
