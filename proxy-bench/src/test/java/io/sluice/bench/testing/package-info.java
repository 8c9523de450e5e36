/** What tests of the whole service share. */
@NullMarked
package io.sluice.bench.testing;

import org.jspecify.annotations.NullMarked;
