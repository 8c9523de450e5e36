/** The gateway as the official OpenAI SDK for Java sees it. */
@NullMarked
package io.sluice.bench.openai;

import org.jspecify.annotations.NullMarked;
