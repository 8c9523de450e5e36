/** What was measured, as table, CSV, JSON and one page of HTML. */
@NullMarked
package io.sluice.bench.report;

import org.jspecify.annotations.NullMarked;
