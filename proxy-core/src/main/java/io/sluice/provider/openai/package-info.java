/** OpenAI's chat completions, each way. */
@NullMarked
package io.sluice.provider.openai;

import org.jspecify.annotations.NullMarked;
