package io.sluice.ledger;

/**
 * A record of the journal, as its readers see it: the same at every reading.
 *
 * @param position where it begins, in bytes since the journal was begun
 * @param end where the next one begins
 */
public record JournalRecord(long position, long end, RecordView view) {

    /** Whether it makes a row; others say how far an attempt has come. */
    public boolean isRow() {
        return view.isSettle();
    }

    /** Whose record it is. */
    public AttemptId id() {
        return view.id();
    }

    /** Its bytes, laid out as docs/ledger.md says. Owned by the caller. */
    public byte[] toBytes() {
        return view.bytes().clone();
    }

    /**
     * The row it makes.
     *
     * @throws MalformedRecordException when this program does not know its layout
     */
    public Settlement settlement() throws MalformedRecordException {
        return view.settlement();
    }
}
