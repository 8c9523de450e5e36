/** Tests of the load generator. */
@NullMarked
package io.sluice.bench.load;

import org.jspecify.annotations.NullMarked;
