/** Immutable settings as records, loaded and checked as a whole. */
@NullMarked
package io.sluice.config;

import org.jspecify.annotations.NullMarked;
