package io.sluice.message;

import io.netty.buffer.ByteBuf;

/**
 * What calls that belong together have in common, as a number: the session that they name, or the
 * bytes that their prompts begin with.
 *
 * <p>Immutable. Offsets are bytes from the start of the body; -1 where there is nothing.
 */
public record CallSession(long nameStart, long nameEnd, long contentStart, long contentEnd) {

    /** A call whose body says nothing. */
    public static final CallSession NONE = new CallSession(-1, -1, -1, -1);

    /**
     * How much of a prompt is looked at. A shorter one is no sign: the next call of the
     * conversation would begin otherwise, and providers cache nothing that is as short.
     */
    public static final int PREFIX_BYTES = 1024;

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    /** The number of the session that the body names, 0 where it names none. */
    public long ofName(ByteBuf body) {
        return nameStart < 0 ? 0 : hash(body, nameStart, nameEnd);
    }

    /** The number of what the prompt begins with, 0 where it is too short. */
    public long ofPrefix(ByteBuf body) {
        return contentEnd - contentStart < PREFIX_BYTES
                ? 0
                : hash(body, contentStart, contentStart + PREFIX_BYTES);
    }

    /** The number of a session's name that stands in a header field; never 0. */
    public static long of(String name) {
        long hash = FNV_OFFSET;
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * FNV_PRIME;
        }
        return hash == 0 ? 1 : hash;
    }

    /** FNV-1a (Fowler, Noll and Vo, 1991), which is mixed again before it is used. */
    private static long hash(ByteBuf body, long start, long end) {
        long hash = FNV_OFFSET;
        int from = body.readerIndex();
        for (long at = start; at < end; at++) {
            hash = (hash ^ body.getByte(from + (int) at)) * FNV_PRIME;
        }
        return hash == 0 ? 1 : hash;
    }
}
