package io.sluice.routing;

import io.netty.util.AsciiString;
import io.sluice.config.CloudIdentity;
import io.sluice.config.CustomProvider;
import io.sluice.config.ModelEntry;
import io.sluice.config.PriceSettings;
import io.sluice.config.RouterSettings;
import io.sluice.config.Secret;
import io.sluice.config.Settings;
import io.sluice.json.BodyRules;
import io.sluice.message.NamePattern;
import io.sluice.price.PriceSource;
import io.sluice.price.PriceTable;
import io.sluice.provider.Provider;
import io.sluice.provider.Providers;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes routes of what the operator wrote.
 *
 * <p>An entry that cannot be used still gets a target, which says why: its callers are told that
 * the model is there and what it lacks, not that it does not exist.
 */
public final class Targets {

    private static final String ANTHROPIC_OAUTH = "sk-ant-oat";
    private static final String AZURE_API_VERSION = "2024-10-21";

    /** What makes a call, whatever its provider takes beside it. */
    private static final Set<String> NEEDED =
            Set.of("model", "messages", "prompt", "input", "query", "documents", "stream");

    private static final String WATSONX_VERSION = "2024-03-13";
    private static final UpstreamAddress NOWHERE = new UpstreamAddress("invalid", 1, false);

    private final RouterSettings router;
    private final PriceTable prices;
    private final Function<CloudIdentity, TargetCredential> identities;
    private final AccountUsages usages;
    private final Map<String, Integer> names = new HashMap<>();

    private Targets(
            RouterSettings router,
            PriceTable prices,
            Function<CloudIdentity, TargetCredential> identities,
            AccountUsages usages) {
        this.router = router;
        this.prices = prices;
        this.identities = identities;
        this.usages = usages;
    }

    /**
     * The routes of all models.
     *
     * @param prices what models cost; with {@code prices.unknown: refuse} a target without a price
     *     cannot be used
     * @param identities makes the credential of a target that has an identity and no key
     */
    public static RouteTable routes(
            Settings settings,
            PriceTable prices,
            Function<CloudIdentity, TargetCredential> identities) {
        return routes(settings, prices, identities, new AccountUsages());
    }

    /**
     * The routes of all models.
     *
     * @param prices what models cost; with {@code prices.unknown: refuse} a target without a price
     *     cannot be used
     * @param identities makes the credential of a target that has an Azure identity and no key
     * @param usages what earlier routes learned of the accounts behind their targets
     */
    public static RouteTable routes(
            Settings settings,
            PriceTable prices,
            Function<CloudIdentity, TargetCredential> identities,
            AccountUsages usages) {
        Targets targets = new Targets(settings.router(), prices, identities, usages);
        Map<String, List<ModelEntry>> groups = new LinkedHashMap<>();
        for (ModelEntry entry : settings.models()) {
            groups.computeIfAbsent(entry.name(), _ -> new ArrayList<>()).add(entry);
        }
        List<Route> routes = new ArrayList<>();
        groups.forEach((name, entries) -> routes.add(targets.route(name, entries)));
        return RouteTable.of(routes, settings.aliases());
    }

    private Route route(String name, List<ModelEntry> entries) {
        List<Target> targets = new ArrayList<>();
        List<String> accessGroups = new ArrayList<>();
        for (ModelEntry entry : entries) {
            if (targets.size() < Route.MAX_TARGETS) {
                targets.add(target(entry, weigh(entry, entries)));
            }
            accessGroups.addAll(entry.accessGroups());
        }
        return new Route(NamePattern.of(name), targets, accessGroups);
    }

    private Target target(ModelEntry entry, double weight) {
        List<Provider> known = Providers.builtIn().inAllDialects(entry.provider(), entry.model());
        String name = uniqueName(entry);
        CustomProvider custom = entry.custom();
        if (custom != null) {
            Provider provider = described(custom, entry.rules().dropParams());
            return target(entry, name, provider, true, weight, List.of());
        }
        if (known.isEmpty()) {
            Provider provider = Provider.compatible(entry.provider());
            return target(entry, name, provider, false, weight, List.of());
        }
        List<Target> others =
                known.stream()
                        .skip(1)
                        .map(one -> target(entry, name, one, true, weight, List.of()))
                        .toList();
        return target(entry, name, known.getFirst(), true, weight, others);
    }

    /**
     * What an operator says of a provider; what it does not take is left out where that is said.
     */
    private static Provider described(CustomProvider custom, boolean dropsParams) {
        Map<String, BodyRules.Bounds> bounds = new LinkedHashMap<>();
        custom.bounds()
                .forEach((name, range) ->
                        bounds.put(name, new BodyRules.Bounds(range.least(), range.most())));
        Set<String> only = new HashSet<>();
        if (dropsParams && !custom.supported().isEmpty()) {
            only.addAll(NEEDED);
            only.addAll(custom.supported());
            only.addAll(custom.renames().keySet());
        }
        return Provider.described(
                custom.name(),
                custom.keyHeader(),
                custom.keyPrefix(),
                new BodyRules(custom.renames(), Set.of(), bounds, Map.of(), only));
    }

    private Target target(
            ModelEntry entry,
            String name,
            Provider described,
            boolean isKnown,
            double weight,
            List<Target> others) {
        Provider shown = isOAuth(entry, described) ? described.withBearer() : described;
        Provider provider =
                entry.bodyFields().isEmpty() ? shown : shown.withBodyFields(entry.bodyFields());
        String base = entry.apiBase() == null ? provider.baseUrl() : entry.apiBase();
        String unusable = entry.unusable();
        if (unusable == null && !isKnown && entry.apiBase() == null) {
            unusable = "provider " + entry.provider() + " is not supported";
        } else if (unusable == null && base == null) {
            unusable = "api_base is missing";
        } else if (unusable == null && lacksKey(entry, provider)) {
            unusable = "credential_missing: api_key is missing";
        }
        if (unusable == null && !canTravel(entry)) {
            unusable = "api_key or extra_headers hold what a header cannot carry";
        }
        URI uri = base == null ? null : uri(base);
        if (unusable == null && uri == null) {
            unusable = "api_base is not an http or https URL";
        }
        PriceSource source = prices.of(entry);
        if (unusable == null && isRefused(entry, source)) {
            unusable = "price_unknown: no price is known for " + entry.model();
        }
        return new Target(
                name,
                provider,
                uri == null ? NOWHERE : address(uri),
                uri == null ? "" : basePath(uri, provider),
                NamePattern.of(entry.model()),
                apiVersion(entry, provider),
                credential(entry, provider),
                headerLines(entry),
                entry.extraHeaders().keySet().stream()
                        .map(line -> line.toLowerCase(Locale.ROOT))
                        .toList(),
                entry.timeout() == null ? router.timeout() : entry.timeout(),
                entry.streamTimeout() == null ? router.streamTimeout() : entry.streamTimeout(),
                entry.maxRetries() == null ? router.retries() : entry.maxRetries(),
                weight,
                unusable,
                source,
                entry.onDisconnect(),
                entry.allowance(),
                entry.rules(),
                isOAuth(entry, described) ? usages.of(key(entry)) : null,
                others);
    }

    /**
     * Whether the key is a token that Anthropic's console gives to an account, not to a program.
     */
    private static boolean isOAuth(ModelEntry entry, Provider provider) {
        return provider.paths() == Provider.PathStyle.ANTHROPIC
                && entry.apiKey() != null
                && entry.apiKey().reveal().startsWith(ANTHROPIC_OAUTH);
    }

    private static Secret key(ModelEntry entry) {
        return Objects.requireNonNull(entry.apiKey());
    }

    /** A model that callers name is looked up when they do. */
    private boolean isRefused(ModelEntry entry, PriceSource source) {
        return prices.unknown() == PriceSettings.Unknown.REFUSE
                && !entry.model().contains("*")
                && source.find(entry.model()) == null;
    }

    private static boolean lacksKey(ModelEntry entry, Provider provider) {
        return provider.needsKey()
                && entry.apiKey() == null
                && entry.identity() == null
                && (entry.apiBase() == null || provider.paths() == Provider.PathStyle.AZURE);
    }

    private static boolean canTravel(ModelEntry entry) {
        return (entry.apiKey() == null || isFieldValue(entry.apiKey().reveal()))
                && (entry.organization() == null || isFieldValue(entry.organization()))
                && entry.extraHeaders().entrySet().stream()
                        .allMatch(line -> isToken(line.getKey()) && isFieldValue(line.getValue()));
    }

    private static boolean isToken(String name) {
        return !name.isEmpty()
                && name.chars()
                        .allMatch(c -> c > ' ' && c < 0x7f && "()<>@,;:\\\"/[]?={}".indexOf(c) < 0);
    }

    private static boolean isFieldValue(String value) {
        return value.chars().allMatch(c -> c >= ' ' && c < 0x7f);
    }

    private String uniqueName(ModelEntry entry) {
        String name = entry.provider() + "/" + entry.model();
        int count = names.merge(name, 1, Integer::sum);
        return count == 1 ? name : name + "#" + count;
    }

    private static @Nullable URI uri(String base) {
        try {
            URI uri = new URI(base.strip());
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            boolean isHttp = scheme.equals("http") || scheme.equals("https");
            return isHttp && uri.getHost() != null && uri.getRawUserInfo() == null ? uri : null;
        } catch (URISyntaxException e) {
            return null;
        }
    }

    private static UpstreamAddress address(URI uri) {
        boolean tls = uri.getScheme().equalsIgnoreCase("https");
        String host = uri.getHost();
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        int port = uri.getPort() > 0 ? uri.getPort() : tls ? 443 : 80;
        return new UpstreamAddress(bare.toLowerCase(Locale.ROOT), port, tls);
    }

    /** The path of the base URL; what an operator pasted beyond the base is taken off. */
    private static String basePath(URI uri, Provider provider) {
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        while (path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        if (path.endsWith("/chat/completions")) {
            path = path.substring(0, path.length() - "/chat/completions".length());
        }
        return switch (provider.paths()) {
            case OPENAI,
                    BEDROCK_CONVERSE,
                    BEDROCK_INVOKE,
                    VERTEX_GEMINI,
                    VERTEX_ANTHROPIC,
                    VERTEX_OPENAI,
                    WATSONX,
                    SAGEMAKER ->
                    path;
            case COHERE -> {
                String base = without(without(path, "/chat"), "/v1");
                yield base.endsWith("/v2") ? base : base + "/v2";
            }
            case OLLAMA -> without(without(without(path, "/api/chat"), "/api"), "/v1");
            case AZURE -> {
                int deployments = path.indexOf("/openai");
                yield deployments < 0 ? path : path.substring(0, deployments);
            }
            case ANTHROPIC -> without(without(path, "/messages"), "/v1");
            case GEMINI -> {
                String base = without(without(path, "/openai"), "/models");
                yield base.isEmpty() ? "/v1beta" : base;
            }
        };
    }

    private static String without(String path, String end) {
        return path.endsWith(end) ? path.substring(0, path.length() - end.length()) : path;
    }

    private static @Nullable String apiVersion(ModelEntry entry, Provider provider) {
        boolean azure = provider.paths() == Provider.PathStyle.AZURE;
        if (entry.apiVersion() != null) {
            return entry.apiVersion();
        }
        boolean isWatsonx = provider.paths() == Provider.PathStyle.WATSONX;
        return azure ? AZURE_API_VERSION : isWatsonx ? WATSONX_VERSION : null;
    }

    private TargetCredential credential(ModelEntry entry, Provider provider) {
        Secret key = entry.apiKey();
        if (key != null) {
            String value = key.reveal();
            boolean bearer = provider.keyHeader().equals("api-key") && value.startsWith("Bearer ");
            String line =
                    bearer
                            ? "authorization: " + value
                            : provider.keyHeader() + ": " + provider.keyPrefix() + value;
            return TargetCredential.fixed(new AsciiString(line + "\r\n"));
        }
        CloudIdentity identity = entry.identity();
        return identity == null
                ? TargetCredential.fixed(AsciiString.EMPTY_STRING)
                : identities.apply(identity);
    }

    private static AsciiString headerLines(ModelEntry entry) {
        StringBuilder lines = new StringBuilder();
        entry.extraHeaders().forEach((name, value) -> lines.append(name + ": " + value + "\r\n"));
        if (entry.organization() != null) {
            lines.append("openai-organization: " + entry.organization() + "\r\n");
        }
        return new AsciiString(lines);
    }

    /**
     * An entry's share of its group's calls: {@code weight} if any entry of the group has one, else
     * {@code rpm}, else {@code tpm}, else equal shares.
     */
    private static double weigh(ModelEntry entry, List<ModelEntry> group) {
        if (group.stream().anyMatch(one -> one.weight() != null)) {
            return entry.weight() == null ? 0 : entry.weight();
        }
        if (group.stream().anyMatch(one -> one.requestsPerMinute() != null)) {
            return entry.requestsPerMinute() == null ? 0 : entry.requestsPerMinute();
        }
        if (group.stream().anyMatch(one -> one.tokensPerMinute() != null)) {
            return entry.tokensPerMinute() == null ? 0 : entry.tokensPerMinute();
        }
        return 1;
    }
}
