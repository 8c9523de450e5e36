/** The client's pipeline, stage by stage. */
@NullMarked
package io.sluice.transport.downstream;

import org.jspecify.annotations.NullMarked;
