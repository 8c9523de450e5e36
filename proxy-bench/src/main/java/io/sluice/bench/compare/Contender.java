package io.sluice.bench.compare;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Something that stands between load and provider, and runs. */
public interface Contender extends AutoCloseable {

    /** Its name in reports. */
    String name();

    /** Where it takes calls; without a path. */
    URI base();

    /** The key that it takes. */
    default String key() {
        return "sk-bench-0123456789abcdef";
    }

    /** The model to ask it for. */
    default String model() {
        return "canned";
    }

    /** Whether it serves callers of one dialect before a provider of another. */
    default boolean translates() {
        return false;
    }

    /** Its processes, or {@code null} where there are none of its own or they are not known. */
    @Nullable ProcessTree processes();

    /** The processes of its database, or {@code null} where it has none or they are not known. */
    default @Nullable ProcessTree database() {
        return null;
    }

    /** How far its books are, or {@code null} where it keeps none. */
    default @Nullable LedgerState ledger() {
        return null;
    }

    /** Waits until it has worked off what a load has left behind, within a bound. */
    default void rest() {}

    @Override
    void close();

    /** Nothing in between, or a peer that runs already. */
    record Remote(String name, URI base) implements Contender {

        @Override
        public @Nullable ProcessTree processes() {
            return null;
        }

        @Override
        public void close() {}
    }
}
