/** The database: its schema, its pools, what is read from it and written to it. */
@NullMarked
package io.sluice.store;

import org.jspecify.annotations.NullMarked;
