package io.sluice.translate;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.json.JsonCursor;
import io.sluice.json.JsonText;
import io.sluice.json.MalformedJsonException;
import io.sluice.message.AnswerError;
import io.sluice.message.AnswerTerms;
import io.sluice.message.CallMemory;
import io.sluice.message.ChatRequest;
import io.sluice.message.Dialect;
import io.sluice.message.Omissions;
import io.sluice.message.SendTerms;
import java.util.List;

/**
 * The way between a caller's dialect and a provider's. Immutable; safe for any thread.
 *
 * <p>A call uses it on its own event loop: {@link #request} for each attempt, then {@link #answer}
 * for an answer with a status of success, or {@link #error} for any other.
 */
public final class Translation {

    /*
     * While a request is read, its body is there once more, and around each of its texts some
     * objects are: measured with bodies of many short messages, less than twice the body.
     */

    private static final int READING_FACTOR = 3;
    private static final int SMALL_BYTES = 16 << 10;
    private static final int HEAD_ROOM_BYTES = 256;

    private final Codec caller;
    private final Codec provider;
    private final Dialect target;

    private Translation(Codec caller, Codec provider, Dialect target) {
        this.target = target;
        this.caller = caller;
        this.provider = provider;
    }

    /** Whether there is a way between those two: they differ, and both have what it takes. */
    public static boolean isPossible(Dialect caller, Dialect provider) {
        return caller != provider && caller.isOfCallers() && Codec.canCall(provider);
    }

    /**
     * The way between those two.
     *
     * @throws GatewayException {@code not_supported} where there is none
     */
    public static Translation between(Dialect caller, Dialect provider) {
        if (!isPossible(caller, provider)) {
            throw new GatewayException(
                    ErrorCode.NOT_SUPPORTED,
                    "no translation from " + caller.wireName() + " to " + provider.wireName());
        }
        return new Translation(Codec.of(caller), Codec.of(provider), provider);
    }

    /**
     * The way from a dialect to itself, for answers whose text is to be changed.
     *
     * @throws GatewayException {@code not_supported} where providers do not speak it
     */
    public static Translation within(Dialect dialect) {
        if (!Codec.canCall(dialect)) {
            throw new GatewayException(
                    ErrorCode.NOT_SUPPORTED, "no translation of " + dialect.wireName());
        }
        return new Translation(Codec.of(dialect), Codec.of(dialect), dialect);
    }

    /**
     * Translates a request.
     *
     * @param body borrowed: a whole JSON object in the caller's dialect; its indices do not move
     * @param alloc where the translated body is made
     * @return whose body the caller of this method owns and releases
     * @throws GatewayException {@code invalid_parameter} where the provider's dialect has no place
     *     for a field, {@code missing_parameter} or {@code invalid_json} where the body is no
     *     request; nothing is to be released then
     */
    public TranslatedRequest request(ByteBuf body, SendTerms terms, ByteBufAllocator alloc) {
        return request(body, terms, alloc, CallMemory.unbounded());
    }

    /**
     * The same, within the memory of the call: what is needed while the request is read is taken
     * and given back, what the translated body takes stays taken, with the body itself where that
     * is large.
     *
     * @throws GatewayException as above, and {@code overloaded} where there is no room
     */
    public TranslatedRequest request(
            ByteBuf body, SendTerms terms, ByteBufAllocator alloc, CallMemory memory) {
        int length = body.readableBytes();
        long needed = (long) READING_FACTOR * length;
        memory.take(needed);
        boolean isSmall = length <= SMALL_BYTES;
        ByteBuf out = isSmall ? alloc.buffer(length + HEAD_ROOM_BYTES) : memory.all().buffer(alloc);
        TranslatedRequest translated = request(body, length, terms, alloc, out);
        memory.giveBack(needed);
        if (isSmall) {
            memory.take(out.capacity());
        }
        return translated;
    }

    private TranslatedRequest request(
            ByteBuf body, int length, SendTerms terms, ByteBufAllocator alloc, ByteBuf out) {
        if (body.hasArray()) {
            int from = body.arrayOffset() + body.readerIndex();
            return translate(body.array(), from, from + length, terms, out);
        }
        ByteBuf copy = alloc.heapBuffer(length);
        try {
            copy.writeBytes(body, body.readerIndex(), length);
            int from = copy.arrayOffset();
            return translate(copy.array(), from, from + length, terms, out);
        } finally {
            copy.release();
        }
    }

    /**
     * Begins to translate an answer with a status of success.
     *
     * @param eventStream whether it comes as server-sent events
     */
    public TranslatedAnswer answer(AnswerTerms terms, boolean eventStream) {
        return new TranslatedAnswer(caller, provider, terms, JsonText.EMPTY, eventStream);
    }

    /**
     * Begins to translate the answer to {@code request}, of which the caller's dialect may repeat a
     * part.
     *
     * @param eventStream whether it comes as server-sent events
     */
    public TranslatedAnswer answer(
            TranslatedRequest request, AnswerTerms terms, boolean eventStream) {
        return new TranslatedAnswer(caller, provider, terms, request.echo(), eventStream);
    }

    /**
     * Writes a provider's error answer in the caller's shape; its status stays.
     *
     * @param status of the answer
     * @param body borrowed: the whole of it, which may be anything
     * @param out borrowed
     */
    public void error(int status, ByteBuf body, ByteBuf out) {
        byte[] bytes = new byte[body.readableBytes()];
        body.getBytes(body.readerIndex(), bytes);
        AnswerError error = provider.errorReader().read(status, bytes);
        caller.errorWriter().accept(error, out);
    }

    private TranslatedRequest translate(
            byte[] body, int from, int to, SendTerms terms, ByteBuf out) {
        Omissions omissions =
                new Omissions(
                        terms.dropParams(), terms.additionalDropParams(), terms.allowedParams());
        try {
            ChatRequest request = caller.reader().read(body, from, to, terms.stream(), omissions);
            if (terms.modifyParams()) {
                request = Repairs.of(request, target);
            }
            provider.writer().write(request, terms, omissions, out);
            if (!omissions.kept().isEmpty()) {
                addFields(body, from, to, omissions.kept(), out);
            }
            return new TranslatedRequest(
                    out,
                    request.stream(),
                    request.includeUsage(),
                    omissions.dropped(),
                    caller.echoMaker().make(body, from, to));
        } catch (MalformedJsonException e) {
            out.release();
            throw refusal(e, body, from, to);
        } catch (RuntimeException e) {
            out.release();
            throw e;
        }
    }

    /** Adds fields of the caller's body to the object that was written, as they stand there. */
    private static void addFields(byte[] body, int from, int to, List<String> names, ByteBuf out) {
        JsonCursor cursor = new JsonCursor().on(body, from, to);
        cursor.beginObject();
        out.writerIndex(out.writerIndex() - 1);
        while (cursor.nextField()) {
            String name = cursor.name();
            JsonText value = cursor.value();
            if (names.contains(name)) {
                out.writeByte(',');
                JsonText.of(name).writeQuoted(out);
                out.writeByte(':');
                out.writeBytes(value.bytes(), value.from(), value.length());
            }
        }
        out.writeByte('}');
    }

    /** A body that is JSON, but not where it matters, has a value of the wrong type there. */
    private static GatewayException refusal(
            MalformedJsonException fault, byte[] body, int from, int to) {
        String message = String.valueOf(fault.getMessage());
        try {
            JsonCursor whole = new JsonCursor().on(body, from, to);
            whole.skip();
            if (whole.isDone()) {
                return new GatewayException(
                        ErrorCode.INVALID_PARAMETER, message + " where one is expected");
            }
        } catch (MalformedJsonException e) {
            return new GatewayException(
                    ErrorCode.INVALID_JSON, message + " at byte " + e.byteOffset());
        }
        return new GatewayException(ErrorCode.INVALID_JSON, "more than one JSON value");
    }
}
