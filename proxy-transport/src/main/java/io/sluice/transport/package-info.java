/** The gateway as a whole: bind, wire, drain, stop. */
@NullMarked
package io.sluice.transport;

import org.jspecify.annotations.NullMarked;
