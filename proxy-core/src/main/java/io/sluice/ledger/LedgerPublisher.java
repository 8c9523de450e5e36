package io.sluice.ledger;

import java.util.concurrent.atomic.AtomicLong;
import org.agrona.BitUtil;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RecordDescriptor;

/**
 * How one thread tells the ledger of its attempts.
 *
 * <p>For each attempt, in this order: {@link #reserve}, {@link #admit} before the first byte goes
 * to the provider, {@link #progress} now and then, {@link #settle} once, before the last bytes of
 * the answer are handed to the caller's socket. What was reserved and will not be admitted is given
 * back with {@link #release}. Nothing here waits, takes a lock or allocates.
 *
 * <p>Confined to one thread; each event loop has its own. When {@link #admit} or {@link #settle}
 * returns, the record survives the death of this process.
 */
public final class LedgerPublisher {

    /** The most that a record takes of the ring. */
    static final int RECORD_BYTES =
            BitUtil.align(
                    RecordLayout.MAX_LENGTH + RecordDescriptor.HEADER_LENGTH,
                    RecordDescriptor.ALIGNMENT);

    /** What an attempt is promised: an admit and a settle record. */
    static final long ATTEMPT_BYTES = 2L * RECORD_BYTES;

    private final RowEncoder encoder = new RowEncoder();
    private final ManyToOneRingBuffer ring;
    private final Credit credit;
    private final Room room;
    private final AtomicLong sequence;

    LedgerPublisher(ManyToOneRingBuffer ring, Credit credit, Room room, AtomicLong sequence) {
        this.ring = ring;
        this.credit = credit;
        this.room = room;
        this.sequence = sequence;
    }

    /**
     * Takes room for the two records of one attempt.
     *
     * @return whether there was room. Where not, the call is refused with {@code ledger_full}, or
     *     waits for Ledger.onRoom
     */
    public boolean reserve() {
        return room.isOpen() && credit.take(ATTEMPT_BYTES);
    }

    /** Gives back what {@link #reserve} took, for an attempt that will not be admitted. */
    public void release() {
        credit.giveBack(ATTEMPT_BYTES);
    }

    /**
     * Says that an attempt begins; the row is what it will be should this process die before it is
     * settled, apart from outcome, status, termination and end. Never fails after {@link #reserve}.
     */
    public void admit(AttemptRow row) {
        encoder.encode(RecordLayout.ADMIT, sequence.getAndIncrement(), row);
        publishPromised(RecordLayout.ADMIT);
    }

    /**
     * Says how an attempt ended. Never fails after {@link #admit}, and comes once for each.
     *
     * @param row complete: the row in the database is made of it alone
     */
    public void settle(AttemptRow row) {
        encoder.encode(RecordLayout.SETTLE, sequence.getAndIncrement(), row);
        publishPromised(RecordLayout.SETTLE);
    }

    /**
     * Says how far an attempt has come, for the row it gets should this process die.
     *
     * @param row has the attempt's id; nothing else is read of it
     * @param atMillis now, in milliseconds of the epoch
     * @param outputTokens so far
     * @param answerBytes the answer's payload so far
     * @return whether there was room; without, nothing is said
     */
    public boolean progress(AttemptRow row, long atMillis, long outputTokens, long answerBytes) {
        int bytes = ringBytes(RecordLayout.PROGRESS_LENGTH);
        if (!credit.take(bytes)) {
            return false;
        }
        encoder.encodeProgress(
                sequence.getAndIncrement(), row, atMillis, outputTokens, answerBytes);
        write(RecordLayout.PROGRESS);
        return true;
    }

    private void publishPromised(byte type) {
        write(type);
        credit.giveBack(RECORD_BYTES - ringBytes(encoder.record().length()));
        room.wakeIfHalfFull(credit);
    }

    private void write(byte type) {
        RecordBuffer record = encoder.record();
        if (!ring.write(type, record.buffer(), 0, record.length())) {
            throw new IllegalStateException("a record was published without credit");
        }
    }

    /** What a record of {@code length} bytes takes of the ring. */
    static int ringBytes(int length) {
        return BitUtil.align(length + RecordDescriptor.HEADER_LENGTH, RecordDescriptor.ALIGNMENT);
    }
}
