/** Tests of provider connections: pools, TLS, names, tokens. */
@NullMarked
package io.sluice.transport.upstream;

import org.jspecify.annotations.NullMarked;
