/** The gateway's own log and the access log: where lines go, in which form, at which level. */
@NullMarked
package io.sluice.transport.logging;

import org.jspecify.annotations.NullMarked;
