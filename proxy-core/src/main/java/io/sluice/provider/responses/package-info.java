/** OpenAI's Responses, each way. */
@NullMarked
package io.sluice.provider.responses;

import org.jspecify.annotations.NullMarked;
