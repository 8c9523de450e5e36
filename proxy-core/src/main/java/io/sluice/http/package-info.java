/** HTTP/1.1 messages as spans of bytes: heads, and the framing of bodies. */
@NullMarked
package io.sluice.http;

import org.jspecify.annotations.NullMarked;
