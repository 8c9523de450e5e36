package io.sluice.transport.management;

import io.sluice.config.FailureKind;
import io.sluice.config.FallbackSettings;
import io.sluice.error.ErrorCode;
import io.sluice.error.GatewayException;
import io.sluice.transport.admin.AdminRequest;
import io.sluice.transport.admin.AdminResponse;
import io.sluice.transport.admin.AdminRoute;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which models are asked in the place of others, changed while the gateway runs. What is set here
 * wins over the file, outlives reloads, and is forgotten when the process ends.
 */
public final class FallbackRoutes {

    private static final List<String> STRATEGIES = List.of("priority", "health_based", "none");

    private final Supplier<FallbackSettings> inForce;
    private final Overrides overrides;

    /** The fallbacks of single models that win over those of the file. */
    public interface Overrides {

        /** All of them, by model. */
        Map<String, List<String>> all();

        /**
         * Sets those of one model.
         *
         * @param others none for none at all; {@code null} for those of the file
         */
        void set(String model, @Nullable List<String> others);

        /** Whether there is a model of that name. */
        boolean isKnown(String model);
    }

    public FallbackRoutes(Supplier<FallbackSettings> inForce, Overrides overrides) {
        this.inForce = inForce;
        this.overrides = overrides;
    }

    public List<AdminRoute> routes() {
        return List.of(
                Answers.route("GET", "/fallback", "fallbacks of all models", this::list),
                Answers.route(
                        "POST",
                        "/fallback",
                        "sets those of a model: {model, fallback_models}",
                        this::create),
                Answers.route("GET", "/fallback/{model}", "those of a model", this::show),
                Answers.route(
                        "DELETE", "/fallback/{model}", "takes an override away", this::delete),
                Answers.route(
                        "GET", "/admin/fallback-policies", "fallbacks of all models", this::list),
                Answers.route(
                        "GET", "/admin/fallback-policies/{model}", "those of a model", this::show),
                Answers.route(
                        "PUT",
                        "/admin/fallback-policies/{model}",
                        "sets them: {strategy, providers, maxAttempts, enabled}",
                        this::put),
                Answers.route(
                        "DELETE",
                        "/admin/fallback-policies/{model}",
                        "takes an override away",
                        this::delete));
    }

    private AdminResponse list(AdminRequest request, Map<String, String> variables) {
        FallbackSettings now = inForce.get();
        List<Object> all = new ArrayList<>();
        now.models().keySet().stream().sorted().forEach(model -> all.add(json(model)));
        overrides.all().keySet().stream()
                .filter(model -> !now.models().containsKey(model))
                .sorted()
                .forEach(model -> all.add(json(model)));
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("fallbacks", all);
        answer.put("default_fallbacks", now.defaults());
        answer.put("max_fallbacks", now.max());
        return Answers.ok(answer);
    }

    private AdminResponse show(AdminRequest request, Map<String, String> variables) {
        return Answers.ok(json(known(variables)));
    }

    private AdminResponse create(AdminRequest request, Map<String, String> variables) {
        Body body = Body.of(request);
        String model = body.needText("model");
        check(model, "model");
        List<String> others = body.needTexts("fallback_models");
        String type = body.text("fallback_type");
        if (type != null && !type.equals("general")) {
            throw new GatewayException(
                    ErrorCode.NOT_SUPPORTED,
                    "only general fallbacks change at run time; the others stand in the file",
                    "fallback_type");
        }
        others.forEach(other -> check(other, "fallback_models"));
        overrides.set(model, others);
        return Answers.ok(json(model));
    }

    private AdminResponse put(AdminRequest request, Map<String, String> variables) {
        Body body = Body.of(request);
        String model = known(variables);
        String strategy = body.text("strategy");
        if (strategy != null && !STRATEGIES.contains(strategy)) {
            throw new GatewayException(
                    ErrorCode.INVALID_PARAMETER,
                    "strategy must be one of "
                            + String.join(", ", STRATEGIES)
                            + ": models are asked in the order of the list",
                    "strategy");
        }
        Long delay = body.count("retryDelay");
        if (delay != null && delay != 0) {
            throw new GatewayException(
                    ErrorCode.INVALID_PARAMETER,
                    "another model is asked at once: retryDelay must be 0",
                    "retryDelay");
        }
        Long most = body.count("maxAttempts");
        if (most != null && (most < 1 || most > 10)) {
            throw new GatewayException(
                    ErrorCode.INVALID_PARAMETER, "maxAttempts must be from 1 to 10", "maxAttempts");
        }
        boolean isOff = "none".equals(strategy) || Boolean.FALSE.equals(body.flag("enabled"));
        List<String> others = isOff ? List.of() : body.texts("providers");
        others.forEach(other -> check(other, "providers"));
        overrides.set(model, others.stream().limit(most == null ? 10 : most).toList());
        return Answers.ok(json(model));
    }

    private AdminResponse delete(AdminRequest request, Map<String, String> variables) {
        String model = variables.getOrDefault("model", "");
        if (!overrides.all().containsKey(model)) {
            throw Answers.notFound("fallback override of", model);
        }
        overrides.set(model, null);
        return Answers.ok(json(model));
    }

    private String known(Map<String, String> variables) {
        String model = variables.getOrDefault("model", "");
        if (!overrides.isKnown(model)) {
            throw Answers.notFound("model", model);
        }
        return model;
    }

    private void check(String model, String field) {
        if (!overrides.isKnown(model)) {
            throw new GatewayException(
                    ErrorCode.INVALID_PARAMETER, "there is no model " + model, field);
        }
    }

    private Map<String, @Nullable Object> json(String model) {
        FallbackSettings now = inForce.get();
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("model", model);
        json.put("fallback_models", now.of(FailureKind.INTERNAL, model));
        json.put("context_window_fallbacks", now.contextWindow().getOrDefault(model, List.of()));
        json.put("content_policy_fallbacks", now.contentPolicy().getOrDefault(model, List.of()));
        json.put("source", overrides.all().containsKey(model) ? "override" : "file");
        return json;
    }
}
