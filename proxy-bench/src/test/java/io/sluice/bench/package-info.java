/** Tests of the whole service. */
@NullMarked
package io.sluice.bench;

import org.jspecify.annotations.NullMarked;
