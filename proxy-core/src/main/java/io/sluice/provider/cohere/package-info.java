/** Cohere's chat, version 2. */
@NullMarked
package io.sluice.provider.cohere;

import org.jspecify.annotations.NullMarked;
