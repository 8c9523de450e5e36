/** Tests of the numbers each event loop keeps. */
@NullMarked
package io.sluice.telemetry;

import org.jspecify.annotations.NullMarked;
