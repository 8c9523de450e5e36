/** The command {@code sluice bench}. */
@NullMarked
package io.sluice.bench.cli;

import org.jspecify.annotations.NullMarked;
