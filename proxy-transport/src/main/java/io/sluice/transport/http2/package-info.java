/** Heads of HTTP/2 and of HTTP/1.1, each in the form of the other. */
@NullMarked
package io.sluice.transport.http2;

import org.jspecify.annotations.NullMarked;
