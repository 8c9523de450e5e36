/**
 * What the gateway knows of each provider: where it is, how it authenticates, what it understands.
 */
@NullMarked
package io.sluice.provider;

import org.jspecify.annotations.NullMarked;
