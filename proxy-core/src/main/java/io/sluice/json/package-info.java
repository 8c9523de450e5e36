/** Scanning and writing JSON in buffers, without a tree. */
@NullMarked
package io.sluice.json;

import org.jspecify.annotations.NullMarked;
