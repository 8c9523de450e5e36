/** Tokens: what an answer says it used. */
@NullMarked
package io.sluice.usage;

import org.jspecify.annotations.NullMarked;
