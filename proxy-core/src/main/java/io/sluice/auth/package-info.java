/** Whose key this is and what it may do. */
@NullMarked
package io.sluice.auth;

import org.jspecify.annotations.NullMarked;
