package io.sluice.store;

/** What happens when an object is not as the caller read it. */
final class Conflicts {

    private Conflicts() {}

    /** Refuses a change that found no row in the version it was made from. */
    static void check(int rows, String kind, String id) {
        if (rows == 0) {
            throw new StoreException(
                    StoreException.Reason.CONFLICT,
                    kind + " " + id + " was changed or removed in the meantime: read it again",
                    null);
        }
    }
}
