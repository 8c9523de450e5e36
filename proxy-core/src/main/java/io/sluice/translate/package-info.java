/** Calls whose caller and provider speak different dialects. */
@NullMarked
package io.sluice.translate;

import org.jspecify.annotations.NullMarked;
