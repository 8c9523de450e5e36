package io.sluice.ledger;

/** A record of the journal, as its readers see it: the same at every reading. Immutable. */
public final class JournalRecord {

    private final long position;
    private final long end;
    private final RecordView view;

    JournalRecord(Frame frame) {
        this.position = frame.position();
        this.end = frame.end();
        this.view = frame.record();
    }

    /** Where it begins, in bytes since the journal was begun. */
    public long position() {
        return position;
    }

    /** Where the next one begins. */
    public long end() {
        return end;
    }

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
