/** The management of keys, their owners, budgets and what was spent, over HTTP. */
@NullMarked
package io.sluice.transport.management;

import org.jspecify.annotations.NullMarked;
