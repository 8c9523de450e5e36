/** The dialect-neutral vocabulary of one call. */
@NullMarked
package io.sluice.message;

import org.jspecify.annotations.NullMarked;
