package io.sluice.routing;

import io.netty.util.AsciiString;
import io.sluice.config.Allowance;
import io.sluice.config.OnDisconnect;
import io.sluice.config.TranslationRules;
import io.sluice.message.Dialect;
import io.sluice.message.NamePattern;
import io.sluice.price.PriceSource;
import io.sluice.provider.Provider;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One callable endpoint: provider, address, model and credential. Immutable.
 *
 * @param name in logs, metrics and {@code x-sluice-target}: provider, slash, model; entries that
 *     would be equal are told apart by a number
 * @param basePath what stands before the endpoint in every path, without a trailing slash
 * @param model the provider's name for the model; {@code *} is filled with what the caller's model
 *     name had in its place
 * @param headerLines further header lines for each request, each with its CRLF
 * @param headerNames the names in {@code headerLines}, in lower case; they replace the caller's
 * @param timeout bounds a plain call, {@code null} for the gateway's own
 * @param firstByteTimeout bounds the wait for a stream's first byte, {@code null} for the gateway's
 *     own
 * @param retries further attempts after one at this target
 * @param weight share of its group's calls, at least 0
 * @param unusable why no call can be made, or {@code null}
 * @param prices what its models cost
 * @param onDisconnect what becomes of an answer whose client has left; {@code null} for the
 *     gateway's own
 * @param allowance how much it may be used, and what it may cost
 * @param rules how calls and answers are changed on their way
 * @param account what is left to the account behind it, {@code null} where there is no such account
 * @param placement what choosing goes by
 * @param others the same in the other dialects that its provider speaks
 */
public record Target(
        String name,
        Provider provider,
        UpstreamAddress address,
        String basePath,
        NamePattern model,
        @Nullable String apiVersion,
        AsciiString headerLines,
        List<String> headerNames,
        @Nullable Duration timeout,
        @Nullable Duration firstByteTimeout,
        int retries,
        double weight,
        @Nullable String unusable,
        PriceSource prices,
        @Nullable OnDisconnect onDisconnect,
        Allowance allowance,
        TranslationRules rules,
        @Nullable AccountUsage account,
        Placement placement,
        List<Target> others) {

    public Target {
        others = List.copyOf(others);
        headerNames = List.copyOf(headerNames);
    }

    /** Whether calls of that dialect can be sent as they are. */
    public boolean speaks(Dialect dialect) {
        return provider.speaks(dialect)
                && !(rules.responsesOnly() && dialect == Dialect.OPENAI_CHAT);
    }

    /** The dialect that calls are translated to where they come in another one. */
    public Dialect dialect() {
        return rules.responsesOnly() && provider.speaks(Dialect.OPENAI_RESPONSES)
                ? Dialect.OPENAI_RESPONSES
                : provider.paths().dialect();
    }

    /**
     * This target as calls of {@code dialect} meet it: in that dialect where its provider speaks
     * it, else in the provider's own, which is not OpenAI's where there is a choice.
     */
    Target in(Dialect dialect) {
        if (speaks(dialect)) {
            return this;
        }
        Target own = this;
        for (Target other : others) {
            if (other.speaks(dialect)) {
                return other;
            }
            own = other;
        }
        return own;
    }

    /** The credential of its first key. */
    public TargetCredential credential() {
        return placement.keys().keys().getFirst().credential();
    }

    /** Whether a call can be made. */
    public boolean isUsable() {
        return unusable == null;
    }

    /** The provider's name for the model, given what the caller's name had in place of stars. */
    public String modelFor(List<String> captured) {
        return model.stars() == 0 ? model.text() : model.fill(captured);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String toString() {
        return name;
    }
}
