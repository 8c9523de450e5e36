/** The ways a call can fail, whose fault each is, and whether another try may help. */
@NullMarked
package io.sluice.error;

import org.jspecify.annotations.NullMarked;
