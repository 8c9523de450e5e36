/** Anthropic's SDK as a client of the gateway. */
@NullMarked
package io.sluice.bench.anthropic;

import org.jspecify.annotations.NullMarked;
