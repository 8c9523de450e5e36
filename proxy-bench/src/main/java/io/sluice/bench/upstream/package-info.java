/** The simulated provider: deterministic answers, recorded answers, and books of what it billed. */
@NullMarked
package io.sluice.bench.upstream;

import org.jspecify.annotations.NullMarked;
