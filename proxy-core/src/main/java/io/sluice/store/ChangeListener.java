package io.sluice.store;

import org.jspecify.annotations.Nullable;

/** Hears of objects that have changed in the database. */
@FunctionalInterface
public interface ChangeListener {

    /**
     * An object was made, changed or removed; it is read anew by whoever needs it.
     *
     * <p>Called by the thread that made the change or by the one that listens to other processes,
     * so it is quick and throws nothing. The same change may be told twice.
     *
     * @param id {@code null} where it is not known which: any of that kind may have changed
     */
    void onChange(ChangeKind kind, @Nullable String id);
}
