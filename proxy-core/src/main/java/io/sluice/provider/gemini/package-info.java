/** Gemini's generateContent, each way. */
@NullMarked
package io.sluice.provider.gemini;

import org.jspecify.annotations.NullMarked;
