/** Streams that come in other frames than server-sent events, as server-sent events. */
@NullMarked
package io.sluice.framing;

import org.jspecify.annotations.NullMarked;
