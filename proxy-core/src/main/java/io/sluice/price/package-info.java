/** What a token costs. */
@NullMarked
package io.sluice.price;

import org.jspecify.annotations.NullMarked;
