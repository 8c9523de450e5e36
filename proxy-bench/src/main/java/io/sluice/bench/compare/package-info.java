/** Gateways and proxies measured in turn over the same load: what a call costs the processor. */
@NullMarked
package io.sluice.bench.compare;

import org.jspecify.annotations.NullMarked;
