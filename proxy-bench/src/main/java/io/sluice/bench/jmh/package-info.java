/** What the hot paths cost, one class for each. */
@NullMarked
package io.sluice.bench.jmh;

import org.jspecify.annotations.NullMarked;
