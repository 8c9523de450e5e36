/** Answers that are known byte for byte beforehand, and a provider that costs little. */
@NullMarked
package io.sluice.bench.canned;

import org.jspecify.annotations.NullMarked;
