package io.sluice.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Reads one segment, frame by frame, also while it is written: what is no frame is read from the
 * file once more. Confined to one thread.
 */
final class SegmentReader implements AutoCloseable {

    private static final int WINDOW = 1 << 16;

    private final FrameCodec codec = new FrameCodec();
    private final byte[] window = new byte[WINDOW];
    private final FileChannel channel;
    private final SegmentHeader header;

    /** Where the window begins in the file, and how much of it is filled. */
    private long windowAt;

    private int filled;
    private long offset = SegmentHeader.LENGTH;

    private SegmentReader(FileChannel channel, SegmentHeader header) {
        this.channel = channel;
        this.header = header;
    }

    /**
     * Opens a segment at its first frame; {@code null} if it has no header.
     *
     * @throws IOException when it cannot be read
     */
    static @Nullable SegmentReader open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        ByteBuffer bytes = ByteBuffer.allocate(SegmentHeader.LENGTH);
        int count = 0;
        while (count >= 0 && bytes.hasRemaining()) {
            count = channel.read(bytes, bytes.position());
        }
        SegmentHeader header = SegmentHeader.read(bytes.flip());
        if (header == null) {
            channel.close();
            return null;
        }
        return new SegmentReader(channel, header);
    }

    SegmentHeader header() {
        return header;
    }

    /** Where the next frame begins, in bytes since the journal was begun. */
    long position() {
        return header.base() + offset;
    }

    /** Where the next frame begins in the file. */
    long offset() {
        return offset;
    }

    /**
     * How long the file is.
     *
     * @throws IOException when that cannot be asked
     */
    long length() throws IOException {
        return channel.size();
    }

    void seek(long position) {
        offset = Math.max(SegmentHeader.LENGTH, position - header.base());
    }

    /**
     * The frame that begins here, or {@code null} if there is none; moves past it.
     *
     * @param chain followed and compared, where given
     * @throws IOException when the file cannot be read
     */
    @Nullable Frame next(@Nullable Chain chain) throws IOException {
        if (offset + Frame.MAX_LENGTH > windowAt + filled || offset < windowAt) {
            fill(offset);
        }
        int at = (int) (offset - windowAt);
        Frame frame = codec.read(window, at, filled - at, position());
        if (frame == null) {
            fill(offset);
            at = 0;
            frame = codec.read(window, at, filled, position());
        }
        if (frame == null) {
            return null;
        }
        int length = (int) (frame.end() - frame.position());
        if (chain != null && !chain.check(window, at, length)) {
            return null;
        }
        offset += length;
        return frame;
    }

    /**
     * Whether all from here to the end of the file is zero.
     *
     * @throws IOException when the file cannot be read
     */
    boolean isEmptyFromHere() throws IOException {
        long at = offset;
        while (at < channel.size()) {
            fill(at);
            for (int i = 0; i < filled; i++) {
                if (window[i] != 0) {
                    return false;
                }
            }
            at += filled;
        }
        return true;
    }

    /**
     * Whether there is a frame further on that was written when what is here was on the disk.
     *
     * @throws IOException when the file cannot be read
     */
    boolean hasLaterProof() throws IOException {
        long here = position();
        long end = channel.size();
        for (long at = offset + Frame.ALIGNMENT; at + Frame.MIN_LENGTH <= end; ) {
            if (at + Frame.MAX_LENGTH > windowAt + filled || at < windowAt) {
                fill(at);
            }
            int index = (int) (at - windowAt);
            Frame frame = codec.read(window, index, filled - index, header.base() + at);
            if (frame != null && frame.synced() > here) {
                return true;
            }
            at += frame == null ? Frame.ALIGNMENT : frame.end() - frame.position();
        }
        return false;
    }

    private void fill(long from) throws IOException {
        ByteBuffer into = ByteBuffer.wrap(window);
        int count = 0;
        while (count >= 0 && into.hasRemaining()) {
            count = channel.read(into, from + into.position());
        }
        windowAt = from;
        filled = into.position();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
