/** Limits and budgets against oracles, races and calendars. */
@NullMarked
package io.sluice.admission;

import org.jspecify.annotations.NullMarked;
