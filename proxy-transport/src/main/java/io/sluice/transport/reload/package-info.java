/**
 * The configuration while the gateway runs: read anew, checked, swapped whole, kept, taken back.
 */
@NullMarked
package io.sluice.transport.reload;

import org.jspecify.annotations.NullMarked;
