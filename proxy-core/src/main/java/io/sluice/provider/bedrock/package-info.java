/** Amazon Bedrock's Converse. */
@NullMarked
package io.sluice.provider.bedrock;

import org.jspecify.annotations.NullMarked;
