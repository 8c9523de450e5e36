/** Tests of how settings are loaded. */
@NullMarked
package io.sluice.config;

import org.jspecify.annotations.NullMarked;
