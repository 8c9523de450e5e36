/** Google's SDK as a client of the gateway. */
@NullMarked
package io.sluice.bench.genai;

import org.jspecify.annotations.NullMarked;
