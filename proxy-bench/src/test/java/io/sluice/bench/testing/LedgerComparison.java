package io.sluice.bench.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bench.testing.CrashLoad.Seen;
import io.sluice.bench.testing.LedgerRows.Row;
import io.sluice.bench.upstream.Books;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What callers saw, what the provider billed and what the ledger holds, side by side.
 *
 * @param inputPicos what an input token costs, in 10^-12 dollars
 * @param outputPicos what an output token costs
 */
public record LedgerComparison(long inputPicos, long outputPicos) {

    /**
     * Every attempt that reached the provider has a row, no row is there twice, and every answered
     * call has one completed row that says what was billed, to the pico-dollar.
     */
    public void check(CrashLoad load, Books books, List<Row> rows) {
        List<String> faults = new ArrayList<>(doubled(rows));
        Map<String, List<Row>> byCall = LedgerRows.byCall(rows);
        long picos = 0;
        long billedPicos = 0;
        for (Map.Entry<String, Seen> call : load.calls().entrySet()) {
            Books.Attempts billed = books.attempts(call.getKey());
            List<Row> own = byCall.getOrDefault(call.getKey(), List.of());
            faults.addAll(faults(call.getKey(), call.getValue(), billed, own));
            if (call.getValue() == Seen.ANSWERED) {
                picos += completed(own).stream().mapToLong(Row::dollarPicos).sum();
                billedPicos += costOf(billed);
            }
        }

        assertThat(faults).as("%d rows, %s", rows.size(), counts(load)).isEmpty();
        assertThat(picos).as("10^-12 dollars of answered calls").isEqualTo(billedPicos);
    }

    private List<String> faults(String id, Seen seen, Books.Attempts billed, List<Row> rows) {
        List<String> faults = new ArrayList<>();
        if (billed.times() > rows.size()) {
            faults.add(id + " reached the provider " + billed + " and has the rows " + rows);
        }
        if (seen == Seen.REFUSED && billed.times() == 0 && !rows.isEmpty()) {
            faults.add(id + " was refused and has the rows " + rows);
        }
        if (seen == Seen.ANSWERED) {
            List<Row> completed = completed(rows);
            if (completed.size() != 1) {
                faults.add(id + " was answered and has the rows " + rows);
            } else if (completed.getFirst().inputTokens() != billed.inputTokens()
                    || completed.getFirst().outputTokens() != billed.outputTokens()
                    || completed.getFirst().dollarPicos() != costOf(billed)) {
                faults.add(completed.getFirst() + " is not what was billed: " + billed);
            }
        }
        return faults;
    }

    private long costOf(Books.Attempts billed) {
        return billed.inputTokens() * inputPicos + billed.outputTokens() * outputPicos;
    }

    private static List<Row> completed(List<Row> rows) {
        return rows.stream().filter(row -> row.outcome().equals("completed")).toList();
    }

    private static List<String> doubled(List<Row> rows) {
        Set<String> seen = new HashSet<>();
        return rows.stream()
                .filter(row -> !seen.add(row.requestId() + '/' + row.attempt()))
                .map(row -> row + " is there twice")
                .toList();
    }

    private static String counts(CrashLoad load) {
        StringBuilder counts = new StringBuilder();
        for (Seen seen : Seen.values()) {
            counts.append(load.count(seen)).append(' ').append(seen).append(' ');
        }
        return counts.toString();
    }
}
