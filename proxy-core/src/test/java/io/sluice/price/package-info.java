/** Tests of prices. */
@NullMarked
package io.sluice.price;

import org.jspecify.annotations.NullMarked;
