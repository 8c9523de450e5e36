/** Server-sent events in buffers. */
@NullMarked
package io.sluice.sse;

import org.jspecify.annotations.NullMarked;
