/** Which I/O transport, how many event loops, and their clocks. */
@NullMarked
package io.sluice.transport.loop;

import org.jspecify.annotations.NullMarked;
