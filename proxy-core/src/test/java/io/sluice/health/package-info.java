/** Tests of what is kept of targets and keys. */
@NullMarked
package io.sluice.health;

import org.jspecify.annotations.NullMarked;
