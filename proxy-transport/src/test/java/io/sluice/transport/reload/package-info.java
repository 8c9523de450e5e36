@NullMarked
package io.sluice.transport.reload;

import org.jspecify.annotations.NullMarked;
