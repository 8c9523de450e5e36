package io.sluice.admission;

import io.sluice.error.ErrorCode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeUnit;

/** Says in words why calls are not admitted. */
final class Refusals {

    private static final DateTimeFormatter RESET =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

    private Refusals() {}

    static Refusal rate(Account account, RateLimit limit, long allowed, long waitNanos) {
        String throttled =
                allowed == limit.amount() ? "" : ", at this moment " + allowed + " of them";
        return new Refusal(
                ErrorCode.RATE_LIMIT_EXCEEDED,
                "%s may use %s%s".formatted(name(account), limit.text(), throttled),
                limit.amount() == 0 ? Refusal.FOR_EVER : Math.max(1, waitNanos));
    }

    static Refusal parallel(Account account, long most) {
        return new Refusal(
                ErrorCode.RATE_LIMIT_EXCEEDED,
                "%s may have %d calls at the same time".formatted(name(account), most),
                TimeUnit.SECONDS.toNanos(1));
    }

    static Refusal countsAway(Account account) {
        return new Refusal(
                ErrorCode.OVERLOADED,
                ("the rate limits of %s are counted together with other processes, and the count"
                                + " cannot be reached")
                        .formatted(name(account)),
                TimeUnit.SECONDS.toNanos(1));
    }

    static Refusal blocked(Account account) {
        return new Refusal(ErrorCode.KEY_BLOCKED, name(account) + " is blocked", Refusal.FOR_EVER);
    }

    static Refusal notRestored() {
        return new Refusal(
                ErrorCode.DATABASE_UNAVAILABLE,
                "what was spent so far is in the database, which is away; calls under a hard budget"
                        + " wait for it",
                TimeUnit.SECONDS.toNanos(5));
    }

    static Refusal unbounded(Account account, String reason) {
        return new Refusal(
                ErrorCode.UNBOUNDED_COST,
                "%s has a hard budget, and nobody can say what this call may cost: %s"
                        .formatted(name(account), reason),
                Refusal.FOR_EVER);
    }

    static Refusal spent(Account account, Budget budget, BudgetTerms terms, long nowMillis) {
        long spent = budget.cell(terms, nowMillis).spent().get();
        return quota(
                "the budget of %s is used up: %s of %s %s were spent; %s"
                        .formatted(
                                name(account, terms),
                                text(spent, 4),
                                text(terms.amountPicos(), 2),
                                terms.currency().code(),
                                resets(terms, nowMillis)),
                terms,
                nowMillis);
    }

    static Refusal tooLittle(
            Account account, BudgetTerms terms, long wanted, long left, long nowMillis) {
        return quota(
                "the budget of %s has %s of %s %s left, and this call may cost %s; %s"
                        .formatted(
                                name(account, terms),
                                text(left, 4),
                                text(terms.amountPicos(), 2),
                                terms.currency().code(),
                                text(wanted, 4),
                                resets(terms, nowMillis)),
                terms,
                nowMillis);
    }

    static Refusal awaitsSlice(Account account) {
        return new Refusal(
                ErrorCode.OVERLOADED,
                ("the budget of %s is shared by several processes, and this one waits for its"
                                + " next part")
                        .formatted(name(account)),
                TimeUnit.SECONDS.toNanos(1));
    }

    /** A key's id says nothing to whoever holds it. */
    private static String name(Account account) {
        return account.kind() == AccountKind.KEY ? "this key" : "the " + account;
    }

    private static String name(Account account, BudgetTerms terms) {
        return terms.model() == null ? name(account) : name(account) + " for " + terms.model();
    }

    private static Refusal quota(String message, BudgetTerms terms, long nowMillis) {
        long end = terms.window().endMillis(nowMillis);
        return new Refusal(
                ErrorCode.INSUFFICIENT_QUOTA,
                message,
                end == Long.MAX_VALUE
                        ? Refusal.FOR_EVER
                        : TimeUnit.MILLISECONDS.toNanos(Math.max(1, end - nowMillis)));
    }

    private static String resets(BudgetTerms terms, long nowMillis) {
        long end = terms.window().endMillis(nowMillis);
        return end == Long.MAX_VALUE
                ? "it does not reset"
                : "it resets at " + RESET.format(Instant.ofEpochMilli(end));
    }

    /** An amount with at least so many decimals: an amount that is not whole keeps what it has. */
    private static String text(long picos, int decimals) {
        BigDecimal amount = BigDecimal.valueOf(picos, 12);
        BigDecimal rounded = amount.setScale(decimals, RoundingMode.HALF_EVEN);
        boolean isLost = picos != 0 && rounded.signum() == 0;
        return (isLost ? amount.stripTrailingZeros() : rounded).toPlainString();
    }
}
