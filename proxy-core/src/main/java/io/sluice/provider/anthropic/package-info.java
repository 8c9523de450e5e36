/** Anthropic's Messages, each way. */
@NullMarked
package io.sluice.provider.anthropic;

import org.jspecify.annotations.NullMarked;
