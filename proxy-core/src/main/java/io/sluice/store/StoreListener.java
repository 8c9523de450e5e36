package io.sluice.store;

/** Hears what the store did on its own, to log and to count it. Called by its threads. */
public interface StoreListener {

    /** One that does not care. */
    StoreListener NONE = new StoreListener() {};

    /** Changes of other processes are not heard; the store goes on trying. */
    default void onChangeFeedLost(StoreException failure) {}

    /** Changes of other processes are heard; also called the first time. */
    default void onChangeFeedReady() {}

    /**
     * Rows that came after their time were passed over.
     *
     * @param oldestDay in days of the epoch
     */
    default void onRowsTooOld(int rows, int oldestDay) {}

    /** A day's rows were dropped, since they are older than {@code database.retention}. */
    default void onDayDropped(int day) {}

    /** Partitions could not be made or dropped, or old changes not forgotten; tried again later. */
    default void onMaintenanceFailed(StoreException failure) {}
}
