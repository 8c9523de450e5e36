package io.sluice.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much, and how much at once, whoever has these may call. Immutable.
 *
 * @param rates at most one for each unit, window and model
 * @param parallel calls at the same time
 * @param priority how much it gives when the gateway is nearly full, in thousandths
 */
public record AccountLimits(List<Rate> rates, @Nullable Long parallel, int priority) {

    /** What whoever has no priority of its own gives. */
    public static final int USUAL_PRIORITY = 1000;

    /** What a rate counts. */
    public enum Unit {
        REQUESTS,
        /** Input and output together. */
        TOKENS
    }

    /**
     * So many in so much time.
     *
     * @param window a second, a minute, an hour or a day
     * @param amount at least 0; 0 lets nothing through
     * @param model the one whose calls count, as callers name it; {@code null} for all calls
     */
    public record Rate(Unit unit, Duration window, long amount, @Nullable String model) {

        /** A rate of all calls. */
        public Rate(Unit unit, Duration window, long amount) {
            this(unit, window, amount, null);
        }
    }

    /** No bound. */
    public static final AccountLimits NONE = new AccountLimits(List.of(), null);

    /** Limits of the usual priority. */
    public AccountLimits(List<Rate> rates, @Nullable Long parallel) {
        this(rates, parallel, USUAL_PRIORITY);
    }

    public AccountLimits {
        rates = List.copyOf(rates);
    }

    /** These limits, of one who gives so much. */
    public AccountLimits withPriority(int thousandths) {
        return new AccountLimits(rates, parallel, thousandths);
    }

    /** Whether there is no bound. */
    public boolean isEmpty() {
        return rates.isEmpty() && parallel == null;
    }
}
