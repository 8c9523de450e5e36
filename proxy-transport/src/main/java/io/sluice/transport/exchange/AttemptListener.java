package io.sluice.transport.exchange;

import io.sluice.price.CallCost;
import io.sluice.usage.Usage;

/**
 * Is told of each attempt that may reach a provider, in this order: {@link #onAdmit} before its
 * first byte goes out, {@link #onProgress} now and then, {@link #onSettle} once, before the last
 * bytes of the answer are handed to the caller's socket.
 *
 * <p>Confined to one event loop; each has its own. May neither wait nor throw.
 */
public interface AttemptListener {

    /** Whether an attempt may be made. */
    enum Admission {
        ADMITTED,
        /** There is no room for its record: the call is refused. */
        FULL,
        /** There is no room for its record: the call may wait for a while. */
        WAIT
    }

    /** A listener that keeps no books. */
    AttemptListener NONE =
            new AttemptListener() {

                @Override
                public Admission onAdmit(AttemptReport attempt) {
                    return Admission.ADMITTED;
                }

                @Override
                public void onProgress(AttemptReport attempt) {}

                @Override
                public void onSettle(AttemptReport attempt) {}

                @Override
                public boolean onWork(
                        AttemptReport attempt,
                        String model,
                        BackgroundWork.Origin origin,
                        Usage used,
                        CallCost cost) {
                    return true;
                }
            };

    /**
     * An attempt is about to be sent. Told again, of another report, where it has to wait.
     *
     * @param attempt has not ended: of its end and its usage nothing is known
     */
    Admission onAdmit(AttemptReport attempt);

    /**
     * An admitted attempt goes on.
     *
     * @param attempt tells how much has come so far
     */
    void onProgress(AttemptReport attempt);

    /**
     * An admitted attempt has ended.
     *
     * @param attempt complete, and not changed any more
     */
    void onSettle(AttemptReport attempt);

    /**
     * The answer to an attempt tells what a response has used that was made in the background.
     *
     * @param model as the caller who ordered the response named it
     * @param origin the order
     * @return whether that is written; {@code false} where there is no room for it
     */
    boolean onWork(
            AttemptReport attempt,
            String model,
            BackgroundWork.Origin origin,
            Usage used,
            CallCost cost);
}
