/** Tests of the simulated provider. */
@NullMarked
package io.sluice.bench.upstream;

import org.jspecify.annotations.NullMarked;
