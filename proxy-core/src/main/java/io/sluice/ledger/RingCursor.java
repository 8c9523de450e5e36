package io.sluice.ledger;

import static org.agrona.concurrent.ControlledMessageHandler.Action.ABORT;
import static org.agrona.concurrent.ControlledMessageHandler.Action.CONTINUE;

import org.agrona.BitUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.ControlledMessageHandler;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RecordDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * Looks at what is in the ring without taking it out, and takes it out once it is safe elsewhere.
 * Confined to the ring's consumer.
 */
final class RingCursor {

    private static final int PADDING = -1;

    private final ManyToOneRingBuffer ring;
    private final AtomicBuffer buffer;
    private final Credit credit;
    private final int mask;
    private final ControlledMessageHandler consumer = this::onConsumed;
    private long position;

    /** What is being consumed: where the read began and where it is to end. */
    private long start;

    private long limit;
    private long freed;

    RingCursor(ManyToOneRingBuffer ring, Credit credit) {
        this.ring = ring;
        this.buffer = ring.buffer();
        this.credit = credit;
        this.mask = ring.capacity() - 1;
        this.position = ring.consumerPosition();
    }

    /** Where the next record begins, in bytes since the ring was made. */
    long position() {
        return position;
    }

    /** Goes to a record that was not consumed. */
    void seek(long to) {
        position = to;
    }

    /** Goes back to the first record that was not consumed. */
    void rewind() {
        position = ring.consumerPosition();
    }

    /** The next record, or {@code null} if none is complete; moves past it. */
    @Nullable RecordView next() {
        position = Math.max(position, ring.consumerPosition());
        while (position < ring.producerPosition()) {
            int index = (int) position & mask;
            int length = buffer.getIntVolatile(RecordDescriptor.lengthOffset(index));
            if (length <= 0) {
                return null;
            }
            position += BitUtil.align(length, RecordDescriptor.ALIGNMENT);
            if (buffer.getInt(RecordDescriptor.typeOffset(index)) != PADDING) {
                byte[] bytes = new byte[length - RecordDescriptor.HEADER_LENGTH];
                buffer.getBytes(RecordDescriptor.encodedMsgOffset(index), bytes);
                return new RecordView(bytes);
            }
        }
        return null;
    }

    /** Takes out all records before {@code end}, and gives their credit back. */
    void consumeTo(long end) {
        limit = end;
        freed = 0;
        long before = -1;
        start = ring.consumerPosition();
        while (start < end && start != before) {
            before = start;
            ring.controlledRead(consumer);
            start = ring.consumerPosition();
        }
        if (freed > 0) {
            credit.giveBack(freed);
        }
    }

    private ControlledMessageHandler.Action onConsumed(
            int type, MutableDirectBuffer from, int index, int length) {
        long at = start + (index - RecordDescriptor.HEADER_LENGTH) - ((int) start & mask);
        if (at >= limit) {
            return ABORT;
        }
        freed += LedgerPublisher.ringBytes(length);
        return CONTINUE;
    }
}
