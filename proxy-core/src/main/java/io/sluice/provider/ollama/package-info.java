/** Ollama's own chat. */
@NullMarked
package io.sluice.provider.ollama;

import org.jspecify.annotations.NullMarked;
