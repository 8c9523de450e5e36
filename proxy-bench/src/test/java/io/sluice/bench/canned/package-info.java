/** Tests of canned answers. */
@NullMarked
package io.sluice.bench.canned;

import org.jspecify.annotations.NullMarked;
