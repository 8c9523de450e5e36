/** Tests of the sluice command. */
@NullMarked
package io.sluice.transport.cli;

import org.jspecify.annotations.NullMarked;
