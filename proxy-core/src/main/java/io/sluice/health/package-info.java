/** How targets and their keys fare: breakers, scores, latencies, what an operator has switched. */
@NullMarked
package io.sluice.health;

import org.jspecify.annotations.NullMarked;
