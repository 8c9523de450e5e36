/** What a request to Amazon Web Services carries to be let in. */
@NullMarked
package io.sluice.aws;

import org.jspecify.annotations.NullMarked;
