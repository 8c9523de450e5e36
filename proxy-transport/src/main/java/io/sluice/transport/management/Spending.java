package io.sluice.transport.management;

import io.sluice.store.ChangeKind;
import io.sluice.store.Dimension;
import io.sluice.store.SpendRepository;
import java.math.BigInteger;
import java.time.Instant;

/** What accounts have spent, as far as the ledger's rows have come. Blocks; any thread. */
@FunctionalInterface
public interface Spending {

    /** Nothing at all. */
    Spending NONE = (_, _, _, _) -> BigInteger.ZERO;

    /** What the rows of the ledger say. */
    static Spending of(SpendRepository rows) {
        return (kind, id, currency, since) -> {
            var spent = rows.since(Dimension.valueOf(kind.name()), id, since);
            return spent.getOrDefault(currency, BigInteger.ZERO);
        };
    }

    /** What an account has spent since then, in 10^-12 of the currency. */
    BigInteger picosSince(ChangeKind kind, String id, String currency, Instant since);
}
