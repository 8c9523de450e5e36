/** A load generator with honest clocks: open and closed loop, every answer checked. */
@NullMarked
package io.sluice.bench.load;

import org.jspecify.annotations.NullMarked;
