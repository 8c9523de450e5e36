package io.sluice.ledger;

import java.util.List;

/**
 * Where rows end up: the database.
 *
 * <p>Called by one thread, {@code ledger-writer}, which may be kept waiting; a call must not wait
 * for ever, since closing the ledger waits for it.
 */
public interface SettlementSink {

    /** What {@link #position} answers for a writer it has never heard of. */
    long NO_POSITION = -1;

    /**
     * How far the rows of a journal are stored.
     *
     * @param writerId names the journal, not the process: a new journal has a new one. At most 64
     *     characters of ASCII
     * @return the last {@code newPosition} whose {@link #write} was committed, or {@link
     *     #NO_POSITION}
     * @throws SinkUnavailableException when the database cannot be asked now
     */
    long position(String writerId) throws SinkUnavailableException;

    /**
     * Stores rows and position in one transaction: after a crash either both are there or neither.
     * A row whose id is there already is passed over and counted nowhere.
     *
     * <p>Any other exception than the declared one means that the rows were refused, not that the
     * database is away: the writer then offers them one by one and sets aside the one that is
     * refused alone.
     *
     * @param batch in the journal's order; may be empty, when only the position moves on
     * @param newPosition the journal's position after the last of them
     * @throws SinkUnavailableException when the database is away or asks to try again; nothing was
     *     stored, or nobody knows. The same batch comes again
     */
    void write(String writerId, List<Settlement> batch, long newPosition)
            throws SinkUnavailableException;
}
