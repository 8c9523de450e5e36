/** Fakes and fixtures that the tests of every module share. */
@NullMarked
package io.sluice.testing;

import org.jspecify.annotations.NullMarked;
