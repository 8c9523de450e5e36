package io.sluice.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which models are asked when all targets of one have failed. Immutable.
 *
 * @param models from a model name, or {@code *} for every other, to those asked in its place
 * @param contextWindow the same, where the request was too long
 * @param contentPolicy the same, where the provider refused the content
 * @param defaults asked where a model has none of its own
 * @param max the most models that are asked in the place of one
 */
public record FallbackSettings(
        Map<String, List<String>> models,
        Map<String, List<String>> contextWindow,
        Map<String, List<String>> contentPolicy,
        List<String> defaults,
        int max) {

    /** The name that stands for every model without fallbacks of its own. */
    public static final String ANY = "*";

    public static final FallbackSettings NONE =
            new FallbackSettings(Map.of(), Map.of(), Map.of(), List.of(), 5);

    public FallbackSettings {
        models = Map.copyOf(models);
        contextWindow = Map.copyOf(contextWindow);
        contentPolicy = Map.copyOf(contentPolicy);
        defaults = List.copyOf(defaults);
    }

    /** Whether no model is ever asked in the place of another. */
    public boolean isEmpty() {
        return models.isEmpty()
                && contextWindow.isEmpty()
                && contentPolicy.isEmpty()
                && defaults.isEmpty();
    }

    /** Whether a failure of that kind has models of its own for {@code model}. */
    public boolean has(FailureKind kind, String model) {
        return !of(kind, model).isEmpty();
    }

    /**
     * The models to ask in the place of {@code model}, in their order: the kind's own, else the
     * model's, else those of every model.
     */
    public List<String> of(FailureKind kind, String model) {
        List<String> own =
                switch (kind) {
                    case CONTEXT_WINDOW -> contextWindow.get(model);
                    case CONTENT_POLICY -> contentPolicy.get(model);
                    default -> null;
                };
        if (own != null) {
            return own;
        }
        if (kind == FailureKind.BAD_REQUEST) {
            return List.of();
        }
        List<String> general = models.get(model);
        if (general != null) {
            return general;
        }
        List<String> any = models.get(ANY);
        return any == null ? defaults : any;
    }

    /** The same with other models in the place of some; none means that none is asked. */
    public FallbackSettings with(Map<String, List<String>> others) {
        Map<String, List<String>> changed = new HashMap<>(models);
        changed.putAll(others);
        return new FallbackSettings(changed, contextWindow, contentPolicy, defaults, max);
    }
}
