/** Tests of the database, against both engines. */
@NullMarked
package io.sluice.store;

import org.jspecify.annotations.NullMarked;
