/** Tests of what hot paths allocate. */
@NullMarked
package io.sluice.bench.jmh;

import org.jspecify.annotations.NullMarked;
