package io.sluice.testing;

import io.sluice.config.Allowance;
import io.sluice.config.CloudIdentity;
import io.sluice.config.ModelEntry;
import io.sluice.config.Secret;
import io.sluice.config.TargetTraits;
import io.sluice.config.TranslationRules;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An entry of {@code model_list} in the making: at first a usable one, changed field by field. */
public final class ModelFixture {

    private final String name;
    private String provider = "openai";
    private String model = "gpt-4o";
    private @Nullable String apiBase;
    private @Nullable Secret apiKey = Secret.of("sk-provider");
    private @Nullable String apiVersion;
    private @Nullable String organization;
    private @Nullable CloudIdentity identity;
    private @Nullable Long requestsPerMinute;
    private @Nullable Long tokensPerMinute;
    private @Nullable Duration timeout;
    private @Nullable Duration streamTimeout;
    private @Nullable Integer maxRetries;
    private @Nullable Double weight;
    private Map<String, String> extraHeaders = Map.of();
    private List<String> accessGroups = List.of();
    private @Nullable String unusable;
    private TargetTraits traits = TargetTraits.NONE;

    public ModelFixture(String name) {
        this.name = name;
    }

    public ModelFixture of(String itsProvider, String itsModel) {
        this.provider = itsProvider;
        this.model = itsModel;
        return this;
    }

    public ModelFixture base(String url) {
        this.apiBase = url;
        return this;
    }

    public ModelFixture key(@Nullable String key) {
        this.apiKey = key == null ? null : Secret.of(key);
        return this;
    }

    public ModelFixture version(String version) {
        this.apiVersion = version;
        return this;
    }

    public ModelFixture organization(String id) {
        this.organization = id;
        return this;
    }

    public ModelFixture identity(CloudIdentity identity) {
        this.identity = identity;
        return this;
    }

    public ModelFixture perMinute(@Nullable Long requests, @Nullable Long tokens) {
        this.requestsPerMinute = requests;
        this.tokensPerMinute = tokens;
        return this;
    }

    public ModelFixture timeouts(@Nullable Duration plain, @Nullable Duration stream) {
        this.timeout = plain;
        this.streamTimeout = stream;
        return this;
    }

    public ModelFixture retries(int count) {
        this.maxRetries = count;
        return this;
    }

    public ModelFixture weight(double share) {
        this.weight = share;
        return this;
    }

    public ModelFixture headers(Map<String, String> extra) {
        this.extraHeaders = extra;
        return this;
    }

    public ModelFixture groups(String... groups) {
        this.accessGroups = List.of(groups);
        return this;
    }

    public ModelFixture unusable(String why) {
        this.unusable = why;
        return this;
    }

    public ModelFixture traits(TargetTraits said) {
        this.traits = said;
        return this;
    }

    public ModelEntry build() {
        return new ModelEntry(
                name,
                provider,
                model,
                apiBase,
                apiKey,
                apiVersion,
                organization,
                identity,
                requestsPerMinute,
                tokensPerMinute,
                timeout,
                streamTimeout,
                maxRetries,
                weight,
                extraHeaders,
                accessGroups,
                "sluice.yaml:1",
                unusable,
                null,
                Map.of(),
                null,
                Allowance.NONE,
                TranslationRules.NONE,
                Map.of(),
                null,
                traits);
    }
}
