package io.sluice.message;

/**
 * How one answer is to be written. Immutable.
 *
 * @param callId the call's id at the gateway, from which missing ids are made: printable ASCII
 *     without quotes
 * @param createdSeconds when the call came, in seconds of the Unix epoch
 * @param model the name of the model where the provider does not say it
 * @param stream whether the caller wants a stream
 * @param jsonArray whether a stream is one JSON array, as Gemini's is without {@code alt=sse}
 * @param includeUsage whether a stream in OpenAI's chat dialect ends with its usage
 * @param thinkTags whether {@code <thought>} tags in text are rewritten to {@code <think>}
 * @param memory counts what is kept of the answer while it is translated
 * @param maxEventBytes the largest event of a stream that is accepted
 * @param maxBodyBytes the largest plain answer that is accepted
 */
public record AnswerTerms(
        String callId,
        long createdSeconds,
        String model,
        boolean stream,
        boolean jsonArray,
        boolean includeUsage,
        boolean thinkTags,
        CallMemory memory,
        int maxEventBytes,
        int maxBodyBytes) {

    /** The largest event that is accepted unless told otherwise: an image in one piece fits. */
    public static final int MAX_EVENT_BYTES = 16 << 20;

    /** The largest plain answer that is accepted unless told otherwise. */
    public static final int MAX_BODY_BYTES = 64 << 20;

    /** The usual terms. */
    public static AnswerTerms of(String callId, long createdSeconds, String model, boolean stream) {
        return new AnswerTerms(
                callId,
                createdSeconds,
                model,
                stream,
                false,
                true,
                false,
                CallMemory.unbounded(),
                MAX_EVENT_BYTES,
                MAX_BODY_BYTES);
    }
}
