package io.sluice.message;

import java.util.Set;

/**
 * How one call is to be translated. Immutable.
 *
 * @param model the provider's name of the model
 * @param stream whether the answer is wanted as a stream, for the dialect whose path says so; the
 *     others say it in the body
 * @param outputField the field that bounds the output in OpenAI's chat dialect
 * @param defaultOutputTokens the bound where the caller named none and the dialect needs one
 * @param outputBound the largest bound that may be asked for, or {@link Long#MAX_VALUE}; where it
 *     is less, a bound is always sent
 * @param askUsage whether an OpenAI stream is asked for its usage
 * @param dropParams whether what the provider's dialect has no place for is left out, not refused
 * @param additionalDropParams top-level fields of the caller's body that are always left out
 * @param modifyParams whether a conversation that the provider would refuse is put right
 * @param allowedParams top-level fields of the caller's body that are sent on under their names
 *     where the provider's dialect has no place for them
 * @param googleThoughts whether thoughts are asked for as Gemini's OpenAI endpoint wants that
 */
public record SendTerms(
        String model,
        boolean stream,
        OutputField outputField,
        long defaultOutputTokens,
        long outputBound,
        boolean askUsage,
        boolean dropParams,
        Set<String> additionalDropParams,
        boolean modifyParams,
        Set<String> allowedParams,
        boolean googleThoughts) {

    /** The bound where neither caller nor model names one. */
    public static final long DEFAULT_OUTPUT_TOKENS = 4096;

    /** The usual terms for a model. */
    public static SendTerms of(String model, boolean stream) {
        return new SendTerms(
                model,
                stream,
                OutputField.MAX_TOKENS,
                DEFAULT_OUTPUT_TOKENS,
                Long.MAX_VALUE,
                true,
                false,
                Set.of(),
                false,
                Set.of(),
                false);
    }

    /** The same terms under which what has no place is left out. */
    public SendTerms dropping() {
        return new SendTerms(
                model,
                stream,
                outputField,
                defaultOutputTokens,
                outputBound,
                askUsage,
                true,
                additionalDropParams,
                modifyParams,
                allowedParams,
                googleThoughts);
    }

    /** The bound to send for what the caller asked for, or -1 for none. */
    public long outputTokens(long asked) {
        if (asked < 0) {
            return outputBound == Long.MAX_VALUE ? -1 : outputBound;
        }
        return Math.min(asked, outputBound);
    }
}
