/** The crash-safe way of every attempt's account from the event loop to the database. */
@NullMarked
package io.sluice.ledger;

import org.jspecify.annotations.NullMarked;
