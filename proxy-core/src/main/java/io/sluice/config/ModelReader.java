package io.sluice.config;

import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code model_list} with what its entries draw on.
 *
 * <p>Confined to one load.
 */
final class ModelReader {

    /*
     * A parameter stands in the entry itself, else in the credential that it names, else in the
     * router's default parameters, else in those at the top. The first place where it was meant to
     * stand decides: a reference without a value there makes the entry unusable and is not passed
     * over, or a call could go out with somebody else's key.
     *
     * As with LiteLLM, a key that stands nowhere is taken from PROVIDER_API_KEY; but not where the
     * entry has a base URL of its own, so that no provider's key reaches another host unasked.
     */

    /** LiteLLM's mark of a model that is served as responses alone. */
    private static final String RESPONSES = "responses/";

    private static final String CREDENTIAL_MISSING = "credential_missing: ";
    private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}");
    private static final Pattern HEADER_VALUE = Pattern.compile("[\\x20-\\x7e\\t]{0,8192}");
    private static final List<String> CREDENTIALS =
            List.of(
                    "api_key",
                    "tenant_id",
                    "client_id",
                    "client_secret",
                    "azure_ad_token",
                    "aws_access_key_id",
                    "aws_secret_access_key",
                    "aws_session_token",
                    "vertex_credentials");

    private static final BigDecimal DEAREST = BigDecimal.valueOf(9);

    private final Values values;
    private final Problems problems;
    private final References references;
    private final AzureIdentityReader identities;
    private final Map<String, CustomProvider> customs;
    private final CloudReader clouds;
    private final AllowanceReader allowances;
    private final RoutingReader choice;
    private final Map<String, List<Integer>> credentials = new HashMap<>();

    ModelReader(Values values, Problems problems, References references) {
        this.values = values;
        this.problems = problems;
        this.references = references;
        this.identities = new AzureIdentityReader(references);
        this.clouds = new CloudReader(references);
        this.customs = new CustomProviderReader(values, problems).read();
        this.allowances = new AllowanceReader(values, problems, Severity.WARNING);
        this.choice = new RoutingReader(values, problems);
    }

    List<ModelEntry> read() {
        for (int i = 0; i < values.size("credential_list"); i++) {
            String name = values.text("credential_list[" + i + "].credential_name");
            if (name != null) {
                credentials.computeIfAbsent(name, _ -> new ArrayList<>()).add(i);
            }
        }
        List<ModelEntry> models = new ArrayList<>();
        for (int i = 0; i < values.size("model_list"); i++) {
            ModelEntry model = new Entry("model_list[" + i + ']').read();
            if (model != null) {
                models.add(model);
            }
        }
        return models;
    }

    /** One entry on its way. */
    private final class Entry {

        private final String path;
        private final List<String> sources = new ArrayList<>();
        private boolean isResponsesOnly;
        private @Nullable String unusable;

        Entry(String path) {
            this.path = path;
        }

        @Nullable ModelEntry read() {
            if (values.findFault(path) != null) {
                return null;
            }
            String name = values.text(path + ".model_name");
            if (name == null || name.isBlank()) {
                warn(path, "an entry without model_name cannot be called", null);
                return null;
            }
            sources.add(path + ".litellm_params.");
            credential();
            sources.add("router_settings.default_litellm_params.");
            sources.add("default_litellm_params.");
            return entry(name);
        }

        private ModelEntry entry(String name) {
            String model = text("model");
            Values.Fault malformed = values.findFault(path + ".litellm_params");
            if (malformed != null) {
                spoil(malformed.reason(), false);
            } else if (model == null && unusable == null) {
                spoil("litellm_params.model is missing", true);
            }
            String provider = text("custom_llm_provider");
            String own = model == null ? "" : model;
            int slash = own.indexOf('/');
            if (provider == null || provider.isBlank()) {
                provider = slash > 0 ? own.substring(0, slash) : "openai";
                own = slash > 0 ? own.substring(slash + 1) : own;
            } else if (own.startsWith(provider + '/')) {
                own = own.substring(provider.length() + 1);
            }
            if (model != null && own.isBlank()) {
                spoil("litellm_params.model names no model", true);
            }
            isResponsesOnly = "responses".equals(values.text(path + ".model_info.mode"));
            if (own.startsWith(RESPONSES)
                    && (provider.equals("openai") || provider.equals("azure"))) {
                isResponsesOnly = true;
                own = own.substring(RESPONSES.length());
            }
            return entry(name, provider, own);
        }

        private ModelEntry entry(String name, String provider, String model) {
            CustomProvider custom = customs.get(provider);
            String base = base(provider);
            if (base == null && custom != null) {
                base = custom.baseUrl();
            }
            AzureIdentityReader.Said said = identity();
            Secret key = key(provider, !said.isNothing());
            CloudIdentity identity = identity(provider, said, key);
            CloudPlace place =
                    clouds.find(
                            provider,
                            model,
                            base,
                            key,
                            new AwsReader.Said(this::text, this::secret));
            if (place != null && place.problem() != null) {
                spoil(place.problem(), true);
            }
            Long retries = number("max_retries");
            if (retries == null) {
                retries = number("num_retries");
            }
            BigDecimal weight = (BigDecimal) find("weight");
            Long rpm = number("rpm");
            Long tpm = number("tpm");
            Duration timeout = SettingsBuilder.positive(time("timeout"));
            Duration streamTimeout = SettingsBuilder.positive(time("stream_timeout"));
            String version = orVariable(text("api_version"), provider, "_API_VERSION");
            String organization = text("organization");
            Map<String, String> headers = headers(provider);
            Map<String, BigDecimal> prices = prices();
            Allowance allowance = allowance(rpm, tpm);
            TranslationRules rules = rules();
            return new ModelEntry(
                    name,
                    place == null ? provider : place.provider(),
                    place == null ? model : place.model(),
                    place == null ? base : place.base(),
                    place != null && place.identity() != null ? null : key,
                    version,
                    organization,
                    place == null ? identity : place.identity(),
                    rpm,
                    tpm,
                    timeout,
                    streamTimeout,
                    retries == null ? null : Integer.valueOf(retries.intValue()),
                    weight == null ? null : Double.valueOf(weight.doubleValue()),
                    headers,
                    accessGroups(),
                    values.placeOf(path).position(),
                    unusable,
                    baseModel(),
                    prices,
                    onDisconnect(),
                    allowance,
                    rules,
                    place == null ? Map.of() : place.bodyFields(),
                    custom,
                    choice.traits(path));
        }

        /** What the entry says counts before what {@code litellm_settings} say. */
        private TranslationRules rules() {
            Boolean own = (Boolean) find("drop_params");
            boolean all = values.isTrue("litellm_settings.drop_params");
            Set<String> additional = new TreeSet<>();
            for (String source : sources) {
                additional.addAll(values.texts(source + "additional_drop_params"));
            }
            Boolean modifies = (Boolean) find("modify_params");
            Set<String> allowed = new TreeSet<>();
            for (String source : sources) {
                allowed.addAll(values.texts(source + "allowed_openai_params"));
            }
            return new TranslationRules(
                    own == null ? all : own,
                    additional,
                    modifies == null ? values.isTrue("litellm_settings.modify_params") : modifies,
                    allowed,
                    Boolean.TRUE.equals(find("think_tags")),
                    isResponsesOnly);
        }

        private void credential() {
            String name = values.text(path + ".litellm_params.litellm_credential_name");
            if (name == null) {
                return;
            }
            List<Integer> found = credentials.getOrDefault(name, List.of());
            if (found.size() == 1) {
                sources.add("credential_list[" + found.getFirst() + "].credential_values.");
                return;
            }
            String problem =
                    found.isEmpty()
                            ? "no credential has the name " + name
                            : found.size() + " credentials have the name " + name;
            String near = found.isEmpty() ? NearNames.nearest(name, credentials.keySet()) : null;
            unusable = CREDENTIAL_MISSING + problem;
            warn(
                    path + ".litellm_params.litellm_credential_name",
                    problem,
                    near == null ? null : "did you mean " + near + '?');
        }

        private @Nullable Object find(String name) {
            for (String source : sources) {
                Values.Value value = values.find(source + name);
                if (value != null) {
                    return value.value();
                }
                Values.Fault fault = values.findFault(source + name);
                if (fault != null) {
                    String reason = name + ": " + fault.reason();
                    spoil(CREDENTIALS.contains(name) ? CREDENTIAL_MISSING + reason : reason, false);
                    return null;
                }
            }
            return null;
        }

        private @Nullable String text(String name) {
            return (String) find(name);
        }

        private @Nullable Secret secret(String name) {
            return (Secret) find(name);
        }

        private @Nullable Long number(String name) {
            return (Long) find(name);
        }

        private @Nullable Duration time(String name) {
            return (Duration) find(name);
        }

        private @Nullable String base(String provider) {
            String base = text("api_base");
            if (base == null) {
                base = text("base_url");
            }
            base = orVariable(base, provider, "_API_BASE");
            if (base != null && !isHttp(base)) {
                spoil("litellm_params.api_base is not a URL with http or https", true);
            }
            return base;
        }

        private @Nullable String orVariable(
                @Nullable String value, String provider, String suffix) {
            return value != null || unusable != null ? value : variable(provider, suffix);
        }

        private @Nullable String variable(String provider, String suffix) {
            String prefix = provider.toUpperCase(Locale.ROOT).replace('-', '_');
            String value = references.find(prefix + suffix);
            return value == null || value.isEmpty() ? null : value;
        }

        private @Nullable Secret key(String provider, boolean hasIdentity) {
            Secret key = secret("api_key");
            boolean isOwnHost =
                    values.has(path + ".litellm_params.api_base")
                            || values.has(path + ".litellm_params.base_url");
            if (key == null
                    && !hasIdentity
                    && unusable == null
                    && (!isOwnHost || provider.equals("azure"))) {
                CustomProvider custom = customs.get(provider);
                String named = custom == null ? null : custom.keyVariable();
                String value =
                        named == null ? variable(provider, "_API_KEY") : references.find(named);
                key = value == null ? null : Secret.of(value);
            }
            if (key != null && !HEADER_VALUE.matcher(key.reveal()).matches()) {
                spoil(CREDENTIAL_MISSING + "api_key holds characters that no header takes", true);
                return null;
            }
            return key;
        }

        private AzureIdentityReader.Said identity() {
            return new AzureIdentityReader.Said(
                    text("tenant_id"),
                    text("client_id"),
                    secret("client_secret"),
                    secret("azure_ad_token"),
                    text("azure_scope"),
                    values.isTrue("litellm_settings.enable_azure_ad_token_refresh"));
        }

        /** The identity of an entry without a key; those that are not Azure's must ask for one. */
        private @Nullable AzureIdentity identity(
                String provider, AzureIdentityReader.Said said, @Nullable Secret key) {
            boolean isWanted = !said.isNothing() || provider.equals("azure");
            if (key != null || unusable != null || !isWanted) {
                return null;
            }
            AzureIdentityReader.Choice choice = identities.choose(said);
            if (choice.problem() != null) {
                spoil(choice.problem(), true);
            } else if (choice.doubt() != null) {
                warn(
                        path,
                        choice.doubt(),
                        "set litellm_settings.enable_azure_ad_token_refresh: true if that is"
                                + " meant");
            }
            return choice.identity();
        }

        private Map<String, String> headers(String provider) {
            Map<String, String> headers = new LinkedHashMap<>();
            CustomProvider custom = customs.get(provider);
            if (custom != null) {
                custom.headers()
                        .forEach((name, value) -> {
                            if (HEADER_NAME.matcher(name).matches()
                                    && HEADER_VALUE.matcher(value).matches()) {
                                headers.put(name, value);
                            }
                        });
            }
            if (find("extra_headers") instanceof Map<?, ?> said) {
                said.forEach((name, value) -> {
                    String text = String.valueOf(value);
                    if (HEADER_NAME.matcher(String.valueOf(name)).matches()
                            && HEADER_VALUE.matcher(text).matches()) {
                        headers.put(String.valueOf(name), text);
                    } else {
                        warn(
                                path + ".litellm_params.extra_headers",
                                "the header " + name + " cannot be sent and is left out",
                                null);
                    }
                });
            }
            return headers;
        }

        /** What stands beside the parameters counts before what stands among them. */
        private Allowance allowance(@Nullable Long rpm, @Nullable Long tpm) {
            for (String section : List.of(".limits", ".budget")) {
                Values.Fault fault = values.firstFault(path + section);
                if (fault != null) {
                    spoil(fault.reason(), false);
                }
            }
            AccountLimits own = allowances.limits(path + ".limits");
            List<AccountLimits.Rate> rates = new ArrayList<>(own.rates());
            addMinute(rates, AccountLimits.Unit.REQUESTS, rpm);
            addMinute(rates, AccountLimits.Unit.TOKENS, tpm);
            Long parallel =
                    own.parallel() == null ? number("max_parallel_requests") : own.parallel();
            if (parallel == null) {
                parallel = values.number("router_settings.default_max_parallel_requests");
            }
            BudgetEntry budget = allowances.budget(path + ".budget");
            return new Allowance(
                    new AccountLimits(rates, parallel), budget == null ? budget() : budget);
        }

        private static void addMinute(
                List<AccountLimits.Rate> rates, AccountLimits.Unit unit, @Nullable Long amount) {
            Duration minute = Duration.ofMinutes(1);
            if (amount != null
                    && rates.stream()
                            .noneMatch(
                                    rate -> rate.unit() == unit && rate.window().equals(minute))) {
                rates.add(new AccountLimits.Rate(unit, minute, amount));
            }
        }

        private @Nullable BudgetEntry budget() {
            BigDecimal dollars = (BigDecimal) find("max_budget");
            String duration = text("budget_duration");
            if (dollars == null || dollars.signum() < 0) {
                return null;
            }
            BudgetWindow window =
                    duration == null ? BudgetWindow.NEVER : BudgetWindow.parse(duration);
            if (window == null) {
                spoil("budget_duration takes a time such as 1d, 30d or 1mo", true);
                return null;
            }
            return new BudgetEntry(dollars, "USD", window, ZoneOffset.UTC, null, null);
        }

        private @Nullable OnDisconnect onDisconnect() {
            String word = text("on_disconnect");
            return word == null ? null : OnDisconnect.parse(word);
        }

        private @Nullable String baseModel() {
            String said = values.text(path + ".model_info.base_model");
            String name = said == null ? text("base_model") : said;
            return name == null || name.isBlank() ? null : name;
        }

        /** What {@code litellm_params} says counts before what {@code model_info} says. */
        private Map<String, BigDecimal> prices() {
            Map<String, BigDecimal> prices = new LinkedHashMap<>();
            String info = path + ".model_info.";
            for (String field : LiteLlmKeys.PRICE_FIELDS) {
                Values.Fault fault = values.findFault(info + field);
                if (fault != null) {
                    spoil(field + ": " + fault.reason(), false);
                }
                Values.Value known = values.find(info + field);
                if (known != null) {
                    prices.put(field, (BigDecimal) known.value());
                }
                if (find(field) instanceof BigDecimal price) {
                    prices.put(field, price);
                }
            }
            prices.forEach((field, price) -> {
                if (price.compareTo(DEAREST) > 0) {
                    spoil(field + " is more than " + DEAREST + " dollars for one unit", true);
                }
            });
            return prices;
        }

        private List<String> accessGroups() {
            List<String> groups = new ArrayList<>(values.texts(path + ".model_info.access_groups"));
            groups.addAll(values.texts(path + ".access_groups"));
            return groups;
        }

        private void spoil(String reason, boolean isNew) {
            if (unusable == null) {
                unusable = reason;
                if (isNew) {
                    warn(path, reason + "; calls to this entry are answered with 503", null);
                }
            }
        }

        private void warn(String where, String message, @Nullable String hint) {
            problems.add(Severity.WARNING, values.placeOf(where), message, hint);
        }
    }

    private static boolean isHttp(String text) {
        return httpUri(text) != null;
    }

    /** A URL with http or https, or {@code null}. */
    static @Nullable URI httpUri(String text) {
        try {
            URI uri = new URI(text.strip());
            boolean isHttp =
                    "http".equalsIgnoreCase(uri.getScheme())
                            || "https".equalsIgnoreCase(uri.getScheme());
            return isHttp && uri.getRawAuthority() != null ? uri : null;
        } catch (URISyntaxException _) {
            return null;
        }
    }
}
