package io.sluice.testing;

import io.netty.util.AsciiString;
import io.sluice.config.Allowance;
import io.sluice.config.OnDisconnect;
import io.sluice.config.TranslationRules;
import io.sluice.message.NamePattern;
import io.sluice.price.PriceSource;
import io.sluice.provider.Provider;
import io.sluice.provider.Providers;
import io.sluice.routing.Placement;
import io.sluice.routing.Target;
import io.sluice.routing.TargetCredential;
import io.sluice.routing.UpstreamAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A target in the making: at first an OpenAI model on this machine, changed field by field. */
public final class TargetFixture {

    private Allowance allowance = Allowance.NONE;
    private String name = "openai/gpt";
    private Provider provider = Objects.requireNonNull(Providers.builtIn().find("openai"));
    private UpstreamAddress address = new UpstreamAddress("localhost", 9, false);
    private String basePath = "/v1";
    private String model = "gpt";
    private @Nullable String apiVersion;
    private TargetCredential credential =
            TargetCredential.fixed(new AsciiString("authorization: Bearer sk-provider\r\n"));
    private String headerLines = "";
    private List<String> headerNames = List.of();
    private @Nullable Duration timeout;
    private @Nullable Duration firstByteTimeout;
    private int retries;
    private @Nullable OnDisconnect onDisconnect;
    private double weight = 1;
    private @Nullable String unusable;
    private PriceSource prices = PriceSource.NONE;
    private @Nullable Placement placement;

    public TargetFixture name(String text) {
        this.name = text;
        return this;
    }

    public TargetFixture provider(String text) {
        this.provider = Objects.requireNonNull(Providers.builtIn().find(text), text);
        return this;
    }

    /** The provider in the dialect that has such paths. */
    public TargetFixture provider(String text, Provider.PathStyle paths) {
        this.provider =
                Providers.builtIn().inAllDialects(text).stream()
                        .filter(one -> one.paths() == paths)
                        .findFirst()
                        .orElseThrow();
        return this;
    }

    public TargetFixture address(UpstreamAddress at) {
        this.address = at;
        return this;
    }

    public TargetFixture basePath(String path) {
        this.basePath = path;
        return this;
    }

    public TargetFixture model(String text) {
        this.model = text;
        return this;
    }

    public TargetFixture apiVersion(@Nullable String version) {
        this.apiVersion = version;
        return this;
    }

    public TargetFixture credential(TargetCredential shown) {
        this.credential = shown;
        return this;
    }

    /** Further header lines, each with its CRLF, and their names in lower case. */
    public TargetFixture headers(String lines, String... names) {
        this.headerLines = lines;
        this.headerNames = List.of(names);
        return this;
    }

    public TargetFixture timeouts(@Nullable Duration plain, @Nullable Duration firstByte) {
        this.timeout = plain;
        this.firstByteTimeout = firstByte;
        return this;
    }

    public TargetFixture retries(int count) {
        this.retries = count;
        return this;
    }

    public TargetFixture onDisconnect(OnDisconnect rule) {
        this.onDisconnect = rule;
        return this;
    }

    public TargetFixture weight(double share) {
        this.weight = share;
        return this;
    }

    public TargetFixture unusable(String why) {
        this.unusable = why;
        return this;
    }

    public TargetFixture prices(PriceSource source) {
        this.prices = source;
        return this;
    }

    public TargetFixture allowance(Allowance bounds) {
        this.allowance = bounds;
        return this;
    }

    public TargetFixture placement(Placement its) {
        this.placement = its;
        return this;
    }

    public Target build() {
        return new Target(
                name,
                provider,
                address,
                basePath,
                NamePattern.of(model),
                apiVersion,
                new AsciiString(headerLines),
                headerNames,
                timeout,
                firstByteTimeout,
                retries,
                weight,
                unusable,
                prices,
                onDisconnect,
                allowance,
                TranslationRules.NONE,
                null,
                place(),
                List.of());
    }

    private Placement place() {
        return placement == null ? Placement.of(name, credential) : placement;
    }
}
