package io.sluice.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code model_list}: one target of one model name.
 *
 * @param name the name that callers use; may hold {@code *}
 * @param provider the part before the first slash of {@code litellm_params.model}, {@code openai}
 *     where there is none
 * @param model the provider's own name for the model; may hold {@code *}
 * @param apiBase overrides the provider's base URL
 * @param apiKey the provider's key, resolved
 * @param identity how to get a token or sign requests, where no key is used
 * @param requestsPerMinute {@code rpm}; also a weight where {@code weight} is not given
 * @param tokensPerMinute {@code tpm}
 * @param timeout bounds a plain call
 * @param streamTimeout bounds the wait for the first byte of a stream
 * @param maxRetries further attempts after the first; overrides the router's
 * @param weight share of the calls of its group; at least 0
 * @param extraHeaders sent to the provider as they are
 * @param accessGroups names under which keys may be allowed this model
 * @param origin where the entry stands, {@code file:line}
 * @param unusable why calls to this entry are answered with 503, or {@code null} if it can be used;
 *     begins with {@code credential_missing:} where that is the code of the answer
 * @param baseModel the name under which price lists have the model, where it is another
 * @param prices LiteLLM's price fields, in dollars for one unit; they count before any list's
 * @param onDisconnect {@code null} for the gateway's own
 * @param allowance how much it may be used, and what it may cost
 * @param rules how calls and answers are changed on their way
 * @param bodyFields JSON values by name that every body has for it
 * @param custom its provider where an operator has described it, else {@code null}
 * @param traits what choosing among targets goes by
 */
public record ModelEntry(
        String name,
        String provider,
        String model,
        @Nullable String apiBase,
        @Nullable Secret apiKey,
        @Nullable String apiVersion,
        @Nullable String organization,
        @Nullable CloudIdentity identity,
        @Nullable Long requestsPerMinute,
        @Nullable Long tokensPerMinute,
        @Nullable Duration timeout,
        @Nullable Duration streamTimeout,
        @Nullable Integer maxRetries,
        @Nullable Double weight,
        Map<String, String> extraHeaders,
        List<String> accessGroups,
        String origin,
        @Nullable String unusable,
        @Nullable String baseModel,
        Map<String, BigDecimal> prices,
        @Nullable OnDisconnect onDisconnect,
        Allowance allowance,
        TranslationRules rules,
        Map<String, String> bodyFields,
        @Nullable CustomProvider custom,
        TargetTraits traits) {

    public ModelEntry {
        extraHeaders = Map.copyOf(extraHeaders);
        accessGroups = List.copyOf(accessGroups);
        prices = Map.copyOf(prices);
        bodyFields = Map.copyOf(bodyFields);
    }

    /** Names the entry; headers may hold credentials and are left out. */
    @Override
    public String toString() {
        return "ModelEntry[" + name + " -> " + provider + '/' + model + ", " + origin + ']';
    }
}
