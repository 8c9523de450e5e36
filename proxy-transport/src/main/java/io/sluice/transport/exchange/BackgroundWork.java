package io.sluice.transport.exchange;

import io.sluice.admission.OpenCharge;
import io.sluice.price.CallCost;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A response that its provider makes in the background, whose use is told when somebody asks for
 * it. Safe for any thread.
 */
public final class BackgroundWork {

    private final Origin origin;
    private final AtomicBoolean isBooked;
    private final AtomicReference<@Nullable List<OpenCharge>> charges;

    /**
     * The attempt that began it.
     *
     * @param callHigh the first half of what its call is known by in the ledger
     * @param callLow the second half
     * @param admittedMillis of the attempt, in milliseconds of the epoch
     * @param requestId that its caller was told
     * @param modelGroup the name under which its model was found
     */
    public record Origin(
            long callHigh,
            long callLow,
            long admittedMillis,
            String requestId,
            @Nullable String modelGroup,
            @Nullable String endUser,
            List<String> tags) {}

    /**
     * Some work.
     *
     * @param isBooked whether what it used is in the ledger
     * @param charges what its call was charged so far; {@code null} where this process did not
     *     charge it
     */
    public BackgroundWork(Origin origin, boolean isBooked, @Nullable List<OpenCharge> charges) {
        this.origin = origin;
        this.isBooked = new AtomicBoolean(isBooked);
        this.charges = new AtomicReference<>(charges);
    }

    public Origin origin() {
        return origin;
    }

    public boolean isBooked() {
        return isBooked.get();
    }

    /** Whether the caller is the one who books it. */
    boolean take() {
        return isBooked.compareAndSet(false, true);
    }

    /** It was not booked after all. */
    void giveBack() {
        isBooked.set(false);
    }

    /**
     * Charges what it cost, in place of what was charged.
     *
     * @param otherwise who is charged where this process has charged nobody so far
     */
    void charge(CallCost cost, long nowMillis, Supplier<OpenCharge> otherwise) {
        List<OpenCharge> open = charges.getAndSet(List.of());
        if (open == null) {
            otherwise.get().settle(cost, nowMillis);
        } else {
            open.forEach(one -> one.settle(cost, nowMillis));
        }
    }
}
