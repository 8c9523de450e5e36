package io.sluice.transport.exchange;

import io.netty.buffer.ByteBuf;
import io.sluice.error.GatewayException;
import io.sluice.message.AnswerTerms;
import io.sluice.message.CallFields;
import io.sluice.message.CallMemory;
import io.sluice.message.Dialect;
import io.sluice.message.Endpoint;
import io.sluice.message.SendTerms;
import io.sluice.message.TranslationMemory;
import io.sluice.routing.Target;
import io.sluice.translate.TranslatedAnswer;
import io.sluice.translate.TranslatedRequest;
import io.sluice.translate.Translation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call on its way to a target of another dialect than its caller's: its body as the target is to
 * see it, and the way back.
 *
 * <p>Owns the body until {@link #takeBody}, and what it has taken of the memory of translated calls
 * until {@link #takeMemory}. Confined to the event loop of its call.
 */
final class ForeignCall {

    private final GatewayRequest request;
    private final Target target;
    private final String model;
    private final Translation translation;
    private final TranslatedRequest translated;

    private @Nullable ByteBuf body;
    private @Nullable CallMemory memory;

    private ForeignCall(
            GatewayRequest request,
            Target target,
            String model,
            Translation translation,
            TranslatedRequest translated,
            CallMemory memory) {
        this.request = request;
        this.target = target;
        this.model = model;
        this.translation = translation;
        this.translated = translated;
        this.body = translated.body();
        this.memory = memory;
    }

    /** Whether a target speaks the caller's dialect, and the text of its answers is changed. */
    private static boolean isRewritten(Endpoint endpoint, Target target) {
        return endpoint == Endpoint.CHAT_COMPLETIONS
                && target.rules().thinkTags()
                && target.speaks(Dialect.OPENAI_CHAT);
    }

    /** Whether a target can be asked that speaks another dialect than the caller. */
    static boolean isPossible(Endpoint endpoint, Target target) {
        boolean isChat =
                switch (endpoint) {
                    case CHAT_COMPLETIONS,
                            RESPONSES,
                            MESSAGES,
                            GENERATE_CONTENT,
                            STREAM_GENERATE_CONTENT ->
                            true;
                    default -> false;
                };
        return isChat && Translation.isPossible(endpoint.dialect(), target.dialect());
    }

    /**
     * Translates a call, unless its target speaks the caller's dialect.
     *
     * @param all the memory of all translated calls
     * @throws GatewayException if the call says something that the target's dialect cannot, or
     *     there is no memory to translate it
     */
    static @Nullable ForeignCall of(
            GatewayRequest request, Target target, String model, TranslationMemory all) {
        Endpoint endpoint = request.endpoint();
        ByteBuf asked = request.body();
        if (endpoint == null
                || asked == null
                || (target.provider().serves(endpoint) && !isRewritten(endpoint, target))) {
            return null;
        }
        Dialect spoken = target.dialect();
        Translation translation =
                isRewritten(endpoint, target)
                        ? Translation.within(spoken)
                        : Translation.between(endpoint.dialect(), spoken);
        CallFields fields = request.fields();
        SendTerms terms =
                new SendTerms(
                        model,
                        fields != null && fields.isStream(),
                        AttemptWriter.outputField(Endpoint.CHAT_COMPLETIONS, target),
                        SendTerms.DEFAULT_OUTPUT_TOKENS,
                        request.outputBound() > 0 ? request.outputBound() : Long.MAX_VALUE,
                        target.provider().streamUsage(),
                        target.rules().dropParams(),
                        target.rules().additional(),
                        target.rules().modifyParams(),
                        target.rules().allowed(),
                        target.rules().thinkTags() && target.provider().name().equals("gemini"));
        CallMemory memory = new CallMemory(all);
        try {
            TranslatedRequest translated =
                    translation.request(asked, terms, request.sink().alloc(), memory);
            return new ForeignCall(request, target, model, translation, translated, memory);
        } catch (GatewayException e) {
            memory.close();
            throw e;
        }
    }

    /** Whether a target can be asked what the caller asks, its own dialect or another. */
    static boolean isCarried(
            GatewayRequest request, Target target, List<String> captured, TranslationMemory all) {
        try {
            ForeignCall tried = of(request, target, target.modelFor(captured), all);
            if (tried != null) {
                tried.release();
            }
            return true;
        } catch (GatewayException e) {
            return false;
        }
    }

    /** What the target is asked for, in its own dialect; {@code null} where no caller asks that. */
    @Nullable Endpoint endpoint() {
        return switch (target.provider().paths()) {
            case OPENAI, AZURE ->
                    target.dialect() == Dialect.OPENAI_RESPONSES
                            ? Endpoint.RESPONSES
                            : Endpoint.CHAT_COMPLETIONS;
            case ANTHROPIC -> Endpoint.MESSAGES;
            case GEMINI, VERTEX_GEMINI ->
                    isStream() ? Endpoint.STREAM_GENERATE_CONTENT : Endpoint.GENERATE_CONTENT;
            case BEDROCK_INVOKE, VERTEX_ANTHROPIC -> Endpoint.MESSAGES;
            case VERTEX_OPENAI, WATSONX, SAGEMAKER -> Endpoint.CHAT_COMPLETIONS;
            case BEDROCK_CONVERSE, COHERE, OLLAMA -> null;
        };
    }

    /** The target's dialect. */
    Dialect dialect() {
        return target.provider().paths().dialect();
    }

    /** Whether a stream is asked for. */
    boolean isStream() {
        return translated.stream();
    }

    /** Whether the caller wants its stream as one array. */
    boolean isArray() {
        return AnswerForm.isContentArray(request);
    }

    /** The caller's fields that the target does not get. */
    List<String> dropped() {
        return translated.dropped();
    }

    /**
     * The body, which is the taker's from here on.
     *
     * @throws IllegalStateException if it was taken before
     */
    ByteBuf takeBody() {
        ByteBuf taken = body;
        body = null;
        if (taken == null) {
            throw new IllegalStateException("the body has been taken");
        }
        return taken;
    }

    /**
     * What the call has taken of the memory of translated calls, which is the taker's from here on.
     *
     * @throws IllegalStateException if it was taken before
     */
    CallMemory takeMemory() {
        CallMemory taken = memory;
        memory = null;
        if (taken == null) {
            throw new IllegalStateException("the memory has been taken");
        }
        return taken;
    }

    /** Begins to translate an answer of success, and keeps what must be in {@code kept}. */
    TranslatedAnswer answer(boolean isEventStream, CallMemory kept) {
        return translation.answer(
                translated,
                new AnswerTerms(
                        request.id(),
                        request.startMillis() / 1000,
                        model,
                        isStream(),
                        isArray(),
                        translated.includeUsage(),
                        target.rules().thinkTags(),
                        kept,
                        AnswerTerms.MAX_EVENT_BYTES,
                        AnswerTerms.MAX_BODY_BYTES),
                isEventStream);
    }

    /** Writes an error of the target's in the caller's shape; both buffers are borrowed. */
    void error(int status, ByteBuf told, ByteBuf out) {
        translation.error(status, told, out);
    }

    /** Gives up the body and the memory. Without effect on what was taken. */
    void release() {
        ByteBuf left = body;
        body = null;
        if (left != null) {
            left.release();
        }
        CallMemory held = memory;
        memory = null;
        if (held != null) {
            held.close();
        }
    }
}
