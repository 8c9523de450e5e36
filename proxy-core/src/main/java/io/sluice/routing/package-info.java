/** Model names, the targets behind them, and the order in which they are tried. */
@NullMarked
package io.sluice.routing;

import org.jspecify.annotations.NullMarked;
