/** Tests of the two logs. */
@NullMarked
package io.sluice.transport.logging;

import org.jspecify.annotations.NullMarked;
