/** The admin listener: health, metrics, log levels. */
@NullMarked
package io.sluice.transport.admin;

import org.jspecify.annotations.NullMarked;
