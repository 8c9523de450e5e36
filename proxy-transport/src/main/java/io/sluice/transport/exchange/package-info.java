/** The life of one call: attempts, retries, deadlines, the end. */
@NullMarked
package io.sluice.transport.exchange;

import org.jspecify.annotations.NullMarked;
