/** Tests of the admin listener. */
@NullMarked
package io.sluice.transport.admin;

import org.jspecify.annotations.NullMarked;
