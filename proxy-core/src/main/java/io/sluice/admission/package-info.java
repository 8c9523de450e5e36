/** What a call may use, and who is charged for it: limits, budgets, permits. */
@NullMarked
package io.sluice.admission;

import org.jspecify.annotations.NullMarked;
